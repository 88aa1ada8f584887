from __future__ import annotations

from collections.abc import Iterator

from penstock.authoring import FieldPath, Placed, did_you_mean
from penstock_builder.lint import facts
from penstock_builder.lint.examples import stream
from penstock_builder.lint.rule import Found, Rule


def _check(tree: Placed) -> Iterator[Found]:
    for declared, properties in facts.streams_with_schema(tree):
        added = {facts.first_key(field) for field in facts.added_fields(declared)}
        for node, path in facts.masks(declared):
            name = _name(path)
            if name and name not in properties and name not in added:
                yield Found(
                    node,
                    f"this mask finds nothing that the schema knows of: there is no `{name}`",
                    did_you_mean(name, properties)
                    or "check the spelling: a mask that misses its field lets it out",
                )


def _name(path: FieldPath) -> str:
    """The field of the record that a path begins with; empty where any may be meant."""
    return path[0].name if path and path[0].kind == "name" else ""


RULE = Rule(
    "mask-misses",
    "warning",
    "A mask is for a field that the stream's schema does not have.",
    _check,
    fails=(
        stream("""
            transformations:
              - type: MaskFields
                mask: redact
                fields:
                  - emial # <-
        """),
    ),
    passes=(
        stream("""
            transformations:
              - {type: MaskFields, mask: redact, fields: [email, "**.phone"]}
        """),
    ),
)
