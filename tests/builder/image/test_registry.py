"""Registries at work: Debian's `docker-registry`, which `skopeo` and `podman` know too."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.builder.image.conftest import Tool
from tests.builder.image.registries import (
    PASSWORD,
    USER,
    Gate,
    docker_registry,
    small_image,
    with_passwords,
    with_tokens,
)

from penstock.authoring import ConfigError
from penstock.testing.fake_api import Answer, FakeApi
from penstock_builder.image.credentials import Credential
from penstock_builder.image.layout import Layout, all_referrers, everything, parts
from penstock_builder.image.outputs import bring
from penstock_builder.image.reference import Reference, parse_reference
from penstock_builder.image.registry import Pushed, Remote, fallback_tag, push
from penstock_builder.image.registry_http import RegistryError, Session

REPOSITORY = "acme/source-people"


@pytest.fixture(scope="module")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A registry that is open to all."""
    with docker_registry(tmp_path_factory.mktemp("registry")) as host:
        yield host


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Layout:
    """An image for two platforms with a document attached to it."""
    return small_image(tmp_path_factory.mktemp("image"))


def test_an_image_comes_back_as_it_was_pushed(registry: str, image: Layout, tmp_path: Path) -> None:
    """Every blob of every platform, and what is attached."""
    pushed = _push(image, _reference(registry))

    copy = Layout.create(tmp_path / "copy")
    root = bring(_remote(_reference(registry)), copy, "x:1")

    assert root.digest == pushed.digest == image.root().digest
    assert {blob.digest for blob in everything(copy)} == {blob.digest for blob in everything(image)}
    assert [one.digest for one in all_referrers(copy)] == [one.digest for one in all_referrers(image)]


def test_skopeo_reads_what_we_push(registry: str, image: Layout, tool: Tool, tmp_path: Path) -> None:
    """It inspects and copies it, and checks every digest by itself."""
    _push(image, _reference(registry))
    source = f"docker://{registry}/{REPOSITORY}:1.2.0"

    told = json.loads(tool("skopeo", "--override-arch=arm64", "inspect", "--tls-verify=false", source))
    tool("skopeo", "copy", "--all", "--src-tls-verify=false", source, f"oci:{tmp_path}/copy:x")

    assert told["Architecture"] == "arm64"
    assert told["Labels"]["io.airbyte.version"] == "1.2.0"
    assert Layout(tmp_path / "copy").root().digest == image.root().digest


def test_we_read_what_skopeo_pushes(registry: str, image: Layout, tool: Tool, tmp_path: Path) -> None:
    """By tag and by digest."""
    target = Reference(registry, "acme/by-skopeo", "1.2.0")
    source = f"oci:{image.folder}:{REPOSITORY}:1.2.0"
    tool("skopeo", "copy", "--all", "--dest-tls-verify=false", source, f"docker://{target}")

    by_tag = _remote(target).root()
    by_digest = _remote(Reference(registry, "acme/by-skopeo", "", by_tag.digest))

    layout = Layout.create(tmp_path / "copy")
    assert bring(by_digest, layout, "x:1").digest == image.root().digest
    assert by_tag.digest == image.root().digest


def test_podman_pulls_what_we_push(
    registry: str, image: Layout, podman_command: list[str], tool: Tool
) -> None:
    """This machine's platform of the index."""
    _push(image, _reference(registry))

    name, *arguments = podman_command
    tool(name, *arguments, "pull", "-q", "--tls-verify=false", f"{registry}/{REPOSITORY}:1.2.0")
    labels = tool(name, *arguments, "inspect", "--format={{json .Labels}}", f"{registry}/{REPOSITORY}:1.2.0")

    assert json.loads(labels)["io.airbyte.version"] == "1.2.0"


def test_what_the_registry_has_is_not_sent_again(registry: str, image: Layout) -> None:
    """A second push sends manifests alone."""
    _push(image, _reference(registry))
    blobs = [
        part
        for part in everything(image)
        if "manifest" not in part.media_type and "index" not in part.media_type
    ]

    with Gate(registry) as gate:
        again = _push(image, _reference(gate.host))

    assert again.there == len({blob.digest for blob in blobs})
    assert not [path for method, path, _ in gate.sent if method in ("POST", "PATCH")]
    assert again.sent < 20_000


def test_layers_of_another_repository_are_mounted(registry: str, image: Layout) -> None:
    """No byte of a blob is sent: seen by what goes through to the registry."""
    _push(image, _reference(registry))

    with Gate(registry) as gate:
        target = Reference(gate.host, "acme/source-mounted", "1.2.0")
        pushed = push(image, _session(target), target, mount_from=[REPOSITORY])

    blobs = {blob.digest for blob in everything(image) if _is_blob(blob.media_type)}
    assert pushed.mounted == len(blobs)
    assert not [size for method, path, size in gate.sent if "/blobs/" in path and size]


def test_a_cut_upload_goes_on_where_it_was(registry: str, image: Layout) -> None:
    """The piece in which it was cut is sent anew, and nothing before it."""
    chunk = 700_000
    cuts = iter(["", "", "cut"])
    with Gate(registry, lambda method, path: next(cuts, "") if method == "PATCH" else "") as gate:
        target = Reference(gate.host, "acme/source-cut", "1.2.0")
        told: list[str] = []
        push(image, _session(target), target, chunk=chunk, tell=told.append)

    sizes = [size for method, _, size in gate.sent if method == "PATCH"]
    blobs = {blob.digest: blob.size for blob in everything(image) if _is_blob(blob.media_type)}
    assert any("going on at byte" in line for line in told)
    assert not any("at byte 0" in line for line in told)
    assert sum(sizes) == sum(blobs.values())
    assert _remote(Reference(registry, "acme/source-cut", "1.2.0")).root().digest == image.root().digest


def test_a_registry_that_forgot_an_upload_gets_it_from_the_start(
    registry: str, image: Layout, tmp_path: Path
) -> None:
    """An answer that is lost leaves the registry ahead of us; what it says of that counts, or all is sent anew."""
    cuts = iter(["", "cut"])

    def step(method: str, path: str) -> str:
        return next(cuts, "") if method == "PUT" and "/uploads/" in path else ""

    with Gate(registry, step) as gate:
        target = Reference(gate.host, "acme/source-lost", "1.2.0")
        push(image, _session(target), target)

    layout = Layout.create(tmp_path / "copy")
    assert (
        bring(_remote(Reference(registry, "acme/source-lost", "1.2.0")), layout, "x:1").digest
        == image.root().digest
    )


def test_a_cut_download_goes_on_by_range(registry: str, image: Layout, tmp_path: Path) -> None:
    """What was read before the cut is not asked for again."""
    _push(image, _reference(registry))
    cuts = iter(["", "", "", "", "cut"])

    def step(method: str, path: str) -> str:
        return next(cuts, "") if method == "GET" and "/blobs/" in path else ""

    with Gate(registry, step) as gate:
        layout = Layout.create(tmp_path / "copy")
        root = bring(_remote(_reference(gate.host)), layout, "x:1")

    assert root.digest == image.root().digest
    assert [one for one in gate.ranges if one.startswith("bytes=") and one != "bytes=0-"]


def test_a_registry_that_lies_is_found_out(image: Layout, api: FakeApi) -> None:
    """Whatever it sends for a digest."""
    root = image.root()
    text = image.path(root).read_bytes()
    headers = {"Content-Type": root.media_type}
    host = api.url.removeprefix("http://")
    api.on(f"/v2/{REPOSITORY}/manifests/1.2.0", Answer(text, headers=headers))
    child = next(parts(image, root))
    path = f"/v2/{REPOSITORY}/blobs/{child.digest}"
    api.on(path, Answer(b"x" * child.size))
    remote = _remote(_reference(host))

    assert remote.root().digest == root.digest
    with pytest.raises(ConfigError, match="damaged"), remote.open_blob(child) as stream:
        stream.read()
    api.on(path, Answer(b"x" * (child.size + 1)))
    with pytest.raises(ConfigError, match="damaged"), remote.open_blob(child) as stream:
        stream.read()
    with pytest.raises(ConfigError, match="another manifest"):
        api.on(f"/v2/{REPOSITORY}/manifests/sha256:{'0' * 64}", Answer(text, headers=headers))
        _remote(Reference(host, REPOSITORY, "", f"sha256:{'0' * 64}")).root()


def test_referrers_are_found_by_tag_where_there_is_no_api(registry: str, image: Layout, tool: Tool) -> None:
    """The fallback of OCI's distribution-spec: an index under the digest's name. It grows, and holds each one once."""
    for _ in range(2):
        _push(image, _reference(registry))

    tag = fallback_tag(image.root().digest)
    told = json.loads(
        tool("skopeo", "inspect", "--raw", "--tls-verify=false", f"docker://{registry}/{REPOSITORY}:{tag}")
    )

    (attached,) = all_referrers(image)
    assert [one["digest"] for one in told["manifests"]] == [attached.digest]
    assert told["manifests"][0]["artifactType"] == "application/sarif+json"
    assert [one.digest for one in _remote(_reference(registry)).referrers(image.root())] == [attached.digest]


def test_a_registry_with_the_api_gets_no_tag(registry: str, image: Layout) -> None:
    """It says that it saw the subject, by a header."""
    with Gate(registry, has_api=True) as gate:
        target = Reference(gate.host, "acme/source-api", "1.2.0")
        push(image, _session(target), target)
        found = _remote(target).referrers(image.root())

    (attached,) = all_referrers(image)
    assert [one.digest for one in found] == [attached.digest]
    assert not [path for _, path, _ in gate.sent if fallback_tag(image.root().digest) in path]


@pytest.mark.parametrize("tag", ["", "1.2.0"])
def test_another_image_than_the_named_one_is_not_pushed(image: Layout, api: FakeApi, tag: str) -> None:
    """A name with a digest is of one image only; the registry is not even asked."""
    target = Reference(api.url.removeprefix("http://"), REPOSITORY, tag, f"sha256:{'a' * 64}")

    with pytest.raises(ConfigError, match=f"the image is {image.root().digest}, not what"):
        _push(image, target)

    assert api.requests == []


def test_an_image_is_pushed_by_its_digest(registry: str, image: Layout) -> None:
    """Where that is the image's own."""
    target = Reference(registry, "acme/by-digest", "", image.root().digest)

    assert _push(image, target).digest == _remote(target).root().digest


@pytest.mark.parametrize("kind", ["password", "token"])
def test_a_login_is_needed_where_it_is_asked_for(image: Layout, tmp_path: Path, kind: str) -> None:
    """By Basic, or by the token of an authority; without one, or with a wrong one, the hint is to log in."""
    with FakeApi() as authority:
        auth = with_passwords(tmp_path) if kind == "password" else with_tokens(tmp_path, authority)
        with docker_registry(tmp_path, auth) as host:
            target = _reference(host)

            session = Session(host, [_scope(target)], Credential(USER, PASSWORD))
            pushed = push(image, session, target)
            assert Remote(session, target).root().digest == pushed.digest == image.root().digest
            for credential in (None, Credential(USER, "wrong canary")):
                with pytest.raises(RegistryError) as failure:
                    Remote(Session(host, [_scope(target)], credential), target).root()
                assert "podman login" in failure.value.hint
                assert failure.value.status == 401
                assert "canary" not in str(failure.value)


def test_a_registry_elsewhere_is_met_over_tls() -> None:
    """Unless it is said that it is not; a credential would travel in clear."""
    target = parse_reference("registry.example.invalid/acme/source:1")

    with pytest.raises(RegistryError, match="did not answer"):
        Remote(Session(target.host, [], sleep=lambda _: None), target).root()


def test_a_registry_cannot_lead_to_a_place_without_tls(api: FakeApi) -> None:
    """Neither by a redirection nor by the address of its authority."""
    host = api.url.removeprefix("http://")
    moved = {"Location": "http://registry.example.invalid/"}
    asked = {"WWW-Authenticate": 'Bearer realm="http://authority.example.invalid/token",service="x"'}
    for answer in (Answer(status=307, headers=moved), Answer(status=401, headers=asked)):
        api.on("/v2/a/manifests/1", answer)
        with pytest.raises(RegistryError, match="without TLS"):
            Remote(Session(host, [], Credential("u", "p")), Reference(host, "a", "1")).root()


@pytest.mark.parametrize(
    ("status", "hint"),
    [
        (403, "may not do this"),
        (404, "is the name right"),
        (429, "it is asked too often"),
        (500, "try later"),
        (503, "try later"),
    ],
)
def test_a_refusal_says_what_to_do(api: FakeApi, status: int, hint: str) -> None:
    """The registry's own words are not shown: they may repeat what it was sent."""
    host = api.url.removeprefix("http://")
    api.on("/v2/a/manifests/1", Answer({"errors": [{"code": "DENIED", "message": "canary"}]}, status=status))

    with pytest.raises(RegistryError) as failure:
        Remote(Session(host, [], sleep=lambda _: None), Reference(host, "a", "1")).root()

    assert failure.value.status == status
    assert f"refuses GET /v2/a/manifests/1 (HTTP {status}, DENIED)" in str(failure.value)
    assert hint in failure.value.hint
    assert "canary" not in str(failure.value)


@pytest.mark.parametrize(
    ("asked_for", "waited"), [("3", 3.0), ("99999", 30.0), ("tomorrow", 0.2), ("0", 0.2)]
)
def test_a_registry_that_asks_for_patience_gets_it(api: FakeApi, asked_for: str, waited: float) -> None:
    """But not hours of it: then the refusal is told."""
    host = api.url.removeprefix("http://")
    api.on("/v2/a/manifests/1", Answer(status=429, headers={"Retry-After": asked_for}))
    waits: list[float] = []

    with pytest.raises(RegistryError):
        Remote(Session(host, [], sleep=waits.append), Reference(host, "a", "1")).root()

    assert len(waits) == 4
    assert waits[0] == waited


def _push(image: Layout, target: Reference) -> Pushed:
    return push(image, _session(target), target)


def _session(target: Reference) -> Session:
    return Session(target.host, [_scope(target)])


def _remote(reference: Reference) -> Remote:
    return Remote(_session(reference), reference)


def _reference(host: str) -> Reference:
    return Reference(host, REPOSITORY, "1.2.0")


def _scope(target: Reference) -> str:
    return f"repository:{target.repository}:pull,push"


def _is_blob(media_type: str) -> bool:
    return "manifest" not in media_type and "index" not in media_type
