"""Postman collections, format 2.0 and 2.1."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from penstock.authoring import ConfigError
from penstock_builder.detect.exchange import Exchange
from penstock_builder.importers.making.credentials import Sent, Vault, fields_of, operation_of
from penstock_builder.importers.making.imported import (
    Auth,
    Imported,
    Importer,
    Input,
    LeftOut,
    Operation,
    Parameter,
)
from penstock_builder.importers.making.names import key_name, snake

Json = Any

_VARIABLE = re.compile(r"\{\{\s*([^{}]+?)\s*\}\}")
_AUTHS: Mapping[str, tuple[str, ...]] = {
    "bearer": ("token",),
    "basic": ("username", "password"),
    "apikey": ("value",),
    "oauth2": ("accessToken",),
}


def read_postman(text: str) -> Imported:
    """The requests of a collection with their examples. Raises ConfigError where the text is none."""
    try:
        document = json.loads(text)
    except ValueError:
        raise ConfigError("the file is not a Postman collection", hint="it is JSON") from None
    collection = document.get("collection", document) if isinstance(document, dict) else None
    if not isinstance(collection, dict) or not isinstance(collection.get("item"), list):
        raise ConfigError("the file is not a Postman collection", hint="it has `info` and `item`")
    return _Reader(collection).imported()


class _Reader:
    """Reads one collection. Variables of the collection that a URL begins with are put in; others are inputs."""

    def __init__(self, collection: Mapping[str, Json]) -> None:
        self._collection = collection
        self._vault = Vault()
        self._variables = {
            str(each.get("key")): str(each.get("value") or "")
            for each in _list(collection.get("variable"))
            if isinstance(each, dict)
        }
        self._inputs: dict[str, Input] = {}

    def imported(self) -> Imported:
        operations: list[Operation] = []
        left_out: list[LeftOut] = []
        for trail, item, auth in self._requests(self._collection["item"], (), self._collection.get("auth")):
            origin = " / ".join((*trail, str(item.get("name") or "request")))
            made = self._operation(item, auth, origin)
            if isinstance(made, str):
                left_out.append(LeftOut(origin, made))
            else:
                operations.append(made)
        info = self._collection.get("info")
        title = str(info.get("name") or "") if isinstance(info, dict) else ""
        return Imported(
            title,
            tuple(operations),
            tuple(self._inputs.values()),
            tuple(left_out),
            secrets=self._vault.secrets,
        )

    def _requests(
        self, items: Json, trail: tuple[str, ...], auth: Json
    ) -> Iterator[tuple[tuple[str, ...], Mapping[str, Json], Json]]:
        """Every request with the folders that lead to it, and the auth that holds for it."""
        for item in _list(items):
            if not isinstance(item, dict):
                continue
            if isinstance(item.get("item"), list):
                yield from self._requests(
                    item["item"], (*trail, str(item.get("name"))), item.get("auth") or auth
                )
            elif isinstance(item.get("request"), dict | str):
                request = item["request"]
                own = request.get("auth") if isinstance(request, dict) else None
                yield trail, item, own or auth

    def _operation(self, item: Mapping[str, Json], auth: Json, origin: str) -> Operation | str:
        request = item["request"] if isinstance(item["request"], dict) else {"url": item["request"]}
        method = str(request.get("method") or "GET").upper()
        if method not in ("GET", "POST"):
            return f"a {method} request is not a read"
        url = self._url(request.get("url"))
        asked = _VARIABLE.match(url)
        try:
            parts = urlsplit(_VARIABLE.sub("https://variable.invalid", url, count=1) if asked else url)
            has_host = bool(parts.hostname) and parts.port != 0
        except ValueError:
            return "its URL cannot be read"
        if not has_host:
            return "its URL has no host"
        headers = [
            (str(each["key"]), self._filled(str(each.get("value") or "")))
            for each in _list(request.get("header"))
            if isinstance(each, dict) and each.get("key") and not each.get("disabled")
        ]
        body, kind = self._body(request.get("body"))
        query = parse_qsl(parts.query, keep_blank_values=True)
        open_headers = [(name, found[1]) for name, value in headers if (found := _VARIABLE.fullmatch(value))]
        open_query = [(name, found[1]) for name, value in query if (found := _VARIABLE.fullmatch(value))]
        headers = [pair for pair in headers if not _VARIABLE.fullmatch(pair[1])]
        query = [pair for pair in query if not _VARIABLE.fullmatch(pair[1])]
        sent = Sent(method, parts.geturl(), headers, query, body, kind)
        path = re.sub(
            r"/:([A-Za-z_]\w*)", r"/{\1}", _VARIABLE.sub(lambda v: f"{{{snake(v[1])}}}", parts.path)
        )
        exchanges = tuple(self._examples(method, url, item))
        names = tuple(dict.fromkeys(name for each in exchanges for name in each.response_headers))
        made = operation_of(
            sent, path.rstrip("/"), origin, self._vault,
            name=str(item.get("name") or ""), exchanges=exchanges, response_headers=names, is_chosen=method == "GET",
        )  # fmt: skip
        keys = tuple(Auth("header", (Input(snake(name), secret=True),), at) for at, name in open_headers)
        more = tuple(Parameter((at,), "query", required=True) for at, _ in open_query)
        made = replace(made, auths=(*made.auths, *keys), parameters=(*made.parameters, *more))
        if asked:
            base = snake(asked[1]) or "base_url"
            self._inputs.setdefault(base, Input(base, "Where the API is."))
            made = replace(made, base_url=f"{{{{ config['{base}'] }}}}")
        declared = self._auth(auth)
        return made if declared is None else _with_auth(made, declared)

    def _url(self, url: Json) -> str:
        """The URL as text, with the variables of the collection put in; parameters that are off are left out."""
        if isinstance(url, str):
            return self._filled(url)
        raw = str((url or {}).get("raw") or "") if isinstance(url, dict) else ""
        listed = (
            [each for each in _list(url.get("query")) if isinstance(each, dict)]
            if isinstance(url, dict)
            else []
        )
        base = raw.partition("?")[0]
        kept = "&".join(
            f"{each.get('key')}={each.get('value') or ''}" for each in listed if not each.get("disabled")
        )
        joined = f"{base}?{kept}" if kept else base if listed else raw
        return self._filled(joined)

    def _filled(self, text: str) -> str:
        """A text with the collection's variables put in, as far as they have values."""
        return _VARIABLE.sub(lambda found: self._variables.get(found[1]) or found[0], text)

    def _body(self, body: Json) -> tuple[Json, str]:
        if not isinstance(body, dict):
            return None, ""
        if body.get("mode") == "urlencoded":
            listed = [each for each in _list(body.get("urlencoded")) if isinstance(each, dict)]
            sent = [each for each in listed if not each.get("disabled")]
            return fields_of(
                (str(each.get("key")), self._filled(str(each.get("value") or ""))) for each in sent
            ), "form"
        if body.get("mode") == "graphql" and isinstance(body.get("graphql"), dict):
            return self._graphql(body["graphql"]), "json"
        text = self._filled(str(body.get("raw") or ""))
        try:
            made = json.loads(text)
        except ValueError:
            return (text, "text") if text else (None, "")
        return (made, "json") if isinstance(made, dict) else (text, "text")

    def _graphql(self, asked: Mapping[str, Json]) -> dict[str, Json]:
        """A query with its variables, which are kept as a text of JSON."""
        made: dict[str, Json] = {"query": str(asked.get("query") or "")}
        try:
            variables = json.loads(self._filled(str(asked.get("variables") or "")))
        except ValueError:
            return made
        return {**made, "variables": variables} if isinstance(variables, dict) else made

    def _examples(self, method: str, url: str, item: Mapping[str, Json]) -> Iterator[Exchange]:
        for response in _list(item.get("response")):
            code = (response.get("code") or 200) if isinstance(response, dict) else None
            if not isinstance(code, int) or not 200 <= code < 300:
                continue
            try:
                body = json.loads(str(response.get("body") or ""))
            except ValueError:
                continue
            original = response.get("originalRequest")
            page = self._url(original["url"]) if isinstance(original, dict) and original.get("url") else url
            answered = {
                str(each["key"]): str(each.get("value") or "")
                for each in _list(response.get("header"))
                if isinstance(each, dict) and each.get("key")
            }
            yield Exchange(method, page, response_headers=answered, body=body)

    def _auth(self, auth: Json) -> Auth | None:
        """A declared auth. Its values are put away where they are no variables."""
        if not isinstance(auth, dict) or auth.get("type") not in _AUTHS:
            return None
        kind = str(auth["type"])
        declared = auth.get(kind)
        given = (
            {
                str(each.get("key")): str(each.get("value") or "")
                for each in declared
                if isinstance(each, dict)
            }
            if isinstance(declared, list)
            else {str(name): str(value) for name, value in declared.items()}
            if isinstance(declared, dict)
            else {}
        )
        name = given.get("key") or "X-API-Key"
        wanted = {"token": "api_token", "accessToken": "api_token", "value": key_name(name)}
        inputs = []
        for field in _AUTHS[kind]:
            value = self._filled(given.get(field, ""))
            unknown = _VARIABLE.fullmatch(value)
            if unknown or not value:
                inputs.append(
                    Input(
                        snake(unknown[1]) if unknown else wanted.get(field) or field,
                        secret=field != "username",
                    )
                )
            else:
                inputs.append(self._vault.keep(wanted.get(field) or field, value))
        if kind == "apikey":
            return Auth("query" if given.get("in") == "query" else "header", tuple(inputs), name)
        return Auth("basic" if kind == "basic" else "bearer", tuple(inputs))


def _with_auth(operation: Operation, auth: Auth) -> Operation:
    rest = [each for each in operation.auths if each.kind in ("header", "query") and each.name != auth.name]
    return replace(operation, auths=(auth, *rest))


def _list(value: Json) -> list[Json]:
    return value if isinstance(value, list) else []


IMPORTER = Importer("postman", "A Postman collection (2.0, 2.1).", read_postman)
