from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pytest
from tests.warehouse import query

from penstock.destinations.duckdb.session import STAGED_ROWS, Session
from penstock.errors import DestinationError


@pytest.mark.parametrize(
    ("content", "told"),
    [
        pytest.param(
            b"these are notes, and no database at all, however long\n" * 400,
            "is not a DuckDB file",
            id="notes",
        ),
        pytest.param(None, "is a folder", id="a folder"),
    ],
)
def test_a_path_that_cannot_be_used_is_told_in_a_sentence(
    tmp_path: Path, content: bytes | None, told: str
) -> None:
    """What is there is left as it is."""
    path = tmp_path / "warehouse.duckdb"
    path.mkdir() if content is None else path.write_bytes(content)

    with pytest.raises(DestinationError, match=told) as caught:
        Session(path)

    assert "--to" in caught.value.hint
    assert content is None or path.read_bytes() == content


def test_a_missing_folder_is_told_and_not_made(tmp_path: Path) -> None:
    """A typing mistake makes no folders."""
    with pytest.raises(DestinationError, match=r"the folder of .* does not exist"):
        Session(tmp_path / "no" / "warehouse.duckdb")

    assert list(tmp_path.iterdir()) == []


def test_a_transaction_becomes_true_as_a_whole_or_not_at_all(tmp_path: Path) -> None:
    """An error inside undoes what went before it."""
    path = tmp_path / "warehouse.duckdb"
    session = Session(path)
    session.execute("CREATE TABLE orders (id INTEGER)")

    with pytest.raises(DestinationError), session.transaction():
        session.execute("INSERT INTO orders VALUES (1)")
        session.execute("INSERT INTO nowhere VALUES (1)")

    session.execute("INSERT INTO orders VALUES (2)")
    session.close()
    assert query(path, "SELECT id FROM orders") == [(2,)]


def test_errors_of_duckdb_are_told_without_their_text(tmp_path: Path) -> None:
    """DuckDB quotes values in its messages, and a value may be personal."""
    session = Session(tmp_path / "warehouse.duckdb")

    with pytest.raises(DestinationError) as caught:
        session.execute("SELECT CAST('ada@example.com' AS INTEGER)")

    assert "ada@example.com" not in str(caught.value)
    assert "ConversionException" in str(caught.value)
    assert caught.value.__suppress_context__


ENDLESS = """
import sys
from pathlib import Path
from penstock.destinations.duckdb.session import Session

session = Session(Path(sys.argv[1]))
session.execute("SET threads = 1")
try:
    print("working", flush=True)
    session.execute("SELECT sum(a.range % 7 + b.range) FROM range(10_000_000) a, range(10_000_000) b")
except KeyboardInterrupt:
    sys.exit(130)
"""


def test_an_interrupt_is_one_even_while_duckdb_works(tmp_path: Path) -> None:
    """DuckDB makes an error of it, which would be told as a fault; Ctrl-C is none.

    Where another thread of DuckDB does the work, it comes when the statement is done: ours are short.
    """
    command = [sys.executable, "-c", ENDLESS, str(tmp_path / "warehouse.duckdb")]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()

        process.send_signal(signal.SIGINT)

        try:
            assert process.wait(timeout=30) == 130
        finally:
            process.kill()


class Interrupted:
    """Rows that Ctrl-C comes for while DuckDB asks what they are."""

    num_rows = 1
    nbytes = 8

    def __arrow_c_schema__(self) -> object:
        raise KeyboardInterrupt

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        raise KeyboardInterrupt


def test_an_interrupt_is_one_even_while_duckdb_asks_for_rows(tmp_path: Path) -> None:
    """DuckDB calls Python back there, and makes an error of what it raises."""
    session = Session(tmp_path / "warehouse.duckdb")
    session.execute("CREATE TABLE staging (id BIGINT)")

    with pytest.raises(KeyboardInterrupt):
        session.stage("staging", "id", "id", Interrupted())


@pytest.mark.parametrize(
    ("rows", "kept"),
    [
        pytest.param(10, 0, id="a few rows wait, and are gone with a crash"),
        pytest.param(STAGED_ROWS, STAGED_ROWS, id="many are committed at once"),
    ],
)
def test_staging_commits_some_thousand_rows_at_a_time(tmp_path: Path, rows: int, kept: int) -> None:
    """One commit for each batch would double the cost; one for all would fill the memory."""
    path = tmp_path / "warehouse.duckdb"
    session = Session(path)
    session.execute("CREATE TABLE staging (id BIGINT)")

    session.stage("staging", "id", "id", pa.table({"id": range(rows)}))

    session.close()
    assert query(path, "SELECT count(*) FROM staging") == [(kept,)]


def test_any_statement_finds_what_was_staged(tmp_path: Path) -> None:
    """It is committed first, so that a transaction can begin."""
    session = Session(tmp_path / "warehouse.duckdb")
    session.execute("CREATE TABLE staging (id BIGINT)")
    session.stage("staging", "id", "id", pa.table({"id": [1, 2]}))

    with session.transaction():
        assert session.execute("SELECT count(*) FROM staging") == [(2,)]


FILLING = """
import resource, sys
from pathlib import Path
import pyarrow as pa
from penstock.destinations.duckdb.session import Session
from penstock.errors import DestinationError

session = Session(Path(sys.argv[1]))
session.execute("CREATE TABLE orders (id BIGINT)")
session.execute("INSERT INTO orders VALUES (1)")
session.execute("CHECKPOINT")
resource.setrlimit(resource.RLIMIT_FSIZE, (600_000, 600_000))
try:
    with session.transaction():
        session.execute(f"INSERT INTO orders SELECT (hash(range) >> 1)::BIGINT FROM range({sys.argv[2]})")
except DestinationError as error:
    print(error)
"""


@pytest.mark.parametrize(
    "rows",
    [pytest.param(100_000, id="at the commit"), pytest.param(1_000_000, id="in the middle of a statement")],
)
def test_a_disk_that_is_full_is_told_and_loses_nothing(tmp_path: Path, rows: int) -> None:
    """Here the file may not grow past a size, which fails as a full disk does."""
    path = tmp_path / "warehouse.duckdb"

    filled = subprocess.run(
        [sys.executable, "-c", FILLING, path, str(rows)], capture_output=True, text=True, check=False
    )

    assert filled.stdout.startswith(f"DuckDB refused to work on {path}: ")
    assert filled.stderr == ""
    assert query(path, "SELECT id FROM orders") == [(1,)]
