from __future__ import annotations

import re
from typing import Any

import pytest
from ffx import FF1

from penstock.components.masks import MASK
from penstock.errors import ManifestError
from penstock.masking.techniques import Technique, UnmaskableError
from penstock.testing.fakes import built, component

AES_128 = "2b7e151628aed2a6abf7158809cf4f3c"
AES_192 = AES_128 + "ef4359d8d580aa4f"
AES_256 = AES_192 + "7f036d6f04fc6a94"


def format_preserving(settings: str = "") -> Technique:
    return built(f"{{type: FormatPreserving, domain: card, {settings}}}", MASK)


@pytest.mark.parametrize(
    ("key", "tweak", "plain", "masked"),
    [
        pytest.param(AES_128, b"", "0123456789", "2433477484", id="sample 1"),
        pytest.param(AES_128, b"9876543210", "0123456789", "6124200773", id="sample 2"),
        pytest.param(AES_128, b"7777pqrs777", "0123456789abcdefghi", "a9tv40mll9kdu509eum", id="sample 3"),
        pytest.param(AES_192, b"", "0123456789", "2830668132", id="sample 4"),
        pytest.param(AES_192, b"9876543210", "0123456789", "2496655549", id="sample 5"),
        pytest.param(AES_192, b"7777pqrs777", "0123456789abcdefghi", "xbj3kv35jrawxv32ysr", id="sample 6"),
        pytest.param(AES_256, b"", "0123456789", "6657667009", id="sample 7"),
        pytest.param(AES_256, b"9876543210", "0123456789", "1001623463", id="sample 8"),
        pytest.param(AES_256, b"7777pqrs777", "0123456789abcdefghi", "xs8a0azh2avyalyzuwd", id="sample 9"),
    ],
)
def test_the_library_does_what_nist_says(key: str, tweak: bytes, plain: str, masked: str) -> None:
    """The samples that NIST publishes with SP 800-38G (FF1samples.pdf)."""
    cipher = FF1(bytes.fromhex(key), radix=10 if plain.isdigit() else 36)

    assert cipher.encrypt(plain, tweak=tweak) == masked
    assert cipher.decrypt(masked, tweak=tweak) == plain


@pytest.mark.parametrize(
    ("settings", "value", "form"),
    [
        pytest.param("", "4111111111111111", r"\d{16}", id="digits"),
        pytest.param("", "0000000000", r"\d{10}", id="leading zeros"),
        pytest.param("keep_last: 4", "4111111111111234", r"\d{12}1234", id="the end in clear"),
        pytest.param("keep_first: 6, keep_last: 4", "4111119999991234", r"411111\d{6}1234", id="both ends in clear"),
        pytest.param("keep_last: 4", "4111 1111-1111 123/4", r"\d{4} \d{4}-\d{4} 123/4", id="marks stay"),
        pytest.param("alphabet: letters", "Ada Lovelace", r"[A-Za-z]{3} [A-Za-z]{8}", id="letters"),
        pytest.param("alphabet: uppercase", "LOVELACE", r"[A-Z]{8}", id="uppercase"),
        pytest.param("alphabet: lowercase", "lovelace", r"[a-z]{8}", id="lowercase"),
        pytest.param("alphabet: alphanumeric", "DE89-3704", r"[A-Za-z0-9]{4}-[A-Za-z0-9]{4}", id="both"),
    ],
)  # fmt: skip
def test_a_value_keeps_its_form_and_can_be_revealed(settings: str, value: str, form: str) -> None:
    """As long as before, of the same alphabet, with its marks where they were."""
    mask = format_preserving(settings)
    assert mask.reveal

    masked = mask.value(value)

    assert re.fullmatch(form, masked)
    assert masked != value
    assert mask.reveal(masked) == value


@pytest.mark.parametrize("value", [4111111111111111, 1000000, 9999999, -12345678])
def test_a_whole_number_stays_one(value: int) -> None:
    """With as many digits, none of them a leading zero, so that the type of the column stays."""
    mask = format_preserving()
    assert mask.reveal

    masked = mask.value(value)

    assert type(masked) is int
    assert len(str(masked)) == len(str(value))
    assert mask.reveal(masked) == value


def test_many_whole_numbers_can_be_revealed() -> None:
    """Also those that FF1 would first turn into a number with a leading zero."""
    mask = format_preserving()
    assert mask.reveal
    numbers = range(1_000_000, 1_000_200)

    masked = [mask.value(number) for number in numbers]

    assert [mask.reveal(number) for number in masked] == [*numbers]
    assert all(1_000_000 <= number <= 9_999_999 for number in masked)


def test_marks_do_not_count() -> None:
    """One card, written in two ways, is one card after as before."""
    mask = format_preserving("keep_last: 4")

    assert mask.value("4111-1111-1111-1234").replace("-", "") == mask.value("4111111111111234")


@pytest.mark.parametrize(
    ("settings", "value", "why"),
    [
        pytest.param("", "12345", "too short", id="100,000 texts are too few"),
        pytest.param("keep_last: 4", "123456789", "too short", id="what is kept does not count"),
        pytest.param("keep_first: 9, keep_last: 9", "12345678", "too short", id="all of it kept"),
        pytest.param("", "- -", "too short", id="nothing of the alphabet"),
        pytest.param("alphabet: letters", "Ada", "too short", id="140,608 texts are too few"),
        pytest.param("", "DE89370400440532013000", "outside the alphabet", id="letters among digits"),
        pytest.param("alphabet: letters", "Zoë Lovelace", "outside the alphabet", id="a letter with an accent"),
        pytest.param("", True, "neither text nor a whole number", id="a boolean"),
        pytest.param("", 1234567.5, "neither text nor a whole number", id="a fraction"),
        pytest.param("alphabet: alphanumeric", 12345678, "neither text nor a whole number", id="a number with letters"),
    ],
)  # fmt: skip
def test_what_cannot_be_hidden_is_refused(settings: str, value: Any, why: str) -> None:
    """Its record does not leave, rather than the value in clear."""
    with pytest.raises(UnmaskableError, match=why) as caught:
        format_preserving(settings).value(value)

    assert str(value) not in str(caught.value)


@pytest.mark.parametrize(
    ("value", "hidden"), [("123456", True), ("12345", False)], ids=["1,000,000 texts", "100,000 texts"]
)
def test_a_million_texts_are_enough(value: str, hidden: bool) -> None:
    """The draft of SP 800-38G Rev. 1, §5.1."""
    if hidden:
        assert len(format_preserving().value(value)) == len(value)
    else:
        with pytest.raises(UnmaskableError):
            format_preserving().value(value)


@pytest.mark.parametrize(
    "schema",
    [{"type": "integer"}, {"type": ["string", "null"]}, {}],
    ids=["a number", "nullable text", "unknown"],
)
def test_the_type_stays(schema: dict[str, Any]) -> None:
    """What else the schema said of the values need not be true any more."""
    assert format_preserving().schema({**schema, "enum": [4111111111111111]}) == schema


@pytest.mark.parametrize("name", ["keep_first", "keep_last"])
def test_no_end_is_negative(name: str) -> None:
    """Python would count from the other side."""
    with pytest.raises(ManifestError, match=f"`{name}` is zero or more"):
        component(f"{{type: FormatPreserving, domain: card, {name}: -1}}", MASK)
