"""What software an image has: read off its layers, so that it is true of any base."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from email.message import Message
from email.parser import HeaderParser
from typing import Any
from urllib.parse import quote

from penstock_builder.image.cache import Cache
from penstock_builder.image.layout import BlobSource, Descriptor, canonical, descriptor, read_document
from penstock_builder.image.unpacking import opened_layer, verified

Json = Any

_WHEEL = re.compile(r"(?:^|/)[^/]+\.dist-info/METADATA$")
_DEBIAN = re.compile(r"var/lib/dpkg/(?:status|status\.d/[^/]+)$")
_COPYRIGHT = re.compile(r"usr/share/doc/([^/]+)/copyright$")
_LICENSE_LINE = re.compile(r"^License:[ \t]*(\S.*)$", re.MULTILINE)
_WORDS = re.compile(r"\s+(?:and|or|with)\s+|,\s*|/", re.IGNORECASE)
_TOO_LONG = 60
_MADE = 2


@dataclass(frozen=True, slots=True, order=True)
class Software:
    """A package in an image: `kind` is `pypi` or `deb`; `license` an SPDX expression, if the package gives one.

    `licenses` are names of licences where it does not; `sha256` is of the package's file, empty where nobody knows it.
    """

    kind: str
    name: str
    version: str
    architecture: str = ""
    distribution: str = ""
    license: str = ""
    licenses: tuple[str, ...] = field(default=())
    sha256: str = ""

    @property
    def purl(self) -> str:
        """Its package URL (github.com/package-url/purl-spec)."""
        version = quote(self.version, safe=":")
        if self.kind == "pypi":
            return f"pkg:pypi/{normalised(self.name)}@{version}"
        told = f"?arch={self.architecture}" + (f"&distro={self.distribution}" if self.distribution else "")
        return f"pkg:deb/debian/{quote(self.name, safe='')}@{version}{told}"


def normalised(name: str) -> str:
    """The name of a Python package in the one form that counts (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def software_in(
    source: BlobSource, image: Descriptor, cache: Cache, digests: Mapping[tuple[str, str, str], str]
) -> list[Software]:
    """The packages of one platform's image, in order, each once.

    `digests` are SHA-256 of package files by kind, name and version. A later layer's package of a name wins.
    """
    found: dict[tuple[str, str], Json] = {}
    licences: dict[str, list[str]] = {}
    for layer in map(descriptor, read_document(source, image)["layers"]):
        told = _of_layer(source, layer, cache)
        licences |= told["licences"]
        for package in told["packages"]:
            found[package["kind"], package["name"]] = package
    made = []
    for package in found.values():
        key = (package["kind"], package["name"], package["version"])
        named = tuple(package["licenses"]) or tuple(licences.get(package["name"], ()))
        made.append(Software(**{**package, "licenses": named, "sha256": digests.get(key, "")}))
    return sorted(made)


def _of_layer(source: BlobSource, layer: Descriptor, cache: Cache) -> Json:
    """Packages and licences in a layer, read once: a layer is its digest."""
    with cache.held(f"contents-{_MADE}", layer.digest) as (folder, made):
        note = folder / "contents.json"
        if not made:
            note.write_bytes(canonical(_read(source, layer)))
    return json.loads(note.read_bytes())


def _read(source: BlobSource, layer: Descriptor) -> Json:
    packages: list[Software] = []
    licences: dict[str, list[str]] = {}
    distribution = ""
    with verified(source, layer) as stream, opened_layer(stream) as tar:
        for member in tar:
            path = member.name.removeprefix("./")
            if not member.isreg():
                continue
            wanted = _WHEEL.search(path) or _DEBIAN.fullmatch(path) or _COPYRIGHT.fullmatch(path)
            if wanted is None and not path.endswith("lib/os-release"):
                continue
            file = tar.extractfile(member)
            text = "" if file is None else file.read().decode(errors="replace")
            if path.endswith("lib/os-release"):
                distribution = _distribution(text)
            elif path.endswith("copyright"):
                licences[path.split("/")[3]] = _names(text)
            elif path.endswith("METADATA"):
                packages.append(_wheel(HeaderParser().parsestr(text)))
            else:
                packages += _debian(text)
    told = [asdict(package) for package in packages]
    for package in told:
        package["distribution"] = distribution if package["kind"] == "deb" else ""
    return {"packages": told, "licences": licences}


def _wheel(told: Message) -> Software:
    """A wheel by its METADATA (packaging.python.org, core metadata)."""
    named = [
        line.rpartition(" :: ")[2]
        for line in told.get_all("Classifier", [])
        if line.startswith("License :: ")
    ]
    plain = str(told.get("License", "")).strip()
    if plain and len(plain) <= _TOO_LONG and "\n" not in plain:
        named = [plain]
    return Software(
        "pypi",
        normalised(str(told["Name"])),
        str(told["Version"]),
        license=str(told.get("License-Expression", "")).strip(),
        licenses=tuple(dict.fromkeys(named)),
    )


def _debian(text: str) -> Iterator[Software]:
    """Packages of dpkg's status, a paragraph each."""
    for paragraph in re.split(r"\n\s*\n", text):
        told = HeaderParser().parsestr(paragraph.strip() + "\n")
        if told.get("Package") and told.get("Version"):
            yield Software(
                "deb", str(told["Package"]), str(told["Version"]), str(told.get("Architecture", "all"))
            )


def _distribution(text: str) -> str:
    told = dict(re.findall(r'^(ID|VERSION_ID)="?([^"\n]*)"?$', text, re.MULTILINE))
    return "-".join(told[name] for name in ("ID", "VERSION_ID") if name in told)


def _names(text: str) -> list[str]:
    """The short names of licences in a copyright file that machines can read (Debian's copyright-format 1.0)."""
    if not text.startswith("Format:"):
        return []
    words = (word.strip(" .()") for line in _LICENSE_LINE.findall(text) for word in _WORDS.split(line))
    return sorted({word for word in words if word and " " not in word and len(word) <= _TOO_LONG})
