"""Which of a policy's rules counts for a field, and what counts where there is none."""

from __future__ import annotations

import json
from typing import Any

import pytest

from penstock.diagnostics import Diagnostics
from penstock.errors import ConfigError, StreamError
from penstock.manifest.load import load_text
from penstock.masking.batch import RawBatch
from penstock.masking.policy import Masking
from penstock.plan.policy import policy_at
from penstock.testing.fakes import Fakes

Json = Any

CLASSES = {name: {"mask": {"type": "Redact", "text": name}} for name in ("star", "stream", "deep", "schema")}


def policy(streams: Json, **more: Json) -> Masking:
    """A policy whose classes give their own names in place of values."""
    told = {"classes": {**CLASSES, "public": {"mask": {"type": "Keep"}}}, "streams": streams, **more}
    return policy_at(load_text(json.dumps(told)), Diagnostics()).build(Fakes().resources())


def masked(policy: Masking, record: Json, *, stream: str = "people", schema: Json = None) -> list[Json]:
    """The records that leave of a batch of one."""
    masks = policy.for_stream(stream, [], lambda: schema or {})
    return list(masks(RawBatch(stream, [record])).records)


def test_a_rule_of_a_stream_wins_over_one_of_all_streams() -> None:
    """Whichever stands first."""
    streams = {"people": {"fields": {"email": "stream"}}, "*": {"fields": {"email": "star", "name": "star"}}}

    assert masked(policy(streams), {"email": "a", "name": "b"}) == [{"email": "stream", "name": "star"}]
    assert masked(policy(streams), {"email": "a"}, stream="orders") == [{"email": "star"}]


def test_the_more_specific_path_wins_over_both() -> None:
    """Wherever it stands, be it the schema."""
    streams = {
        "people": {"fields": {"**.email": "stream", "of": "stream"}},
        "*": {"fields": {"of.email": "deep", "*.name": "star"}},
    }
    schema = {"properties": {"of": {"properties": {"name": {"x-privacy": {"class": "schema"}}}}}}

    made = masked(policy(streams), {"of": {"email": "a", "name": "b", "age": 3}}, schema=schema)

    assert made == [{"of": {"email": "deep", "name": "schema", "age": "stream"}}]


@pytest.mark.parametrize("fact", [{"class": "schema"}, "schema"])
def test_x_privacy_in_a_schema_gives_the_class(fact: Json) -> None:
    """At any depth, in lists too; rules of the policy for the same path win over it."""
    schema = {
        "properties": {
            "email": {"type": "string", "x-privacy": fact},
            "phone": {"type": "string", "x-privacy": fact},
            "contacts": {"items": {"properties": {"mail": {"anyOf": [{"x-privacy": fact}]}}}},
        }
    }
    told = policy({"*": {"fields": {"phone": "star"}}})

    made = masked(told, {"email": "a", "phone": "b", "contacts": [{"mail": "c"}]}, schema=schema)

    assert made == [{"email": "schema", "phone": "star", "contacts": [{"mail": "schema"}]}]


def test_a_class_in_a_schema_that_the_policy_has_not_is_an_error() -> None:
    """Rather than a field in clear."""
    schema = {"properties": {"a": {"x-privacy": {"class": "nothing"}}}}

    with pytest.raises(
        ConfigError, match="schema says that `a` is `nothing`, and the policy has no such class"
    ):
        masked(policy({}), {"a": 1}, schema=schema)


@pytest.mark.parametrize(
    "streams",
    [
        pytest.param({"people": {"fields": {"email": "deep", "$.email": "star"}}}, id="of one stream"),
        pytest.param(
            {"peop*": {"fields": {"email": "deep"}}, "*ple": {"fields": {"email": "star"}}},
            id="of two patterns",
        ),
        pytest.param({"*": {"fields": {"*.mail": "deep", "of.*": "star"}}}, id="of paths that meet"),
    ],
)
def test_two_equal_rules_are_an_error_with_both_places(streams: Json) -> None:
    """The order of a file decides nothing."""
    with pytest.raises(ConfigError) as caught:
        masked(policy(streams), {"email": "secret", "of": {"mail": "secret"}})

    assert "two masks claim one field with equal right" in caught.value.message
    assert all(
        f"for `{path}`" in caught.value.message for told in streams.values() for path in told["fields"]
    )
    assert all(f"streams `{pattern}`" in caught.value.message for pattern in streams)


@pytest.mark.parametrize("names", [("*", "peop*", "people"), ("people", "peop*", "*")])
def test_what_is_unclassified_in_one_stream_differs(names: tuple[str, ...]) -> None:
    """The stream's own word counts, then that of the longest pattern, in whatever order they stand."""
    words = {"*": "fail", "peop*": "keep", "people": "drop"}
    told = policy({name: {"unclassified": words[name]} for name in names}, unclassified="keep")

    assert masked(told, {"a": 1}) == [{}]
    assert masked(told, {"a": 1}, stream="peoples") == [{"a": 1}]
    with pytest.raises(StreamError, match="stream orders: the field `a` has no class in the policy"):
        masked(told, {"a": 1}, stream="orders")


@pytest.mark.parametrize("stream", ["orders[1]", "who?", "a.b", "two\nlines"])
def test_a_stream_is_found_by_its_name(stream: str) -> None:
    """Only `*` is a sign in a pattern."""
    told = policy({stream: {"fields": {"a": "stream"}}})

    assert masked(told, {"a": 1}, stream=stream) == [{"a": "stream"}]
    assert masked(told, {"a": 1}, stream="orders1") == [{"a": 1}]


def test_a_record_that_calls_itself_sealed_is_sealed_all_the_same(tmp_path: Any) -> None:
    """What is put aside is never in clear."""
    key = {"people": {"ref": "env:ANY", "id": "p26"}}
    aside = {"to": str(tmp_path / "aside.jsonl"), "encrypt": "people"}
    told = policy({}, unclassified="quarantine", keys=key, quarantine=aside)

    assert masked(told, {"penstock_sealed": "p26.secret"}) == []
    assert "secret" not in (tmp_path / "aside.jsonl").read_text()


@pytest.mark.parametrize(
    ("declared", "left"),
    [
        pytest.param({"type": ["string", "null"]}, [{"note": {}}], id="text, by the schema"),
        pytest.param({"type": "object"}, [{"note": {"by": "Ada"}}], id="an object, by the schema"),
        pytest.param({}, [{"note": {"by": "Ada"}}], id="anything, by the schema"),
    ],
)
def test_who_keeps_text_has_not_looked_at_what_becomes_an_object(declared: Json, left: Json) -> None:
    """A public field that changes its type holds fields that nobody has classified."""
    public = policy({"people": {"fields": {"note": "public"}}}, unclassified="drop")

    got = masked(public, {"note": {"by": "Ada"}}, schema={"properties": {"note": declared}})

    assert got == left
