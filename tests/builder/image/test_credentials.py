from __future__ import annotations

import base64
import json
import os
from pathlib import Path

import pytest

from penstock.authoring import ConfigError
from penstock_builder.image.credentials import Credential, find_credential
from penstock_builder.image.reference import parse_reference

PACKED = base64.b64encode(b"ci:pass:word").decode()
OTHER = base64.b64encode(b"other:word").decode()
HOST = "registry.example.com"


@pytest.mark.parametrize(
    ("file", "variable"),
    [
        ("auth.json", "REGISTRY_AUTH_FILE"),
        ("containers/auth.json", "XDG_RUNTIME_DIR"),
        ("containers/auth.json", "XDG_CONFIG_HOME"),
        ("config.json", "DOCKER_CONFIG"),
        (".config/containers/auth.json", ""),
        (".docker/config.json", ""),
    ],
)
def test_a_login_of_podman_or_docker_is_found(tmp_path: Path, file: str, variable: str) -> None:
    """Where each of them keeps it."""
    _write(tmp_path / file, {"auths": {HOST: {"auth": PACKED}}})
    place = tmp_path / file if variable == "REGISTRY_AUTH_FILE" else tmp_path
    environment = {variable: str(place)} if variable else {}

    assert _find(tmp_path, environment) == Credential("ci", "pass:word")
    assert _find(tmp_path, environment, "elsewhere.example.com/a/b") is None


def test_the_most_precise_entry_counts(tmp_path: Path) -> None:
    """containers-auth.json(5): an entry may be of a part of the registry."""
    auths = {HOST: {"auth": OTHER}, f"{HOST}/acme": {"auth": PACKED}}
    _write(tmp_path / ".config/containers/auth.json", {"auths": auths})

    assert _find(tmp_path, {}) == Credential("ci", "pass:word")
    assert _find(tmp_path, {}, f"{HOST}/other/x") == Credential("other", "word")


def test_dockers_own_registry_has_a_name_of_its_own(tmp_path: Path) -> None:
    """Docker keeps it under an address."""
    _write(tmp_path / ".docker/config.json", {"auths": {"https://index.docker.io/v1/": {"auth": PACKED}}})

    assert _find(tmp_path, {}, "acme/source:1") == Credential("ci", "pass:word")


@pytest.mark.parametrize(
    "told", [{"credHelpers": {HOST: "tests"}}, {"credsStore": "tests", "auths": {HOST: {}}}]
)
def test_a_helper_is_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, told: object) -> None:
    """It is given the registry on standard input; a token of identity is told by the user's name."""
    helper = tmp_path / "docker-credential-tests"
    _write(tmp_path / ".docker/config.json", told)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    for user, expected in (("ci", Credential("ci", "word")), ("<token>", Credential(identity="word"))):
        answer = json.dumps({"Username": user, "Secret": "word"})
        helper.write_text(f"#!/bin/sh\nread host\n[ \"$1 $host\" = 'get {HOST}' ] && echo '{answer}'\n")
        helper.chmod(0o755)

        assert _find(tmp_path, {}) == expected


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{", "are not JSON"),
        ("[]", "not a JSON object"),
        (json.dumps({"auths": {HOST: {"auth": "canary"}}}), "is malformed"),
        (json.dumps({"credHelpers": {HOST: "none-of-that-name"}}), "is not installed"),
        (json.dumps({"credHelpers": {HOST: "../canary"}}), "without a path"),
    ],
)
def test_what_is_wrong_is_told_without_the_credential(tmp_path: Path, text: str, told: str) -> None:
    """With its file."""
    path = tmp_path / ".docker/config.json"
    path.parent.mkdir()
    path.write_text(text)

    with pytest.raises(ConfigError, match=told) as failure:
        _find(tmp_path, {})

    assert "canary" not in str(failure.value)


def test_a_credential_does_not_show_itself() -> None:
    """In no traceback and no log."""
    assert repr(Credential("ci", "canary", "canary")) == "Credential()"


@pytest.mark.parametrize(
    ("text", "host", "repository", "image"),
    [
        ("source", "docker.io", "library/source", "latest"),
        ("acme/source:1.2.0", "docker.io", "acme/source", "1.2.0"),
        ("localhost/source", "localhost", "source", "latest"),
        ("localhost:5000/a/b/c:1", "localhost:5000", "a/b/c", "1"),
        (f"ghcr.io/a/b:1@sha256:{'a' * 64}", "ghcr.io", "a/b", f"sha256:{'a' * 64}"),
    ],
)
def test_a_name_tells_its_registry(text: str, host: str, repository: str, image: str) -> None:
    """As podman and docker read it; the digest counts where there is one."""
    reference = parse_reference(text)

    assert (reference.host, reference.repository, reference.image) == (host, repository, image)


@pytest.mark.parametrize(
    "text", ["", "UPPER/Case", "a/b:", "a/b@sha256:1", "https://a.example/b", "a/../b", "user@a.b/c"]
)
def test_what_is_no_name_is_refused(text: str) -> None:
    """Before anything is asked of a registry."""
    with pytest.raises(ConfigError, match="not the name of an image"):
        parse_reference(text)


def _find(home: Path, environment: dict[str, str], name: str = f"{HOST}/acme/source:1") -> Credential | None:
    return find_credential(parse_reference(name), environment, home)


def _write(path: Path, told: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(told))
