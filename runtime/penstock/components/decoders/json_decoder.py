from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any

import orjson

from penstock.components.decoders import DECODER
from penstock.errors import ResponseError
from penstock.http.request import HttpResponse
from penstock.records.pages import Decode
from penstock.records.resources import Resources
from penstock.registry import component


@component(DECODER)
class JsonDecoder:
    """Read a JSON body: the items of a top-level list, or the one value.

    A body that is no JSON holds no records and is logged; `penstock sync` refuses it instead.
    """

    def build(self, using: Resources) -> Decode:
        def decode(response: HttpResponse) -> Iterable[Any]:
            body = _parse(response)
            if body is _UNREADABLE:
                told = f"expected JSON, got {len(response.body)} bytes of {response.kind} (HTTP {response.status})"
                if using.refuse_unreadable:
                    raise ResponseError(told, hint="is this the URL of the API, and not of a web page?")
                using.log("WARN", f"stream {using.stream.name}: {told}; they hold no records")
                return ({},)
            if isinstance(body, list):
                return body or ({},)
            return ({} if body is None else body,)

        return decode


_UNREADABLE = object()


_CHARSET = re.compile(r"charset=[\"']?([\w.:-]+)", re.IGNORECASE)


def _parse(response: HttpResponse) -> Any:
    try:
        return orjson.loads(response.body)
    except orjson.JSONDecodeError:
        if not response.body.strip():
            return None
    try:  # what the standard library reads and orjson does not: `NaN`, a byte-order mark, lone surrogates
        return json.loads(_text(response).removeprefix("\ufeff"))
    except (ValueError, RecursionError):
        return _UNREADABLE


def _text(response: HttpResponse) -> str:
    """The body in the character set that the server names, else in UTF-8 (RFC 8259 §8.1)."""
    named = _CHARSET.search(response.header("Content-Type") or "")
    try:
        return response.body.decode(named[1] if named else "utf-8", "replace")
    except LookupError:
        return response.body.decode("utf-8", "replace")
