"""Lists of the software in an image: SPDX 2.3 and CycloneDX 1.6, both as JSON, the same for the same image.

Both are written here: a list of packages needs little of what the libraries of the two formats can do, and those bring
a dozen others along. The tests let those libraries read and validate what we write.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Sequence
from typing import Any

from penstock.authoring import __version__
from penstock_builder.image.config import moment
from penstock_builder.image.contents import Software
from penstock_builder.image.layout import Platform

Json = Any

SPDX = "application/spdx+json"
CYCLONEDX = "application/vnd.cyclonedx+json"

_SPDX_IDS = {
    "apache-2.0": "Apache-2.0",
    "bsd-2-clause": "BSD-2-Clause",
    "bsd-3-clause": "BSD-3-Clause",
    "expat": "MIT",
    "gpl-1+": "GPL-1.0-or-later",
    "gpl-2": "GPL-2.0-only",
    "gpl-2+": "GPL-2.0-or-later",
    "gpl-3": "GPL-3.0-only",
    "gpl-3+": "GPL-3.0-or-later",
    "isc": "ISC",
    "lgpl-2": "LGPL-2.0-only",
    "lgpl-2+": "LGPL-2.0-or-later",
    "lgpl-2.1": "LGPL-2.1-only",
    "lgpl-2.1+": "LGPL-2.1-or-later",
    "lgpl-3": "LGPL-3.0-only",
    "lgpl-3+": "LGPL-3.0-or-later",
    "mit": "MIT",
    "mpl-2.0": "MPL-2.0",
    "zlib": "Zlib",
}.get
"""Names of licences that mean one of the SPDX list; Debian writes the GNU ones its own way."""


def as_spdx(
    name: str, version: str, platform: Platform, digest: str, epoch: int, found: Sequence[Software]
) -> Json:
    """An SPDX 2.3 document of an image, whose `digest` is of the platform's manifest."""
    image = "SPDXRef-image"
    extracted: dict[str, str] = {}
    packages = [
        {
            "SPDXID": image,
            "name": name,
            "versionInfo": version,
            "downloadLocation": "NOASSERTION",
            "filesAnalyzed": False,
            "primaryPackagePurpose": "CONTAINER",
            "checksums": [{"algorithm": "SHA256", "checksumValue": digest.removeprefix("sha256:")}],
            "licenseConcluded": "NOASSERTION",
            "licenseDeclared": "NOASSERTION",
            "copyrightText": "NOASSERTION",
        },
        *(_spdx_package(number, one, extracted) for number, one in enumerate(found)),
    ]
    relations = [("SPDXRef-DOCUMENT", "DESCRIBES", image)]
    relations += [(image, "CONTAINS", package["SPDXID"]) for package in packages[1:]]
    return {
        "spdxVersion": "SPDX-2.3",
        "dataLicense": "CC0-1.0",
        "SPDXID": "SPDXRef-DOCUMENT",
        "name": f"{name}:{version} {platform}",
        "documentNamespace": f"urn:uuid:{_uuid(digest, 'spdx')}",
        "creationInfo": {"created": moment(epoch), "creators": [f"Tool: penstock-{__version__}"]},
        "packages": packages,
        "hasExtractedLicensingInfos": [
            {"licenseId": id_, "name": text, "extractedText": text} for id_, text in sorted(extracted.items())
        ],
        "relationships": [
            {"spdxElementId": one, "relationshipType": kind, "relatedSpdxElement": other}
            for one, kind, other in relations
        ],
    }


def _spdx_package(number: int, one: Software, extracted: dict[str, str]) -> Json:
    told: Json = {
        "SPDXID": f"SPDXRef-{one.kind}-{number}",
        "name": one.name,
        "versionInfo": one.version,
        "downloadLocation": "NOASSERTION",
        "filesAnalyzed": False,
        "licenseConcluded": "NOASSERTION",
        "licenseDeclared": one.license or _expression(one.licenses, extracted),
        "copyrightText": "NOASSERTION",
        "externalRefs": [
            {"referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl", "referenceLocator": one.purl}
        ],
    }
    if one.sha256:
        told["checksums"] = [{"algorithm": "SHA256", "checksumValue": one.sha256}]
    return told


def _expression(names: Sequence[str], extracted: dict[str, str]) -> str:
    """The licences as an SPDX expression; one that is not on the list is told by its own name."""
    ids = set()
    for name in names:
        known = _SPDX_IDS(name.lower())
        if known is None:
            known = f"LicenseRef-{re.sub(r'[^A-Za-z0-9.-]+', '-', name).strip('-') or 'unnamed'}"
            extracted[known] = name
        ids.add(known)
    return " AND ".join(sorted(ids)) or "NOASSERTION"


def as_cyclonedx(
    name: str, version: str, platform: Platform, digest: str, epoch: int, found: Sequence[Software]
) -> Json:
    """A CycloneDX 1.6 document of an image, whose `digest` is of the platform's manifest."""
    image = {
        "bom-ref": "image",
        "type": "container",
        "name": name,
        "version": version,
        "hashes": [{"alg": "SHA-256", "content": digest.removeprefix("sha256:")}],
        "properties": [{"name": "platform", "value": str(platform)}],
    }
    components = [_cyclonedx_component(one) for one in found]
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{_uuid(digest, 'cyclonedx')}",
        "version": 1,
        "metadata": {
            "timestamp": moment(epoch),
            "tools": {"components": [{"type": "application", "name": "penstock", "version": __version__}]},
            "component": image,
        },
        "components": components,
        "dependencies": [
            {"ref": "image", "dependsOn": [one["bom-ref"] for one in components]},
            *({"ref": one["bom-ref"]} for one in components),
        ],
    }


def _cyclonedx_component(one: Software) -> Json:
    told: Json = {
        "bom-ref": one.purl,
        "type": "library",
        "name": one.name,
        "version": one.version,
        "purl": one.purl,
    }
    if one.license:
        told["licenses"] = [{"expression": one.license}]
    elif one.licenses:
        known = sorted({(_SPDX_IDS(name.lower()), name) for name in one.licenses}, key=str)
        told["licenses"] = [{"license": {"id": id_} if id_ else {"name": name}} for id_, name in known]
    if one.sha256:
        told["hashes"] = [{"alg": "SHA-256", "content": one.sha256}]
    return told


def _uuid(digest: str, form: str) -> uuid.UUID:
    return uuid.uuid5(uuid.NAMESPACE_OID, f"{form} {digest}")
