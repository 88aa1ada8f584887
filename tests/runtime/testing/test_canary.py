from __future__ import annotations

import base64
import json
import textwrap
from collections.abc import Callable
from urllib.parse import quote

import pytest

from penstock.testing.canary import CARD_NUMBER, MASKED, SECRETS, WINDOW, canary, core, person, sightings

SHAPES: dict[str, Callable[[str], bytes]] = {
    "as it is": str.encode,
    "in capitals": lambda text: text.upper().encode(),
    "inside other text": lambda text: f"before{text}after".encode(),
    "percent-encoded": lambda text: quote(text, safe="").encode(),
    "percent-encoded to the last letter": lambda text: "".join(
        f"%{byte:02x}" for byte in text.encode()
    ).encode(),
    "as JSON": lambda text: json.dumps([text]).encode(),
    "as JSON with every letter escaped": lambda text: "".join(
        f"\\u{ord(sign):04x}" for sign in text
    ).encode(),
    "as Python shows it": lambda text: repr({"a": text}).encode(),
    "in base64": lambda text: base64.b64encode(text.encode()),
    "in base64 behind a user name": lambda text: base64.b64encode(f"ada:{text}".encode()),
    "in base64 behind two bytes": lambda text: base64.b64encode(f"xy{text}".encode()),
    "in hexadecimal digits": lambda text: text.encode().hex().encode(),
    "in UTF-16": lambda text: text.encode("utf-16-le"),
    "wrapped over lines": lambda text: "\r\n".join(textwrap.wrap(text, 7)).encode(),
    "in colours": lambda text: f"\x1b[1m{text[:5]}\x1b[0m{text[5:]}".encode(),
    "its first half": lambda text: text[: WINDOW + 1].encode(),
}


@pytest.mark.parametrize("shape", [pytest.param(shape, id=name) for name, shape in SHAPES.items()])
@pytest.mark.parametrize("name", ["password", "email"])
def test_a_canary_is_seen_in_every_shape(shape: Callable[[str], bytes], name: str) -> None:
    """And taken for no other."""
    assert sightings(shape(canary(name))) == [name]


@pytest.mark.parametrize(
    "output",
    [
        pytest.param(str(CARD_NUMBER).encode(), id="as digits"),
        pytest.param(
            b"\0" * 99 + CARD_NUMBER.to_bytes(8, "little") + b"\0" * 99, id="as a database stores it"
        ),
    ],
)
def test_a_number_is_seen(output: bytes) -> None:
    """It may leave as it is stored."""
    assert sightings(output) == ["card"]


@pytest.mark.parametrize("output", [b"", b"****", core("password")[: WINDOW - 1].encode(), b"kept: " * 99])
def test_nothing_is_seen_where_nothing_is(output: bytes) -> None:
    """What stands in for a canary, and a few of its letters, are none."""
    assert sightings(output) == []


def test_a_record_holds_every_masked_value_of_its_stream() -> None:
    """What is never sent cannot be seen either."""
    others = {"owner", "subject"}

    assert {*sightings(json.dumps(person()).encode())} == {*MASKED, "card"} - others
    assert not {*SECRETS} & {*MASKED}
