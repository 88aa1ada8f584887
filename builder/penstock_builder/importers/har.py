"""HAR 1.2: what a browser or a proxy recorded (http://www.softwareishard.com/blog/har-12-spec/)."""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from penstock.authoring import ConfigError, describe
from penstock_builder.detect.exchange import Exchange
from penstock_builder.importers.making.credentials import Sent, Vault, fields_of, operation_of
from penstock_builder.importers.making.imported import Imported, Importer, Operation
from penstock_builder.importers.making.names import singular, snake

Json = Any

_ASSET = re.compile(
    r"\.(js|mjs|css|map|png|jpe?g|gif|svg|webp|ico|woff2?|ttf|eot|mp4|webm|html?|txt|wasm|webmanifest)$",
    re.IGNORECASE,
)
_ANALYTICS = re.compile(
    r"(^|\.)(google-analytics|googletagmanager|doubleclick|segment|mixpanel|amplitude|hotjar|sentry|datadoghq|newrelic"
    r"|nr-data|intercom|fullstory|bugsnag|logrocket|clarity|facebook|optimizely|launchdarkly|posthog|matomo|cloudflareinsights"
    r"|telemetry|analytics|metrics|tracking|stats)\b",
    re.IGNORECASE,
)
_NOISE_PATH = re.compile(
    r"/(collect|beacon|telemetry|analytics|track|events/batch|rum|csp-report|heartbeat|log)$", re.IGNORECASE
)
_ID = re.compile(
    r"\d+|[0-9a-fA-F]{8}-[0-9a-fA-F-]{27}|[0-9a-fA-F]{16,}|(?=.*\d)[A-Za-z]{0,6}[_-][A-Za-z0-9]{4,}|[A-Z]{1,5}-?\d+"
)


@dataclass(frozen=True, slots=True)
class _Entry:
    sent: Sent
    exchange: Exchange

    @property
    def place(self) -> tuple[str, str, tuple[str, ...]]:
        """Method, host and segments of the path."""
        parts = urlsplit(self.sent.url)
        return self.sent.method, parts.netloc.rpartition("@")[2], tuple(parts.path.split("/"))


def read_har(text: str) -> Imported:
    """The JSON requests of a recording, one operation for each path. Raises ConfigError where the text is none."""
    try:
        log = json.loads(text.removeprefix("\ufeff"))["log"]
        entries = log["entries"]
    except (ValueError, TypeError, KeyError):
        raise ConfigError("the file is not a HAR recording", hint="it is JSON with `log.entries`") from None
    if not isinstance(entries, list):
        raise ConfigError(f"`log.entries` of the recording is {describe(entries)}, not a list")
    found = [entry for raw in entries if (entry := _entry(raw)) is not None]
    vault = Vault()
    operations = [_operation(group, path, vault) for path, group in _grouped(found)]
    hosts = sorted({urlsplit(entry.sent.url).hostname or "" for entry in found})
    return Imported(
        f"Recorded from {', '.join(hosts)}" if hosts else "", tuple(operations), secrets=vault.secrets
    )


def _entry(raw: Json) -> _Entry | None:
    """An entry of JSON; None for assets, analytics, failures, and what is malformed."""
    try:
        request, response = raw["request"], raw["response"]
        url, method, status = str(request["url"]), str(request["method"]).upper(), int(response["status"])
        content = response.get("content") or {}
        parts = urlsplit(url)
    except (KeyError, TypeError, ValueError, AttributeError):
        return None
    host = parts.hostname or ""
    if method not in ("GET", "POST") or not 200 <= status < 300 or not parts.scheme.startswith("http"):
        return None
    if _ASSET.search(parts.path) or _ANALYTICS.search(host) or _NOISE_PATH.search(parts.path):
        return None
    body = _json(content)
    if not isinstance(body, dict | list):
        return None
    headers = _pairs(request.get("headers"))
    cookies = _pairs(request.get("cookies"))
    if cookies and not any(name.lower() == "cookie" for name, _ in headers):
        headers.append(("Cookie", "; ".join(f"{name}={value}" for name, value in cookies)))
    sent_body, kind = _sent_body(request.get("postData"))
    query = parse_qsl(parts.query, keep_blank_values=True)
    sent = Sent(method, url, headers, query, sent_body, kind)
    answered = dict(_pairs(response.get("headers")))
    return _Entry(sent, Exchange(method, url, dict(headers), sent_body, status, answered, body))


def _json(content: Json) -> Json:
    """The body of an answer as JSON; None where it is not."""
    text = content.get("text")
    if not isinstance(text, str):
        return None
    try:
        if content.get("encoding") == "base64":
            text = base64.b64decode(text).decode()
        return json.loads(text.removeprefix("\ufeff").removeprefix(")]}'").lstrip(",\n"))
    except (ValueError, binascii.Error, UnicodeDecodeError):
        return None


def _sent_body(posted: Json) -> tuple[Json, Any]:
    if not isinstance(posted, dict):
        return None, ""
    text, kind = str(posted.get("text") or ""), str(posted.get("mimeType") or "")
    if "form-urlencoded" in kind:
        return fields_of(parse_qsl(text, keep_blank_values=True) or _pairs(posted.get("params"))), "form"
    try:
        body = json.loads(text)
    except ValueError:
        return (text, "text") if text else (None, "")
    return (body, "json") if isinstance(body, dict) else (text, "text")


def _pairs(listed: Json) -> list[tuple[str, str]]:
    return [
        (str(each["name"]), str(each.get("value", "")))
        for each in (listed if isinstance(listed, list) else [])
        if isinstance(each, dict) and "name" in each
    ]


def _grouped(entries: Sequence[_Entry]) -> Iterator[tuple[str, list[_Entry]]]:
    """Entries of one path with its ids as variable parts, in the order in which the paths first came."""
    groups: dict[tuple[str, str, str, str], list[_Entry]] = {}
    for entry in entries:
        method, host, segments = entry.place
        body = entry.sent.body
        kind = str(body.get("operationName") or body.get("query") or "") if isinstance(body, dict) else ""
        groups.setdefault((method, host, _template(segments), kind), []).append(entry)
    for (_, _, path, _), group in groups.items():
        yield path, group


def _template(segments: Sequence[str]) -> str:
    made: list[str] = []
    for segment in segments:
        before = made[-1] if made else ""
        if before and _ID.fullmatch(unquote(segment)) and not re.fullmatch(r"v\d+|\d{1,2}\.\d+", segment):
            name = f"{singular(snake(before))}_id" if before and "{" not in before else "id"
            made.append(f"{{{name}}}")
        else:
            made.append(segment)
    return "/".join(made)


def _operation(group: Sequence[_Entry], path: str, vault: Vault) -> Operation:
    """One operation of several entries: what all of them sent alike is sent always, the rest may be."""
    first = group[0]
    origin = f"{first.sent.method} {first.place[1]}{path}"
    name = ""
    if isinstance(first.sent.body, dict):
        name = str(first.sent.body.get("operationName") or "")
    names = tuple(
        dict.fromkeys(
            header
            for entry in group
            for header, value in entry.exchange.response_headers.items()
            if header.lower() != "link" or 'rel="next"' in value or "rel=next" in value
        )
    )
    made = operation_of(
        first.sent, path, origin, vault, name=name, response_headers=names,
        exchanges=tuple(entry.exchange for entry in _of_one_list(group)), is_chosen=False,
    )  # fmt: skip
    seen = {parameter.name for parameter in made.parameters}
    more = [
        replace(parameter, sent=None)
        for entry in group[1:]
        for parameter in operation_of(entry.sent, path, origin, vault).parameters
        if parameter.name not in seen and not seen.add(parameter.name)  # type: ignore[func-returns-value]  # notes it
    ]
    return replace(made, parameters=(*made.parameters, *more))


def _of_one_list(group: Sequence[_Entry]) -> list[_Entry]:
    """The entries of the path that came most often: pages of one parent tell more than first pages of several."""
    paths = [entry.place[2] for entry in group]
    most = max(paths, key=paths.count)
    return [entry for entry in group if entry.place[2] == most]


IMPORTER = Importer("har", "A HAR 1.2 recording of a browser or a proxy.", read_har)
