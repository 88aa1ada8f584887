"""What a diff says of saved state is what a run does: the old manifest is run, and the new one with the state it leaves."""

from __future__ import annotations

from typing import Any

import pytest
from tests.builder.diff.shop import MANIFEST, changed, in_stream, reading

import penstock
from penstock.authoring import ConfigError, parse_manifest
from penstock.destinations.memory import MemoryDestination
from penstock.testing.fake_api import FakeApi
from penstock_builder.diff import diff

Json = Any

UNMASKED = changed(('mask: {type: Hmac, key: "env:SHOP_KEY", domain: customer}', "mask: redact"))
"""The masking key is of no matter here."""


def serve(api: FakeApi) -> None:
    """Orders of one page, lines that reach further in one order than in the other, and events alike."""
    dates = {"at": "2024-03-05", "changed_at": "2024-03-05", "seen": "2024-03-05"}
    behind = {"at": "2024-02-03", "changed_at": "2024-02-03", "seen": "2024-02-03"}
    orders = [{"id": 1, "number": 11, **dates}, {"id": 2, "number": 12, **behind}]
    api.on("/orders", {"items": orders})
    for order, reached in ((1, dates), (2, behind), (11, dates), (12, behind)):
        api.on(f"/orders/{order}/lines", {"items": [{"id": 7, **reached}]})
    api.on("/events", {"items": [{"id": 3, **dates}]})
    api.on("/regions", {"items": [{"id": 4}]})


def run(api: FakeApi, text: str, stream: str, states: Json) -> tuple[str, dict[str, list[str]], Json]:
    """How a run ends, from when it asks by path, and the state that it leaves."""
    before = len(api.requests)
    into = MemoryDestination()
    try:
        result, _ = penstock.read(
            parse_manifest(text), {"url": api.url, "token": "t"}, into, streams=[stream], states=states
        )
    except ConfigError:
        return "refused", {}, {}
    asked: dict[str, list[str]] = {}
    for request in api.requests[before:]:
        asked.setdefault(request.path, []).append(request.params.get("since", ""))
    return (
        ("ended" if result.succeeded else "refused"),
        asked,
        {name: states[-1] for name, states in into.states.items()},
    )


TOLD = {
    "goes on": "a saved state goes on where it ended",
    "new late": "partitions that are new begin at the furthest position",
    "lost": "the saved positions of partitions are LOST",
    "resets": "the state RESETS: everything",
    "wrongly": "READ WRONGLY",
    "refused": "REFUSED",
    "nothing": "no state is lost",
}

CURSOR = MANIFEST[MANIFEST.index("    incremental_sync:\n") : MANIFEST.index("    transformations:\n")]
PAGED = "      paginator:\n"
DAYS = """\
      datetime_format: "%Y-%m-%d"
      start_datetime: "2024-01-01"
      end_datetime: "2024-06-30"
"""
SECONDS = """\
      datetime_format: "%Y-%m-%dT%H:%M:%SZ"
      start_datetime: "2024-01-01T00:00:00Z"
      end_datetime: "2024-06-30T00:00:00Z"
"""
SWAPPED = """\
      datetime_format: "%Y-%d-%m"
      start_datetime: "2024-01-01"
      end_datetime: "2024-30-06"
"""
REGIONS = "partition_router: {type: ListPartitionRouter, cursor_field: region, values: [eu, us]}"


@pytest.mark.parametrize(
    ("stream", "old", "new", "told", "begins"),
    [
        pytest.param(
            "orders", DAYS, SECONDS + '      cursor_datetime_formats: ["%Y-%m-%d"]\n',
            "goes on", {"/orders": ["2024-03-05T00:00:00Z"]}, id="another format that reads the old one",
        ),
        pytest.param("orders", DAYS, SECONDS, "refused", {}, id="another format"),
        pytest.param(
            "orders", DAYS, SWAPPED, "wrongly", {"/orders": ["2024-03-05"]}, id="day and month change places"
        ),
        pytest.param(
            "orders", "cursor_field: at", "cursor_field: changed_at",
            "resets", {"/orders": ["2024-01-01"]}, id="another cursor field",
        ),
        pytest.param(
            "orders", CURSOR, "", "resets", {"/orders": [""]}, id="the cursor goes",
        ),
        pytest.param(
            "orders", PAGED,
            "      partition_router: {type: ListPartitionRouter, cursor_field: region, values: [eu, us]}\n" + PAGED,
            "goes on", {"/orders": ["2024-03-05", "2024-03-05"]}, id="partitions come",
        ),
        pytest.param(
            "events", REGIONS, "decoder: {type: JsonDecoder}",
            "resets", {"/events": ["2024-01-01"]}, id="partitions go",
        ),
        pytest.param(
            "events", "values: [eu, us]", "values: [eu, us, asia]",
            "new late", {"/events": ["2024-03-05", "2024-03-05", "2024-03-04"]}, id="a new partition",
        ),
        pytest.param(
            "events", "values: [eu, us]", "values: [us]",
            "goes on", {"/events": ["2024-03-05"]}, id="a partition goes",
        ),
        pytest.param(
            "lines", "datetime_format: \"%Y-%m-%d\"", "datetime_format: \"%Y-%m-%d\"\n      global_substream_cursor: true",
            "goes on", {"/orders/1/lines": ["2024-03-05"], "/orders/2/lines": ["2024-02-03"]},
            id="one position for all, from now on",
        ),
        pytest.param(
            "lines", "parent_key: id", "parent_key: number",
            "lost", {"/orders/11/lines": ["2024-03-04"], "/orders/12/lines": ["2024-03-04"]},
            id="other values of partitions",
        ),
        pytest.param(
            "lines", "cursor_field: seen", "cursor_field: at",
            "resets", {"/orders/1/lines": ["2024-01-01"], "/orders/2/lines": ["2024-01-01"]},
            id="another cursor field of partitions",
        ),
    ],
)  # fmt: skip
def test_a_saved_state_does_what_the_diff_says(
    api: FakeApi, stream: str, old: str, new: str, told: str, begins: dict[str, list[str]]
) -> None:
    """Each kind of change of what decides over state."""
    serve(api)
    after = in_stream(stream, old, new)
    found = diff(reading(MANIFEST), reading(after))

    _, _, states = run(api, UNMASKED, stream, {})
    ended, asked, _ = run(api, without_key(after), stream, states)

    said = [c for c in found.changes if (c.kind, c.stream) == ("state", stream) and TOLD[told] in c.what]
    assert len(said) == 1
    assert ended == ("refused" if told == "refused" else "ended")
    assert {path: sorted(asked[path]) for path in begins} == {path: sorted(begins[path]) for path in begins}


def without_key(text: str) -> str:
    return text.replace('mask: {type: Hmac, key: "env:SHOP_KEY", domain: customer}', "mask: redact")


def test_a_cursor_on_a_stream_that_had_none_loses_nothing(api: FakeApi) -> None:
    """It reads all once, as every sync did before."""
    serve(api)
    selector = '      record_selector: {$ref: "#/definitions/selector"}\n'
    after = in_stream("regions", selector, selector + CURSOR)
    found = diff(reading(MANIFEST), reading(after))

    _, _, states = run(api, UNMASKED, "regions", {})
    _, asked, _ = run(api, without_key(after), "regions", states)

    assert any(TOLD["nothing"] in change.what for change in found.changes)
    assert found.version.bump == "minor"
    assert asked == {"/regions": ["2024-01-01"]}


def test_settings_that_do_not_decide_say_nothing_of_state(api: FakeApi) -> None:
    """A look-back or another start leave saved positions where they are."""
    serve(api)
    after = in_stream(
        "orders", 'end_datetime: "2024-06-30"', 'end_datetime: "2024-06-30"\n      lookback_window: P1D'
    )

    found = diff(reading(MANIFEST), reading(after))
    _, _, states = run(api, UNMASKED, "orders", {})
    _, asked, _ = run(api, without_key(after), "orders", states)

    assert [change.kind for change in found.changes] == ["requests"]
    assert asked == {"/orders": ["2024-03-04"]}


def test_a_parent_decides_over_the_state_of_its_child(api: FakeApi) -> None:
    """Partitions of the child are named by those of the parent, too."""
    serve(api)
    after = in_stream(
        "orders",
        PAGED,
        "      partition_router: {type: ListPartitionRouter, cursor_field: region, values: [eu]}\n" + PAGED,
    )
    found = diff(reading(MANIFEST), reading(after))

    _, _, states = run(api, UNMASKED, "lines", {})
    _, asked, _ = run(api, without_key(after), "lines", states)

    assert [c.stream for c in found.changes if c.kind == "state" and TOLD["lost"] in c.what] == ["lines"]
    assert asked["/orders/1/lines"] == asked["/orders/2/lines"] == ["2024-03-04"]


def test_what_custom_code_does_with_a_state_is_not_told() -> None:
    """Nobody runs it to compare."""
    before = in_stream(
        "regions",
        "    schema_loader:\n",
        "    incremental_sync: {type: CustomIncrementalSync, class_name: a.B}\n    schema_loader:\n",
    )
    after = before.replace("class_name: a.B", "class_name: a.C")

    found = diff(reading(before), reading(after))

    assert any("cannot be told from the manifests" in change.what for change in found.changes)
    assert found.version.bump == "major"
