from __future__ import annotations

from collections.abc import Iterator

from penstock.authoring import Placed
from penstock_builder.lint.examples import retriever
from penstock_builder.lint.rule import Found, Rule


def _check(tree: Placed) -> Iterator[Found]:
    for part in tree.find("RecordFilter"):
        condition = part.get("condition")
        if condition is None or condition.value == "":
            yield Found(
                part.node,
                "a RecordFilter without a `condition` drops every record",
                "give it a `condition`, or take the filter out",
            )


RULE = Rule(
    "filter-without-condition",
    "warning",
    "A record filter without a condition drops every record.",
    _check,
    fails=(
        retriever("""
            record_selector:
              extractor: {field_path: [items]}
              record_filter:
                type: RecordFilter # <-
        """),
    ),
    passes=(
        retriever("""
            record_selector:
              extractor: {field_path: [items]}
              record_filter: {condition: "{{ record['status'] == 'open' }}"}
        """),
    ),
)
