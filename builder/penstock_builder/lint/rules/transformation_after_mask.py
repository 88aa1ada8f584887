from __future__ import annotations

from collections.abc import Iterator

from penstock.authoring import Placed
from penstock_builder.lint import facts
from penstock_builder.lint.examples import stream
from penstock_builder.lint.rule import Found, Rule


def _check(tree: Placed) -> Iterator[Found]:
    for declared in facts.streams(tree):
        masked = False
        for part in declared.parts_in("transformations"):
            if part.type_name == "MaskFields":
                masked = True
            elif masked:
                yield Found(
                    part.node,
                    f"this {part.type_name} stands after a mask and still runs before it: it sees clear values",
                    "put the masks last, where they take effect",
                )


RULE = Rule(
    "transformation-after-mask",
    "warning",
    "A transformation is written after a mask; masks always come last, so it sees clear values.",
    _check,
    fails=(
        stream("""
            transformations:
              - {type: MaskFields, fields: [email], mask: {type: Drop}}
              - {type: KeysToLower} # <-
        """),
    ),
    passes=(
        stream("""
            transformations:
              - {type: KeysToLower}
              - {type: MaskFields, fields: [email], mask: {type: Drop}}
        """),
    ),
)
