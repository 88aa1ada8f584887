from __future__ import annotations

from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, PrivateFormat

from penstock.components.authenticators import AUTHENTICATOR, Authenticator
from penstock.errors import ConfigError, ManifestError
from penstock.testing.fakes import NOW, Fakes, component

KEY = "a secret key of thirty-two bytes, or more of them, as long as 64 bytes"
SIGNED = f"{{type: JwtAuthenticator, algorithm: HS256, secret_key: '{KEY}'"


def authenticator(text: str, **config: Any) -> Authenticator:
    return component(text, AUTHENTICATOR).build(Fakes(config).resources())


def sent(text: str, **config: Any) -> str:
    value: str = authenticator(text, **config).options().headers["Authorization"]
    return value


def claims(token: str, key: Any = KEY, algorithm: str = "HS256") -> dict[str, Any]:
    found: dict[str, Any] = jwt.decode(
        token,
        key,
        algorithms=[algorithm],
        options={"verify_exp": False, "verify_nbf": False, "verify_aud": False},
    )
    return found


def test_a_token_is_signed_for_twenty_minutes() -> None:
    """`iat` and `nbf` are now, `exp` is `token_duration` later."""
    now = int(NOW.timestamp())

    assert claims(sent(SIGNED + "}")) == {"iat": now, "nbf": now, "exp": now + 1200}


def test_claims_and_headers_come_from_the_config() -> None:
    """An empty one is left out."""
    token = sent(
        SIGNED
        + """, token_duration: 60,
        jwt_payload: {iss: "{{ config['account'] }}", sub: "{{ config['nobody'] }}"},
        additional_jwt_payload: {scope: orders},
        jwt_headers: {kid: key-1}, additional_jwt_headers: {x: "y"}}""",
        account="acme",
    )

    found = claims(token)
    assert (found["iss"], found["scope"], "sub" in found) == ("acme", "orders", False)
    assert found["exp"] - found["iat"] == 60
    assert jwt.get_unverified_header(token) == {"alg": "HS256", "typ": "JWT", "kid": "key-1", "x": "y"}


def test_a_word_may_stand_in_front() -> None:
    assert sent(SIGNED + ", header_prefix: Bearer}").startswith("Bearer eyJ")


def test_the_token_may_go_elsewhere() -> None:
    """To a request parameter, for one."""
    text = SIGNED + ", request_option: {inject_into: request_parameter, field_name: jwt}}"

    assert claims(authenticator(text).options().params["jwt"])


def test_a_key_may_be_encoded_first() -> None:
    """Some APIs take the base64 of the key as the key."""
    import base64

    token = sent(SIGNED + ", base64_encode_secret_key: true}")

    assert claims(token, base64.b64encode(KEY.encode()))


def test_a_private_key_may_be_encrypted() -> None:
    """PEM with a passphrase."""
    private = ec.generate_private_key(ec.SECP256R1())
    pem = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"open")).decode()
    text = """
    type: JwtAuthenticator
    algorithm: ES256
    secret_key: "{{ config['pem'] }}"
    passphrase: "{{ config['word'] }}"
    """

    assert claims(sent(text, pem=pem, word="open"), private.public_key(), "ES256")
    with pytest.raises(ConfigError, match="cannot be read with this passphrase"):
        sent(text, pem=pem, word="shut")


def test_a_key_of_the_wrong_sort_is_an_error() -> None:
    """It names the algorithm, and not the key."""
    with pytest.raises(ConfigError, match="the key does not go with RS256") as raised:
        sent("{type: JwtAuthenticator, algorithm: RS256, secret_key: canary}")
    assert "canary" not in str(raised.value)


def test_a_claim_of_its_own_field_is_not_given_twice() -> None:
    with pytest.raises(ManifestError, match="cannot hold exp, iss"):
        component(SIGNED + ", additional_jwt_payload: {iss: a, exp: 1}}", AUTHENTICATOR)
