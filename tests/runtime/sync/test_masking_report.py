"""The report of a run agrees with what can be counted in the warehouse."""

from __future__ import annotations

import json
from typing import Any

import pytest
from tests.runtime.sync.policies import hmac, office, report_of, synced, table_manifest, write_policy
from tests.warehouse import Warehouse

from penstock.testing.fake_api import FakeApi

__all__ = ["office"]

Json = Any

REPORT = {"report": "report-{run_id}.json"}
MANIFEST = table_manifest("people")


def person(number: int) -> Json:
    """One of the people: with nulls, empty texts, missing fields and lists of every length."""
    made: Json = {
        "id": number,
        "email": [f"p{number}@example.org", None, ""][number % 3],
        "tags": [f"t{i}" if i != 2 else None for i in range(number % 4)],
        "contacts": [{"phone": f"0{number}{i}"} for i in range(number % 3)],
        "address": {"city": None if number % 5 == 0 else f"city {number}"},
    }
    if number % 7:
        made["nick"] = None if number % 2 else f"n{number}"
    return made


FIELDS = {
    "id": hmac("person"),
    "email": hmac("email"),
    "tags": {"mask": "redact"},
    "contacts[*].phone": {"mask": {"type": "Partial", "keep_last": 2}},
    "address.city": {"mask": "redact"},
    "nick": {"mask": {"type": "Keep"}},
}
MASKED_AND_NULL = {
    "id": "count(id), 0",
    "email": "count(*) FILTER (email <> ''), count(*) FILTER (email IS NULL)",
    "tags": "sum(len(list_filter({tags}, lambda x: x IS NOT NULL))), sum(len(list_filter({tags}, lambda x: x IS NULL)))",
    "contacts[*].phone": "sum(len({contacts})), 0",
    "address.city": "count({address} ->> 'city'), count(*) FILTER (({address} ->> 'city') IS NULL)",
    "nick": "count(nick), NULL",
}
"""What SQL counts. A missing `nick` is null in the table, so its nulls are not compared."""

AS_LISTS = {
    "tags": "from_json(CAST(tags AS JSON), '[\"VARCHAR\"]')",
    "contacts": "from_json(CAST(contacts AS JSON), '[\"JSON\"]')",
    "address": "CAST(address AS JSON)",
}


def counted(warehouse: Warehouse, path: str) -> tuple[Any, ...]:
    """Masked and null values of a field, by SQL."""
    sql = MASKED_AND_NULL[path]
    for name, as_list in AS_LISTS.items():
        sql = sql.replace("{" + name + "}", as_list)
    return tuple(warehouse.query(f"SELECT {sql} FROM people")[0])


@pytest.mark.parametrize("mode", ["overwrite", "append", "append_dedup"])
def test_the_counts_are_those_of_the_table(office: Warehouse, api: FakeApi, mode: str) -> None:
    """Of masked values and of nulls, for every field; asking whether keys stay apart counts nothing."""
    api.on("/people", [person(number) for number in range(1, 211)])

    synced(office, MANIFEST, write_policy(office.folder, FIELDS, **REPORT), api.url, f"--mode={mode}")

    told = report_of(office.folder)["streams"]["people"]
    assert told["records"] == office.query("SELECT count(*) FROM people")[0][0] == 210
    for field in told["fields"]:
        masked, nulls = counted(office, field["path"])
        assert (field["path"], field["masked"]) == (field["path"], masked)
        assert nulls is None or (field["path"], field["null"]) == (field["path"], nulls)
    assert {field["path"] for field in told["fields"]} == FIELDS.keys()


def test_records_that_do_not_leave_count_as_withheld_alone(office: Warehouse, api: FakeApi) -> None:
    """Their values stand in no count of a field, though some were masked before one was refused."""
    people = [{"id": i, "ip": "no address" if i % 4 == 0 else f"192.0.2.{i}"} for i in range(1, 101)]
    api.on("/people", people)
    fields = {"id": hmac("person"), "ip": {"mask": {"type": "IpPrefix"}}}

    synced(office, MANIFEST, write_policy(office.folder, fields, **REPORT), api.url)

    told = report_of(office.folder)["streams"]["people"]
    rows = office.query("SELECT count(*), count(id), count(ip) FROM people")
    assert rows == [(75, 75, 75)]
    assert (told["records"], *(field["masked"] for field in told["fields"])) == rows[0]
    assert [withheld["records"] for withheld in told["withheld"]] == [25]


def test_what_detectors_find_is_counted_once_for_each_value_that_left(
    office: Warehouse, api: FakeApi
) -> None:
    """In fields that no rule covers, under the class that masked it."""
    people = [
        {
            "id": i,
            "note": f"p{i}@example.org" if i % 2 else "none",
            "ip": "no address" if i % 5 == 0 else "::1",
        }
        for i in range(1, 101)
    ]
    api.on("/people", people)
    classes = {"email": {"detect": "email", "mask": "redact"}, "public": {"mask": {"type": "Keep"}}}
    fields = {"id": "public", "ip": {"mask": {"type": "IpPrefix"}}}

    option = write_policy(office.folder, fields, classes=classes, **REPORT)
    synced(office, MANIFEST, option, api.url)

    told = report_of(office.folder)["streams"]["people"]
    assert told["detected"] == {"email": office.query("SELECT count(*) FROM people WHERE note = '***'")[0][0]}
    assert told["detected"] == {"email": 40}
    assert told["unclassified"] == {"note": ["text"]}


def test_the_report_names_the_policy_and_the_keys(office: Warehouse, api: FakeApi) -> None:
    """Never a key, nor a value."""
    api.on("/people", [person(1)])

    synced(office, MANIFEST, write_policy(office.folder, FIELDS, **REPORT), api.url)

    report = report_of(office.folder)
    assert report["policy"].startswith("sha256:")
    assert report["keys"] == ["p26"]
    assert "example.org" not in json.dumps(report)


@pytest.mark.parametrize(
    ("mask", "told"),
    [
        pytest.param({"type": "IpPrefix"}, "masks make different primary keys equal", id="a network"),
        pytest.param("redact", "masks make different primary keys equal", id="a constant"),
        pytest.param("drop", "masks make different primary keys equal", id="nothing"),
        pytest.param({"type": "Keep"}, None, id="itself"),
        pytest.param({"type": "Encrypt", "key": "people", "domain": "person"}, None, id="a cipher"),
    ],
)
def test_a_masked_key_that_blurs_is_refused(
    office: Warehouse, api: FakeApi, mask: Json, told: str | None
) -> None:
    """Before anything is asked for."""
    api.on("/people", [{"id": f"192.0.2.{i}"} for i in (1, 2, 2)])

    option = write_policy(office.folder, {"id": {"mask": mask}})
    end = office.sync(MANIFEST, option, "--mode=append_dedup", config={"url": api.url})

    if told:
        assert (end.code, api.requests) == (1, [])
        assert told in end.err
    else:
        assert (end.code, office.query("SELECT count(DISTINCT id), count(*) FROM people")) == (0, [(2, 2)])


@pytest.mark.parametrize(
    ("unclassified", "told"),
    [
        ("keep", None),
        ("fail", "the field `id` has no class in the policy"),
        ("drop", "masks make different primary keys equal"),
    ],
)
def test_a_key_without_a_class_follows_the_policy(
    office: Warehouse, api: FakeApi, unclassified: str, told: str | None
) -> None:
    """A stream that stops does not stop the others."""
    api.on("/people", [{"id": 1}, {"id": 2}, {"id": 2}])

    option = write_policy(office.folder, {}, unclassified=unclassified)
    end = office.sync(MANIFEST, option, "--mode=append_dedup", config={"url": api.url})

    assert end.code == (1 if told else 0)
    if told:
        assert told in " ".join(end.err.split())
        assert "Traceback" not in end.err
    else:
        assert office.query("SELECT count(*) FROM people") == [(2,)]
