from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from penstock.masking.detectors import Detector, detector

_FORMS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "ssn": (r"[0-9]{3}-[0-9]{2}-[0-9]{4}", ("us.ssn",)),
    "triples": (r"[0-9]{3}(?P<gap>[ -])[0-9]{3}(?P=gap)[0-9]{3}", ("ca.sin",)),
    "fiscal": (r"[A-Z]{6}[0-9]{2}[A-EHLMPRST][0-9]{2}[A-Z][0-9]{3}[A-Z]", ("it.codicefiscale",)),
    "curp": (r"[A-Z]{4}[0-9]{6}[A-Z]{6}[0-9A-Z][0-9]", ("mx.curp",)),
    "dni": (r"[0-9]{8}-?[A-Z]", ("es.dni",)),
    "nie": (r"[XYZ]-?[0-9]{7}-?[A-Z]", ("es.nie",)),
    "nir": (
        r"[12] ?[0-9]{2} ?[0-9]{2} ?(?:[0-9]{2}|2[AB]) ?[0-9]{3} ?[0-9]{3} ?[0-9]{2}",
        ("fr.nir",),
    ),
    "cpf": (r"[0-9]{3}\.[0-9]{3}\.[0-9]{3}-[0-9]{2}", ("br.cpf",)),
    "rrn": (r"[0-9]{2}\.[0-9]{2}\.[0-9]{2}-[0-9]{3}\.[0-9]{2}", ("be.nn",)),
    "ahv": (r"756\.?[0-9]{4}\.?[0-9]{4}\.?[0-9]{2}", ("ch.ssn",)),
    "rut": (r"[0-9]{1,2}\.[0-9]{3}\.[0-9]{3}-[0-9K]", ("cl.rut",)),
    "resident": (r"[1-9][0-9]{16}[0-9X]", ("cn.ric",)),
    "aadhaar": (r"[2-9][0-9]{3} [0-9]{4} [0-9]{4}", ("in.aadhaar",)),
    "birth_four": (r"[0-9]{6}[-+/][0-9]{4}", ("se.personnummer", "dk.cpr", "cz.rc")),
    "birth_seven": (r"[0-9]{6}-[0-9]{7}", ("kr.rrn",)),
    "hetu": (r"[0-9]{6}[-+ABCDEFUVWXY][0-9]{3}[0-9A-Y]", ("fi.hetu",)),
    "eleven": (r"[0-9]{11}", ("no.fodselsnummer", "pl.pesel", "de.idnr")),
    "thirteen": (r"(?!1)[0-9]{13}", ("za.idnr",)),
}
"""How numbers look, and the numbers of python-stdnum that look so. Thirteen digits that begin with 1 are a moment."""

_BARE = frozenset({"eleven", "thirteen"})

_SHAPE = re.compile(
    r"(?<![\w-])(?<![0-9][.,])(?:"
    + "|".join(f"(?P<{name}>{form})" for name, (form, _) in _FORMS.items())
    + r")(?![\w-])(?![.,][0-9])",
    re.IGNORECASE,
)


@detector
class NationalId(Detector):
    """A number that a state gives a person, of some twenty countries: its form, its date and its check digits are right.

    `python-stdnum` judges the numbers. Numbers with one check digit and no form of their own (Dutch BSN, Australian TFN,
    British NHS) are left out: one order number in eleven would be one.
    """

    name = "national_id"
    marks = "0123456789"
    least = 7

    def whole(self, text: str) -> float:
        found = _SHAPE.fullmatch(text.strip())
        if found is None or not _is_right(found):
            return 0.0
        return 0.6 if _form(found) in _BARE else 0.9

    def spans(self, text: str) -> Iterator[tuple[int, int]]:
        at = 0
        while found := _SHAPE.search(text, at):
            right = _is_right(found)
            at = found.end() if right else found.start() + 1
            if right:
                yield found.span()


def _form(found: re.Match[str]) -> str:
    return next(name for name in _FORMS if found[name] is not None)


def _is_right(found: re.Match[str]) -> bool:
    return any(number.is_valid(found.group()) for number in _numbers(_form(found)))


@cache
def _numbers(form: str) -> tuple[Any, ...]:
    from stdnum import get_cc_module

    return tuple(get_cc_module(*name.split(".")) for name in _FORMS[form][1])
