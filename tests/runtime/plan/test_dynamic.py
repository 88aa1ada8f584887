from __future__ import annotations

import json
from typing import Any

import pytest

from penstock.errors import ConfigError
from penstock.plan.compile import SourcePlan, compile_check, compile_source
from penstock.plan.manifest import parse_manifest
from penstock.testing.fakes import Fakes, json_response

MANIFEST = """
version: 6.44.0
check: CHECK
definitions:
  retriever:
    requester: {url: "https://shop.example.test/orders"}
    record_selector: {extractor: {field_path: []}}
streams:
  - {name: static, retriever: {$ref: "#/definitions/retriever"}}
dynamic_streams:
  - name: tables
    stream_template: {name: "", retriever: {$ref: "#/definitions/retriever"}}
    components_resolver:
      type: HttpComponentsResolver
      retriever: {$ref: "#/definitions/retriever"}
      components_mapping: [{field_path: [name], value: "{{ components_values['id'] }}"}]
  - stream_template: {name: "", retriever: {$ref: "#/definitions/retriever"}}
    components_resolver:
      type: ConfigComponentsResolver
      stream_config: {configs_pointer: [more]}
      components_mapping: [{field_path: [name], value: "{{ components_values['id'] }}"}]
"""


def compiled(check: Any, *more: str, compile_: Any = compile_check) -> tuple[SourcePlan, Fakes]:
    """The plan of a manifest whose API has the tables `t1` and `t2`, and whose config has more."""
    fakes = Fakes(
        {"more": [{"id": name} for name in more]}, answers=[json_response([{"id": "t1"}, {"id": "t2"}])]
    )
    return compile_(parse_manifest(MANIFEST.replace("CHECK", json.dumps(check))), fakes.resources()), fakes


def test_dynamic_streams_come_after_the_others() -> None:
    """In the manifest's order."""
    plan, _ = compiled({"stream_names": ["static"]}, "m1", compile_=compile_source)

    assert list(plan.streams) == ["static", "t1", "t2", "m1"]


@pytest.mark.parametrize(
    ("more", "blamed"),
    [
        pytest.param(("m1", "m1"), "config_error", id="in the config"),
        pytest.param(("t1",), "config_error", id="in both"),
    ],
)
def test_two_of_one_name_are_refused(more: tuple[str, ...], blamed: str) -> None:
    with pytest.raises(ConfigError, match="two dynamic streams have the name") as refusal:
        compiled({"stream_names": ["static"]}, *more, compile_=compile_source)

    assert refusal.value.failure_type == blamed


@pytest.mark.parametrize(
    ("check", "tried"),
    [
        pytest.param({"stream_names": ["m1"]}, ["m1"], id="a stream by name"),
        pytest.param(
            {"dynamic_streams_check_configs": [{"dynamic_stream_name": "tables", "stream_count": 1}]},
            ["t1"],
            id="the first",
        ),
        pytest.param(
            {
                "stream_names": ["static"],
                "dynamic_streams_check_configs": [
                    {"dynamic_stream_name": "dynamic_stream_1"},
                    {"dynamic_stream_name": "tables"},
                ],
            },
            ["static", "m1", "t1", "t2"],
            id="all, also of one without a name",
        ),
        pytest.param(
            {"type": "CheckDynamicStream", "stream_count": 2}, ["static", "t1"], id="the first of all"
        ),
        pytest.param(
            {"type": "CheckDynamicStream", "stream_count": 2, "use_check_availability": False},
            [],
            id="only found",
        ),
    ],
)
def test_a_check_tries_the_streams_that_it_names(check: Any, tried: list[str]) -> None:
    plan, fakes = compiled(check, "m1")

    assert list(plan.check_names) == tried
    assert len(fakes.sent) == 1


def test_a_check_of_static_streams_does_not_ask_for_others() -> None:
    plan, fakes = compiled({"stream_names": ["static"]})

    assert list(plan.streams) == ["static"]
    assert not fakes.sent


def test_a_check_of_a_dynamic_stream_that_is_not_there_is_refused() -> None:
    with pytest.raises(ConfigError, match="the manifest has no dynamic stream `nope`"):
        compiled({"dynamic_streams_check_configs": [{"dynamic_stream_name": "nope"}]})


def test_a_check_may_override_the_config() -> None:
    """For this check alone."""
    plan, _ = compiled({"stream_names": ["o1"], "config_overrides": {"more": [{"id": "o1"}]}}, "m1")

    assert list(plan.streams) == ["static", "t1", "t2", "o1"]
