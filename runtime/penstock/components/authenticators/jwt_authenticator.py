from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping
from typing import Any, Literal

from penstock.components.authenticators import AUTHENTICATOR, Authenticator
from penstock.components.requesters import REQUEST_OPTION, Injection
from penstock.errors import ConfigError
from penstock.expressions.forms import Body, Text
from penstock.http.request import RequestOptions
from penstock.records.resources import Resources
from penstock.registry import Buildable, component, field

Json = Any
Algorithm = Literal[
    "HS256", "HS384", "HS512", "ES256", "ES256K", "ES384", "ES512", "RS256", "RS384", "RS512", "PS256", "PS384",
    "PS512", "EdDSA",
]  # fmt: skip

_HEADERS = ("kid", "typ", "cty")
_PAYLOAD = ("iss", "sub", "aud")


@component(AUTHENTICATOR)
class JwtAuthenticator:
    """Sign a JSON Web Token for each request, and send it (RFC 7519)."""

    secret_key: Text = field(
        doc="The key to sign with: a text, or a private key as PEM.",
        secret=True,
        examples=("{{ config['secret_key'] }}",),
    )
    algorithm: Algorithm = field(doc="The signature's algorithm (RFC 7518 §3.1).", examples=("HS256",))
    base64_encode_secret_key: bool = field(default=False, doc="Encode the key as base64 before it signs.")
    passphrase: Text | None = field(
        default=None,
        doc="What the private key is encrypted with.",
        secret=True,
        examples=("{{ config['passphrase'] }}",),
    )
    token_duration: int = field(default=1200, doc="How long a token is good.", unit="seconds")
    jwt_headers: Body | None = field(
        default=None,
        doc="The headers `kid`, `typ` (`JWT` by default) and `cty`.",
        examples=({"kid": "key-1"},),
    )
    additional_jwt_headers: Body | None = field(default=None, doc="Further headers.", examples=({"x": "y"},))
    jwt_payload: Body | None = field(
        default=None, doc="The claims `iss`, `sub` and `aud`.", examples=({"iss": "{{ config['account'] }}"},)
    )
    additional_jwt_payload: Body | None = field(
        default=None, doc="Further claims.", examples=({"scope": "orders.read"},)
    )
    header_prefix: Text | None = field(
        default=None, doc="A word in front of the token.", examples=("Bearer",)
    )
    request_option: Buildable[Injection] | None = field(
        default=None,
        doc="Where the token goes; by default the header `Authorization`.",
        slot=REQUEST_OPTION,
        implied="RequestOption",
    )

    def problems(self) -> Iterator[tuple[str, str]]:
        """Claims of their own fields are not given twice."""
        for name, reserved in (
            ("additional_jwt_headers", {*_HEADERS, "alg"}),
            ("additional_jwt_payload", {*_PAYLOAD, "iat", "exp", "nbf"}),
        ):
            body: Body | None = getattr(self, name)
            taken = reserved & (body.keys if body else frozenset())
            if taken:
                yield name, f"`{name}` cannot hold {', '.join(sorted(taken))}, which have their own place"

    def build(self, using: Resources) -> Authenticator:
        scope = {"config": using.config}
        key = self._key(using)
        prefix = self.header_prefix.text(scope) if self.header_prefix else ""
        place = self.request_option.build(using).options if self.request_option else _authorization

        def token() -> str:
            return self._signed(key, using)

        def options() -> RequestOptions:
            return place(f"{prefix} {token()}" if prefix else token())

        return Authenticator(options, token=token)

    def _key(self, using: Resources) -> Any:
        scope = {"config": using.config}
        text = self.secret_key.text(scope)
        using.minted(text)
        if self.passphrase is not None:
            return _decrypted(text, self.passphrase.text(scope))
        return base64.b64encode(text.encode()).decode() if self.base64_encode_secret_key else text

    def _signed(self, key: Any, using: Resources) -> str:
        import jwt

        scope = {"config": using.config}
        now = int(using.clock().timestamp())
        headers = {
            **_given(self.additional_jwt_headers, scope),
            "typ": "JWT",
            **_given(self.jwt_headers, scope, _HEADERS),
        }
        payload = {
            **_given(self.additional_jwt_payload, scope),
            **_given(self.jwt_payload, scope, _PAYLOAD),
            "iat": now,
            "exp": now + self.token_duration,
            "nbf": now,
        }
        try:
            token = jwt.encode(payload, key, algorithm=self.algorithm, headers=headers)
        except (jwt.PyJWTError, ValueError, TypeError):
            raise ConfigError(
                f"stream {using.stream.name}: the token cannot be signed; the key does not go with {self.algorithm}"
            ) from None
        using.minted(token)
        return token


def _given(body: Body | None, scope: Mapping[str, Json], names: tuple[str, ...] = ()) -> dict[str, Json]:
    made = body(scope) if body else {}
    return {name: value for name, value in made.items() if (not names or name in names) and value != ""}


def _authorization(value: str) -> RequestOptions:
    return RequestOptions(headers={"Authorization": value})


def _decrypted(pem: str, passphrase: str) -> Any:
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        return load_pem_private_key(pem.encode(), passphrase.encode())
    except (ValueError, TypeError):
        raise ConfigError("the private key cannot be read with this passphrase") from None
