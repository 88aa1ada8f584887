"""The DuckDB screens: which tables there are, a box for SQL, what columns hold, and charts of what was asked."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from penstock.authoring import Json, PenstockError, counted
from penstock_ui.problems import show_error
from penstock_ui.screens import literal
from penstock_ui.session import Session

if TYPE_CHECKING:
    from penstock_builder.data.database import Answer, Database

_PARTS = ("SQL", "Columns", "Chart")
_CHARTS = ("Bars", "Line", "Points", "Area")
_ROWS = "how many rows"
_OWN = "_penstock_"


def database(session: Session, file: Path | None = None) -> Database | None:
    """The test reads of this session as tables, or a DuckDB file; None where nothing was read. Raises PenstockError.

    It is loaded once, and anew when there is more.
    """
    reads = [
        read
        for read in session.shown_reads.values()
        if read.snapshot().is_over and read.sampling.plan is not None
    ]
    if file is None and not any(read.sampling.left for read in reads):
        release(session)
        return None
    holds: tuple[Json, ...] = (
        tuple((read.number, len(read.sampling.left)) for read in reads)
        if file is None
        else (str(file), file.stat().st_mtime_ns)
    )
    kept = session.kept.get("database")
    if kept is not None and kept[0] == holds:
        found: Database = kept[1]
        return found
    release(session)
    from penstock_builder.data.database import of_file, of_samples

    with st.spinner("Loading into DuckDB …"):
        made = of_samples(read.sampling for read in reads) if file is None else of_file(file)
    session.kept["database"] = (holds, made)
    return made


def release(session: Session) -> None:
    """Close what is open: a sync may write its file then."""
    kept = session.kept.pop("database", None)
    session.kept.pop("answers", None)
    if kept is not None:
        kept[1].close()


def show(session: Session, opened: Database, *, first: str, wide: bool) -> None:
    """Draw one of the three parts. `first` is the table that is shown to begin with."""
    tables = opened.tables()
    if not tables:
        st.info("There is no table here.")
        return
    part = st.segmented_control(
        "Show", _PARTS, default=_PARTS[0], key="data-part", label_visibility="collapsed", required=True
    )
    begin = first if first in tables else next(iter(tables))
    parts: dict[str, Callable[[], None]] = {
        "SQL": lambda: _sql(session, opened, tables, begin, wide=wide),
        "Columns": lambda: _columns(opened, tables, begin),
        "Chart": lambda: _chart(session, opened, begin),
    }
    parts[part or _PARTS[0]]()


def _sql(
    session: Session, opened: Database, tables: dict[str, dict[str, str]], begin: str, *, wide: bool
) -> None:
    from penstock_builder.data.database import MOST_ROWS, TIME_OUT_SECONDS, whole

    if wide:
        left, right = st.columns([1, 3], gap="medium")
        with left:
            _listed(opened, tables)
    else:
        right = st.container()
    statements: dict[str, str] = session.kept.setdefault("statements", {})
    answers: dict[str, Answer | PenstockError] = session.kept.setdefault("answers", {})
    with right:
        with st.form("data-form", border=False):
            sql = st.text_area(
                "SQL",
                statements.get(begin, whole(begin, 100)),
                key=f"data-sql-{begin}",
                height=120,
                help="Ctrl+Enter runs it.",
            )
            with st.container(horizontal=True, vertical_alignment="center"):
                runs = st.form_submit_button(
                    "Run", key="data-run", icon=":material/play_arrow:", type="primary"
                )
                st.caption(
                    f"At most {MOST_ROWS:,} rows and {TIME_OUT_SECONDS:g} s. Files and the network are out of reach.",
                    width="content",
                )
        if runs:
            statements[begin], answers[begin] = sql, _asked(opened, sql)
        answer = answers.get(begin)
        if isinstance(answer, PenstockError):
            show_error(answer)
        elif answer is not None:
            _answer(answer)
        elif not wide:
            _listed(opened, tables)


def _asked(opened: Database, sql: str) -> Answer | PenstockError:
    try:
        return opened.ask(sql)
    except PenstockError as error:
        return error


def _answer(answer: Answer) -> None:
    rows = answer.rows()
    told = f"{counted(len(rows), 'row')} in {answer.seconds:.2f} s"
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(f"{told}; there are more" if answer.is_cut else told, width="content")
        st.download_button(
            "CSV", answer.as_csv, "answer.csv", "text/csv", key="data-csv", icon=":material/download:",
            on_click="ignore", type="tertiary",
        )  # fmt: skip
        st.download_button(
            "Parquet", answer.as_parquet, "answer.parquet", "application/vnd.apache.parquet", key="data-parquet",
            icon=":material/download:", on_click="ignore", type="tertiary",
        )  # fmt: skip
    shown = {name: [row[name] for row in rows] for name in answer.columns}
    st.dataframe(
        shown, hide_index=True, width="stretch", height=380 if len(rows) > 9 else "auto", key="data-answer"
    )


def _listed(opened: Database, tables: dict[str, dict[str, str]]) -> None:
    """The tables with their columns."""
    st.caption("Tables")
    for name, columns in tables.items():
        with st.expander(f"{literal(name)} :gray[{counted(_own(columns), 'column')}]"):
            if name in opened.notes:
                st.caption(literal(opened.notes[name]))
            for column, type_ in columns.items():
                if not column.startswith(_OWN):
                    st.markdown(f"{literal(column)} :gray[{literal(_short(type_))}]")


def _own(columns: dict[str, str]) -> int:
    return sum(not name.startswith(_OWN) for name in columns)


def _short(type_: str) -> str:
    return type_ if len(type_) <= 40 else f"{type_[:39]}…"


def _columns(opened: Database, tables: dict[str, dict[str, str]], begin: str) -> None:
    """The profile of a table's columns, and of one of them in detail."""
    from penstock_builder.data.column_profile import profile

    names = list(tables)
    table = st.selectbox("Table", names, names.index(begin), key="data-table")
    columns = [(name, type_) for name, type_ in tables[table].items() if not name.startswith(_OWN)]
    found = profile(opened, table, columns)
    if not found:
        st.info("This table has no column of the stream yet.")
        return
    st.dataframe(
        [
            {
                "Column": each.name,
                "Type": each.type,
                "Null": each.null_share * 100,
                "Distinct": each.distinct,
                "Min": each.least,
                "Max": each.greatest,
            }
            for each in found
        ],
        hide_index=True,
        width="stretch",
        key="data-profile",
        height=min(36 * len(found) + 40, 330),
        column_config={
            "Null": st.column_config.ProgressColumn(min_value=0, max_value=100, format="%.0f %%", width=90),
            "Distinct": st.column_config.NumberColumn(width=70),
        },
    )
    st.caption(f"{found[0].rows:,} rows")
    name = st.selectbox("Column", [each.name for each in found], key=f"data-column-{table}")
    _detail(opened, table, name, dict(columns)[name])


def _detail(opened: Database, table: str, name: str, type_: str) -> None:
    from penstock_builder.data.column_profile import common, histogram

    bins = histogram(opened, table, name, type_)
    values = common(opened, table, name, type_)
    if not values:
        st.info("Every value is null.")
        return
    parts = st.columns([3, 2], gap="medium") if bins else [st.container(), st.container()]
    if bins:
        with parts[0]:
            st.caption("How the values lie")
            st.bar_chart(
                [{"from": bin_.begin, "rows": bin_.count} for bin_ in bins],
                x="from",
                y="rows",
                x_label=name,
                height=220,
            )
    with parts[1]:
        st.caption("The commonest values")
        st.dataframe(
            [{"Value": value, "Rows": times} for value, times in values], hide_index=True, width="stretch", height=220,
            key="data-common",
        )  # fmt: skip


def _chart(session: Session, opened: Database, begin: str) -> None:
    """A chart of what was asked last, else of the first table."""
    from penstock_builder.data.database import Answer, whole

    answer = session.kept.get("answers", {}).get(begin)
    if not isinstance(answer, Answer):
        answer = opened.ask(whole(begin))
        st.caption(f"The table {literal(begin)}; run a statement to chart something else.")
    rows = answer.rows()
    columns = [name for name in answer.columns if not name.startswith(_OWN)]
    if not rows or not columns:
        st.info("There is no row to draw.")
        return
    numbers = [name for name in columns if _all_numbers(rows, name)]
    first, second, third = st.columns(3)
    across = first.selectbox("Across (x)", columns, columns.index(_telling(rows, columns)), key="chart-x")
    up = second.selectbox("Up (y)", [_ROWS, *numbers], key="chart-y")
    kind = third.selectbox("Kind", _CHARTS, key="chart-kind")
    drawn = _counted_by(rows, across) if up == _ROWS else [
        {across: row[across], up: float(row[up])} for row in rows if row[up] is not None and row[across] is not None
    ]  # fmt: skip
    charts = {"Bars": st.bar_chart, "Line": st.line_chart, "Points": st.scatter_chart, "Area": st.area_chart}
    charts[kind](drawn, x=across, y=up, height=340)


def _telling(rows: Sequence[dict[str, Json]], columns: Sequence[str]) -> str:
    """A column whose values repeat, so that counting them tells something; else the first."""
    for name in columns:
        held = [str(row[name]) for row in rows if row[name] is not None]
        if 1 < len(set(held)) <= len(held) / 2:
            return name
    return columns[0]


def _counted_by(rows: Sequence[dict[str, Json]], column: str) -> list[dict[str, Json]]:
    times = Counter(_plain(row[column]) for row in rows)
    return [{column: value, _ROWS: count} for value, count in times.items() if value is not None]


def _plain(value: Json) -> Json:
    return str(value) if isinstance(value, dt.date | dt.time | Decimal) else value


def _all_numbers(rows: Sequence[dict[str, Json]], name: str) -> bool:
    held = [row[name] for row in rows if row[name] is not None]
    return bool(held) and all(
        isinstance(value, int | float | Decimal) and not isinstance(value, bool) for value in held
    )
