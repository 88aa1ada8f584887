from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, BinaryIO, ClassVar

import orjson

from penstock.components.decoders import DECODER, whole
from penstock.errors import ResponseError
from penstock.http.request import HttpResponse
from penstock.records.pages import Decode
from penstock.records.resources import Resources
from penstock.registry import component


@component(DECODER)
class JsonDecoder:
    """Read a JSON body: the items of a top-level list, or the one value.

    A body that is no JSON holds no records and is logged; `penstock sync` refuses it instead. A file that was unpacked
    must be JSON.
    """

    reads_files: ClassVar[bool] = True
    tells_next_page: ClassVar[bool] = True

    def build(self, using: Resources) -> Decode:
        def decode(response: HttpResponse) -> Iterable[Any]:
            body = _parse(response.body, response.charset)
            if body is _UNREADABLE:
                told = f"expected JSON, got {len(response.body)} bytes of {response.kind} (HTTP {response.status})"
                if using.refuse_unreadable:
                    raise ResponseError(told, hint="is this the URL of the API, and not of a web page?")
                using.log("WARN", f"stream {using.stream.name}: {told}; they hold no records")
                return ({},)
            if isinstance(body, list):
                return body or ({},)
            return ({} if body is None else body,)

        def parse(file: BinaryIO) -> Iterable[Any]:
            body = _parse(whole(file, using.stream.name), "")
            if body is _UNREADABLE or body is None:
                raise ResponseError(f"stream {using.stream.name}: an unpacked file is no JSON")
            return body if isinstance(body, list) else (body,)

        return Decode(decode, parse=parse)


_UNREADABLE = object()


def _parse(body: bytes, charset: str) -> Any:
    """The JSON value of a body: None for a blank one, _UNREADABLE for what is no JSON."""
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        if not body.strip():
            return None
    try:  # what the standard library reads and orjson does not: `NaN`, a byte-order mark, lone surrogates
        return json.loads(_text(body, charset).removeprefix("\ufeff"))
    except (ValueError, RecursionError):
        return _UNREADABLE


def _text(body: bytes, charset: str) -> str:
    """The body in the character set that the server names, else in UTF-8 (RFC 8259 §8.1)."""
    try:
        return body.decode(charset or "utf-8", "replace")
    except LookupError:
        return body.decode("utf-8", "replace")
