from __future__ import annotations

import pytest

from penstock.errors import ConfigError
from penstock.plan.compile import DEFAULT_CONCURRENCY, SourcePlan, chosen_streams, compile_source, find_stream
from penstock.plan.manifest import parse_manifest
from penstock.testing.fakes import Fakes

MANIFEST = """
version: 6.44.0
check: {stream_names: [orders]}
definitions:
  retriever:
    requester: {url: "https://shop.example.test/orders"}
    record_selector: {extractor: {field_path: []}}
streams:
  - {name: orders, retriever: {$ref: "#/definitions/retriever"}}
  - {name: refunds, retriever: {$ref: "#/definitions/retriever"}}
"""
SPEC = """
spec:
  connection_specification: {type: object, required: [shop], properties: {shop: {type: string}}}
"""


def compiled(manifest: str, **config: object) -> SourcePlan:
    return compile_source(parse_manifest(manifest), Fakes(config).resources())


def test_a_plan_has_the_streams_in_the_manifests_order() -> None:
    """And the names that a check tries."""
    plan = compiled(MANIFEST)

    assert list(plan.streams) == ["orders", "refunds"]
    assert plan.check_names == ("orders",)


def test_of_two_streams_of_one_name_the_last_counts() -> None:
    """By name there can be only one; it keeps the place of the first."""
    plan = compiled(
        MANIFEST + '  - {name: orders, primary_key: id, retriever: {$ref: "#/definitions/retriever"}}'
    )

    assert list(plan.streams) == ["orders", "refunds"]
    assert plan.streams["orders"].primary_key == (("id",),)


@pytest.mark.parametrize(
    ("level", "expected"),
    [
        pytest.param("", DEFAULT_CONCURRENCY, id="the default"),
        pytest.param("concurrency_level: {default_concurrency: 8}", 8, id="a number"),
        pytest.param(
            "concurrency_level: {default_concurrency: \"{{ config['workers'] }}\", max_concurrency: 5}",
            5,
            id="from the config, with a limit",
        ),
    ],
)
def test_a_plan_knows_how_many_slices_are_read_at_once(level: str, expected: int) -> None:
    """Over all streams."""
    assert compiled(MANIFEST + level, workers=9).concurrency == expected


def test_a_config_that_does_not_fit_the_spec_is_refused() -> None:
    """Before anything is sent."""
    assert compiled(MANIFEST + SPEC, shop="north").streams
    with pytest.raises(ConfigError):
        compiled(MANIFEST + SPEC, shop=5)


@pytest.mark.parametrize(
    ("names", "chosen"),
    [
        pytest.param((), ["orders", "refunds"], id="all where none is named"),
        pytest.param(("refunds",), ["refunds"], id="the one that is named"),
        pytest.param(
            ("refunds", "orders", "refunds"), ["refunds", "orders"], id="each once, in the order asked for"
        ),
    ],
)
def test_streams_are_chosen_by_name(names: tuple[str, ...], chosen: list[str]) -> None:
    """For a sync of some of them."""
    assert [stream.name for stream in chosen_streams(compiled(MANIFEST), names)] == chosen


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        pytest.param("order", "did you mean `orders`?", id="a slip"),
        pytest.param("x", "there are `orders`, `refunds`", id="another name"),
    ],
)
def test_a_stream_that_is_not_there_gets_a_hint(name: str, hint: str) -> None:
    """The nearest name, or all of them."""
    with pytest.raises(ConfigError, match=f"^the manifest has no stream `{name}`") as raised:
        find_stream(compiled(MANIFEST), name)

    assert raised.value.hint == hint
