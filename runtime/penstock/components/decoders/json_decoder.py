from __future__ import annotations

import json
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
            body = _parse(response.body)
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


def _parse(body: bytes) -> Any:
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        if not body.strip():
            return None
    try:  # what the standard library reads and orjson does not: `NaN`, a byte-order mark, lone surrogates
        return json.loads(body.decode("utf-8-sig", "replace"))
    except (ValueError, RecursionError):
        return _UNREADABLE
