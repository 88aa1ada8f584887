"""What registries list as attached to an image: in pages, and in whatever form they like."""

from __future__ import annotations

import pytest

from penstock.authoring import ConfigError
from penstock.testing.fake_api import Answer, FakeApi
from penstock_builder.image.layout import MANIFEST, Descriptor
from penstock_builder.image.reference import Reference
from penstock_builder.image.registry import Remote
from penstock_builder.image.registry_http import RegistryError, Session

REPOSITORY = "acme/source-people"


def test_referrers_are_read_to_the_last_page(api: FakeApi) -> None:
    """A registry may hand them out in pages; the next one is named by a link (distribution-spec, listing referrers)."""
    remote, subject, path = _listing_registry(api)
    api.on(path, lambda request: _page(int(request.params.get("page", "0")), path, last=2))

    assert [one.size for one in remote.referrers(subject)] == [0, 1, 2]


@pytest.mark.parametrize(
    "link",
    [
        "http://elsewhere.example.invalid/v2/x",
        "//elsewhere.example.invalid/v2/x",
        "http://127.0.0.1:1/v2/x",
        "/other",
        "http://[",
    ],
)
def test_pages_elsewhere_are_not_asked_for(api: FakeApi, link: str) -> None:
    """A registry is not let to send us to other hosts."""
    remote, subject, path = _listing_registry(api)
    api.on(path, Answer({"manifests": []}, headers={"Link": f'<{link}>; rel="next"'}))

    with pytest.raises(RegistryError, match="leads elsewhere"):
        remote.referrers(subject)

    assert len(api.requests) == 1


def test_pages_without_an_end_are_not_read_for_ever(api: FakeApi) -> None:
    """A hundred are enough."""
    remote, subject, path = _listing_registry(api)
    api.on(path, lambda request: _page(1, path, last=10**9))

    with pytest.raises(ConfigError, match="too many pages"):
        remote.referrers(subject)

    assert len(api.requests) <= 101


@pytest.mark.parametrize("body", [b"[", b"[" * 100_000, b"[]", b'{"manifests": null}', b'{"manifests": [3]}'])
def test_a_list_of_referrers_that_is_none_is_told(api: FakeApi, body: bytes) -> None:
    """A registry answers whatever it likes."""
    remote, subject, path = _listing_registry(api)
    api.on(path, Answer(body))

    with pytest.raises(ConfigError, match="in a form that we do not know"):
        remote.referrers(subject)


def _listing_registry(api: FakeApi) -> tuple[Remote, Descriptor, str]:
    """An image in a registry, a manifest of it, and where what is attached to that is listed."""
    host = api.url.removeprefix("http://")
    subject = Descriptor(MANIFEST, f"sha256:{'1' * 64}", 1)
    remote = Remote(Session(host, []), Reference(host, REPOSITORY, "1.2.0"))
    return remote, subject, f"/v2/{REPOSITORY}/referrers/{subject.digest}"


def _page(number: int, path: str, last: int) -> Answer:
    listed = [Descriptor(MANIFEST, f"sha256:{'2' * 64}", number).as_json()]
    link = {"Link": f'<{path}?page={number + 1}>; rel="next"'} if number < last else {}
    return Answer({"schemaVersion": 2, "manifests": listed}, headers=link)
