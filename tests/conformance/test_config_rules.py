from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tests.conformance.differential import Both, Result
from tests.conformance.verbs import run_both, saved_configs, status

from penstock.testing.fake_api import FakeApi

Json = Any

MANIFEST = """
version: 6.44.0
type: DeclarativeSource
check: {type: CheckStream, stream_names: [orders]}
spec:
  type: Spec
  connection_specification: {type: object, properties: {}}
  config_normalization_rules: RULES
streams:
  - type: DeclarativeStream
    name: orders
    schema_loader: {type: InlineSchemaLoader, schema: {type: object, properties: {}}}
    transformations:
      - type: AddFields
        fields: [{type: AddedFieldDefinition, path: [config], value: "{{ config | tojson }}", value_type: string}]
    retriever:
      type: SimpleRetriever
      requester: {type: HttpRequester, url_base: URL, path: orders, http_method: GET}
      record_selector: {type: RecordSelector, extractor: {type: DpathExtractor, field_path: []}}
"""


def added(*fields: Json, **settings: Json) -> Json:
    """A change that sets fields of the config."""
    return {
        "type": "ConfigAddFields",
        "fields": [
            {"type": "AddedFieldDefinition", "path": path, "value": value, **more}
            for path, value, more in fields
        ],
        **settings,
    }


def remapped(path: list[str], table: Json) -> Json:
    return {"type": "ConfigRemapField", "field_path": path, "map": table}


def removed(*pointers: list[str], **settings: Json) -> Json:
    return {"type": "ConfigRemoveFields", "field_pointers": pointers, **settings}


def migration(*changes: Json, **settings: Json) -> Json:
    return {"type": "ConfigMigration", "transformations": list(changes), **settings}


def configs_seen(result: Result) -> list[Json]:
    """The config as the stream saw it."""
    return [json.loads(record["config"]) for record in result.records.get("orders", ())]


def ran(both: Both, api: FakeApi, rules: Json, config: Json) -> tuple[Result, Result]:
    api.on("/orders", [{"id": 1}])
    text = MANIFEST.replace("RULES", json.dumps({"type": "ConfigNormalizationRules", **rules}))
    return both.read(api, text, config, streams=["orders"])


@pytest.mark.parametrize(
    ("change", "config"),
    [
        pytest.param(added((["a"], "x", {})), {"b": 1}, id="a field"),
        pytest.param(added((["a"], "x", {})), {"a": 1}, id="a field that is there"),
        pytest.param(added((["n", "a"], "x", {}), (["p", "0"], "y", {})), {"n": {}}, id="fields inside"),
        pytest.param(
            added((["d"], "12", {}), (["e"], "12", {"value_type": "string"}), (["f"], "x", {"value_type": "integer"})),
            {"z": 1},
            id="types",
        ),
        pytest.param(
            added((["a", "b"], "v", {}), (["c"], "{{ config['a']['b'] }}", {}), (["d"], "{{ config['none'] }}", {})),
            {"z": 1},
            id="one field of another",
        ),
        pytest.param(
            added((["a"], "v", {}), (["c"], "w", {}), condition="{{ value == 'v' or path == ['c'] }}"),
            {"z": 1},
            id="where a condition holds",
        ),
        pytest.param(remapped(["a"], {"x": "{{ config['b'] }}"}), {"a": "x", "b": 7}, id="to another field's value"),
        pytest.param(remapped(["a"], {"x": "12"}), {"a": "x"}, id="to a number"),
        pytest.param(remapped(["a"], {"x": 12}), {"a": "x"}, id="to a bare number"),
        pytest.param(remapped(["a"], {"x": [1], "y": "q"}), {"a": "x"}, id="to a list"),
        pytest.param(remapped(["a"], {"x": "{{ config['none'] }}"}), {"a": "x"}, id="to nothing"),
        pytest.param(remapped(["a"], {"x": None}), {"a": "x"}, id="to null"),
        pytest.param(remapped(["a"], {"{{ config['b'] }}": "hit"}), {"a": "7", "b": "7"}, id="a templated key"),
        pytest.param(remapped(["a"], {"1": "one"}), {"a": 1}, id="a number"),
        pytest.param(remapped(["a"], {"x": "y"}), {"a": "z"}, id="not in the table"),
        pytest.param(remapped(["a"], {"x": "y"}), {"b": "z"}, id="not there"),
        pytest.param(remapped(["a", "{{ config['b'] }}"], {"x": "y"}), {"a": {"k": "x"}, "b": "k"}, id="a templated path"),
        pytest.param(remapped(["l", "0"], {"x": "y"}), {"l": ["x"]}, id="in a list"),
        pytest.param(remapped(["*", "k"], {"x": "y"}), {"a": {"k": "x"}}, id="no wildcards"),
        pytest.param(remapped(["a", "b", "c"], {"x": "y"}), {"a": "text"}, id="a text in the way"),
        pytest.param(
            removed(["a"], ["b", "c"], ["*", "x"], ["l", "0"], ["none", "none"]),
            {"a": 1, "b": {"c": 1, "d": 2}, "q": {"x": 1, "y": 1}, "l": [1, 2]},
            id="removed",
        ),
        pytest.param(removed(["a"], condition="{{ config['b'] == 1 }}"), {"a": 1, "b": 1}, id="removed on condition"),
        pytest.param(removed(["a"], condition="{{ config['b'] == 1 }}"), {"a": 1, "b": 2}, id="kept on condition"),
        pytest.param(removed(["a"], condition="{{ property == 1 }}"), {"a": 1}, id="no property"),
        pytest.param(added((["a"], "{{ config['b'] + 1 }}", {})), {"b": "x"}, id="a template that fails"),
        pytest.param(added((["a"], "{{ config.b.c }}", {})), {"z": 1}, id="undefined"),
        pytest.param(added((["a"], "x", {})), {}, id="no config"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("phase", ["config_migrations", "transformations"])
def test_a_config_is_changed_alike(both: Both, api: FakeApi, phase: str, change: Json, config: Json) -> None:
    """For good or for one run: what the streams see, and what is told to be saved."""
    rules = {phase: [migration(change)] if phase == "config_migrations" else [change]}

    theirs, ours = ran(both, api, rules, config)

    assert (ours.failed, ours.requests, configs_seen(ours)) == (
        theirs.failed,
        theirs.requests,
        configs_seen(theirs),
    )
    if not saved_configs(theirs) and saved_configs(ours):  # DIFFERENCES.md: a change below the top level
        assert saved_configs(ours) == configs_seen(ours)
    else:
        assert saved_configs(ours) == saved_configs(theirs)


def test_phases_follow_one_another(both: Both, api: FakeApi) -> None:
    """Migrations, saved once; then what holds for the run alone."""
    rules = {
        "config_migrations": [
            migration(added((["a"], "x", {})), description="First."),
            migration(added((["b"], "{{ config['a'] }}", {})), remapped(["old"], {"o": "n"})),
        ],
        "transformations": [added((["c"], "{{ config['b'] }}", {})), removed(["old"])],
    }

    theirs, ours = ran(both, api, rules, {"old": "o"})

    assert ours == theirs
    assert configs_seen(ours) == configs_seen(theirs) == [{"a": "x", "b": "x", "c": "x"}]
    assert saved_configs(ours) == saved_configs(theirs) == [{"a": "x", "b": "x", "old": "n"}]


def at(path: list[str], schema: Json) -> Json:
    """A validation of what stands at a path."""
    return {
        "type": "DpathValidator",
        "field_path": path,
        "validation_strategy": {"type": "ValidateAdheresToSchema", "base_schema": schema},
    }


@pytest.mark.parametrize(
    ("validation", "config"),
    [
        pytest.param(at(["a"], {"type": "object", "required": ["x"]}), {"a": {}}, id="does not fit"),
        pytest.param(at(["a"], {"type": "object", "required": ["x"]}), {"a": {"x": 1}}, id="fits"),
        pytest.param(at(["a"], {"type": "object"}), {}, id="not there"),
        pytest.param(at(["a", "b", "c"], {"type": "object"}), {"a": 1}, id="a number in the way"),
        pytest.param(at(["a"], {"type": "integer"}), {"a": "12"}, id="a text that is JSON"),
        pytest.param(at(["a"], {"type": "object"}), {"a": "{\"x\": 1}"}, id="a text that is a JSON object"),
        pytest.param(at(["a"], {"type": "string"}), {"a": "12"}, id="a text that is no text any more"),
        pytest.param(at(["a"], {"type": "integer"}), {"a": None}, id="null"),
        pytest.param(at(["a", "*"], {"type": "integer"}), {"a": [1, 2]}, id="each of a list"),
        pytest.param(at(["a", "*"], {"type": "integer"}), {"a": [1, 2.5]}, id="one of a list does not"),
        pytest.param(at(["a", "0"], {"type": "integer"}), {"a": [1.5, 2]}, id="an index"),
        pytest.param(at(["**", "x"], {"type": "integer"}), {"a": {"x": []}}, id="any depth"),
        pytest.param(at(["{{ config['k'] }}"], {"type": "integer"}), {"a": [], "k": "a"}, id="no templates"),
        pytest.param(at(["a"], {"type": "nonsense"}), {"a": 1}, id="no schema"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("verb", ["check", "discover"])
def test_a_config_is_refused_alike(
    both: Both, api: FakeApi, tmp_path: Path, validation: Json, config: Json, verb: str
) -> None:
    api.on("/orders", [{"id": 1}])
    text = MANIFEST.replace("RULES", json.dumps({"validations": [validation]}).replace("{", "{ ", 1))
    text = text.replace(
        "config_normalization_rules: { ", "config_normalization_rules: {type: ConfigNormalizationRules, "
    )

    theirs, ours = run_both(both, api, text, verb, config, tmp_path)

    assert (ours.failed, status(ours), ours.requests) == (theirs.failed, status(theirs), theirs.requests)


def told(result: Result) -> Json:
    """The body of the SPEC message."""
    found = [message["spec"] for message in result.messages if message["type"] == "SPEC"]
    return found[0] if found else None


@pytest.mark.parametrize(
    "settings",
    [
        pytest.param("documentation_url: https://example.com, zork: 1", id="a field that is not known"),
        pytest.param("advanced_auth: {auth_flow_type: oauth2.0, zork: 1, predicate_key: [a], predicate_value: x}",
                     id="a flow"),
        pytest.param("advanced_auth: {type: AuthFlow, auth_flow_type: oauth3}", id="no such flow"),
        pytest.param(
            "advanced_auth: {auth_flow_type: oauth1.0, oauth_config_specification: {type: OAuthConfigSpecification, "
            "zork: 1, oauth_user_input_from_connector_config_specification: {a: null, type: object}, "
            "complete_oauth_output_specification: {type: object, x: {y: null}, properties: {a: {type: string}}}}}",
            id="what goes in and out",
        ),
        pytest.param(
            "advanced_auth: {auth_flow_type: oauth2.0, oauth_config_specification: "
            "{oauth_connector_input_specification: {consent_url: 'https://a/{{ client_id_param }}', "
            "access_token_url: t, zork: 1, scopes: [{scope: a, b: 1}], optional_scopes: [{scope: z}], "
            "extract_output: [a], state: {min: 7, max: 27, zork: 1}, access_token_headers: {a: b, c: null}, "
            "scopes_join_strategy: comma}}}",
            id="all of the input",
        ),
        pytest.param(
            "advanced_auth: {auth_flow_type: oauth2.0, oauth_config_specification: "
            "{oauth_connector_input_specification: {consent_url: u, access_token_url: t}}}",
            id="little of the input",
        ),
        pytest.param(
            "advanced_auth: {auth_flow_type: oauth2.0, oauth_config_specification: "
            "{complete_oauth_server_input_specification: {type: object, additionalProperties: false, "
            "properties: {client_id: {type: string, default: null}}}, "
            "complete_oauth_server_output_specification: {type: object, properties: {}}}}",
            id="the server's side",
        ),
    ],
)  # fmt: skip
def test_a_flow_is_told_alike(both: Both, api: FakeApi, settings: str) -> None:
    """`advanced_auth` of the SPEC message, with its defaults and without nulls."""
    head = "connection_specification: {type: object, properties: {}}\n"
    text = MANIFEST.replace("  config_normalization_rules: RULES\n", "")
    text = text.replace(f"  type: Spec\n  {head}", f"  {{type: Spec, {head.strip()}, {settings}}}\n")

    theirs, ours = both.run(api, text, "spec", [])

    assert (ours.failed, told(ours)) == (theirs.failed, told(theirs))
