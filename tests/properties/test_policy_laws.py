"""What a policy promises, whatever the data turns into: nothing that it does not know leaves."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from penstock.diagnostics import Diagnostics
from penstock.errors import StreamError
from penstock.manifest.load import load_text
from penstock.masking.batch import RawBatch
from penstock.masking.policy import Masking
from penstock.plan.policy import policy_at
from penstock.testing.fakes import Fakes

Json = Any

MARKER = "brandnew"
NEW_NUMBER = 77_310_077
KEY_OF_DATA = f"{MARKER}.key@example.org"
CLASSES = ("person", "text", "gone", "nothing")
FIELDS = ("name", "email", "tags", "address", "note")
Strictness = Literal["fail", "drop", "quarantine"]

words = st.sampled_from(["ada", "grace", "alan", "joan"])
new_leaves = st.sampled_from([f"{MARKER} text", f"{MARKER}@example.org", NEW_NUMBER, NEW_NUMBER / 4])
new_values = st.recursive(
    new_leaves,
    lambda inner: (
        st.lists(inner, min_size=1, max_size=2)
        | st.dictionaries(
            st.sampled_from(["of", "by", KEY_OF_DATA, "4711 0815"]), inner, min_size=1, max_size=2
        )
    ),
    max_leaves=4,
)
known_values = st.recursive(
    words | st.none() | st.just("") | st.integers(1, 9),
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["of", "by"]), inner, max_size=2)
    ),
    max_leaves=4,
)
records = st.fixed_dictionaries(dict.fromkeys(FIELDS, known_values))
classified = st.fixed_dictionaries(dict.fromkeys(FIELDS, st.sampled_from(CLASSES)))


@dataclass(frozen=True)
class Change:
    """A record after its API changed. `at` is where the change begins, and `covered` says that a rule is for it still."""

    record: Mapping[str, Json]
    at: str
    covered: bool = False


@st.composite
def changes(draw: st.DrawFn, record: Mapping[str, Json]) -> Change:
    """A new column, a renamed one, a new nested object, or a column of another type."""
    field = draw(st.sampled_from(FIELDS))
    kind = draw(st.sampled_from(["new", "renamed", "nested", "keyed by data", "changed type"]))
    value = draw(new_values)
    if kind == "renamed":
        rest = {key: old for key, old in record.items() if key != field}
        return Change({**rest, f"{field}_2": value}, f"{field}_2")
    if kind == "nested":
        return Change({**record, "profile": {"inner": value}}, "profile.inner")
    if kind == "keyed by data":
        empty = draw(st.sampled_from([None, {}, [], value]))
        return Change({**record, "profile": {KEY_OF_DATA: empty}}, "profile.<key>")
    if kind == "changed type":
        return Change({**record, field: value}, field, covered=True)
    return Change({**record, "nick": value}, "nick")


def masking(
    classes: Mapping[str, str],
    unclassified: str,
    *,
    declared: Mapping[str, Json] = MappingProxyType({}),
    folder: Path = Path(),
    **more: Json,
) -> Masking:
    """A policy by which fields have classes; `declared` are more classes."""
    told = {
        "unclassified": unclassified,
        "keys": {"people": {"ref": "env:ANY", "id": "p26"}},
        "classes": {
            "person": {"mask": {"type": "Hmac", "key": "people", "domain": "person"}},
            "text": {"mask": "redact"},
            "gone": {"mask": "drop"},
            "nothing": {"mask": "nullify"},
            "public": {"mask": {"type": "Keep"}},
            **declared,
        },
        "streams": {"*": {"fields": {"id": "public", **classes}}},
        "quarantine": {"to": str(folder / "aside.jsonl"), "encrypt": "people"},
        **more,
    }
    loaded = policy_at(load_text(json.dumps(told)), Diagnostics())
    return loaded.build(Fakes().resources())


class Told:
    """What came of one batch: the records that left, and all else that was told, as text."""

    def __init__(self, policy: Masking, *batch: Mapping[str, Json]) -> None:
        self.error = ""
        self.records: list[Json] = []
        try:
            masks = policy.for_stream("people", [], dict)
            self.records = masks(RawBatch("people", [dict(record) for record in batch])).records
        except StreamError as error:
            self.error = f"{error.message} {error.hint}"
        assert policy._policy is not None
        self.report = policy._policy.report.as_json()

    @property
    def everything(self) -> str:
        """All that could be seen of it."""
        return repr((self.records, self.error, self.report))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where records are put aside."""
    return tmp_path_factory.mktemp("quarantine")


def holds_new(text: str) -> bool:
    """Whether anything of the new values is in a text."""
    return any(part in text for part in (MARKER, "4711 0815", str(NEW_NUMBER), str(NEW_NUMBER / 4)))


def masked(classes: Mapping[str, str], record: Mapping[str, Json]) -> Json:
    """A record as the policy masks it while nothing is new."""
    return Told(masking(classes, "keep"), record).records[0]


@given(st.data(), records, classified)
def test_what_is_new_stops_a_run_under_fail(data: st.DataObject, record: Json, classes: Json) -> None:
    """The error tells the path, with `<key>` for a key that is data, and nothing of the values."""
    record = {"id": 1, **record}
    change = data.draw(changes(record))

    told = Told(masking(classes, "fail"), change.record)

    assert not holds_new(told.everything)
    assert change.covered or f"the field `{change.at}" in told.error
    assert told.records == [] or change.covered


@given(st.data(), records, classified)
def test_what_is_new_is_gone_under_drop(data: st.DataObject, record: Json, classes: Json) -> None:
    """The other fields leave as ever."""
    record = {"id": 1, **record}
    change = data.draw(changes(record))

    told = Told(masking(classes, "drop"), change.record)

    assert not holds_new(told.everything)
    untouched = {key: old for key, old in change.record.items() if record.get(key, MARKER) is old}
    expected = masked(classes, untouched)
    assert {key: new for key, new in told.records[0].items() if key in untouched} == expected


@given(st.data(), records, classified)
def test_what_is_new_puts_its_record_aside_under_quarantine(
    folder: Path, data: st.DataObject, record: Json, classes: Json
) -> None:
    """Other records leave, and the report tells the path."""
    record = {"id": 1, **record}
    change = data.draw(changes(record).filter(lambda change: not change.covered))

    told = Told(masking(classes, "quarantine", folder=folder), record, change.record, record)

    assert not holds_new(told.everything + (folder / "aside.jsonl").read_text())
    assert told.records == [masked(classes, record)] * 2
    (withheld,) = told.report["streams"]["people"]["withheld"]
    assert withheld["path"].startswith(change.at)


ADDRESS = f"{MARKER}@example.org"
HOLD_AN_ADDRESS: tuple[tuple[str, Callable[[str], Json]], ...] = (
    ("nick", lambda address: address),
    ("nick", lambda address: f"write to <{address}>, please"),
    ("nick[*]", lambda address: [address]),
    ("nick.of[*].by", lambda address: {"of": [{"by": address}]}),
    ("nick.<key>", lambda address: {address: None}),
    ("nick.<key>", lambda address: {"4711 0815": address}),
    ("id", lambda address: address),
    ("id.of", lambda address: {"of": address}),
)


@pytest.mark.parametrize("unclassified", ["keep", "drop", "quarantine", "fail"])
@pytest.mark.parametrize(
    "declared",
    [
        pytest.param({}, id="the policy does not speak of the class"),
        pytest.param({"email": {"mask": "redact"}}, id="its class names no detector"),
        pytest.param({"email": {"mask": "redact", "detect": "email"}}, id="its class names one"),
        pytest.param({"mail": {"mask": "redact", "detect": "email"}}, id="another class names its detector"),
    ],
)
@settings(max_examples=20)
@given(st.sampled_from(HOLD_AN_ADDRESS), records, classified)
def test_a_floor_class_never_leaves(
    unclassified: str,
    declared: Json,
    folder: Path,
    held: tuple[str, Callable[[str], Json]],
    record: Json,
    classes: Json,
) -> None:
    """In a field without a class, or in one that the policy keeps, it stops the run, which tells the path alone."""
    path, hold = held
    field = path.partition(".")[0].removesuffix("[*]")
    floor = {"never_in_clear": ["email"]}
    policy = masking(classes, unclassified, declared=declared, folder=folder, floor=floor)

    told = Told(policy, {**record, "id": 1, field: hold(ADDRESS)})

    assert not holds_new(told.everything)
    if unclassified == "keep" or field == "id":
        assert told.records == []
        assert f"the field `{path}` holds what looks like `email`" in told.error
        assert told.report["streams"]["people"]["detected"] == {"email": 1}


@pytest.mark.parametrize(
    ("mask", "stops"),
    [
        pytest.param({"type": "Truncate", "keep_first": 99}, True, id="cut behind its end"),
        pytest.param({"type": "ScanText", "detect": ["card"]}, True, id="scanned for something else"),
        pytest.param({"type": "ScanText", "detect": ["email"]}, False, id="scanned for it"),
        pytest.param({"type": "Truncate", "keep_first": 4}, False, id="cut short"),
    ],
)
def test_a_mask_that_leaves_a_floor_class_in_clear_stops_the_run(mask: Json, stops: bool) -> None:
    """A mask is no licence: what counts is what comes out of it."""
    policy = masking(
        {"note": "weak"}, "fail", declared={"weak": {"mask": mask}}, floor={"never_in_clear": ["email"]}
    )

    told = Told(policy, {"note": f"{ADDRESS} {'and more ' * 20}"})

    assert ADDRESS not in told.everything
    assert ("the field `note` holds what looks like `email`" in told.error) == stops
    assert len(told.records) == (0 if stops else 1)
