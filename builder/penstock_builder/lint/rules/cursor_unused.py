from __future__ import annotations

from collections.abc import Iterator

from penstock.authoring import Placed
from penstock_builder.lint import facts
from penstock_builder.lint.examples import stream
from penstock_builder.lint.rule import Found, Rule

_OPTIONS = ("start_time_option", "end_time_option", "start_value_option")
_HERE = ("is_client_side_incremental", "is_data_feed")


def _check(tree: Placed) -> Iterator[Found]:
    for declared in facts.streams(tree):
        cursor, retriever = facts.cursor(declared), declared.part("retriever")
        if (
            cursor is None
            or retriever is None
            or cursor.type_name not in ("DatetimeBasedCursor", "IncrementingCountCursor")
        ):
            continue
        if any(cursor.get(name) for name in _OPTIONS) or any(cursor.value(name) is True for name in _HERE):
            continue
        if (
            facts.runs_custom_code(declared)
            or facts.SLICE_NAMES & facts.names_read(retriever)
            or _reads_a_bound(cursor, retriever)
        ):
            continue
        yield Found(
            declared.get("incremental_sync") or cursor.node,
            "the cursor is never used: nothing sends its window to the API, and nothing filters by it",
            "add a `start_time_option`, read `stream_interval` in a template, or set `is_client_side_incremental`",
            at_key=True,
        )


def _reads_a_bound(cursor: Placed, retriever: Placed) -> bool:
    names = {cursor.value("partition_field_start"), cursor.value("partition_field_end")}
    return any(names.intersection(path) for path in facts.paths_read(retriever))


_CURSOR = """
            incremental_sync:{mark}
              type: DatetimeBasedCursor
              cursor_field: updated_at
              datetime_format: "%Y-%m-%d"
              start_datetime: "{{{{ config['start_date'] }}}}"{more}
        """

RULE = Rule(
    "cursor-unused",
    "warning",
    "A cursor is neither sent to the API nor used to filter records, so each sync reads all.",
    _check,
    fails=(stream(_CURSOR.format(mark=" # <-", more="")),),
    passes=(
        stream(_CURSOR.format(mark="", more="\n              is_client_side_incremental: true")),
        stream(
            _CURSOR.format(
                mark="",
                more="\n              start_time_option: {type: RequestOption, inject_into: request_parameter, field_name: since}",
            )
        ),
    ),
)
