"""Images as anyone may have made them: `inspect` and `verify` report what is wrong, whatever it is."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.builder.image.altering import (
    CONNECTOR,
    NAMES,
    Change,
    alter,
    documents,
    origin,
    whole_image,
)

from penstock.authoring import ConfigError, PenstockError
from penstock_builder.image.attached import Document, attach, read_attached
from penstock_builder.image.connector import MANIFEST_FOLDER
from penstock_builder.image.inspecting import as_text, inspect_image
from penstock_builder.image.layers import USER, Entry, write_layer
from penstock_builder.image.layout import INDEX, MANIFEST, Layout, all_referrers
from penstock_builder.image.verify import Check, verify_image

Json = Any
DOCUMENTS = (
    "index.json",
    "index",
    "manifest",
    "config",
    "listing",
    *NAMES,
    *(f"manifest of {n}" for n in NAMES),
)
SHIPPED = f"{MANIFEST_FOLDER}/manifest.yaml".lstrip("/")
OTHER = f"sha256:{'0' * 64}"


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Layout:
    """An image that is as it says."""
    return whole_image(tmp_path_factory.mktemp("whole"))


@pytest.fixture
def image(whole: Layout, tmp_path: Path) -> Layout:
    """A copy of it, to alter."""
    return _copy(whole, tmp_path / "image")


def test_an_image_that_is_as_it_says_is_well(image: Layout) -> None:
    """So it is after a change of what nothing else tells of, with its digests put right: the tests alter by this."""
    before = verify_image(image)
    alter(image, "config", _put("1970-01-02T00:00:00Z", "created"))

    after = verify_image(image)

    assert [one.what for one in before][1:] == [one.what for one in after][1:]
    assert not [one for one in (*before, *after) if one.problem or one.note]


@pytest.mark.parametrize(
    ("waivers", "note"),
    [
        ([["lint"], []], ""),
        ([["lint"], ["tests"]], "waived: lint, tests"),
        ([["lint"], ["lint"]], "waived: lint"),
    ],
    ids=["one without", "each with another", "twice the same"],
)
def test_an_image_that_was_built_twice_has_two_statements(
    image: Layout, waivers: list[list[str]], note: str
) -> None:
    """Its bytes are the same, whatever was waived; a gate counts as waived while no statement goes without a waiver."""
    kept = _attached(image, without="provenance.json")
    attach(image, [*kept, *(origin(image.root(), waived) for waived in waivers)], 0)

    (check,) = [one for one in verify_image(image) if one.what == "provenance"]

    assert check == Check("provenance", note=note)


def test_each_of_two_statements_counts(image: Layout) -> None:
    """A good one does not make up for one that is of another image."""
    kept = _attached(image)
    other = replace(origin(replace(image.root(), digest=OTHER)), subject=image.root())
    attach(image, [*kept, other], 0)

    assert "provenance: it is of another image" in _problems(image)


def _put(value: Json, *path: str | int) -> Change:
    def change(told: Json) -> None:
        for part in path[:-1]:
            told = told[part]
        told[path[-1]] = value

    return change


def _drop(*path: str | int) -> Change:
    def change(told: Json) -> None:
        for part in path[:-1]:
            told = told[part]
        del told[path[-1]]

    return change


_MADE = ("predicate", "buildDefinition")


@pytest.mark.parametrize(
    ("what", "change", "told"),
    [
        ("index.json", _put(None, "manifests"), "is not an OCI image layout"),
        ("index.json", _put(3, "manifests"), "is not an OCI image layout"),
        ("index.json", _put(["a"], "manifests", 0, "annotations"), "descriptor in the image is malformed"),
        ("index.json", _put("text/plain", "manifests", 0, "mediaType"), "no image of a kind that we know"),
        ("index", _put(["linux"], "manifests", 0, "platform", "os"), "`manifests[0].platform.os` is not text"),
        ("index", _put(MANIFEST, "mediaType"), "its `mediaType` is another"),
        ("manifest", _put(INDEX, "mediaType"), "its `mediaType` is another"),
        ("manifest", _put("x", "layers", 0, "annotations"), "`layers[0].annotations` is not an object but text"),
        ("manifest", _put(-1, "layers", 0, "size"), "`layers[0].size` is not a size but a number"),
        ("config", _put("x", "config"), "`config` is not an object but text"),
        ("config", _put(["a"], "config", "Labels"), "`config.Labels` is not an object but a list of 1"),
        ("config", _put("rm", "config", "Entrypoint"), "`config.Entrypoint` is not a list but text"),
        ("config", _put("\ud800", "config", "User"), "`config.User` is not text in Unicode"),
        ("config", _drop("rootfs"), "it lacks `rootfs`"),
        ("manifest of lint.sarif", _put(4, "annotations"), "`annotations` is not an object but a number"),
        ("provenance.json", lambda _: [1], "it is not an object but a list of 1"),
        ("provenance.json", _drop("subject"), "it lacks `subject`"),
        ("provenance.json", _drop("predicate"), "it lacks `predicate`"),
        ("provenance.json", _drop(*_MADE, "externalParameters", "waived"), "it lacks `waived`"),
        ("provenance.json", _put(3, *_MADE, "resolvedDependencies"), "is not a list but a number"),
    ],
)  # fmt: skip
def test_a_document_that_is_not_like_one_is_named(
    image: Layout, what: str, change: Change, told: str
) -> None:
    """By its digest, with the place of what is wrong with it, and never with what it says."""
    alter(image, what, change)

    with pytest.raises(ConfigError) as failure:
        verify_image(image)

    assert told in failure.value.message


def test_the_digest_that_is_told_is_the_documents_own(image: Layout) -> None:
    """It can be looked up in the layout."""
    alter(image, "provenance.json", _drop("predicate"))

    with pytest.raises(ConfigError, match=documents(image)["provenance.json"]):
        verify_image(image)


@pytest.mark.parametrize(
    "extra",
    [{"uri": "x", "digest": {"sha512": "a"}}, {"uri": "x"}, {"digest": {"sha256": "a"}}, {}],
    ids=["other digest", "no digest", "no name", "nothing"],
)
def test_a_dependency_may_be_told_in_other_ways(image: Layout, extra: Json) -> None:
    """Name and digest are optional in in-toto's ResourceDescriptor."""
    alter(
        image,
        "provenance.json",
        lambda p: p["predicate"]["buildDefinition"]["resolvedDependencies"].append(extra),
    )

    assert _problems(image) == []


@pytest.mark.parametrize("form", ["index", "without layers"])
def test_what_other_tools_attach_is_passed_over(image: Layout, form: str) -> None:
    """An index may have a subject since image-spec 1.1; it is told in a line of its own, and its digests are checked."""

    def become(told: Json) -> None:
        told |= {"artifactType": "application/x.other", "layers": []}
        if form == "index":
            told |= {"mediaType": INDEX, "manifests": []}
            del told["config"], told["layers"]

    attach(image, [*_attached(image), Document(image.root(), "text/x", "other", b"{}")], 0)
    if form == "index":
        alter(image, "listing", _put(INDEX, "manifests", -1, "mediaType"))
    alter(image, "manifest of other", become)

    checks = verify_image(image)
    shown = as_text(inspect_image(image))

    assert Check("attached application/x.other", note="not ours: its digests are right") in checks
    assert not [one for one in checks if one.problem]
    assert "attached    application/x.other" in shown


@pytest.mark.parametrize("change", [_drop("subject"), _put(None, "subject")], ids=["none", "null"])
def test_what_refers_to_nothing_is_not_attached(image: Layout, change: Change) -> None:
    """Whatever lists it."""
    alter(image, "manifest of lint.sarif", change)

    assert "lint.sarif" not in as_text(inspect_image(image))
    assert [one for one in _problems(image) if "lacks application/sarif+json" in one]


def _about_another(told: Json) -> None:
    told["packages"][0]["checksums"][0]["checksumValue"] = "0" * 64


@pytest.mark.parametrize(
    ("what", "change", "told"),
    [
        ("manifest", _put(7, "layers", 0, "size"), "damaged: sha256:"),
        ("manifest", _put("text/plain", "layers", 0, "mediaType"), "a media type that is not a layer's"),
        ("config", _put([OTHER], "rootfs", "diff_ids"), "unpacks to something else"),
        ("config", _put("s390x", "architecture"), "listed for another platform than its config is for"),
        ("config", _put("windows", "os"), "listed for another platform than its config is for"),
        ("config", _put(OTHER, "config", "Labels", "io.penstock.manifest.digest"), "is not what the label"),
        ("index", _put([], "manifests"), "an image for no platform"),
        ("sbom.spdx.json", lambda _: {}, "application/spdx+json of"),
        ("sbom.cdx.json", lambda _: {}, "application/vnd.cyclonedx+json of"),
        ("sbom.spdx.json", _about_another, "is not about it"),
        ("provenance.json", _put("urn:other", *_MADE, "buildType"), "there are 0 statements"),
    ],
)
def test_an_image_that_contradicts_itself_is_found_out(
    image: Layout, what: str, change: Change, told: str
) -> None:
    """Though every digest is right."""
    alter(image, what, change)

    assert [one for one in _problems(image) if told in one]


def test_lists_of_software_of_the_other_platform_are_found_out(image: Layout) -> None:
    """Each list says by digest which platform it is about."""
    attached = _attached(image)
    lists = [one for one in attached if one.name == "sbom.spdx.json"]
    swapped = {lists[0].subject.digest: lists[1].data, lists[1].subject.digest: lists[0].data}
    attach(
        image,
        [replace(one, data=swapped[one.subject.digest]) if one in lists else one for one in attached],
        0,
    )

    assert [one for one in _problems(image) if "application/spdx+json of" in one]


def test_what_the_linter_found_must_be_there(image: Layout) -> None:
    """Every build attaches it."""
    attach(image, _attached(image, without="lint.sarif"), 0)

    assert [one for one in _problems(image) if "lacks application/sarif+json" in one]


@pytest.mark.parametrize("marker", [None, b"", b"{", b"[]", b'{"imageLayoutVersion": "9.9"}'])
def test_a_layout_says_which_version_it_is(image: Layout, marker: bytes | None) -> None:
    """By its file `oci-layout` (image-spec, image-layout.md)."""
    if marker is None:
        (image.folder / "oci-layout").unlink()
    else:
        (image.folder / "oci-layout").write_bytes(marker)

    assert _problems(image) == ["layout: its file `oci-layout` is not that of version 1.0.0"]


_ELSEWHERE = Entry(SHIPPED, b"version: 2\n")


@pytest.mark.parametrize(
    ("entries", "well"),
    [
        ([_ELSEWHERE], False),
        ([Entry(SHIPPED, link="/etc/passwd")], False),
        ([Entry(SHIPPED.replace("/manifest.yaml", "/.wh.manifest.yaml"))], False),
        ([Entry("airbyte/.wh..wh..opq")], False),
        ([Entry(".wh.airbyte")], False),
        ([Entry("airbyte/integration_code", link="/opt")], False),
        ([Entry(SHIPPED, CONNECTOR), Entry(".wh.airbyte")], True),
        ([Entry("airbyte/other")], True),
    ],
    ids=["file", "link", "hidden", "folder hidden", "all hidden", "folder moved", "put anew", "beside it"],
)
def test_the_manifest_in_the_image_is_the_one_that_the_label_names(
    image: Layout, entries: list[Entry], well: bool
) -> None:
    """As a container sees it: the layers on top count."""
    layer = write_layer(image, entries, USER, 0)
    alter(image, "config", lambda told: told["rootfs"]["diff_ids"].append(layer.diff_id))
    alter(image, "manifest", lambda told: told["layers"].append(layer.blob.as_json()))

    found = [one for one in _problems(image) if "is not what the label" in one]

    assert (not found) == well


@pytest.mark.parametrize("packed", [b"\x1f\x8b", b"no gzip", b"\x28\xb5\x2f\xfd"])
def test_a_layer_that_cannot_be_unpacked_is_damaged(image: Layout, packed: bytes) -> None:
    """Whatever its digest says."""
    blob = image.add(packed, "x")
    layer = {
        "mediaType": "application/vnd.oci.image.layer.v1.tar+gzip",
        "digest": blob.digest,
        "size": blob.size,
    }
    alter(image, "manifest", _put([layer], "layers"))

    assert [one for one in _problems(image) if f"damaged: {blob.digest}" in one]


VALUES = st.sampled_from(
    [None, [], ["a"], 7, -1, 1.5, 10**30, "", "text", "\ud800", {}, {"a": 1}, True, _drop]
)


@settings(max_examples=120, deadline=None)
@given(data=st.data())
def test_whatever_is_altered_is_reported(
    data: st.DataObject, whole: Layout, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Any one value of any one document may be anything, or gone: never a traceback."""
    layout = _copy(whole, tmp_path_factory.mktemp("altered") / "image")
    what = data.draw(st.sampled_from(DOCUMENTS))

    def change(told: Json) -> Json:
        path = data.draw(st.sampled_from(list(_places(told))))
        value = data.draw(VALUES)
        if not path:
            return [] if value in (None, _drop) else value
        (_drop(*path) if value is _drop else _put(value, *path))(told)
        return None

    alter(layout, what, change)

    for look in (verify_image, inspect_image, _shown):
        try:
            look(layout)
        except PenstockError as error:
            assert str(error)
    shutil.rmtree(layout.folder)


def _shown(layout: Layout) -> bytes:
    return as_text(inspect_image(layout)).encode()


def _places(told: Json, at: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    found = [at]
    keys: Any = told.items() if isinstance(told, dict) else enumerate(told) if isinstance(told, list) else ()
    for key, value in keys:
        found += _places(value, (*at, key))
    return found


def _copy(layout: Layout, folder: Path) -> Layout:
    shutil.copytree(layout.folder, folder)
    return Layout(folder)


def _attached(layout: Layout, without: str = "") -> list[Document]:
    found = [read_attached(layout, one) for one in all_referrers(layout)]
    return [one for one in found if one.name != without]


def _problems(layout: Layout) -> list[str]:
    return [f"{one.what}: {one.problem}" for one in verify_image(layout) if one.problem]
