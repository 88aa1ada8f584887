from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tests.conformance.differential import Both
from tests.conformance.verbs import catalog, run_both, status

from penstock.testing.fake_api import Answer, FakeApi, Received

Json = Any

MANIFEST = """
version: 6.44.0
type: DeclarativeSource
check: CHECK
spec: {type: Spec, connection_specification: {type: object, properties: {}}}
streams:
  - type: DeclarativeStream
    name: static
    schema_loader: {type: InlineSchemaLoader, schema: {type: object, properties: {}}}
    retriever:
      type: SimpleRetriever
      requester: {type: HttpRequester, url_base: URL, path: static, http_method: GET}
      record_selector: {type: RecordSelector, extractor: {type: DpathExtractor, field_path: []}}
dynamic_streams:
  - type: DynamicDeclarativeStream
    name: tables
    stream_template:
      type: DeclarativeStream
      name: ""
      primary_key: []
      schema_loader:
        type: InlineSchemaLoader
        schema: {type: object, properties: {a: {type: string}}}
      transformations:
        - type: AddFields
          fields:
            - {type: AddedFieldDefinition, path: [x], value: one}
            - {type: AddedFieldDefinition, path: [y], value: two}
      retriever:
        type: SimpleRetriever
        requester:
          type: HttpRequester
          url_base: URL
          path: placeholder
          http_method: GET
          request_parameters: {p: "{{ parameters.get('q', config.get('q', 'none')) }}"}
        record_selector: {type: RecordSelector, extractor: {type: DpathExtractor, field_path: []}}
      $parameters: PARAMETERS
    $parameters: OUTER
    use_parent_parameters: WINS
    components_resolver: RESOLVER
"""
RETRIEVER = """
{type: SimpleRetriever,
 requester: {type: HttpRequester, url_base: URL, path: tables, http_method: GET},
 record_selector: {type: RecordSelector, extractor: {type: DpathExtractor, field_path: []}}}"""
PAGED = """
{type: SimpleRetriever,
 partition_router: {type: ListPartitionRouter, cursor_field: s, values: [a, b]},
 paginator: {type: DefaultPaginator,
             pagination_strategy: {type: PageIncrement, page_size: 1},
             page_token_option: {type: RequestOption, inject_into: request_parameter, field_name: page}},
 requester: {type: HttpRequester, url_base: URL, path: "paged/{{ stream_partition.s }}", http_method: GET},
 record_selector: {type: RecordSelector, extractor: {type: DpathExtractor, field_path: []}}}"""
TABLES = [{"id": "t1", "n": 1}, {"id": "t2", "n": 2}]
ONE_TABLE = "{type: StreamConfig, configs_pointer: [tables]}"


def value_at(path: list[str], value: str, **settings: Json) -> Json:
    """A mapping of a value to a place in the template."""
    return {"type": "ComponentMappingDefinition", "field_path": path, "value": value, **settings}


NAME = value_at(["name"], "{{ components_values['id'] }}")
PATH = value_at(["retriever", "requester", "path"], "t/{{ components_values['id'] }}")
PARAMETER = ["retriever", "requester", "request_parameters", "k"]
SECOND_FIELD = ["transformations", "0", "fields", "1", "value"]
PROPERTIES = ["schema_loader", "schema", "properties"]


def over_http(*mappings: Json, retriever: str = RETRIEVER) -> str:
    return f"{{type: HttpComponentsResolver, retriever: {retriever}, components_mapping: {json.dumps(mappings)}}}"


def of_config(*mappings: Json, lists: str = ONE_TABLE) -> str:
    mapped = json.dumps(mappings)
    return f"{{type: ConfigComponentsResolver, stream_config: {lists}, components_mapping: {mapped}}}"


def of_manifest(*mappings: Json, entries: Json = TABLES) -> str:
    parameters = {"type": "StreamParametersDefinition", "list_of_parameters_for_stream": entries}
    return json.dumps(
        {
            "type": "ParametrizedComponentsResolver",
            "stream_parameters": parameters,
            "components_mapping": mappings,
        }
    )


def manifest(
    resolver: str,
    *,
    check: str = "{type: CheckStream, stream_names: [static]}",
    own: str = "{}",
    outer: str = "{}",
    wins: str = "true",
) -> str:
    return (
        MANIFEST.replace("CHECK", check)
        .replace("RESOLVER", resolver)
        .replace("PARAMETERS", own)
        .replace("OUTER", outer)
        .replace("WINS", wins)
    )


def pages(request: Received) -> Json:
    """One table on each of two pages."""
    page = int(request.params.get("page", "0"))
    return [{"id": f"{request.path[-1]}{page}"}] if page < 2 else []


@pytest.fixture
def tables(api: FakeApi) -> FakeApi:
    """An API that has tables."""
    api.on("/static", [{"s": 1}])
    api.on("/tables", TABLES)
    api.on("/paged/a", pages)
    api.on("/paged/b", pages)
    for name in ("t1", "t2", "d1", "a", "b", "a0", "b1"):
        api.on(f"/t/{name}", [{"r": name}])
    return api


BOTH_NAMES = [NAME, PATH]


@pytest.mark.parametrize(
    "resolver",
    [
        pytest.param(over_http(NAME, PATH), id="http"),
        pytest.param(over_http(NAME, PATH, retriever=PAGED), id="http, in slices and pages"),
        pytest.param(
            over_http(value_at(["name"], "{{ components_values.id }}-{{ stream_slice.s }}"), retriever=PAGED),
            id="the slice in a name",
        ),
        pytest.param(of_config(NAME, PATH), id="the config"),
        pytest.param(of_manifest(NAME, PATH), id="the manifest"),
        pytest.param(of_manifest(NAME, PATH, entries=[]), id="no stream"),
        pytest.param(over_http(value_at(["name"], "same"), PATH), id="http: one name twice"),
        pytest.param(of_config(value_at(["name"], "same"), PATH), id="the config: one name twice"),
        pytest.param(of_manifest(value_at(["name"], "same"), PATH), id="the manifest: one name twice"),
        pytest.param(over_http(value_at(["name"], "{{ components_values.n }}")), id="a number is no name"),
        pytest.param(over_http(value_at(["name"], "a{{ components_values.none.x }}")), id="undefined"),
        pytest.param(
            over_http(*BOTH_NAMES, value_at(["primary_key"], "x", condition="{{ true }}")),
            id="http: no condition",
        ),
        pytest.param(
            of_manifest(*BOTH_NAMES, value_at(["primary_key"], "x", condition="{{ true }}")),
            id="the manifest: no condition",
        ),
        pytest.param(
            over_http(*BOTH_NAMES, value_at(["primary_key"], "['{{ components_values.id }}', 'b']")),
            id="a list",
        ),
        pytest.param(over_http(*BOTH_NAMES, value_at(["primary_key"], "")), id="an empty text"),
        pytest.param(of_config(*BOTH_NAMES, value_at(["retriever", "type"], "Nope")), id="no such type"),
        pytest.param(
            of_config(*BOTH_NAMES, value_at(["retriever", "requester", "http_method"], "DELETE")),
            id="no such option",
        ),
        pytest.param(
            of_config(*BOTH_NAMES, value_at(["retriever", "requester", "zork"], "x", create_or_update=True)),
            id="no such field",
        ),
        pytest.param(
            of_config(NAME, lists="{type: StreamConfig, configs_pointer: [one]}"),
            id="an entry without a list",
        ),
        pytest.param(
            of_config(NAME, lists="{type: StreamConfig, configs_pointer: [none]}"), id="nothing there"
        ),
        pytest.param(
            of_config(NAME, lists="{type: StreamConfig, configs_pointer: [\"{{ config['key'] }}\"]}"),
            id="a pointer of the config",
        ),
        pytest.param(
            of_config(NAME, lists="{type: StreamConfig, configs_pointer: [tables, '0']}"), id="an index"
        ),
        pytest.param(
            of_config(
                NAME, lists="{type: StreamConfig, configs_pointer: [tables], default_values: [{id: d1}]}"
            ),
            id="defaults",
        ),
        pytest.param(
            of_config(
                value_at(["name"], "{{ components_values['id'] }}-{{ components_values['b'] }}"),
                lists="[{type: StreamConfig, configs_pointer: [tables]},"
                " {type: StreamConfig, configs_pointer: [deep, more]}]",
            ),
            id="each combination of two lists",
        ),
        pytest.param(
            of_config(
                value_at(["name"], "{{ components_values['source_config_0'][1] }}"),
                lists="{type: StreamConfig, configs_pointer: [words]}",
            ),
            id="entries that are no mappings",
        ),
        pytest.param(
            of_config(
                value_at(
                    ["name"],
                    "{{ components_values['id'] }}{{ components_values['source_config_1'][0] }}"
                    "{{ components_values['source_config_1'][1] }}",
                ),
                lists="[{type: StreamConfig, configs_pointer: [tables]},"
                " {type: StreamConfig, configs_pointer: [words]}]",
            ),
            id="mappings and others",
        ),
    ],
)
def test_the_same_streams_are_found(both: Both, tables: FakeApi, tmp_path: Path, resolver: str) -> None:
    """Each resolver, and what it does with names."""
    config = {
        "tables": TABLES,
        "one": {"id": "t1"},
        "key": "tables",
        "deep": {"more": [{"b": 1}, {"b": 2}]},
        "words": ["a", "b"],
    }

    theirs, ours = run_both(both, tables, manifest(resolver), "discover", config, tmp_path)

    assert (ours.failed, ours.requests, catalog(ours)) == (theirs.failed, theirs.requests, catalog(theirs))


YAML = [
    "yes",
    "k: v",
    "a #c",
    '"q"',
    "[1, 2]",
    "%Y-%m-%d",
    "{a: 1}",
    "null",
    "",
    "a: [",
    "&x y",
    "- a",
    "1e3",
]
YAML += ["0x10", "a\tb", "\t a", "|", "# c", "2024-01-01", "{'a': [1, (2, 3)]}", "007", "'q'"]


@pytest.mark.parametrize("value_type", [None, "string", "integer"])
@pytest.mark.parametrize("resolver", [of_config, of_manifest, over_http])
def test_a_text_is_read_alike(
    both: Both, tables: FakeApi, tmp_path: Path, resolver: Any, value_type: str | None
) -> None:
    """As YAML where it is of the config, unless the mapping wants a text; always where it is of the manifest."""
    wanted = {} if value_type is None else {"value_type": value_type}
    mapping = value_at(PROPERTIES, "{{ components_values['text'] }}", **wanted)
    texts = [text for text in YAML if resolver is not of_manifest or not set(text) & set("%\t")]
    named = [{"id": f"s{number}", "text": text} for number, text in enumerate(texts)]
    tables.on("/tables", named)
    made = of_manifest(NAME, mapping, entries=named) if resolver is of_manifest else resolver(NAME, mapping)

    theirs, ours = run_both(both, tables, manifest(made), "discover", {"tables": named}, tmp_path)

    assert catalog(ours) == catalog(theirs)
    assert len(catalog(ours)) == len(texts) + 1


OWN = {"own": "{q: own}"}


@pytest.mark.parametrize(
    ("mapping", "settings"),
    [
        pytest.param(value_at(PARAMETER, "{{ components_values.n }}"), {}, id="nothing is there"),
        pytest.param(value_at(PARAMETER, "{{ components_values.n }}", create_or_update=True), {}, id="made"),
        pytest.param(value_at(PARAMETER, "0", create_or_update=True), {}, id="not made for a falsy value"),
        pytest.param(
            value_at([*PARAMETER[:-1], "p"], "{{ components_values.n }}", create_or_update=True),
            {},
            id="there already",
        ),
        pytest.param(
            value_at(["retriever", "*", *PARAMETER[2:]], "x", create_or_update=True),
            {},
            id="not made by a wildcard",
        ),
        pytest.param(
            value_at(
                ["retriever", "requester", "request_headers", "x-made"],
                "{{ components_values.n }}",
                create_or_update=True,
            ),
            {},
            id="made with what holds it",
        ),
        pytest.param(value_at(["transformations", "*", "fields", "*", "value"], "w"), {}, id="wildcards"),
        pytest.param(value_at(["**", "value"], "ww"), {}, id="any depth"),
        pytest.param(value_at(SECOND_FIELD, "i{{ components_values.n }}"), {}, id="an index"),
        pytest.param(value_at([*SECOND_FIELD[:3], "7", "value"], "i"), {}, id="no such index"),
        pytest.param(
            value_at([*SECOND_FIELD[:3], "{{ components_values.n - 1 }}", "value"], "i"),
            {},
            id="a templated index",
        ),
        pytest.param(
            value_at(
                ["transformations", "1"],
                "{type: AddFields, fields: [{type: AddedFieldDefinition, path: [z], value: z}]}",
                create_or_update=True,
            ),
            {},
            id="an item more",
        ),
        pytest.param(value_at(SECOND_FIELD, "t{{ stream_template_config.name }}"), {}, id="the template"),
        pytest.param(
            value_at(SECOND_FIELD, "{{ parameters.z }}", **{"$parameters": {"z": "zz"}}),
            {},
            id="its own parameters",
        ),
        pytest.param(value_at(["$parameters", "q"], "m{{ components_values.n }}"), OWN, id="parameters"),
        pytest.param(
            value_at(["$parameters", "q"], "m{{ components_values.n }}"),
            {**OWN, "wins": "false"},
            id="parameters that do not win",
        ),
        pytest.param(
            value_at(["retriever", "requester", "$parameters", "q"], "deep"), OWN, id="parameters of a part"
        ),
        pytest.param(
            value_at(["retriever", "requester", "$parameters", "q"], "deep"),
            {**OWN, "wins": "false"},
            id="parameters of a part that win",
        ),
        pytest.param(
            value_at(["$parameters", "q"], "made", create_or_update=True),
            {"own": "{z: 1}"},
            id="parameters made",
        ),
        pytest.param(value_at(SECOND_FIELD, "x"), {"outer": "{q: outer}"}, id="parameters from further up"),
        pytest.param(
            value_at(SECOND_FIELD, "x"), {**OWN, "outer": "{q: outer}"}, id="own ones from further up"
        ),
    ],
)
@pytest.mark.parametrize("resolver", [of_config, of_manifest, over_http])
def test_a_value_lands_in_the_same_place(
    both: Both, tables: FakeApi, resolver: Any, mapping: Json, settings: dict[str, str]
) -> None:
    """Told by the requests and records of the streams."""
    text = manifest(resolver(NAME, PATH, mapping), **settings)

    theirs, ours = both.read(tables, text, {"tables": TABLES}, streams=["t1", "t2"])

    assert ours == theirs
    assert not ours.failed


@pytest.mark.parametrize(
    "condition", ["{{ components_values.n == 2 }}", "{{ stream_template_config.name }}", ""]
)
def test_a_condition_is_of_the_config_alone(both: Both, tables: FakeApi, condition: str) -> None:
    text = manifest(of_config(NAME, PATH, value_at(SECOND_FIELD, "c", condition=condition)))

    theirs, ours = both.read(tables, text, {"tables": TABLES}, streams=["t1", "t2", "gone"])

    assert ours == theirs


def checked(**settings: Json) -> str:
    return json.dumps({"type": "CheckStream", **settings})


def some(count: int | None = None, name: str = "tables") -> Json:
    config = {"type": "DynamicStreamCheckConfig", "dynamic_stream_name": name}
    return [config if count is None else {**config, "stream_count": count}]


@pytest.mark.parametrize(
    "check",
    [
        pytest.param(checked(stream_names=["static"]), id="a static stream"),
        pytest.param(checked(stream_names=["t1"]), id="a dynamic stream by name"),
        pytest.param(checked(stream_names=["broken"]), id="a broken one"),
        pytest.param(checked(dynamic_streams_check_configs=some(1)), id="the first"),
        pytest.param(checked(dynamic_streams_check_configs=some()), id="all"),
        pytest.param(checked(dynamic_streams_check_configs=some(9)), id="more than there are"),
        pytest.param(checked(dynamic_streams_check_configs=some(0)), id="less than one"),
        pytest.param(checked(dynamic_streams_check_configs=some(1, "none")), id="of another name"),
        pytest.param(checked(stream_names=["static"], dynamic_streams_check_configs=some()), id="both"),
        pytest.param("{type: CheckDynamicStream, stream_count: 2}", id="so many"),
        pytest.param("{type: CheckDynamicStream, stream_count: 0}", id="none"),
        pytest.param("{type: CheckDynamicStream, stream_count: 9}", id="so many and more"),
        pytest.param(
            "{type: CheckDynamicStream, stream_count: 3, use_check_availability: false}", id="only found"
        ),
        pytest.param(
            checked(stream_names=["t1"], config_overrides={"q": "{{ config['a'] }}"}), id="an override"
        ),
        pytest.param(
            "{type: CheckDynamicStream, stream_count: 2, config_overrides: {q: o}}",
            id="an override for so many",
        ),
        pytest.param(checked(stream_names=["t1"], config_overrides={"__airbyte_x": 1}), id="a reserved key"),
    ],
)
def test_a_check_says_the_same(both: Both, tables: FakeApi, tmp_path: Path, check: str) -> None:
    """Which streams are tried, and whether they are even asked for."""
    tables.on("/tables", [*TABLES, {"id": "broken"}])
    tables.on("/t/broken", Answer({}, 404))
    text = manifest(over_http(NAME, PATH), check=check)

    theirs, ours = run_both(both, tables, text, "check", {"q": "mine"}, tmp_path)

    assert (ours.failed, ours.requests, status(ours)) == (theirs.failed, theirs.requests, status(theirs))


def test_what_cannot_be_asked_fails_alike(both: Both, tables: FakeApi, tmp_path: Path) -> None:
    """Without an answer there are no streams."""
    tables.on("/tables", Answer({}, 404))

    theirs, ours = run_both(both, tables, manifest(over_http(NAME, PATH)), "discover", {}, tmp_path)

    assert (ours.failed, catalog(ours)) == (theirs.failed, catalog(theirs)) == (True, None)
