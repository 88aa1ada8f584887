from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from penstock.components.schema_loaders import SCHEMA_LOADER, LoadSchema
from penstock.errors import ConfigError
from penstock.expressions.forms import Text
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
        for candidate in (folder / relative, *folder.glob(f"source_*/{relative}")):
            if candidate.is_file() and candidate.resolve().is_relative_to(folder.resolve()):
                return candidate
    return None


def _read(path: Path, stream: str) -> Json:
    try:
        schema = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise ConfigError(f"stream {stream}: its schema file is not readable JSON") from None
    expanded = _expand(schema, schema, path.parent, stream, ())
    if isinstance(expanded, dict):
        expanded.pop("definitions", None)
    return expanded


def _expand(value: Json, root: Json, folder: Path, stream: str, trail: tuple[str, ...]) -> Json:
    """Replace each `$ref`: into this file, or to one beside it or in `shared/`."""
    if isinstance(value, list):
        return [_expand(item, root, folder, stream, trail) for item in value]
    if not isinstance(value, dict):
        return value
    reference = value.get("$ref")
    if not isinstance(reference, str):
        return {key: _expand(child, root, folder, stream, trail) for key, child in value.items()}
    if reference in trail:
        raise ConfigError(f"stream {stream}: a `$ref` in its schema leads back to itself")
    target, root = _target(reference, root, folder, stream)
    rest = {key: child for key, child in value.items() if key != "$ref"}
    found = _expand(target, root, folder, stream, (*trail, reference))
    return {**found, **_expand(rest, root, folder, stream, trail)} if isinstance(found, dict) else found


def _target(reference: str, root: Json, folder: Path, stream: str) -> tuple[Json, Json]:
    name, _, pointer = reference.partition("#")
    if name:
        path = next((p for p in (folder / "shared" / name, folder / name) if p.is_file()), None)
        if path is None:
            raise ConfigError(f"stream {stream}: a `$ref` in its schema names a file that is not there")
        root = json.loads(path.read_text(encoding="utf-8"))
    target = root
    for part in pointer.strip("/").split("/") if pointer.strip("/") else ():
        target = target.get(part) if isinstance(target, dict) else None
    if target is None:
        raise ConfigError(f"stream {stream}: a `$ref` in its schema leads nowhere")
    return target, root
