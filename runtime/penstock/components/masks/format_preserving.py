from __future__ import annotations

import string
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Literal

from penstock.components.masks import MASK, domain_field, key_field
from penstock.masking.keys import subkey
from penstock.masking.techniques import Technique, UnmaskableError, plain_schema
from penstock.records.resources import Resources
from penstock.registry import component, field

Json = Any

ALPHABETS: Mapping[str, str] = {
    "digits": string.digits,
    "lowercase": string.ascii_lowercase,
    "uppercase": string.ascii_uppercase,
    "letters": string.ascii_letters,
    "alphanumeric": string.digits + string.ascii_letters,
}

FEWEST_TEXTS = 1_000_000
"""How many texts of its length there must be for a value to hide among them (draft SP 800-38G Rev. 1, §5.1)."""

KEY_BYTES = 32


@component(MASK)
class FormatPreserving:
    """Text of the same alphabet and length, so that a card number stays a card number. Who has the key can get it back.

    FF1 (NIST SP 800-38G). Spaces, dashes and other marks stay where they are; letters and digits outside the alphabet
    are refused, and so is what is too short to hide. An integer stays one, with as many digits. Joins still hold.
    """

    domain: str = domain_field(default="")
    key: str = key_field()
    alphabet: Literal["digits", "lowercase", "uppercase", "letters", "alphanumeric"] = field(
        default="digits", doc="The characters that are replaced, by others of them."
    )
    keep_first: int = field(
        default=0, doc="Characters of the alphabet in clear at the start.", unit="characters"
    )
    keep_last: int = field(
        default=0,
        doc="Characters of the alphabet in clear at the end.",
        unit="characters",
        examples=(4,),
    )

    def problems(self) -> Iterator[tuple[str, str]]:
        """Neither end is negative."""
        for name in ("keep_first", "keep_last"):
            if getattr(self, name) < 0:
                yield name, f"`{name}` is zero or more"

    def build(self, using: Resources) -> Technique:
        from ffx import FF1

        alphabet = ALPHABETS[self.alphabet]
        cipher = FF1(
            subkey(using.key(self.key), "FormatPreserving", self.domain, KEY_BYTES), alphabet=alphabet
        )
        known = frozenset(alphabet)
        first, last = self.keep_first, self.keep_last
        whole_numbers = self.alphabet == "digits"

        def changed(text: str, change: Callable[..., str]) -> str:
            """`text` with what is hidden changed; the characters that are kept are the tweak (§5.1)."""
            letters = text if known.issuperset(text) else "".join(c for c in text if c in known)
            end = len(letters) - last
            hidden = letters[first:end] if first < end else ""
            if len(alphabet) ** len(hidden) < FEWEST_TEXTS:
                raise UnmaskableError("too short to be hidden")
            kept, rest = letters[:first], letters[end:]
            made = kept + change(hidden, tweak=f"{kept} {rest}".encode()) + rest
            return made if len(letters) == len(text) else _laid_out(text, made, known)

        def turned(value: Json, change: Callable[..., str]) -> Json:
            if isinstance(value, str):
                return changed(value, change)
            if not isinstance(value, int) or isinstance(value, bool) or not whole_numbers:
                raise UnmaskableError("neither text nor a whole number of digits")
            text = changed(str(value), change)
            while text.lstrip("-")[0] == "0":  # no number is written so: walk on until one is, both ways
                text = changed(text, change)
            return int(text)

        return Technique(
            "FormatPreserving",
            lambda value: turned(value, cipher.encrypt),
            plain_schema,
            reveal=lambda value: turned(value, cipher.decrypt),
        )


def _laid_out(text: str, made: str, known: frozenset[str]) -> str:
    """The characters of `made` where `text` has one of the alphabet, its marks between them."""
    letters = iter(made)
    laid = []
    for character in text:
        if character in known:
            laid.append(next(letters))
        elif character.isalnum():
            raise UnmaskableError("has a letter or digit outside the alphabet")
        else:
            laid.append(character)
    return "".join(laid)
