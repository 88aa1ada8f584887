from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.warehouse import load, query

from penstock.components.cursors import CURSOR
from penstock.destinations import Part
from penstock.destinations.duckdb.destination import DuckDBDestination
from penstock.destinations.duckdb.load import COMMIT_SECONDS, Mode
from penstock.errors import DestinationError
from penstock.records.cursor import Cursor, Record
from penstock.records.files import FileRecord
from penstock.testing.fakes import NOW, Fakes, built
from penstock.testing.streams import batch, stream

FIRST, SECOND = Part(1, ""), Part(2, "")


Open = Callable[[Mode], DuckDBDestination]


def by_id() -> Cursor:
    return built("{type: ColumnCursor, cursor_field: id}", CURSOR)


def by_version() -> Cursor:
    return built("{type: ColumnCursor, cursor_field: version}", CURSOR)


@pytest.mark.parametrize(
    ("mode", "rows"),
    [
        pytest.param("overwrite", [(2, "new"), (3, "new")], id="overwrite replaces all"),
        pytest.param("append", [(1, "old"), (2, "new"), (2, "old"), (3, "new")], id="append adds all"),
        pytest.param(
            "append_dedup", [(1, "old"), (2, "new"), (3, "new")], id="append_dedup keeps one row a key"
        ),
    ],
)
def test_the_mode_says_how_rows_are_added(
    path: Path, opened: Open, mode: Mode, rows: list[tuple[Any, ...]]
) -> None:
    """What a second sync brings replaces the table, is added to it, or is merged by primary key."""
    plan = stream(properties={"id": {"type": "integer"}}, primary_key="id")
    load(opened(mode), plan, {"id": 1, "state": "old"}, {"id": 2, "state": "old"})

    load(opened(mode), plan, {"id": 2, "state": "new"}, {"id": 3, "state": "new"})

    assert query(path, "SELECT id, state FROM orders ORDER BY ALL") == rows


@pytest.mark.parametrize(
    ("records", "winner"),
    [
        pytest.param(
            [{"id": 1, "version": 2}, {"id": 1, "version": 1}], (2,), id="the furthest cursor value wins"
        ),
        pytest.param(
            [{"id": 1, "version": 1, "state": "a"}, {"id": 1, "version": 1, "state": "b"}],
            (1, "b"),
            id="of two equal ones the later",
        ),
        pytest.param([{"id": 1, "version": 1}, {"id": 1, "version": None}], (1,), id="no value loses to any"),
        pytest.param(
            [{"id": 1, "version": 1, "rowid": 9}, {"id": 1, "version": 2, "rowid": 9}],
            (2, 9),
            id="a field named as DuckDB's own row number is a field",
        ),
        pytest.param(
            [{"id": 1, "version": 1, "row": 5}, {"id": 1, "version": 2, "row": 5}],
            (2, 5),
            id="a field named row",
        ),
    ],
)
@pytest.mark.parametrize("together", [pytest.param(True, id="in one sync"), pytest.param(False, id="in two")])
def test_of_rows_with_one_key_the_newest_stays(
    path: Path, opened: Open, records: list[Record], winner: tuple[Any, ...], *, together: bool
) -> None:
    """It is the cursor field that says which is newer, and where it does not the order of arrival."""
    plan = stream(primary_key="id", cursor=by_version())

    for loaded in [records] if together else [[record] for record in records]:
        load(opened("append_dedup"), plan, *loaded)

    assert query(
        path, "SELECT * EXCLUDE (id, _penstock_id, _penstock_extracted_at, _penstock_meta) FROM orders"
    ) == [winner]


@pytest.mark.parametrize(
    "key", ["id", "row", "rowid", "part", "last", "select", 'say "hi"', "_penstock_part"]
)
def test_a_key_may_have_any_name(path: Path, opened: Open, key: str) -> None:
    """Names of columns are quoted, and those of the destination's own stay out of their way."""
    plan = stream(primary_key=key, cursor=by_version())

    load(opened("append_dedup"), plan, {key: 1, "version": 1}, {key: 2, "version": 1}, {key: 1, "version": 2})

    assert query(path, "SELECT version FROM orders ORDER BY version") == [(1,), (2,)]


def test_rows_without_a_key_are_one_row(path: Path, opened: Open) -> None:
    """Null is a key like any other, so a second sync does not add such rows again."""
    plan = stream(primary_key="id")

    load(opened("append_dedup"), plan, {"id": None, "n": 1})
    load(opened("append_dedup"), plan, {"id": None, "n": 2})

    assert query(path, "SELECT n FROM orders") == [(2,)]


def test_every_row_has_an_id_and_tells_when_it_was_read(path: Path, opened: Open) -> None:
    """Ids are UUIDs in the order of arrival (version 7); the moment is the one of the load."""
    load(opened("append"), stream(), {"n": 1}, {"n": 2})

    rows = query(path, "SELECT uuid_extract_version(_penstock_id), epoch(_penstock_extracted_at) FROM orders")
    assert rows == [(7, NOW.timestamp())] * 2


@pytest.mark.parametrize("mode", ["overwrite", "append", "append_dedup"])
def test_a_stream_without_records_is_an_empty_table(path: Path, opened: Open, mode: Mode) -> None:
    """Its columns are those of the schema, so queries over it work from the first day."""
    plan = stream(properties={"id": {"type": "integer"}}, primary_key="id")

    load(opened(mode), plan)

    assert query(path, "SELECT id FROM orders") == []
    assert opened(mode).states() == {"orders": {"at": 0}}


def test_a_stream_that_failed_leaves_a_replaced_table_as_it_was(path: Path, opened: Open) -> None:
    """Half a table is worse than an old one; rows, state and all stay, and no staging table is left."""
    load(opened("overwrite"), stream(), {"id": 1})

    load(opened("overwrite"), stream(), {"id": 2}, {"id": 3}, complete=False)

    assert query(path, "SELECT id FROM orders") == [(1,)]
    assert opened("overwrite").states() == {"orders": {"at": 1}}
    opened("overwrite").close()
    assert query(path, "SELECT table_name FROM duckdb_tables() WHERE schema_name = 'main'") == [("orders",)]


def test_of_a_stream_that_failed_what_is_settled_is_kept(path: Path, opened: Open) -> None:
    """With a cursor each part stands for itself: a part that was read is safe, the one that failed comes again."""
    destination = opened("append")
    destination.started(stream(cursor=by_id()))
    destination.write(batch("orders", {"id": 1}), FIRST)
    destination.write(batch("orders", {"id": 7}), SECOND)
    destination.settled("orders", FIRST)
    destination.checkpoint("orders", {"id": 1})

    destination.dropped("orders", SECOND)
    destination.finished("orders", {"id": 1}, complete=False)
    destination.close()

    assert query(path, "SELECT id FROM orders") == [(1,)]
    assert opened("append").states() == {"orders": {"id": 1}}


@pytest.mark.parametrize(
    "checkpoints_before_the_end",
    [pytest.param(True, id="and told the state"), pytest.param(False, id="alone")],
)
def test_a_part_that_fails_late_keeps_what_it_settled(
    path: Path, opened: Open, *, checkpoints_before_the_end: bool
) -> None:
    """The state goes on behind the rows that were settled, so these rows have to be there."""
    destination = opened("append")
    destination.started(stream(cursor=by_id()))
    destination.write(batch("orders", {"id": 1}, {"id": 2}), FIRST)
    destination.settled("orders", FIRST)
    if checkpoints_before_the_end:
        destination.checkpoint("orders", {"id": 2})
    destination.write(batch("orders", {"id": 3}), FIRST)

    destination.dropped("orders", FIRST)
    destination.finished("orders", {"id": 2}, complete=False)
    destination.close()

    assert query(path, "SELECT id FROM orders ORDER BY id") == [(1,), (2,)]


def test_a_commit_takes_what_its_state_covers_and_no_more(path: Path, opened: Open, fakes: Fakes) -> None:
    """Rows of a part that is not settled wait, whatever is committed meanwhile of other parts."""
    destination = opened("append")
    destination.started(stream(cursor=by_id()))
    destination.write(batch("orders", {"id": 1}), FIRST)
    destination.write(batch("orders", {"id": 7}), SECOND)
    destination.settled("orders", FIRST)
    fakes.seconds += COMMIT_SECONDS

    destination.checkpoint("orders", {"id": 1})
    destination.close()

    assert query(path, "SELECT id FROM orders") == [(1,)]
    assert opened("append").states() == {"orders": {"id": 1}}


def test_what_comes_after_a_commit_is_kept_apart_from_what_came_before(
    path: Path, opened: Open, fakes: Fakes
) -> None:
    """A part may go on after a commit, and fail: only what it wrote since is dropped."""
    destination = opened("append")
    destination.started(stream(cursor=by_id()))
    destination.write(batch("orders", {"id": 1}), FIRST)
    destination.settled("orders", FIRST)
    fakes.seconds += COMMIT_SECONDS
    destination.checkpoint("orders", {"id": 1})
    destination.write(batch("orders", {"id": 2}), FIRST)
    destination.settled("orders", FIRST)
    destination.write(batch("orders", {"id": 3}), FIRST)

    destination.dropped("orders", FIRST)
    destination.finished("orders", {"id": 2}, complete=False)
    destination.close()

    assert query(path, "SELECT id FROM orders ORDER BY id") == [(1,), (2,)]


def test_what_a_crash_left_in_staging_is_gone_with_the_next_sync(path: Path, opened: Open) -> None:
    """Rows that were staged and never covered by a state are read again, so they are thrown away."""
    destination = opened("append")
    destination.started(stream(cursor=by_id()))
    destination.write(batch("orders", {"id": 1}), FIRST)
    destination.dropped("orders", SECOND)
    destination.close()

    load(opened("append"), stream(cursor=by_id()), {"id": 1})

    assert query(path, "SELECT id FROM orders") == [(1,)]


@pytest.mark.parametrize("first_is", ["being loaded", "finished"])
def test_names_that_differ_in_case_alone_are_refused(opened: Open, first_is: str) -> None:
    """DuckDB would put both streams into one table."""
    destination = opened("overwrite")
    destination.started(stream("Orders"))
    if first_is == "finished":
        destination.finished("Orders", {}, complete=True)

    with pytest.raises(DestinationError, match="the streams Orders and orders would share one table"):
        destination.started(stream("orders"))


@pytest.mark.parametrize("name", ["orders", "Orders 2024", 'say "hi"', "ö", "select", "_penstock", "a.b"])
def test_a_table_has_the_name_of_its_stream(path: Path, opened: Open, name: str) -> None:
    """Whatever is in it: names are quoted."""
    load(opened("append"), stream(name), {"id": 1})
    load(opened("append"), stream(name), {"id": 2})

    quoted = name.replace('"', '""')
    assert query(path, f'SELECT id FROM main."{quoted}" ORDER BY id') == [(1,), (2,)]


def test_what_came_of_a_stream_can_be_told(opened: Open) -> None:
    """Rows added, rows there, values that did not fit, and whether all was read."""
    plan = stream(properties={"id": {"type": "integer"}})
    load(opened("append"), plan, {"id": 1})
    destination = opened("append")

    load(destination, plan, {"id": 2}, {"id": "no number"})

    loaded = destination.loaded["orders"]
    assert (loaded.mode, loaded.rows, loaded.total, loaded.misfits, loaded.complete) == (
        "append",
        2,
        3,
        1,
        True,
    )


def test_an_error_of_a_stream_is_logged(opened: Open, fakes: Fakes) -> None:
    """The run goes on, so it is said when it happens."""
    destination = opened("append")
    destination.started(stream())

    destination.failed("orders", DestinationError("nothing works"))

    assert fakes.logged == ["ERROR stream orders: nothing works"]


def test_a_table_tells_where_the_files_of_its_rows_are(path: Path, opened: Open) -> None:
    """As the protocol tells a platform: the column is JSON."""
    reference = {"staging_file_url": "/staging/files/a.pdf", "file_size_bytes": 10}

    load(opened("append"), stream("documents"), FileRecord({"id": 1}, reference))

    told = query(path, "SELECT id, file_reference->>'staging_file_url' FROM documents")
    assert told == [(1, "/staging/files/a.pdf")]
