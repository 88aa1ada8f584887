from __future__ import annotations

import base64
import json
from collections.abc import Callable
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from penstock.masking.redactor import MASK, Redactor, secret_values

SECRET = 'k3y/with+"signs" & ünïcode'


def base64_after(offset: int, secret: str) -> str:
    """The secret as it stands in the base64 of data in which `offset` bytes precede it and some follow."""
    encoded = base64.b64encode(b"u" * offset + secret.encode() + b"\xff\xff").decode()
    return encoded[-(-offset * 8 // 6) : (offset + len(secret.encode())) * 8 // 6]


FORMS: list[tuple[str, Callable[[str], str]]] = [
    ("as it is", lambda secret: secret),
    ("percent-encoded", lambda secret: quote(secret, safe="")),
    ("percent-encoded in a path", quote),
    ("percent-encoded in lower case", lambda secret: _lower_codes(quote(secret, safe=""))),
    ("as a form field", quote_plus),
    ("as a JSON string", lambda secret: json.dumps(secret)[1:-1]),
    ("as a JSON string with Unicode", lambda secret: json.dumps(secret, ensure_ascii=False)[1:-1]),
    ("as Python shows it", lambda secret: repr(secret)[1:-1]),
    ("in base64", lambda secret: base64_after(0, secret)),
    ("in base64 behind one byte", lambda secret: base64_after(1, secret)),
    ("in base64 behind two bytes", lambda secret: base64_after(2, secret)),
    ("in base64 behind a user name", lambda secret: base64_after(len("ada:"), secret)),
    ("in URL-safe base64", lambda secret: base64_after(0, secret).replace("+", "-").replace("/", "_")),
]


def _lower_codes(text: str) -> str:
    head, *parts = text.split("%")
    return head + "".join(f"%{part[:2].lower()}{part[2:]}" for part in parts)


@pytest.mark.parametrize("form", [pytest.param(form, id=name) for name, form in FORMS])
def test_every_form_of_a_secret_is_taken_out(form: Callable[[str], str]) -> None:
    """What goes over the wire is rarely the secret itself."""
    text = f"before {form(SECRET)} after"

    assert Redactor([SECRET])(text) == f"before {MASK} after"


def test_the_longest_secret_goes_first() -> None:
    """A secret that begins with another one leaves no tail behind."""
    assert Redactor(["x", "xk"])("xk x") == f"{MASK} {MASK}"


def test_a_secret_learnt_late_is_redacted_from_then_on() -> None:
    """Tokens that are minted during a run join those of the config."""
    redactor = Redactor(["first"])
    redactor.add("second")

    assert redactor("first second") == f"{MASK} {MASK}"


def test_nothing_is_redacted_where_nothing_is_secret() -> None:
    """Empty values of optional settings are no secrets."""
    redactor = Redactor([""])

    assert redactor("a text") == "a text"


# A star is left out: a secret made of what stands in for secrets can always be read from it.
secrets = st.text(st.characters(exclude_characters="*", exclude_categories=["Cs"]), min_size=1, max_size=24)


@given(st.lists(secrets, min_size=1, max_size=4), st.data())
def test_no_form_of_a_secret_is_left(known: list[str], data: st.DataObject) -> None:
    """Whatever the secrets and wherever they stand in a text."""
    forms = [form(secret) for secret in known for name, form in FORMS if "base64" not in name]
    forms += [
        form(secret)
        for secret in known
        for name, form in FORMS
        if "base64" in name and len(form(secret)) >= 8
    ]
    parts = data.draw(st.lists(st.sampled_from(forms) | st.text(max_size=8), max_size=12))

    redacted = Redactor(known)("".join(parts))

    assert not [form for form in forms if form in redacted]


def test_secrets_are_found_where_the_specification_marks_them() -> None:
    """Inside objects, lists and each branch of a union; every leaf below a mark counts, numbers as text."""
    secret = {"airbyte_secret": True}
    specification = {
        "properties": {
            "token": secret,
            "user": {"type": "string"},
            "pin": secret,
            "nested": {"properties": {"password": secret}},
            "keys": {"items": {"properties": {"key": secret}}},
            "certificate": secret,
            "login": {"oneOf": [{"properties": {"a": secret}}, {"properties": {"b": secret}}]},
            "other": {"anyOf": [{"allOf": [{"properties": {"c": secret}}]}]},
            "absent": secret,
        }
    }
    config = {
        "token": "t",
        "user": "ada",
        "pin": 1234,
        "nested": {"password": "p"},
        "keys": [{"key": "k1"}, {"key": "k2"}],
        "certificate": {"body": ["c1", {"key": "c2"}], "valid": True},
        "login": {"b": "l"},
        "other": {"c": "o"},
    }

    assert sorted(secret_values(config, specification)) == sorted(
        ["t", "1234", "p", "k1", "k2", "c1", "c2", "l", "o"]
    )


@pytest.mark.parametrize(
    ("config", "specification"),
    [
        pytest.param({"a": 1}, {}, id="no specification"),
        pytest.param([], {"properties": {"a": {"airbyte_secret": True}}}, id="a config that is no object"),
        pytest.param({"a": None}, {"properties": {"a": {"airbyte_secret": True}}}, id="null"),
        pytest.param({"a": 1}, {"properties": {"a": True}}, id="a schema that says nothing"),
    ],
)
def test_a_config_that_does_not_fit_holds_no_secrets(config: object, specification: object) -> None:
    """Looking for secrets never fails; that a config is wrong is told by its validation."""
    assert secret_values(config, specification) == []
