from __future__ import annotations

from collections.abc import Iterator

from penstock.authoring import Placed
from penstock_builder.lint import facts
from penstock_builder.lint.examples import manifest
from penstock_builder.lint.rule import Found, Rule


def _check(tree: Placed) -> Iterator[Found]:
    check = tree.part("check")
    names = check.get("stream_names") if check is not None and check.type_name == "CheckStream" else None
    if tree.parts_in("dynamic_streams"):
        return
    known = {facts.text(part, "name") for part in tree.walk() if part.spec.kind.name == "stream"} - {""}
    for name in facts.elements(names):
        if isinstance(name.value, str) and name.value not in known:
            yield Found(
                name,
                f"the check asks for a stream `{name.value}`, which there is not",
                facts.hint(name.value, known, "there are"),
            )


RULE = Rule(
    "unknown-check-stream",
    "warning",
    "The check names a stream that the manifest does not have, so it always fails.",
    _check,
    fails=(manifest("check: {type: CheckStream, stream_names: [order]} # <-"),),
    passes=(manifest("check: {type: CheckStream, stream_names: [orders]}"),),
)
