"""HTTP to a registry: who asks, how often, and how far an answer is trusted. The builder's one door to httpx."""

from __future__ import annotations

import contextlib
import ipaddress
import re
import time
import weakref
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import httpx

from penstock.authoring import PenstockError, __version__
from penstock_builder.image.credentials import Credential
from penstock_builder.image.reference import DOCKER_HUB

Json = Any

_ATTEMPTS = 5
_FIRST_WAIT_SECONDS = 0.2
_LONGEST_WAIT_SECONDS = 30.0
_MOST_OF_ANSWER = 4 << 20
_TIMEOUT = httpx.Timeout(60, connect=15)
_CHALLENGE = re.compile(r"(?i)\bBearer\s+((?:[a-z_]+=(?:\"[^\"]*\"|[^\s,]+)[,\s]*)+)")
_PARAMETER = re.compile(r"(?i)([a-z_]+)=(?:\"([^\"]*)\"|([^\s,]+))")


class RegistryError(PenstockError):
    """A registry refused, or did not answer; `status` is 0 where there was no answer."""

    def __init__(self, message: str, *, hint: str = "", status: int = 0) -> None:
        super().__init__(message, hint=hint)
        self.status = status


class Session:
    """Requests to one registry. A path begins with `/v2/`; `scopes` are the rights that a token is asked for."""

    def __init__(
        self,
        host: str,
        scopes: Iterable[str],
        credential: Credential | None = None,
        *,
        insecure: bool = False,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.host = host
        self._scopes = list(scopes)
        self._credential = credential
        self._sleep = sleep
        self._authorization = ""
        name = "registry-1.docker.io" if host == DOCKER_HUB else host
        self._base = httpx.URL(f"{'http' if insecure or _is_here(name) else 'https'}://{name}")
        self._client = httpx.Client(
            timeout=_TIMEOUT,
            follow_redirects=True,
            headers={"User-Agent": f"penstock/{__version__}"},
            event_hooks={"request": [] if insecure else [_only_safe(host)]},
        )
        weakref.finalize(self, self._client.close)

    def also(self, scope: str) -> None:
        """Ask for one more right from here on."""
        if scope not in self._scopes:
            self._scopes.append(scope)
            self._authorization = ""

    def request(
        self,
        method: str,
        where: str,
        *,
        expected: Iterable[int],
        headers: Mapping[str, str] | None = None,
        content: bytes | None = None,
        attempts: int = _ATTEMPTS,
    ) -> httpx.Response:
        """An answer of an expected status, read whole. Raises RegistryError.

        Where nothing answers, or the registry is busy, it is asked again, `attempts` times in all.
        """
        with self.opened(
            method, where, expected=expected, headers=headers, content=content, attempts=attempts
        ) as answer:
            read = bytearray()
            with self._told_plainly():
                for piece in answer.iter_bytes():
                    read += piece
                    if len(read) > _MOST_OF_ANSWER:
                        raise RegistryError(f"{self.host} answers with more than a manifest may be")
        return httpx.Response(
            answer.status_code, headers=_plain(answer.headers), content=bytes(read), request=answer.request
        )

    @contextlib.contextmanager
    def opened(
        self,
        method: str,
        where: str,
        *,
        expected: Iterable[int],
        headers: Mapping[str, str] | None = None,
        content: bytes | None = None,
        attempts: int = _ATTEMPTS,
    ) -> Iterator[httpx.Response]:
        """An answer whose body is still to be read."""
        answer = self._answer(method, where, dict(headers or {}), content, attempts)
        try:
            if answer.status_code not in tuple(expected):
                raise self._refusal(answer)
            yield answer
        finally:
            answer.close()

    def pieces(self, answer: httpx.Response) -> Iterator[bytes]:
        """The body of an answer as it was sent. Raises RegistryError where it breaks off."""
        with self._told_plainly():
            yield from answer.iter_raw()

    def _answer(
        self, method: str, where: str, headers: dict[str, str], content: bytes | None, attempts: int
    ) -> httpx.Response:
        asked_for_token = False
        left = attempts
        while True:
            left -= 1
            try:
                with self._told_plainly():
                    answer = self._client.send(self._built(method, where, headers, content), stream=True)
            except RegistryError as error:
                if error.status or not left:
                    raise
                self._wait(attempts - left)
                continue
            if answer.status_code == 401 and not asked_for_token:
                answer.close()
                asked_for_token = True
                left += 1
                self._authorization = self._authorized(answer.headers.get("www-authenticate", ""))
                continue
            if (answer.status_code == 429 or answer.status_code >= 500) and left:
                answer.close()
                self._wait(attempts - left, answer.headers.get("retry-after", ""))
                continue
            return answer

    def _built(
        self, method: str, where: str, headers: dict[str, str], content: bytes | None
    ) -> httpx.Request:
        url = self._base.join(where)
        ours = (url.scheme, url.host, url.port) == (self._base.scheme, self._base.host, self._base.port)
        if self._authorization and ours:
            headers = {**headers, "Authorization": self._authorization}
        return self._client.build_request(method, url, headers=headers, content=content)

    def _authorized(self, challenge: str) -> str:
        """What to show after a refusal: a token of the authority that the registry names, else the password itself."""
        bearer = _CHALLENGE.search(challenge)
        if bearer is None:
            if self._credential is None or self._credential.identity:
                raise RegistryError(
                    f"{self.host} asks for a login", hint=f"log in: podman login {self.host}", status=401
                )
            return _basic(self._credential)
        named = {name.lower(): quoted or bare for name, quoted, bare in _PARAMETER.findall(bearer[1])}
        token = self._token(named.get("realm", ""), named.get("service", ""), named.get("scope", ""))
        return f"Bearer {token}"

    def _token(self, realm: str, service: str, scope: str) -> str:
        """A token for our rights (distribution.github.io/distribution/spec/auth/token)."""
        scopes = self._scopes or [scope]
        with self._told_plainly():
            if self._credential is not None and self._credential.identity:
                form = {
                    "grant_type": "refresh_token",
                    "service": service,
                    "client_id": "penstock",
                    "scope": " ".join(scopes),
                    "refresh_token": self._credential.identity,
                }
                answer = self._client.post(realm, data=form)
            else:
                query = httpx.QueryParams([("service", service), *(("scope", scope) for scope in scopes)])
                headers = {"Authorization": _basic(self._credential)} if self._credential else {}
                answer = self._client.get(realm, params=query, headers=headers)
        try:
            told = answer.json()
            token = told.get("token") or told.get("access_token")
        except (ValueError, AttributeError):
            token = None
        if answer.status_code != 200 or not isinstance(token, str):
            raise RegistryError(
                f"the authority of {self.host} gives no token (HTTP {answer.status_code})",
                hint=f"log in: podman login {self.host}",
                status=answer.status_code,
            )
        return token

    def _wait(self, number: int, asked_for: str = "") -> None:
        """Longer each time, or as long as the registry asks for, where that is not too long."""
        seconds = float(asked_for) if asked_for.isascii() and asked_for.isdecimal() else 0.0
        self._sleep(max(_FIRST_WAIT_SECONDS * 2 ** (number - 1), min(seconds, _LONGEST_WAIT_SECONDS)))

    def _refusal(self, answer: httpx.Response) -> RegistryError:
        codes = []
        with contextlib.suppress(RegistryError, ValueError, TypeError, AttributeError, KeyError):
            with self._told_plainly():
                read = answer.read()
            codes = [error["code"] for error in httpx.Response(200, content=read).json()["errors"]]
        told = ", ".join(
            code for code in codes if isinstance(code, str) and re.fullmatch(r"[A-Z_]{1,40}", code)
        )
        hint = {
            401: f"log in: podman login {self.host}",
            403: "the account may not do this, or the repository is not there",
            404: "is the name right, and is it there yet?",
            429: "it is asked too often: try later, or with a login",
        }.get(answer.status_code, "the fault is at its side: try later" if answer.status_code >= 500 else "")
        path = answer.request.url.path
        return RegistryError(
            f"{self.host} refuses {answer.request.method} {path} (HTTP {answer.status_code}{', ' if told else ''}{told})",
            hint=hint,
            status=answer.status_code,
        )

    @contextlib.contextmanager
    def _told_plainly(self) -> Iterator[None]:
        """Errors of the library, without what they tell of the request."""
        try:
            yield
        except httpx.TransportError as error:
            raise RegistryError(
                f"{self.host} did not answer ({type(error).__name__})", hint="is it running, and reachable?"
            ) from None
        except (httpx.InvalidURL, httpx.HTTPError) as error:
            raise RegistryError(
                f"{self.host} names an address that does not work ({type(error).__name__})"
            ) from None


def next_page(answer: httpx.Response, host: str) -> str:
    """Path and query of the page after this one, by the header Link; empty where there is none (RFC 8288).

    Raises RegistryError where it is not of the same host.
    """
    here = answer.request.url
    with contextlib.suppress(httpx.InvalidURL, ValueError, KeyError):
        link = answer.links.get("next")
        if link is None:
            return ""
        there = here.join(link["url"])
        if (there.scheme, there.netloc) == (here.scheme, here.netloc) and there.path.startswith("/v2/"):
            return there.raw_path.decode()
    raise RegistryError(f"{host} leads elsewhere for the rest of a list", status=answer.status_code)


def _only_safe(registry: str) -> Callable[[httpx.Request], None]:
    """Refuses to send anything in clear, wherever a redirection or a challenge leads."""

    def require_safe(request: httpx.Request) -> None:
        if request.url.scheme != "https" and not _is_here(request.url.netloc.decode()):
            raise RegistryError(
                f"{registry} leads to {request.url.host} without TLS",
                hint="where that is meant, say --insecure",
                status=400,
            )

    return require_safe


def _plain(headers: httpx.Headers) -> dict[str, str]:
    """Without what told of the form of a body that is read already."""
    gone = ("content-encoding", "content-length", "transfer-encoding")
    return {name: value for name, value in headers.items() if name not in gone}


def _basic(credential: Credential) -> str:
    request = httpx.Request("GET", "http://unused")
    flow = httpx.BasicAuth(credential.user, credential.password).auth_flow(request)
    return next(flow).headers["Authorization"]


def _is_here(netloc: str) -> bool:
    """Whether a host is this machine, by its name alone."""
    host = httpx.URL(f"http://{netloc}").host
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
