"""How an API wants to know who asks, guessed from requests that were sent and from refusals."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator, Mapping, Sequence
from urllib.request import parse_http_list

from penstock.authoring import Json
from penstock_builder.detect.exchange import Exchange
from penstock_builder.detect.guess import Guess
from penstock_builder.detect.requested import Place, requested
from penstock_builder.detect.words import bounded, run_together, told

_KEY = "{{ config['api_key'] }}"
_BEARER: Mapping[str, str] = {"type": "BearerAuthenticator", "api_token": _KEY}
_BASIC: Mapping[str, str] = {
    "type": "BasicHttpAuthenticator",
    "username": "{{ config['username'] }}",
    "password": "{{ config['password'] }}",
}
_WORDS_BEFORE_KEYS: Mapping[str, str] = {
    scheme.lower(): scheme
    for scheme in ("Token", "ApiKey", "Api-Key", "Key", "GenieKey", "SSWS", "Bot", "OAuth", "Zoho-oauthtoken",
                   "Klaviyo-API-Key", "DeepL-Auth-Key", "PRIVATE-TOKEN", "Apikey", "Secret", "JWT")
}  # fmt: skip
"""Schemes that are a word before a key, and no others: an unknown word may be part of the key."""
_KEY_NAMES = re.compile(
    r"x?(?:\w*api)?key|\w*apikey|\w*api(?:secret|token)|\w*(?:access|auth|authentication|private|session|security|app)(?:key|token)"
    r"|x?token|\w*subscriptionkey|\w*accesstoken|appid|apppassword|auth|secret|sessionid"
)
_CHALLENGE = re.compile(r"([!#$%&'*+.^_`|~\w-]+)(?:\s+(.*))?", re.DOTALL)


def authentication(exchanges: Sequence[Exchange]) -> list[Guess[Json]]:
    """Authenticators as a manifest writes them, best first; secrets stand as references to the config.

    A scheme that no component speaks (Digest, signatures) gives no guess. Answers to requests without any credentials
    give NoAuth.
    """
    found: dict[str, Guess[Json]] = {}
    for exchange in exchanges:
        for guess in (*_sent(exchange), *_refused(exchange)):
            known = found.get(str(guess.value))
            if known is None or known.confidence < guess.confidence:
                found[str(guess.value)] = guess
    if not found and any(exchange.status < 300 and not _authorization(exchange) for exchange in exchanges):
        return [Guess({"type": "NoAuth"}, 0.4, "a request without any credentials was answered")]
    return sorted(found.values(), key=lambda guess: -guess.confidence)


def _sent(exchange: Exchange) -> Iterator[Guess[Json]]:
    """By what a request carried; less sure where it was refused."""
    sure = 0.5 if exchange.status in {401, 403} else 1.0
    header = _authorization(exchange)
    if header:
        yield from _by_authorization(header, sure)
    for place in requested(exchange):
        if _KEY_NAMES.fullmatch(run_together(place.path[-1]).removeprefix("x")) and not _is_page_token(place):
            yield _key(place, bounded((0.9 if place.into == "header" else 0.8) * sure))


def _by_authorization(header: str, sure: float) -> Iterator[Guess[Json]]:
    scheme, _, rest = header.strip().partition(" ")
    kind = scheme.lower()
    if kind == "bearer":
        jwt = rest.startswith("eyJ") and rest.count(".") == 2
        note = "; its token is a JWT, which may have come from a login and expire" if jwt else ""
        yield Guess(
            _BEARER, bounded(0.95 * sure), f"the request has an `Authorization` header of scheme Bearer{note}"
        )
    elif kind == "basic":
        evidence = "the request has an `Authorization` header of scheme Basic"
        if _without_password(rest):
            only_name = {"type": "BasicHttpAuthenticator", "username": _KEY}
            yield Guess(only_name, bounded(0.95 * sure), f"{evidence}, whose password is empty")
        else:
            yield Guess(dict(_BASIC), bounded(0.95 * sure), evidence)
    elif rest and kind in _WORDS_BEFORE_KEYS:
        before = f"{_WORDS_BEFORE_KEYS[kind]} {_KEY}"
        evidence = f"the request has an `Authorization` header of scheme {_WORDS_BEFORE_KEYS[kind]}"
        yield Guess(_key_value(Place("header", ("Authorization",)), before), bounded(0.9 * sure), evidence)
    elif not rest:
        evidence = "the request has an `Authorization` header without a scheme"
        yield Guess(_key_value(Place("header", ("Authorization",)), _KEY), bounded(0.75 * sure), evidence)


def _key(place: Place, confidence: float) -> Guess[Json]:
    return Guess(_key_value(place, _KEY), confidence, f"the request has {place.words()}, called like a key")


def _key_value(place: Place, token: str) -> Json:
    return {"type": "ApiKeyAuthenticator", "api_token": token, "inject_into": place.option()}


def _is_page_token(place: Place) -> bool:
    return bool(
        {"page", "next", "sync", "continuation"}.intersection(re.split(r"[^a-z]+", told(place.path).lower()))
    )


def _without_password(credentials: str) -> bool:
    try:
        return base64.b64decode(credentials.strip(), validate=True).endswith(b":")
    except (binascii.Error, ValueError):
        return False


def _refused(exchange: Exchange) -> Iterator[Guess[Json]]:
    """By the challenges of a 401 (RFC 9110 §11.6.1)."""
    if exchange.status != 401:
        return
    for scheme, rest in _challenges(_header(exchange.response_headers, "www-authenticate")):
        if scheme == "bearer":
            oauth = any(word in rest.lower() for word in ("authorization_uri", "resource_metadata", "scope="))
            note = "; it names where or for what to get a token, as OAuth does" if oauth else ""
            yield Guess(
                dict(_BEARER), 0.8, f"a 401 answer asks for scheme Bearer in `WWW-Authenticate`{note}"
            )
        elif scheme == "basic":
            yield Guess(dict(_BASIC), 0.8, "a 401 answer asks for scheme Basic in `WWW-Authenticate`")
        elif scheme in _WORDS_BEFORE_KEYS:
            value = _key_value(Place("header", ("Authorization",)), f"{_WORDS_BEFORE_KEYS[scheme]} {_KEY}")
            evidence = f"a 401 answer asks for scheme {_WORDS_BEFORE_KEYS[scheme]} in `WWW-Authenticate`"
            yield Guess(value, 0.7, evidence)


def _challenges(header: str) -> Iterator[tuple[str, str]]:
    """Scheme in small letters, with the parameter that follows it; later parameters belong to the scheme before."""
    for part in parse_http_list(header):
        found = _CHALLENGE.fullmatch(part.strip())
        if found and not (found[2] or "").lstrip().startswith("="):
            yield found[1].lower(), found[2] or ""


def _authorization(exchange: Exchange) -> str:
    return _header(exchange.request_headers, "authorization")


def _header(headers: Mapping[str, str], wanted: str) -> str:
    return next((value for name, value in headers.items() if name.lower() == wanted), "")
