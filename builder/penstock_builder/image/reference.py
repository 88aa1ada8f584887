"""Names of images in registries: `registry.example.com/acme/source-orders:1.2.0@sha256:…`."""

from __future__ import annotations

import re
from dataclasses import dataclass

from penstock.authoring import ConfigError

DOCKER_HUB = "docker.io"

_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_PATH = r"[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*"
_REFERENCE = re.compile(
    rf"(?:(?P<host>{_LABEL}(?:\.{_LABEL})*(?::\d{{1,5}})?|\[[0-9a-fA-F:]+\](?::\d+)?)/)?(?P<name>{_PATH}(?:/{_PATH})*)"
    r"(?::(?P<tag>[A-Za-z0-9_][A-Za-z0-9._-]{0,127}))?(?:@(?P<digest>sha256:[0-9a-f]{64}))?"
)


@dataclass(frozen=True, slots=True)
class Reference:
    """A repository in a registry, and an image in it by tag, by digest, or by both."""

    host: str
    repository: str
    tag: str = ""
    digest: str = ""

    @property
    def image(self) -> str:
        """What the registry is asked for: the digest where there is one."""
        return self.digest or self.tag

    def __str__(self) -> str:
        tag = f":{self.tag}" if self.tag else ""
        return f"{self.host}/{self.repository}{tag}{f'@{self.digest}' if self.digest else ''}"


def parse_reference(text: str) -> Reference:
    """Read a reference; without a registry it is Docker's, without tag and digest it is `latest`. Raises ConfigError."""
    first, slash, rest = text.partition("/")
    if not slash or not (first == "localhost" or "." in first or ":" in first):
        rest, first = text, DOCKER_HUB
    if first == DOCKER_HUB and "/" not in rest:
        rest = f"library/{rest}"
    found = _REFERENCE.fullmatch(f"{first}/{rest}")
    if found is None or not found["host"]:
        raise ConfigError(
            "this is not the name of an image", hint="such as registry.example.com/acme/source-orders:1.2.0"
        )
    tag = found["tag"] or ("" if found["digest"] else "latest")
    return Reference(found["host"], found["name"], tag, found["digest"] or "")
