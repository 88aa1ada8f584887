from __future__ import annotations

import jwt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from penstock.masking.detectors import all_detectors

TOKEN = all_detectors()["token"]


@given(st.dictionaries(st.sampled_from(["sub", "name"]), st.text(min_size=3), min_size=1))
def test_a_json_web_token_is_found(claims: dict[str, str]) -> None:
    """Alone, and behind the word of the header that carries it."""
    token = jwt.encode(claims, "k" * 32, algorithm="HS256")

    assert TOKEN.whole(token) > 0.9
    assert TOKEN.whole(f"Bearer {token}") > 0.9
    assert list(TOKEN.spans(f"token={token}")) == [(6, 6 + len(token))]


@pytest.mark.parametrize(
    "token",
    [
        pytest.param("sk_live_" + "4eC39HqLyjWDarjtT1zdp7dc", id="Stripe"),
        pytest.param("ghp_" + "a1B2" * 9, id="GitHub"),
        pytest.param("AKIA" + "IOSFODNN7EXAMPLE", id="Amazon"),
        pytest.param("xoxb-" + "123456789012-abcdefGHIJ", id="Slack"),
        pytest.param("AIza" + "aB3_-" * 7, id="Google"),
        pytest.param(
            "-----BEGIN RSA PRIVATE KEY-----\nMIIB\n-----END RSA PRIVATE KEY-----", id="a private key"
        ),
    ],
)
def test_a_key_is_known_by_its_vendors_mark(token: str) -> None:
    """Alone, and inside a text."""
    assert TOKEN.whole(token) > 0.9
    assert list(TOKEN.spans(f"key {token}")) == [(4, 4 + len(token))]


@pytest.mark.parametrize(
    "text",
    ["cus_NffrFeUfNV2Hib", "sk_live_", "d41d8cd98f00b204e9800998ecf8427e", "ask-a-question-about-anything"],
)
def test_an_id_is_no_token(text: str) -> None:
    """Random text alone is none: ids and digests are random too."""
    assert TOKEN.whole(text) == 0
    assert list(TOKEN.spans(text)) == []
