"""The classes of personal data, and the mask that is proposed for each. Facts here; a policy decides."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from penstock.lean import dataclass

Json = Any


@dataclass(frozen=True, slots=True)
class PrivacyClass:
    """A class of data: what it is, the mask to propose, as in a policy, and the detector that knows its values."""

    help: str
    mask: Mapping[str, Json]
    detect: str = ""


def _hmac(domain: str, *normalize: str) -> Mapping[str, Json]:
    return {
        "type": "Hmac",
        "domain": domain,
        **({"normalize": list(normalize)} if normalize else {}),
    }


_REDACT: Mapping[str, Json] = {"type": "Redact"}

CLASSES: Mapping[str, PrivacyClass] = {
    "email": PrivacyClass("An e-mail address.", _hmac("person", "trim", "lower"), "email"),
    "phone": PrivacyClass("A telephone number.", {"type": "Partial", "keep_last": 2}, "phone"),
    "name": PrivacyClass("The name of a person, or a part of it.", _REDACT),
    "username": PrivacyClass("A login name or a handle in a network.", _hmac("username", "trim", "lower")),
    "address": PrivacyClass("A postal address, or the street of one.", _REDACT),
    "city": PrivacyClass("The city of an address.", _REDACT),
    "postal_code": PrivacyClass("The postal code of an address.", {"type": "Truncate", "keep_first": 2}),
    "location": PrivacyClass("A coordinate.", {"type": "Generalize", "decimals": 1}),
    "birth_date": PrivacyClass("A day of birth.", {"type": "Generalize", "to": "year"}),
    "gender": PrivacyClass("The gender, or the form of address that tells it.", {"type": "Nullify"}),
    "sensitive": PrivacyClass(
        "Age, family, origin, belief, health: what the law protects most.", {"type": "Nullify"}
    ),
    "ip": PrivacyClass("An IP address.", {"type": "IpPrefix", "v4": 24, "v6": 48}, "ip"),
    "mac": PrivacyClass("The hardware address of a device.", _hmac("device", "trim", "lower"), "mac"),
    "card": PrivacyClass(
        "A payment card number.", {"type": "FormatPreserving", "domain": "card", "keep_last": 4}, "card"
    ),
    "iban": PrivacyClass("A bank account number.", {"type": "Partial", "keep_first": 2}, "iban"),
    "national_id": PrivacyClass(
        "A number that a state gives a person.", _hmac("national_id", "trim"), "national_id"
    ),
    "financial": PrivacyClass("Pay, or how a person banks.", {"type": "Nullify"}),
    "token": PrivacyClass("A password, key or token.", {"type": "Drop"}, "token"),
    "url_credentials": PrivacyClass("A URL with a password in it.", {"type": "Drop"}, "url_credentials"),
    "free_text": PrivacyClass("Text that may hold anything.", {"type": "ScanText"}),
    "public": PrivacyClass("Nothing personal.", {"type": "Keep"}),
}
"""By name. `unclassified` is none of them: nobody knows yet."""

PUBLIC = "public"
UNCLASSIFIED = "unclassified"
