from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from penstock.components.schema_loaders import SCHEMA_LOADER, LoadSchema
from penstock.errors import ConfigError
from penstock.expressions.forms import Text
from penstock.lean import dataclass
from penstock.records.resources import Resources
from penstock.registry import component, field

Json = Any


@component(SCHEMA_LOADER)
class JsonFileSchemaLoader:
    """A schema in a JSON file: `schemas/<stream>.json` beside the manifest by default."""

    file_path: Text | None = field(
        default=None,
        doc="The file, relative to the manifest's folder or the working directory.",
        examples=("schemas/orders.json",),
    )

    def build(self, using: Resources) -> LoadSchema:
        if self.file_path is None:
            return default_schema(using)
        path = self.file_path.text({"config": using.config})

        def load() -> Json:
            found = _find(using, path)
            if found is None:
                raise ConfigError(
                    f"stream {using.stream.name}: there is no schema file at the given `file_path`"
                )
            return _read(found, using.stream.name)

        return load


def default_schema(using: Resources) -> LoadSchema:
    """The schema file of the stream's name, or `{}` where there is none."""

    def load() -> Json:
        found = _find(using, f"schemas/{using.stream.name}.json")
        return {} if found is None else _read(found, using.stream.name)

    return load


def _find(using: Resources, path: str) -> Path | None:
    """Look beside the manifest, in the working directory, and in a connector package below either."""
    relative = Path(path.lstrip("/").removeprefix("./"))
    for folder in (using.folder, Path.cwd()):
        for candidate in (folder / relative, *(package / relative for package in folder.glob("source_*"))):
            if candidate.is_file() and candidate.resolve().is_relative_to(folder.resolve()):
                return candidate
    return None


def _read(path: Path, stream: str) -> Json:
    root = _parsed(path, stream)
    expanded = _Expansion(path.parent, stream).expand(root, _File(path, root), ())
    if isinstance(expanded, dict):
        expanded.pop("definitions", None)
    return expanded


def _parsed(path: Path, stream: str) -> Json:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise ConfigError(f"stream {stream}: its schema file is not readable JSON") from None


@dataclass(frozen=True, slots=True)
class _File:
    path: Path
    root: Json


@dataclass(frozen=True, slots=True)
class _Expansion:
    """Replaces each `$ref`: into the same file, or to one beside the schema or in `shared/`."""

    folder: Path
    stream: str

    def expand(self, value: Json, file: _File, trail: tuple[tuple[Path, str], ...]) -> Json:
        """The value of a file without its `$ref`s. `trail` holds the places that led here."""
        if isinstance(value, list):
            return [self.expand(item, file, trail) for item in value]
        if not isinstance(value, dict):
            return value
        reference = value.get("$ref")
        if not isinstance(reference, str):
            return {key: self.expand(child, file, trail) for key, child in value.items()}
        name, _, pointer = reference.partition("#")
        there = self._file(name) if name else file
        place = (there.path, pointer)
        if place in trail:
            raise ConfigError(f"stream {self.stream}: a `$ref` in its schema leads back to itself")
        found = self.expand(self._target(there.root, pointer), there, (*trail, place))
        if not isinstance(found, dict):
            return found
        beside = {key: child for key, child in value.items() if key != "$ref"}
        return {**found, **self.expand(beside, file, trail)}

    def _file(self, name: str) -> _File:
        for path in (self.folder / "shared" / name, self.folder / name):
            if path.is_file() and path.resolve().is_relative_to(self.folder.resolve()):
                return _File(path, _parsed(path, self.stream))
        raise ConfigError(f"stream {self.stream}: a `$ref` in its schema names a file that is not there")

    def _target(self, root: Json, pointer: str) -> Json:
        target = root
        for part in pointer.strip("/").split("/") if pointer.strip("/") else ():
            key = part.replace("~1", "/").replace("~0", "~")  # RFC 6901 §4
            target = target.get(key) if isinstance(target, dict) else None
        if target is None:
            raise ConfigError(f"stream {self.stream}: a `$ref` in its schema leads nowhere")
        return target
