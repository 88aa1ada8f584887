from __future__ import annotations

import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import get_args

import pytest

from penstock.components.masks import MASK
from penstock.components.masks.fake import What
from penstock.errors import ConfigError, ManifestError
from penstock.testing.fakes import built, component

PEOPLE = [f"person {number}" for number in range(100)]


@pytest.mark.parametrize("what", get_args(What))
@pytest.mark.parametrize("locale", ["en_US", "de_DE", "ja_JP"])
def test_every_kind_of_value_can_be_made_up(what: str, locale: str) -> None:
    """In the language that was asked for, and not always the same."""
    mask = built(f"{{type: Fake, what: {what}, domain: person, locale: {locale}}}", MASK)

    assert len({mask.value(person) for person in PEOPLE}) > 10


def test_an_address_belongs_to_nobody() -> None:
    """A mail that is sent by mistake reaches no one (RFC 2606)."""
    mask = built("{type: Fake, what: email, domain: person}", MASK)

    assert all(re.search(r"@example\.(com|net|org)$", mask.value(person)) for person in PEOPLE)


def test_order_does_not_matter() -> None:
    """A value is chosen by the true one alone, not by what was asked for before it."""
    one, other = (built("{type: Fake, what: name, domain: person}", MASK) for _ in range(2))

    forwards = {person: one.value(person) for person in PEOPLE}
    backwards = {person: other.value(person) for person in reversed(PEOPLE)}

    assert forwards == backwards


def test_threads_do_not_matter() -> None:
    """Nor what others ask for at the same time."""
    mask = built("{type: Fake, what: name, domain: person}", MASK)
    alone = [mask.value(person) for person in PEOPLE]

    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(mask.value, PEOPLE * 5))

    assert together == alone * 5


def test_another_process_makes_the_same_up() -> None:
    """So does tomorrow's run."""
    told = "from penstock.components.masks import MASK; from penstock.testing.fakes import built; "
    asked = "print(built('{type: Fake, what: name, domain: person}', MASK).value('person 0'))"

    elsewhere = subprocess.run(
        [sys.executable, "-c", told + asked],
        env={"PYTHONPATH": ":".join(sys.path), "PYTHONHASHSEED": "7"},
        capture_output=True,
        text=True,
        check=True,
    )

    here = built("{type: Fake, what: name, domain: person}", MASK).value("person 0")
    assert elsewhere.stdout.strip() == here


def test_a_true_value_is_never_made_up_for_itself() -> None:
    """Whoever is called as Faker calls people gets another name."""
    mask = built("{type: Fake, what: first_name, domain: person}", MASK)
    names = {mask.value(str(number)) for number in range(2000)}

    assert all(mask.value(name) != name for name in names)


def test_a_locale_that_faker_has_not_stops_the_run() -> None:
    """Rather than names in another language."""
    with pytest.raises(ConfigError, match="for the locale `xx_XX`"):
        built("{type: Fake, what: name, domain: person, locale: xx_XX}", MASK)


def test_a_locale_is_a_language_and_a_country() -> None:
    """Known before anything is read."""
    with pytest.raises(ManifestError, match="a locale is written like `en_US`"):
        component("{type: Fake, what: name, domain: person, locale: English}", MASK)
