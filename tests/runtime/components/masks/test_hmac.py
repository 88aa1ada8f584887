from __future__ import annotations

from dataclasses import replace

import pytest

from penstock.components.masks import MASK
from penstock.errors import ConfigError, ManifestError
from penstock.masking.keys import Key, find_key
from penstock.testing.fakes import Fakes, built, component


def test_a_pseudonym_says_which_key_it_is_of() -> None:
    """The key id and 26 characters: keys can change, and old pseudonyms can be told from new ones."""
    mask = built("{type: Hmac, domain: person, key_id: p26}", MASK)

    pseudonym = mask.value("ada@example.test")

    assert pseudonym.startswith("p26_")
    assert len(pseudonym) == len("p26_") + 26


def test_two_streams_of_one_domain_can_be_joined() -> None:
    """The same value has the same pseudonym wherever key and domain are the same, and only there."""
    one = built("{type: Hmac, domain: customer}", MASK)
    same = built("{type: Hmac, domain: customer}", MASK)
    other = built("{type: Hmac, domain: order}", MASK)

    assert one.value(7) == same.value(7)
    assert one.value(7) != other.value(7)


def test_text_can_be_evened_out_first() -> None:
    """`normalize` lets two spellings of one address meet."""
    mask = built("{type: Hmac, domain: person, normalize: [trim, lower]}", MASK)

    assert mask.value(" Ada@Example.test ") == mask.value("ada@example.test")


@pytest.mark.parametrize(
    ("settings", "problem"),
    [
        pytest.param("", "needs `domain`", id="no domain"),
        pytest.param("domain: person, length: 15", "a pseudonym has 16 to 52 characters", id="too short"),
        pytest.param("domain: person, length: 53", "a pseudonym has 16 to 52 characters", id="too long"),
        pytest.param("domain: person, key_id: ''", "a key id is made of letters and digits", id="no key id"),
        pytest.param("domain: person, key_id: p_26", "a key id is made of letters and digits", id="a line"),
        pytest.param("domain: person, normalize: [upper]", "normalize", id="an unknown way to even out"),
    ],
)
def test_settings_that_cannot_work_are_refused(settings: str, problem: str) -> None:
    """Before anything is read."""
    with pytest.raises(ManifestError, match=problem):
        component(f"{{type: Hmac, {settings}}}", MASK)


def test_a_missing_key_stops_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a key nothing is read, rather than something left in clear."""
    monkeypatch.delenv("PENSTOCK_MASKING_KEY", raising=False)
    using = replace(Fakes().resources(), key=find_key)
    mask = component("{type: Hmac, domain: person}", MASK)

    with pytest.raises(ConfigError, match="the masking key env:PENSTOCK_MASKING_KEY is not set"):
        mask.build(using)


def test_empty_text_can_have_a_pseudonym() -> None:
    """Where it matters that nobody sees which values are empty."""
    assert not built("{type: Hmac, domain: person}", MASK).takes_empty

    mask = built("{type: Hmac, domain: person, hash_empty: true}", MASK)

    assert mask.takes_empty
    assert mask.value("") != mask.value(" ")


def test_a_key_with_an_id_brings_it_along() -> None:
    """A policy names its keys, and a mask need not name them again."""
    using = replace(Fakes().resources(), key=lambda reference: Key(bytes(range(32)), "p26"))

    mask = component("{type: Hmac, domain: person}", MASK).build(using)

    assert mask.value("ada").startswith("p26_")
