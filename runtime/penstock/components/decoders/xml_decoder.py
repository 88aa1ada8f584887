from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar
from xml.parsers.expat import ExpatError

from penstock.components.decoders import DECODER
from penstock.errors import ResponseError
from penstock.http.request import HttpResponse
from penstock.records.pages import Decode
from penstock.records.resources import Resources
from penstock.registry import component


@component(DECODER)
class XmlDecoder:
    """Read an XML body as one object: a tag that repeats is a list, attributes begin with `@`, text is `#text`.

    A body that is no XML holds no records and is logged; `penstock sync` refuses it instead.
    """

    tells_next_page: ClassVar[bool] = True

    def build(self, using: Resources) -> Decode:
        def decode(response: HttpResponse) -> Iterable[Any]:
            import xmltodict

            try:
                return (xmltodict.parse(_text(response)),)
            except (ExpatError, ValueError, RecursionError):
                told = f"expected XML, got {len(response.body)} bytes of {response.kind} (HTTP {response.status})"
            if using.refuse_unreadable:
                raise ResponseError(told, hint="is this the URL of the API?")
            using.log("WARN", f"stream {using.stream.name}: {told}; they hold no records")
            return ({},)

        return Decode(decode)


def _text(response: HttpResponse) -> str | bytes:
    """The body in the character set that the server names, which wins over the document's own (RFC 7303 §3)."""
    try:
        return response.body.decode(response.charset, "replace") if response.charset else response.body
    except LookupError:
        return response.body
