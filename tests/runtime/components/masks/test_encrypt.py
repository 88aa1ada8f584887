from __future__ import annotations

from typing import Any

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

from penstock.components.masks import MASK
from penstock.errors import ManifestError
from penstock.masking.techniques import UnmaskableError
from penstock.testing.fakes import built, component


def test_the_library_does_what_rfc_5297_says() -> None:
    """The example of appendix A.1, deterministic authenticated encryption."""
    key = bytes.fromhex("fffefdfcfbfaf9f8f7f6f5f4f3f2f1f0 f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff")
    associated = bytes.fromhex("101112131415161718191a1b1c1d1e1f2021222324252627")
    plain = bytes.fromhex("112233445566778899aabbccddee")

    sealed = AESSIV(key).encrypt(plain, [associated])

    assert sealed.hex() == "85632d07c6e8f37f950acd320a2ecc93" + "40c02b9690c4dc04daef7f6afe5c"


def test_the_text_says_which_key_it_is_of() -> None:
    """The key id and base64url, which needs no quoting anywhere."""
    mask = built("{type: Encrypt, domain: person, key_id: p26}", MASK)

    text = mask.value("ada@example.test")

    assert text.startswith("p26_")
    assert text.removeprefix("p26_").replace("-", "").replace("_", "").isalnum()


@pytest.mark.parametrize(
    "value", ["ada", " Ada\n", "Zoe\u0308", "\ud83d", "1", 1, -7, 2**70, 1.5, 1e300, True, False]
)
def test_who_has_the_key_gets_the_value_back(value: Any) -> None:
    """The very same one: a number is no text, and `true` is no number."""
    mask = built("{type: Encrypt, domain: person}", MASK)
    assert mask.reveal

    revealed = mask.reveal(mask.value(value))

    assert revealed == value
    assert type(revealed) is type(value)


def test_equal_numbers_give_equal_text() -> None:
    """An API that gives 7 here and 7.0 there means one thing, and joins hold."""
    mask = built("{type: Encrypt, domain: person}", MASK)

    assert mask.value(7) == mask.value(7.0)
    assert mask.value(7) != mask.value("7")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        pytest.param("k2_AAAA", "was not encrypted with the key of this id", id="another key id"),
        pytest.param("ada", "was not encrypted with the key of this id", id="clear text"),
        pytest.param(7, "was not encrypted with the key of this id", id="a number"),
        pytest.param("k1_!", "or was changed", id="no base64url"),
        pytest.param("k1_AAAA", "or was changed", id="too short"),
        pytest.param("k1_" + "A" * 40, "or was changed", id="made up"),
    ],
)
def test_what_was_not_encrypted_here_is_refused(text: Any, problem: str) -> None:
    """Nothing is made up: AES-SIV authenticates."""
    reveal = built("{type: Encrypt, domain: person}", MASK).reveal
    assert reveal

    with pytest.raises(UnmaskableError, match=problem):
        reveal(text)


def test_a_value_of_another_domain_is_refused() -> None:
    """An order's text cannot be put where a person's belongs."""
    text = built("{type: Encrypt, domain: order}", MASK).value("ada")
    reveal = built("{type: Encrypt, domain: person}", MASK).reveal
    assert reveal

    with pytest.raises(UnmaskableError, match="for this domain"):
        reveal(text)


def test_a_key_id_is_one_word() -> None:
    """The first line ends it."""
    with pytest.raises(ManifestError, match="a key id is made of letters and digits"):
        component("{type: Encrypt, domain: person, key_id: p_26}", MASK)
