from __future__ import annotations

import json
from typing import Any

import pytest

from penstock.components.streams.dynamic_declarative_stream import DYNAMIC_STREAM, DynamicStreams
from penstock.diagnostics import Diagnostic
from penstock.errors import ManifestError
from penstock.expressions.scope import Slice
from penstock.testing.fakes import Fakes, component, decoded, json_response

TEMPLATE = """
  type: DeclarativeStream
  name: ""
  primary_key: []
  schema_loader: {type: InlineSchemaLoader, schema: {properties: {id: {type: integer}}}}
  retriever:
    requester:
      url: https://api.example.com/placeholder
      request_parameters: {limit: "{{ parameters['limit'] }}"}
    record_selector: {extractor: {field_path: []}}
"""


def text(*mappings: tuple[list[str], str], more: str = "", template: str = TEMPLATE) -> str:
    """A dynamic stream with these values in these places; the tables are `orders` and `lines`."""
    mapped = [
        {"field_path": path, "value": value, "create_or_update": True}
        for path, value in ((["name"], "{{ components_values['id'] }}"), *mappings)
    ]
    entries = [{"id": "orders"}, {"id": "lines"}]
    return f"""
type: DynamicDeclarativeStream
name: tables
stream_template:{template}
components_resolver:
  type: ParametrizedComponentsResolver
  stream_parameters: {{list_of_parameters_for_stream: {json.dumps(entries)}}}
  components_mapping: {json.dumps(mapped)}
{more}
"""


def streams(manifest: str) -> DynamicStreams:
    """What the dynamic stream builds."""
    return component(manifest, DYNAMIC_STREAM).build(Fakes().resources())


def test_a_stream_is_made_of_each_set_of_values() -> None:
    """Whole streams, with all that the template says."""
    made = streams(text((["primary_key"], "[id, '{{ components_values.id }}']")))

    plans = list(made.resolve())

    assert made.name == "tables"
    assert [(plan.name, plan.primary_key) for plan in plans] == [
        ("orders", (("id",), ("orders",))),
        ("lines", (("id",), ("lines",))),
    ]
    assert plans[0].schema() == {"properties": {"id": {"type": "integer"}}}


def test_a_template_is_checked_before_there_are_values() -> None:
    """What is wrong whatever the values are is told with the manifest, at its place."""
    wrong = TEMPLATE.replace("request_parameters:", "request_paramters:").replace(
        "url: https", "url: [https]  #"
    )

    problems = decoded(text(template=wrong), DYNAMIC_STREAM)[1]

    assert [(p.rule, p.span.line, p.span.col) for p in problems] == [
        ("wrong-type", 11, 12),
        ("unknown-field", 12, 7),
    ]


def refusal(manifest: str) -> Diagnostic:
    """What is wrong with the first stream that is made."""
    with pytest.raises(ManifestError) as error:
        list(streams(manifest).resolve())
    [problem] = error.value.diagnostics
    return problem


def test_a_wrong_value_is_told_where_the_manifest_gives_it() -> None:
    """Not in the template, which is right."""
    problem = refusal(text((["retriever", "requester", "http_method"], "FETCH")))

    assert (problem.rule, problem.span.line) == ("not-an-option", 18)
    assert problem.message == "HttpRequester.http_method has no option of this name"


def test_what_is_wrong_in_the_template_is_told_there() -> None:
    """Settings that depend on values are checked once the values are in."""
    incomplete = TEMPLATE.replace("url: https://api.example.com/placeholder", "path: placeholder")

    problem = refusal(text(template=incomplete))

    assert (problem.rule, problem.span.line) == ("invalid-setting", 11)
    assert list(
        streams(
            text((["retriever", "requester", "url"], "https://api.example.com"), template=incomplete)
        ).resolve()
    )


def limits(own: str, path: list[str], more: str = "") -> Any:
    """What the requests of the first stream have as `limit`."""
    manifest = text((path, "mapped"), more=more, template=f"{TEMPLATE}  $parameters: {own}\n")
    fakes = Fakes(answers=[json_response([])])
    plan = next(component(manifest, DYNAMIC_STREAM).build(fakes.resources()).resolve())
    list(plan.retriever.read(Slice(), None))
    return dict(fakes.sent[0].options.params)["limit"]


@pytest.mark.parametrize(
    ("own", "path", "more", "limit"),
    [
        pytest.param("{limit: own}", ["name"], "", "own", id="of the template"),
        pytest.param("{limit: own}", ["$parameters", "limit"], "", "mapped", id="of a mapping"),
        pytest.param(
            "{limit: own}",
            ["$parameters", "limit"],
            "use_parent_parameters: false",
            "own",
            id="that do not win",
        ),
        pytest.param("{}", ["name"], "$parameters: {limit: outer}", "outer", id="of the dynamic stream"),
    ],
)
def test_parameters_reach_the_streams(own: str, path: list[str], more: str, limit: str) -> None:
    """Handed down once in the template and again in each stream, where those of the stream win."""
    assert limits(own, path, more) == limit
