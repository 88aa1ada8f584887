"""Laws of the diff, and the public manifests."""

from __future__ import annotations

import gzip
import json
import os
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from tests.builder.diff.shop import MANIFEST, changed, reading

from penstock.authoring import read_text
from penstock_builder.diff import diff

Json = Any
COMPAT = Path(os.environ.get("PENSTOCK_COMPAT") or Path(__file__).parents[4] / "shared/compat")
PACKS = sorted((COMPAT / "packs").glob("*.json.gz"))

ADDITIONS = (
    ("      size: {type: integer}", "      size: {type: integer}\n      page: {type: integer}"),
    ("          email: {type: string}", "          email: {type: string}\n          phone: {type: string}"),
    ("fields: [email]", "fields: [email, address.city]"),
    ("id: {type: integer}, seen", "id: {type: integer}, sum: {type: number}, seen"),
    ("    name: regions\n", "    name: regions\n    primary_key: id\n"),
    ("path: /events}", "path: /events, request_parameters: {expand: all}}"),
)

EDITS = (
    *ADDITIONS,
    ("mask: redact", "mask: nullify"),
    ("cursor_field: at", "cursor_field: changed_at"),
    ("name: regions", "name: areas"),
    ("max_retries: 3", "max_retries: 4"),
    ("partition_field: order", "partition_field: order_id"),
)


def edits(among: tuple[tuple[str, str], ...]) -> st.SearchStrategy[str]:
    """The manifest after some of these edits."""
    return st.sets(st.sampled_from(among), min_size=1).map(
        lambda chosen: changed(*sorted(chosen, key=among.index))
    )


def shuffled(value: Json, order: st.DataObject) -> Json:
    """The same mappings with their keys in another order."""
    if isinstance(value, dict):
        keys = order.draw(st.permutations(list(value)))
        return {key: shuffled(value[key], order) for key in keys}
    return [shuffled(child, order) for child in value] if isinstance(value, list) else value


def inlined(value: Json, root: Json) -> Json:
    """The value with a copy in place of each `$ref`."""
    if isinstance(value, list):
        return [inlined(child, root) for child in value]
    if not isinstance(value, dict):
        return value
    made: dict[str, Json] = {}
    if "$ref" in value:
        target = root
        for key in value["$ref"].removeprefix("#/").split("/"):
            target = target[int(key)] if isinstance(target, list) else target[key]
        made.update(inlined(target, root))
    return {**made, **{key: inlined(child, root) for key, child in value.items() if key != "$ref"}}


@given(text=edits(EDITS))
def test_nothing_changes_to_itself(text: str) -> None:
    """And the version stays."""
    found = diff(reading(text, "a.yaml"), reading(text, "b.yaml"))

    assert (found.changes, found.version.bump) == ((), "none")


@given(text=edits(EDITS), order=st.data(), flow=st.booleans(), inline=st.booleans(), anchors=st.booleans())
def test_how_a_manifest_is_written_does_not_count(
    text: str, order: st.DataObject, flow: bool, inline: bool, anchors: bool
) -> None:
    """Style, comments, order of keys, copies in place of references, anchors."""
    plain = yaml.safe_load(text)
    other = shuffled(inlined(plain, plain) if inline else plain, order)
    dumper = yaml.SafeDumper
    if not anchors:
        other = json.loads(json.dumps(other))
    written = "# a comment\n" + yaml.dump(other, Dumper=dumper, default_flow_style=flow, sort_keys=False)

    assert diff(reading(text), reading(written)).changes == ()
    assert diff(reading(written), reading(text)).changes == ()


@given(text=edits(ADDITIONS))
def test_additions_the_other_way_round_are_removals(text: str) -> None:
    """What is new in one direction is gone in the other: the places change sides, and nothing is told once only."""
    there, back = diff(reading(MANIFEST), reading(text)), diff(reading(text), reading(MANIFEST))

    assert sorted((c.kind, c.stream, str(c.old_span), str(c.new_span)) for c in there.changes) == sorted(
        (c.kind, c.stream, str(c.new_span), str(c.old_span)) for c in back.changes
    )


@given(text=edits(EDITS))
def test_an_edit_that_changes_something_is_told(text: str) -> None:
    """No edit of meaning passes in silence."""
    assert diff(reading(MANIFEST), reading(text)).changes


@pytest.mark.skipif(not PACKS, reason="the public manifests are not on this machine")
@pytest.mark.parametrize("pack", PACKS, ids=lambda pack: pack.name.removesuffix(".json.gz"))
def test_a_public_manifest_means_the_same_after_a_round_trip(pack: Path) -> None:
    """Read as plain data and written in another style and order."""
    text: str = json.loads(gzip.decompress(pack.read_bytes()))["build"]["manifest"]
    written = yaml.dump(yaml.load(text, Loader=yaml.CSafeLoader), Dumper=yaml.CSafeDumper, sort_keys=True)

    found = diff(read_text(text, "old.yaml"), read_text(written, "new.yaml"))

    assert (found.changes, found.unread) == ((), ())


def test_a_change_of_each_of_a_hundred_streams_is_told() -> None:
    """Streams that are alike but for their names do not hide each other's changes."""
    head, spec = MANIFEST.split("spec:\n", 1)
    regions = head[head.index("  - type: DeclarativeStream\n    name: regions") :]
    names = {f"regions_{number}" for number in range(100)}
    many = "".join(regions.replace("name: regions", f"name: {name}") for name in sorted(names))
    text = f"{head}{many}spec:\n{spec}"
    retyped = text.replace("properties: {id: {type: integer}}}", "properties: {id: {type: string}}}")

    found = diff(reading(text), reading(retyped))

    assert {change.stream for change in found.changes} >= names
