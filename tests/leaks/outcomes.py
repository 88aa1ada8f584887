"""What can go wrong when the canaries' source is read, each with the words that show that it did."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from urllib.parse import quote

import pytest

from penstock.testing.canary import CanarySource, canary, core, echo, person, sightings, token
from penstock.testing.fake_api import Answer, FakeApi


def seen(leaving: Mapping[str, bytes]) -> dict[str, list[str]]:
    """The exits by which canaries left, each with their names."""
    return {where: found for where, output in leaving.items() if (found := sightings(output))}


Break = Callable[[CanarySource, FakeApi], CanarySource]


_REQUESTS = (("/people", "GET"), ("/orders", "GET"), ("/visits", "POST"), ("/calls", "GET"))


def answering(handler: object) -> Break:
    """The API answers each request so, whatever the stream."""

    def break_(source: CanarySource, api: FakeApi) -> CanarySource:
        for path, method in _REQUESTS:
            api.on(path, handler, method)
        return source

    return break_


def changing(old: str, new: str) -> Break:
    """The manifest says something else in one place."""
    return lambda source, api: source.changed(old, new)


def configured(**config: object) -> Break:
    """The config holds other values."""
    return lambda source, api: source.configured(**config)


def writing(file: str, text: str) -> Break:
    """A file that the verbs are given holds something else."""

    def break_(source: CanarySource, api: FakeApi) -> CanarySource:
        (source.folder / file).write_text(text)
        return source

    return break_


def transformed(expression: str) -> Break:
    """The records of `people` get a field by an expression."""
    return changing('value: "person"', f'value: "{expression}"')


def filtered(settings: str) -> Break:
    """The API refuses with an echo of the request, and the manifest has a filter for that."""

    def break_(source: CanarySource, api: FakeApi) -> CanarySource:
        handled = f"max_retries: 0, response_filters: [{{ type: HttpResponseFilter, {settings} }}] }}"
        return answering(echo(400))(source, api).changed("max_retries: 0 }", handled)

    return break_


ODD_PEOPLE = {
    "people": [
        {
            **person(),
            "name": {canary("name"): [person()]},
            "email": [canary("email"), {"of": canary("email")}],
            "card": canary("name"),
            "contacts": {"phone": {"home": canary("phone")}},
            "address": canary("street"),
            "tags": {"first": canary("tag")},
            "raw": [[{"of": canary("raw")}]],
        }
    ]
}

WRONG_ANSWERS = [
    pytest.param(answering(echo(401)), "HTTP 401", id="credentials refused, with an echo of the request"),
    pytest.param(answering(echo(403, "text/html")), "HTTP 403", id="access refused, as a web page"),
    pytest.param(answering(echo(500)), "HTTP 500", id="the API fails, with an echo of the request"),
    pytest.param(answering(echo(429)), "rate limit did not lift", id="too many requests"),
    pytest.param(answering(echo(418, "text/plain")), "HTTP 418", id="a status of its own"),
    pytest.param(
        answering(Answer(f"<html>{canary('name')}</html>")),
        "expected JSON, got",
        id="a web page in place of JSON",
    ),
    pytest.param(
        answering(Answer(json.dumps(ODD_PEOPLE)[:-3])), "expected JSON, got", id="JSON that breaks off"
    ),
    pytest.param(
        answering(Answer(ODD_PEOPLE, truncate_at=90)), "the answer broke off", id="a body that breaks off"
    ),
    pytest.param(
        answering(
            Answer(status=302, headers={"Location": f"http://127.0.0.1:1/?x={quote(canary('password'))}"})
        ),
        "cannot connect to 127.0.0.1",
        id="a redirect to nowhere, with a secret in its query",
    ),
    pytest.param(
        answering(Answer(status=302, headers={"Location": f"/people?x={quote(canary('api_key'))}"})),
        "over 20 redirects",
        id="a redirect that goes round in a circle",
    ),
    pytest.param(
        answering({"people": canary("name"), "orders": canary("owner"), "visits": [canary("subject")]}),
        "expected an object as a record, got text",
        id="texts in place of records",
    ),
    pytest.param(answering(ODD_PEOPLE), "Read 1 records from people", id="values of other types"),
]
WRONG_MANIFESTS = [
    pytest.param(
        transformed("{{ record['name'].nothing.more }}"), "Read 1 records", id="a part of something not there"
    ),
    pytest.param(
        transformed("{{ record['email'] | length / 0 }}"), "ZeroDivisionError", id="a division by zero"
    ),
    pytest.param(
        transformed("{{ format_datetime(record['name'], '%Y') }}"), "failed: ", id="a name in place of a date"
    ),
    pytest.param(transformed("{{ record['email'] | strptime }}"), "error[", id="a filter that is not there"),
    pytest.param(
        filtered('action: FAIL, http_codes: [400], error_message: "{{ response }} {{ headers }}"'),
        "<text>",
        id="an error message of the author that tells all it knows",
    ),
    pytest.param(
        filtered('action: FAIL, predicate: "{{ response.error.message.authorization.a.b }}"'),
        "HTTP 400",
        id="a predicate that reads what is not there",
    ),
    pytest.param(filtered("action: IGNORE, http_codes: [400]"), "ignored", id="an answer that is ignored"),
    pytest.param(changing("table: accounts", "table: nothing"), "the database refused", id="no such table"),
    pytest.param(
        changing(
            "table: accounts",
            "query: 'SELECT json(:secret) AS id', bind: { secret: \"{{ config['password'] }}\" }",
        ),
        "the database refused",
        id="a statement that fails on a secret",
    ),
]
NO_HOST = f"127.0.0.1:1/{quote(token('token'), safe='')}?key={quote(canary('api_key'))}"
WRONG_INPUTS = [
    pytest.param(
        configured(api_url=f"http://{quote(canary('password'), safe='')}:{core('token')}@{NO_HOST}"),
        "cannot connect to 127.0.0.1:1",
        id="an unreachable host, with secrets in its URL",
    ),
    pytest.param(configured(api_url=f"ftp://{NO_HOST}"), "not an http or https URL", id="no HTTP at all"),
    pytest.param(configured(password=[canary("password")]), "not a list of 1", id="a secret of another type"),
    pytest.param(configured(**{canary("tag"): canary("tag")}), "Read 1 records", id="a field that is data"),
    pytest.param(
        configured(database_url=f"postgresql://ada:{quote(canary('password'), safe='')}@127.0.0.1:1/x"),
        "cannot connect to 127.0.0.1",
        id="an unreachable database",
    ),
    pytest.param(
        configured(database_url=f"nothing://ada:{core('database_url')}@host/x"),
        "not this kind",
        id="no such database",
    ),
    pytest.param(
        configured(database_url=f"{core('database_url')} is none"),
        "the database URL is not one",
        id="no database URL",
    ),
    pytest.param(
        writing("config.json", json.dumps({"password": canary("password")})[:-1]),
        "is not JSON",
        id="a config cut off",
    ),
    pytest.param(
        writing("config.json", json.dumps([canary("password")])),
        "is not a JSON object",
        id="a config that is a list",
    ),
    pytest.param(
        writing("config.json", json.dumps({"password": canary("password")})),
        "lacks `api_url`",
        id="a missing field",
    ),
    pytest.param(
        writing("state.json", json.dumps([{"type": canary("name")}])),
        "neither STREAM nor",
        id="a state of no kind",
    ),
    pytest.param(writing("out/warehouse.duckdb", "text " * 999), "is not a DuckDB file", id="no DuckDB file"),
]
