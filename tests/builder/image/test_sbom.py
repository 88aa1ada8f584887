from __future__ import annotations

import json
from pathlib import Path

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from packageurl import PackageURL
from spdx_tools.spdx.parser.parse_anything import parse_file
from spdx_tools.spdx.validation.document_validator import validate_full_spdx_document
from tests.builder.image.conftest import EPOCH, lock_of

from penstock_builder.image.build import Built
from penstock_builder.image.cache import Cache
from penstock_builder.image.contents import Software, software_in
from penstock_builder.image.layout import Platform
from penstock_builder.image.packages import read_lock
from penstock_builder.image.sbom import as_cyclonedx, as_spdx

AMD64 = Platform("linux", "amd64")
DIGEST = "sha256:" + "5" * 64
FOUND = [
    Software("deb", "libfoo+1", "1:2.0~rc+b1", "amd64", "debian-12", "", ("GPL-2+", "Foo licence"), "a" * 64),
    Software("pypi", "click", "8.1", license="BSD-3-Clause", sha256="b" * 64),
    Software("pypi", "odd", "1", licenses=("Odd (1)", "MIT")),
    Software("pypi", "unknown", "1"),
]


def test_spdx_is_valid_to_its_own_library(tmp_path: Path) -> None:
    """Every package has its purl, its version, its licences and the digest of its file."""
    path = tmp_path / "sbom.spdx.json"
    path.write_text(json.dumps(as_spdx("acme/source", "1.2.0", AMD64, DIGEST, EPOCH, FOUND)))

    document = parse_file(str(path))

    assert validate_full_spdx_document(document) == []
    told = {package.name: package for package in document.packages}
    assert [one.locator for one in told["click"].external_references] == ["pkg:pypi/click@8.1"]
    assert told["click"].checksums[0].value == "b" * 64
    assert str(told["click"].license_declared) == "BSD-3-Clause"
    assert str(told["libfoo+1"].license_declared) == "GPL-2.0-or-later AND LicenseRef-Foo-licence"
    assert str(told["unknown"].license_declared) == "NOASSERTION"
    assert document.creation_info.created.year == 2023


def test_cyclonedx_is_valid_to_its_own_library() -> None:
    """By the strict schema of version 1.6."""
    text = json.dumps(as_cyclonedx("acme/source", "1.2.0", AMD64, DIGEST, EPOCH, FOUND))

    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None
    told = {one["name"]: one for one in json.loads(text)["components"]}
    assert told["click"]["licenses"] == [{"expression": "BSD-3-Clause"}]
    assert told["libfoo+1"]["licenses"] == [
        {"license": {"id": "GPL-2.0-or-later"}},
        {"license": {"name": "Foo licence"}},
    ]


@pytest.mark.parametrize("software", FOUND, ids=lambda one: one.name)
def test_a_purl_reads_back(software: Software) -> None:
    """Whatever signs its version has."""
    read = PackageURL.from_string(software.purl)

    assert (read.type, read.name, read.version) == (software.kind, software.name, software.version)
    assert read.to_string() == software.purl


def test_an_image_tells_all_its_software(small: Built, cache: Cache) -> None:
    """Debian's packages, wheels, and our runtime; read off its layers."""
    digests = {("pypi", "click", "0"): "never"}

    found = software_in(small.layout, small.images[AMD64].manifest, cache, digests)

    names = {kind: {one.name for one in found if one.kind == kind} for kind in ("deb", "pypi")}
    assert names["deb"] == {package.name for package in read_lock().packages["amd64"]}
    assert names["pypi"] == {"click", "pyyaml", "penstock-connectors"}
    assert lock_of("click").count("==") == 1
    assert all(one.version for one in found)
    assert {one.license or one.licenses for one in found if one.name in ("click", "pyyaml")} == {
        "BSD-3-Clause",
        ("MIT",),
    }
    assert {one.distribution for one in found if one.kind == "deb"} == {"debian-12"}


def test_the_same_image_has_the_same_lists() -> None:
    """Times are the image's, and numbers follow from its digest."""
    one, two = (json.dumps(as_cyclonedx("a", "1.0.0", AMD64, DIGEST, EPOCH, FOUND)) for _ in range(2))
    other = json.dumps(as_cyclonedx("a", "1.0.0", AMD64, "sha256:" + "6" * 64, EPOCH, FOUND))

    assert one == two
    assert json.loads(one)["serialNumber"] != json.loads(other)["serialNumber"]
