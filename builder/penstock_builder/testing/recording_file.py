"""Recordings as files: YAML that a person can read and review."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

from penstock.authoring import Json, ManifestError, Node, load_text, plain, write_document
from penstock_builder.testing.asked import Asked
from penstock_builder.testing.offline import Reply, Setting
from penstock_builder.testing.reading import Reader, as_written, parse_strictly, read_strictly
from penstock_builder.testing.recording import Expected, Recorded, Recording

_HEAD = (
    "# A read of stream {}, recorded by `penstock test --record`, for `penstock test` to replay without a network.\n"
    "# Secrets, personal data and what the config tells of its owner are stand-ins.\n"
)
_KINDS = ("timeout", "connect", "read", "request")


def write_recording(recording: Recording) -> str:
    """The text of a recording's file."""
    setting, expected = recording.setting, recording.expected
    document: dict[str, Json] = {
        "recording": 1,
        "stream": setting.stream,
        "clock": setting.moment.isoformat(),
        "config": dict(setting.config),
        "state": dict(setting.state),
        "masking": recording.masking,
        "limits": {
            "slices": setting.limits.slices,
            "pages": setting.limits.pages,
            "records": setting.limits.records,
        },
        "exchanges": [
            {"request": _request(each.asked), "answer": _answer(each.reply)} for each in recording.exchanges
        ],
        "expect": _filled(
            {
                "reason": expected.reason,
                "error": expected.error,
                "records": list(expected.records),
                "states": list(expected.states),
            }
        ),
    }
    return _HEAD.format(json.dumps(setting.stream)) + write_document(_filled(document))


def _request(asked: Asked) -> Json:
    return _filled(
        {"method": asked.method, "url": asked.url, "headers": dict(asked.headers), **_body_fields(asked.body)}
    )


def _body_fields(body: Json) -> dict[str, Json]:
    return {} if body is None else {"text": body} if isinstance(body, str) else {"json": body}


def _answer(reply: Reply) -> Json:
    if reply.fails is not None:
        return {"fails": reply.fails, "why": reply.why}
    return {
        "status": reply.status,
        **_filled({"headers": dict(reply.headers), "packed": "gzip" if reply.is_packed else None}),
        "text" if reply.is_text else "json": reply.body,
    }


def _filled(mapping: dict[str, Json]) -> dict[str, Json]:
    return {name: value for name, value in mapping.items() if value not in (None, "", {}, [])}


def as_json_or_text(text: str) -> tuple[Json, bool]:
    """A body as JSON where a file can hold that and it reads back as it was, else as text; and whether it is text."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return text, True
    try:
        if value is not None and _same(plain(load_text(write_document({"json": value})))["json"], value):
            return value, False
    except (ManifestError, UnicodeError, ValueError, RecursionError):
        pass
    return json.dumps(value), True


def _same(one: Json, other: Json) -> bool:
    return json.dumps(one) == json.dumps(other)


def read_recording(path: Path) -> Recording:
    """The recording in a file. Raises ManifestError with every problem found."""
    return read_strictly(path, _recording)


def parse_recording(text: str, file: str = "recording.yaml") -> Recording:
    """The recording that a text holds. Raises ManifestError with every problem found."""
    return parse_strictly(text, file, _recording)


def _recording(root: Node, reader: Reader) -> Recording:
    known = ("recording", "stream", "clock", "config", "state", "masking", "limits", "exchanges", "expect")
    fields = reader.fields(
        root, "a recording", known, ("recording", "stream", "clock", "exchanges", "expect")
    )
    if reader.scalar(fields.get("recording"), "recording", int, 1) != 1:
        reader.wrong(fields["recording"], "recording", "1, the version of the format")
    moment = reader.moment(fields.get("clock"), "clock")
    setting = Setting(
        reader.scalar(fields.get("stream"), "stream", str, ""),
        reader.mapping(fields.get("config"), "config"),
        reader.mapping(fields.get("state"), "state"),
        moment or dt.datetime.now(dt.UTC),
        reader.limits(fields.get("limits"), "limits"),
    )
    exchanges = tuple(_exchange(node, reader) for node in reader.items(fields.get("exchanges"), "exchanges"))
    expected = _expected(fields.get("expect"), reader)
    return Recording(setting, reader.scalar(fields.get("masking"), "masking", str, ""), exchanges, expected)


def _exchange(node: Node, reader: Reader) -> Recorded:
    fields = reader.fields(node, "an exchange", ("request", "answer"), ("request", "answer"))
    request = reader.fields(
        fields.get("request"), "a request", ("method", "url", "headers", "json", "text"), ("method", "url")
    )
    body = request.get("json") or request.get("text")
    asked = Asked(
        reader.scalar(request.get("method"), "method", str, ""),
        reader.scalar(request.get("url"), "url", str, ""),
        reader.texts(request.get("headers"), "headers"),
        as_written(body) if body is not None else None,
    )
    return Recorded(asked, read_reply(fields.get("answer"), reader))


ANSWER_FIELDS = ("status", "headers", "json", "text", "packed", "fails", "why")


def read_reply(node: Node | None, reader: Reader, known: tuple[str, ...] = ANSWER_FIELDS) -> Reply:
    """An answer as recordings and cases write it."""
    fields = reader.fields(node, "an answer", known)
    text = fields.get("text")
    body = reader.scalar(text, "text", str, "") if text is not None else None
    value = fields.get("json")
    fails = reader.choice(fields.get("fails"), "fails", _KINDS, "")
    return Reply(
        reader.scalar(fields.get("status"), "status", int, 200),
        reader.texts(fields.get("headers"), "headers"),
        body if text is not None else as_written(value) if value is not None else None,
        text is not None or (value is None and node is not None and node.get("json") is None),
        reader.choice(fields.get("packed"), "packed", ("gzip",), "") == "gzip",
        fails or None,  # type: ignore[arg-type]  # `choice` sees to it
        reader.scalar(fields.get("why"), "why", str, ""),
    )


def _expected(node: Node | None, reader: Reader) -> Expected:
    fields = reader.fields(node, "expect", ("reason", "error", "records", "states"))
    return Expected(
        tuple(as_written(record) for record in reader.items(fields.get("records"), "records")),
        tuple(as_written(state) for state in reader.items(fields.get("states"), "states")),
        reader.scalar(fields.get("reason"), "reason", str, ""),
        reader.scalar(fields.get("error"), "error", str, ""),
    )
