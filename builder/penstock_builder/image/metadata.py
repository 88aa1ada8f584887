"""`metadata.yaml`: what registries of connectors know of one. Read and validated where it is, made where it is not."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from penstock.authoring import (
    ConfigError,
    Diagnostic,
    Diagnostics,
    ManifestError,
    Node,
    Reading,
    describe,
    load_text,
    plain,
    write_scalar,
)
from penstock_builder.image.connector import require_inside

Json = Any

FILE = "metadata.yaml"
_SPEC = "1.0"


@dataclass(frozen=True, slots=True)
class Metadata:
    """A connector as registries know it: `repository` is the image's name, and `version` its tag."""

    title: str
    repository: str
    version: str
    license: str
    documentation: str
    text: bytes

    @property
    def command(self) -> str:
        """What the connector is called where it is a program: the last part of the image's name."""
        return self.repository.rpartition("/")[2]


def metadata_of(reading: Reading, name: str | None, version: str | None) -> Metadata:
    """That of the file beside a manifest; made of name and version where there is none. Raises as the two below do."""
    beside = reading.folder / FILE
    require_inside(beside, reading.folder)
    if beside.is_file():
        return read_metadata(beside, name, version)
    if name is None or version is None:
        raise ConfigError(
            "the connector has no name or no version",
            hint=f"give both, such as acme/source-orders and 1.2.0, or write a {FILE} beside the manifest",
        )
    databases = reading.tree is not None and any(reading.tree.find("SqlRetriever"))
    return make_metadata(name, version, subtype="database" if databases else "api")


def read_metadata(path: Path, name: str | None = None, version: str | None = None) -> Metadata:
    """Read and validate a file. Raises ManifestError for all that is wrong, and where it names another image."""
    found = Diagnostics()
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise ConfigError(f"{path} is not readable UTF-8 text") from None
    root = load_text(text, str(path), found)
    told = plain(root)
    for diagnostic in _misfits(root, told):
        found.add(diagnostic)
    if not found.errors:
        for field, wanted in (("dockerRepository", name), ("dockerImageTag", version)):
            if wanted is not None and told["data"][field] != wanted:
                found.error(
                    "metadata-disagrees",
                    f"`{field}` is not what the image is to be called",
                    _node(root, ("data", field)).span,
                    hint=f"write {wanted}, or leave the name to the file",
                )
    if found.errors:
        raise ManifestError(found.errors)
    data = told["data"]
    return Metadata(
        data["name"],
        data["dockerRepository"],
        data["dockerImageTag"],
        data.get("license", ""),
        data.get("documentationUrl", ""),
        text.encode(),
    )


def make_metadata(name: str, version: str, *, subtype: str) -> Metadata:
    """The least that registries ask for. The `definitionId` follows from the name, and so stays from build to build.

    `subtype` is `api` or `database`. Raises ConfigError for a name or version that the field does not allow.
    """
    title = name.rpartition("/")[2].removeprefix("source-").replace("-", " ").title()
    data = {
        "connectorSubtype": subtype,
        "connectorType": "source",
        "definitionId": str(uuid.uuid5(uuid.NAMESPACE_URL, name)),
        "dockerImageTag": version,
        "dockerRepository": name,
        "name": title,
    }
    lines = ["data:", *(f"  {field}: {write_scalar(value)}" for field, value in data.items())]
    lines += ["  tags:", '    - "language:manifest-only"', '    - "cdk:low-code"']
    text = "\n".join([*lines, f"metadataSpecVersion: {write_scalar(_SPEC)}", ""])
    if _errors({"data": data}):
        raise ConfigError(
            "an image cannot have this name or version",
            hint="such as `acme/source-orders` in lower case, at most 255 characters, and the semantic version `1.2.0`, "
            "at most 128",
        )
    return Metadata(title, name, version, "", "", text.encode())


def _misfits(root: Node, told: Json) -> Iterable[Diagnostic]:
    for error in _errors(told):
        node = _node(root, error.absolute_path)
        yield Diagnostic("metadata-field", _told(error), node.span)


def _errors(told: Json) -> list[Any]:
    import jsonschema

    schema = json.loads(
        (files("penstock_builder.image") / "metadata_schema.json").read_text(encoding="utf-8")
    )
    errors = jsonschema.Draft202012Validator(schema).iter_errors(told)
    return sorted(errors, key=lambda error: [str(part) for part in error.absolute_path])


def _told(error: Any) -> str:
    place = f"`{error.absolute_path[-1]}`" if error.absolute_path else "the file"
    if error.validator == "required":
        lacking = [name for name in error.validator_value if name not in error.instance]
        return f"{place} lacks {', '.join(f'`{name}`' for name in lacking)}"
    if error.validator == "type":
        return f"{place} should be of the type {error.validator_value}, not {describe(error.instance)}"
    if error.validator == "enum":
        return f"{place} is one of {', '.join(error.validator_value)}"
    if error.validator == "pattern":
        return f"{place} should match {error.validator_value}"
    if error.validator == "maxLength":
        return f"{place} has more than the {error.validator_value} characters that registries take"
    return f"{place} does not fit: {error.validator}"


def _node(root: Node, path: Iterable[str | int]) -> Node:
    """The node of a path, as deep as there is one."""
    for part in path:
        child = root.value[part] if isinstance(part, int) else root.get(part)
        if child is None:
            break
        root = child
    return root
