from __future__ import annotations

import hmac
import re
from collections.abc import Callable, Iterator, Mapping
from threading import Lock
from typing import Any, Literal

from penstock.components.masks import MASK, domain_field, key_field
from penstock.errors import ConfigError
from penstock.masking.keys import subkey
from penstock.masking.techniques import Technique, canonical, text_schema
from penstock.records.resources import Resources
from penstock.registry import component, field

Json = Any
What = Literal[
    "name",
    "first_name",
    "last_name",
    "username",
    "email",
    "phone",
    "street",
    "postcode",
    "city",
    "company",
    "job",
]

PROVIDERS: Mapping[str, str] = {
    "username": "user_name",
    "email": "safe_email",
    "phone": "phone_number",
    "street": "street_address",
}
"""What Faker calls it, where that differs. Its safe addresses belong to nobody (RFC 2606)."""


@component(MASK)
class Fake:
    """A plausible value in place of the true one, always the same for the same value. Two values may share one.

    Chosen from what Faker knows by an HMAC of the value; another release of Faker may choose another.
    """

    what: What = field(doc="What the value is.", examples=("name",))
    domain: str = domain_field()
    key: str = key_field()
    locale: str = field(
        default="en_US", doc="The language and country of the values.", examples=("de_DE", "ja_JP")
    )

    def problems(self) -> Iterator[tuple[str, str]]:
        """A locale is a language and a country."""
        if not re.fullmatch(r"[a-z]{2,3}(_[A-Za-z]{2,4})?", self.locale):
            yield "locale", "a locale is written like `en_US`"

    def build(self, using: Resources) -> Technique:
        key = subkey(using.key(self.key), "Fake", self.domain, 32)
        choose = _chooser(PROVIDERS.get(self.what, self.what), self.locale)

        def mask(value: Json) -> str:
            return choose(int.from_bytes(hmac.digest(key, canonical(value, ()), "sha256")), value)

        return Technique("Fake", mask, text_schema)


def _chooser(provider: str, locale: str) -> Callable[[int, Json], str]:
    """Give the choice of a number that is not the value itself. Safe to use from any thread."""
    from faker import Factory

    try:
        generator = Factory.create(locale)
        make = getattr(generator, provider)
    except AttributeError:
        raise ConfigError(f"Faker knows no `{provider}` for the locale `{locale}`") from None
    lock = Lock()

    def choose(seed: int, value: Json) -> str:
        while True:
            with lock:
                generator.seed_instance(seed)
                made = str(make())
            if made != value:
                return made
            seed += 1

    return choose
