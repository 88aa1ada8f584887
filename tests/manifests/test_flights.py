"""The demo's manifest, against a real Datasette server over a few rows of its tables."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from manifests.flights.demo import add_flights, make_database, serving
from tests.command import run_command

MANIFEST = Path(__file__).parents[2] / "manifests/flights/manifest.yaml"
TABLES = {
    "airlines": [{"carrier": "UA", "name": "United"}, {"carrier": "B6", "name": "JetBlue"}],
    "airports": [dict(zip(("faa", "name", "lat", "lon", "alt", "tz", "dst", "tzone"),
                          ("JFK", "John F Kennedy", "40.6", "-73.7", "13", "-5", "A", "NA"), strict=True))],
    "planes": [dict(zip(("tailnum", "year", "type", "manufacturer", "model", "engines", "seats", "speed", "engine"),
                        ("N14228", "1999", "Fixed wing", "BOEING", "737", "2", "149", "NA", "Turbo"), strict=True))],
}  # fmt: skip


def flight(number: int, day: int, tailnum: str = "N14228") -> dict[str, str]:
    """A row of the table `flights`, with its columns in order."""
    values = ("2013", "1", str(day), "517", "515", "2", "830", "819", "11", "UA", str(number), tailnum, "JFK", "IAH",
              "227", "1400", "5", "15", f"2013-01-{day:02}T10:00:00Z")  # fmt: skip
    return {f"column_{place}": value for place, value in enumerate(values)}


@pytest.fixture
def server(tmp_path: Path) -> Iterator[str]:
    database = tmp_path / "nyc.db"
    make_database(TABLES, [flight(number, day) for number, day in enumerate((1, 5, 9, 13))], database)
    with serving(database, tmp_path / "server.log") as url:
        yield f"{url}/nyc"


def sync(server: str, folder: Path) -> duckdb.DuckDBPyConnection:
    """Sync as a user would; gives the warehouse."""
    config = folder / "config.json"
    config.write_text(json.dumps({"api_url": server, "start_date": "2013-01-01T00:00:00Z"}))
    warehouse = folder / "warehouse.duckdb"
    penstock = str(Path(sys.executable).with_name("penstock"))
    environment = {
        **os.environ,
        "PENSTOCK_MASKING_KEY": "a key of thirty-two bytes or more",
        "NO_PROXY": "127.0.0.1",
    }
    command = [penstock, "sync", str(MANIFEST), "--config", str(config), "--to", str(warehouse)]
    subprocess.run(command, env=environment, check=True, capture_output=True, timeout=120)
    return duckdb.connect(str(warehouse), read_only=True)


def test_the_demo_masks_joins_and_goes_on(server: str, tmp_path: Path) -> None:
    """One pseudonym in three streams; a second sync adds what is new and repeats nothing."""
    with sync(server, tmp_path) as first:
        tables = ("airlines", "airports", "planes", "flights", "routes")
        assert [len(first.table(name)) for name in tables] == [2, 1, 1, 4, 1]

    add_flights(tmp_path / "nyc.db", [flight(4, 20), flight(5, 21, "N99999")])
    with sync(server, tmp_path) as second:
        [(tailnum, aircraft)] = second.sql("SELECT p.tailnum, r.aircraft FROM planes p, routes r").fetchall()
        assert tailnum.startswith("k1_")
        assert tailnum in {plane["tailnum"] for plane in aircraft}
        joined = second.sql(
            "SELECT count(*), count(DISTINCT flight) FROM flights JOIN planes USING (tailnum)"
        )
        assert joined.fetchall() == [(5, 5)]
        assert second.sql(
            "SELECT state->>'time_hour' FROM _penstock.state WHERE stream = 'flights'"
        ).fetchall() == [("2013-01-21T10:00:00Z",)]


def test_its_cases_pass() -> None:
    """Those by hand and the recording, without the server and without the key."""
    assert run_command("test", str(MANIFEST)).exit_code == 0
