from __future__ import annotations

from collections.abc import Iterator

from penstock.authoring import Node, Placed, plain
from penstock_builder.lint import facts
from penstock_builder.lint.examples import stream
from penstock_builder.lint.rule import Found, Rule


def _check(tree: Placed) -> Iterator[Found]:
    for declared in facts.streams(tree):
        keys = {key.value: "primary key" for key in facts.primary_keys(declared)}
        cursor = facts.cursor_field(declared)
        keys |= {cursor.value: "cursor field"} if cursor is not None else {}
        added: set[str] = set()
        for part in reversed(declared.parts_in("transformations")):
            if part.type_name == "AddFields":
                added |= {facts.first_key(field) for field in part.parts}
            if part.type_name == "RemoveFields" and part.get("condition") is None:
                for pointer, name in _pointers(part):
                    if name in keys and name not in added:
                        yield Found(
                            pointer,
                            f"this removes `{name}`, the {keys[name]} of the stream",
                            "leave the field, or mask it with Hmac if it must not be seen",
                        )


def _pointers(part: Placed) -> Iterator[tuple[Node, str]]:
    for pointer in facts.elements(part.get("field_pointers")):
        path = plain(pointer)
        if isinstance(path, list) and len(path) == 1:
            yield pointer, str(path[0])


RULE = Rule(
    "key-removed",
    "warning",
    "A transformation removes the primary key or the cursor field.",
    _check,
    fails=(
        stream("""
            transformations:
              - type: RemoveFields
                field_pointers:
                  - [id] # <-
        """),
    ),
    passes=(
        stream("""
            transformations:
              - type: RemoveFields
                field_pointers: [[email]]
        """),
    ),
)
