from __future__ import annotations

from collections.abc import Iterator

from penstock.authoring import Node, Placed
from penstock_builder.lint.examples import stream
from penstock_builder.lint.rule import Found, Rule


def _check(tree: Placed) -> Iterator[Found]:
    for part in tree.find("DatetimeBasedCursor", "MinMaxDatetime"):
        nodes = [part.get("datetime_format")]
        listed = part.get("cursor_datetime_formats")
        nodes += listed.value if listed is not None and isinstance(listed.value, list) else []
        for node in nodes:
            if _is_wrong(node):
                assert node is not None
                yield Found(
                    node,
                    "this format has no `%` codes, so it stands for one text and not for moments",
                    "write it with `strptime` codes such as %Y-%m-%dT%H:%M:%SZ, or as %s or %ms",
                )


def _is_wrong(node: Node | None) -> bool:
    return (
        node is not None
        and isinstance(node.value, str)
        and node.value != ""
        and "%" not in node.value
        and "{{" not in node.value
    )


RULE = Rule(
    "not-a-datetime-format",
    "warning",
    "A format of moments has no `strptime` codes.",
    _check,
    fails=(
        stream("""
            incremental_sync:
              type: DatetimeBasedCursor
              cursor_field: updated_at
              datetime_format: YYYY-MM-DD # <-
              start_datetime: "{{ config['start_date'] }}"
              is_client_side_incremental: true
        """),
    ),
    passes=(
        stream("""
            incremental_sync:
              type: DatetimeBasedCursor
              cursor_field: updated_at
              datetime_format: "%Y-%m-%d"
              start_datetime: "{{ config['start_date'] }}"
              is_client_side_incremental: true
        """),
    ),
)
