from __future__ import annotations

from penstock.components.decoders import DECODER
from penstock.http.request import HttpResponse
from penstock.testing.fakes import built


def test_a_class_reads_the_body() -> None:
    """What it yields are the elements."""
    decode = built("{type: CustomDecoder, class_name: components.SemicolonDecoder}", DECODER)

    assert list(decode(HttpResponse(200, {}, b"id;name\n1;Ada\n"))) == [{"id": "1", "name": "Ada"}]
