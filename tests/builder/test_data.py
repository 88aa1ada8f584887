"""Test reads and synced files in DuckDB: tables as a sync makes them, and statements that reach nothing else."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest

from penstock.authoring import ConfigError, Json, Manifest, Redactor, Sampling, parse_manifest
from penstock.testing.fake_api import Answer, FakeApi, Received
from penstock_builder.data.column_profile import common, histogram, profile
from penstock_builder.data.database import MOST_ROWS, Database, files_beside, of_file, of_samples
from penstock_builder.data.syncing import MOST_WARNINGS, Sync

MANIFEST = """\
version: "6.0.0"
type: DeclarativeSource
check: { type: CheckStream, stream_names: [people] }
streams:
  - type: DeclarativeStream
    name: people
    primary_key: id
    retriever:
      type: SimpleRetriever
      requester: { type: HttpRequester, url: "{{ config['url'] }}/people" }
      record_selector: { type: RecordSelector, extractor: { type: DpathExtractor, field_path: [] } }
    transformations:
      - { type: MaskFields, fields: [email], mask: redact }
    schema_loader:
      type: InlineSchemaLoader
      schema:
        type: object
        properties:
          id: { type: integer }
          email: { type: string }
          born: { type: [string, "null"], format: date }
          score: { type: number }
          tags: { type: array, items: { type: string } }
  - type: DeclarativeStream
    name: "odd 'name\\""
    retriever:
      type: SimpleRetriever
      requester: { type: HttpRequester, url: "{{ config['url'] }}/odd" }
      record_selector: { type: RecordSelector, extractor: { type: DpathExtractor, field_path: [] } }
"""
SPEAKS = "metadata: {{masking: {{classes: {{pii: {{mask: redact}}}}, streams: {{{policies}}}}}}}\n"
"""A policy for streams that the manifest does not have, of which a sync warns."""

PEOPLE = [
    {
        "id": n,
        "email": f"p{n}@example.org",
        "born": f"19{60 + n}-01-01" if n % 4 else None,
        "score": n / 2,
        "tags": ["a"],
    }
    for n in range(1, 21)
]


@pytest.fixture
def api() -> Iterator[FakeApi]:
    with FakeApi() as opened:
        opened.on("/people", PEOPLE)
        opened.on("/odd", [{"a": 1}])
        yield opened


@pytest.fixture
def manifest() -> Manifest:
    return parse_manifest(MANIFEST)


@pytest.fixture
def samplings(api: FakeApi, manifest: Manifest) -> list[Sampling]:
    made = [Sampling(manifest, name, {"url": api.url}) for name in ("people", "odd 'name\"")]
    for sampling in made:
        sampling.run()
    return made


@pytest.fixture
def database(samplings: list[Sampling]) -> Iterator[Database]:
    opened = of_samples(samplings)
    yield opened
    opened.close()


def test_each_stream_is_a_table_of_the_types_that_a_sync_gives(database: Database) -> None:
    """Its name is the stream's, whatever is in it; where no schema is at hand the records tell the types."""
    tables = database.tables()

    assert {name: type_ for name, type_ in tables["people"].items() if not name.startswith("_")} == {
        "id": "BIGINT",
        "email": "VARCHAR",
        "born": "DATE",
        "score": "DOUBLE",
        "tags": "VARCHAR[]",
    }
    assert tables["odd 'name\""]["a"] == "BIGINT"
    assert "no schema" in database.notes["odd 'name\""]


def test_the_records_are_masked_ones(database: Database) -> None:
    """What a mask takes away is in no table."""
    found = database.ask("SELECT count(*) AS n, any_value(email) AS email FROM people").rows()

    assert found == [{"n": 20, "email": "***"}]
    assert "example.org" not in database.ask("SELECT * FROM people").as_csv()


@pytest.mark.parametrize(
    "sql",
    [
        "COPY people TO '{folder}/out.csv'",
        "COPY people FROM '/etc/hostname'",
        "EXPORT DATABASE '{folder}/all'",
        "IMPORT DATABASE '{folder}'",
        "ATTACH '{folder}/other.duckdb' AS other",
        "SELECT * FROM read_csv('/etc/hostname')",
        "SELECT * FROM read_text('/etc/hostname')",
        "SELECT * FROM read_parquet('https://example.org/a.parquet')",
        "SELECT * FROM '/etc/hostname'",
        "SELECT * FROM glob('/*')",
        "INSTALL httpfs",
        "LOAD httpfs",
        "CREATE PERSISTENT SECRET s (TYPE s3)",
        "PRAGMA enable_profiling",
        "SET profiling_output = '{folder}/profile.json'",
        "SET enable_external_access = true",
        "RESET enable_external_access",
        "SET memory_limit = '100GB'",
        "SELECT getenv('HOME')",
        "SELECT * FROM samplings",
        "SELECT * FROM MANIFEST",
    ],
)
def test_a_statement_reaches_nothing_outside(
    database: Database, samplings: list[Sampling], tmp_path: Path, sql: str
) -> None:
    """No file, no network, no extension, no setting, no variable of this process."""
    with pytest.raises(ConfigError):
        database.ask(sql.format(folder=tmp_path))

    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "sql",
    [
        "WITH RECURSIVE t(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM t) SELECT count(*) FROM t",
        "SELECT count(*) FROM range(1000000000000)",
    ],
)
def test_an_endless_statement_is_ended(database: Database, sql: str) -> None:
    """After its time; the next one runs as if nothing had been."""
    with pytest.raises(ConfigError, match="took too long"):
        database.ask(sql, seconds=0.5)

    assert database.ask("SELECT 1 AS one").rows() == [{"one": 1}]


@pytest.mark.parametrize(
    "sql",
    [
        "DROP TABLE people",
        "DELETE FROM people",
        "UPDATE people SET email = 'x'",
        "CREATE OR REPLACE TABLE people AS SELECT 1 AS id",
        "ALTER TABLE people DROP email",
        "EXPLAIN ANALYZE DELETE FROM people",
        "CREATE TABLE other (a INT)",
        "BEGIN",
        "COMMIT; DROP TABLE people",
        "PREPARE taken AS DELETE FROM people; EXECUTE taken",
    ],
)
def test_a_statement_changes_no_table(database: Database, sql: str) -> None:
    """What was read is still there, and the next statement runs as if nothing had been."""
    before = database.tables()

    with pytest.raises(ConfigError):
        database.ask(sql)

    assert database.tables() == before
    assert database.ask("SELECT count(*) AS n, any_value(email) AS email FROM people").rows() == [
        {"n": 20, "email": "***"}
    ]


def test_a_pivot_is_a_question_too(database: Database) -> None:
    """DuckDB makes a type for it, which is no change of the tables."""
    sql = "PIVOT (SELECT email FROM people) ON email USING count(*)"

    assert database.ask(sql).rows() == [{"***": 20}]
    assert database.ask(sql).rows() == [{"***": 20}]


def test_an_answer_that_no_page_could_take_is_refused(database: Database) -> None:
    """However few its rows are."""
    with pytest.raises(ConfigError, match="more than 50 MB"):
        database.ask("SELECT repeat('x', 60000000) AS much")

    assert database.ask("SELECT length(repeat('x', 60000000)) AS much").rows() == [{"much": 60_000_000}]


def test_many_rows_are_cut(database: Database) -> None:
    """Rows beyond the limit are not even made."""
    answer = database.ask("SELECT * FROM range(100000000000)")

    assert (len(answer.rows()), answer.is_cut) == (MOST_ROWS, True)
    assert not database.ask("SELECT 1").is_cut


@pytest.mark.parametrize(
    ("sql", "told"),
    [
        ("SELECT * FROM nobody", "table with name nobody does not exist"),
        ("SELEC 1", "syntax error"),
        ("SELECT nothing FROM people", 'column "nothing"'),
        ("SELECT CAST(email AS INT) FROM people", "conversion error"),
        ("SELECT error(email) FROM people", "DuckDB could not run it"),
        ("", "no statement"),
    ],
)
def test_errors_tell_of_the_statement_and_of_no_value(database: Database, sql: str, told: str) -> None:
    """What is wrong with the statement is told; a value that made it fail is not."""
    with pytest.raises(ConfigError) as raised:
        database.ask(sql)

    assert told in raised.value.message
    assert "***" not in str(raised.value)


def test_an_answer_is_downloaded_as_csv_and_parquet(database: Database, tmp_path: Path) -> None:
    """Nested values are JSON in CSV, and themselves in Parquet."""
    answer = database.ask("SELECT id, tags, born FROM people ORDER BY id LIMIT 1")
    (tmp_path / "a.parquet").write_bytes(answer.as_parquet())

    assert answer.as_csv() == 'id,tags,born\r\n1,"[""a""]",1961-01-01\r\n'
    assert pq.read_table(tmp_path / "a.parquet").to_pylist()[0]["tags"] == ["a"]


def test_a_column_is_profiled(database: Database) -> None:
    """Null share, distinct values, range; histogram bins hold every value that is not null."""
    id_, born, tags = profile(database, "people", [("id", "BIGINT"), ("born", "DATE"), ("tags", "VARCHAR[]")])

    assert (id_.nulls, id_.distinct, id_.least, id_.greatest) == (0, 20, "1", "20")
    assert (born.null_share, born.distinct, born.least) == (0.25, 15, "1961-01-01")
    assert tags.distinct == 1
    for column, type_, held in (("id", "BIGINT", 20), ("born", "DATE", 15), ("score", "DOUBLE", 20)):
        assert sum(bin_.count for bin_ in histogram(database, "people", column, type_)) == held
    assert histogram(database, "people", "tags", "VARCHAR[]") == []
    assert common(database, "people", "email", "VARCHAR") == [("***", 20)]


def test_one_value_makes_one_bin(database: Database) -> None:
    """Also where there is no width to divide, and none where there is nothing."""
    database.connection.execute("CREATE TABLE same AS SELECT 7 AS n, NULL::INT AS none FROM range(3)")

    assert [(bin_.begin, bin_.count) for bin_ in histogram(database, "same", "n", "INTEGER")] == [(7.0, 3)]
    assert histogram(database, "same", "none", "INTEGER") == []


def test_a_sync_loads_a_file_that_can_be_asked_and_not_changed(
    api: FakeApi, manifest: Manifest, tmp_path: Path
) -> None:
    """It is told how far each stream is; the file is opened to be read alone."""
    path = tmp_path / "shop.duckdb"
    progress = Sync(manifest, {"url": api.url}, path, ["people"]).start().wait(20)

    opened = of_file(path)

    (people,) = progress.streams
    assert progress.ended == "all is synced"
    assert (people.records, people.total, people.mode, people.is_complete) == (20, 20, "overwrite", True)
    assert files_beside(tmp_path / "manifest.yaml") == [path]
    assert list(opened.tables()) == ["people"]
    for sql in ("DELETE FROM people", f"ATTACH '{path}' AS again", f"COPY people TO '{path}'"):
        with pytest.raises(ConfigError):
            opened.ask(sql)
    opened.close()
    with duckdb.connect(str(path), read_only=True) as file:
        assert file.execute("SELECT count(*), any_value(email) FROM people").fetchone() == (20, "***")


def test_a_sync_is_cancelled(api: FakeApi, tmp_path: Path) -> None:
    """It ends soon, and says so; a stream of which pages are missing is not complete, and nothing of it is loaded."""
    paged = MANIFEST.replace(
        "    transformations:",
        "      paginator:\n        type: DefaultPaginator\n"
        "        page_token_option: { type: RequestOption, inject_into: request_parameter, field_name: page }\n"
        "        pagination_strategy: { type: PageIncrement, page_size: 20 }\n    transformations:",
        1,
    )
    asked = threading.Event()

    def slowly(request: Received) -> Json:
        if request.params.get("page") == "2":
            asked.set()
        time.sleep(0.2)
        return PEOPLE

    api.on("/people", slowly)
    path = tmp_path / "shop.duckdb"
    sync = Sync(parse_manifest(paged), {"url": api.url}, path, ["people"]).start()
    assert asked.wait(20)

    sync.cancel()

    progress = sync.wait(20)
    assert progress.ended == "cancelled"
    assert not progress.streams[0].is_complete
    assert "people" not in of_file(path).tables()


def test_the_warnings_of_a_sync_are_kept(api: FakeApi, manifest: Manifest, tmp_path: Path) -> None:
    """Each once, and without what is secret; what else it logs is for a terminal."""
    speaking = SPEAKS.format(policies=", ".join(f"nobody{n}: {{fields: {{a: pii}}}}" for n in (1, 2)))
    secret = Redactor(["nobody2"])
    path = tmp_path / "shop.duckdb"

    quiet = Sync(manifest, {"url": api.url}, path, ["people"]).start().wait(20)
    told = (
        Sync(parse_manifest(MANIFEST + speaking), {"url": api.url}, path, ["people"], secret).start().wait(20)
    )

    assert quiet.warnings == ()
    assert [text.split(",")[0] for text in told.warnings] == [
        "the masking policy speaks of stream `nobody1`",
        "the masking policy speaks of stream `****`",
    ]


def test_of_many_warnings_the_first_are_kept(api: FakeApi, tmp_path: Path) -> None:
    """A page has other things to show."""
    policies = ", ".join(f"nobody{n}: {{fields: {{a: pii}}}}" for n in range(MOST_WARNINGS + 3))
    text = MANIFEST + SPEAKS.format(policies=policies)

    told = Sync(parse_manifest(text), {"url": api.url}, tmp_path / "shop.duckdb", ["people"]).start().wait(20)

    assert len(told.warnings) == MOST_WARNINGS + 1
    assert told.warnings[-1] == "3 more warnings"


def test_what_keeps_a_sync_from_running_is_told(api: FakeApi, manifest: Manifest, tmp_path: Path) -> None:
    """A stream that fails is told by its name; a file that cannot be written stops all."""
    api.on("/people", Answer({}, 403))
    path = tmp_path / "no duckdb"
    path.mkdir()

    failed = Sync(manifest, {"url": api.url}, tmp_path / "a.duckdb", ["people"]).start().wait(20)
    stopped = Sync(manifest, {"url": api.url}, path, ["people"]).start().wait(20)

    assert failed.ended == "incomplete"
    assert "403" in failed.streams[0].error
    assert stopped.ended == "failed"
    assert stopped.error is not None


def test_a_file_that_is_not_duckdb_s_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.duckdb").write_text("nothing of the kind")

    with pytest.raises(ConfigError, match=r"a\.duckdb cannot be opened"):
        of_file(tmp_path / "a.duckdb")
