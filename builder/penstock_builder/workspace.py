"""A folder of connectors, and the values that each is tried with. Secrets are never written there."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from penstock.authoring import ConfigError, Json
from penstock_builder.lint.facts import sounds_secret
from penstock_builder.own_folder import own_folder, private_folder

_LARGEST_LOOKED_AT = 5_000_000
_MOST_FOLDERS = 2_000
_REFERENCE = "env:"
_OF_A_POLICY = ("unclassified:", "classes:", "on_error:")


def connectors(folder: Path) -> list[Path]:
    """The manifests in a folder and below, in alphabetical order; hidden folders are passed over."""
    return sorted(_manifests(folder))


def _manifests(folder: Path) -> Iterator[Path]:
    for count, (here, folders, files) in enumerate(os.walk(folder)):
        if count >= _MOST_FOLDERS:
            return
        folders[:] = sorted(name for name in folders if not name.startswith((".", "__", "node_modules")))
        for name in files:
            path = Path(here, name)
            if name.endswith((".yaml", ".yml")) and _looks_like_a_manifest(path):
                yield path


def _looks_like_a_manifest(path: Path) -> bool:
    if path.name in ("manifest.yaml", "manifest.yml"):
        return True
    try:
        if path.stat().st_size > _LARGEST_LOOKED_AT:
            return False
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return False
    lines = text.splitlines()
    is_policy = any(line.startswith(_OF_A_POLICY) for line in lines)
    return not is_policy and any(line.startswith(("streams:", "dynamic_streams:")) for line in lines)


class TestValues:
    """The config that a connector is tried with.

    What is no secret is kept on disk, beside the manifest. A secret stays in this process alone, unless its value is a
    reference such as `env:API_TOKEN`, which is kept, and followed when it is needed.
    """

    __test__ = False  # the name is a user's word, and pytest's

    def __init__(self, manifest: Path, specification: Mapping[str, Json]) -> None:
        self._file = own_folder(manifest) / f"{manifest.stem}.values.json"
        self.specify(specification)
        self._values: dict[str, Json] = self._saved()

    def specify(self, specification: Mapping[str, Json]) -> None:
        """Take another specification, as the manifest has it by now."""
        self.specification = specification
        self._marked = frozenset(_marked(specification, ""))

    @property
    def written(self) -> Mapping[str, Json]:
        """The values as they were set, references not followed."""
        return self._values

    def is_secret(self, name: str) -> bool:
        """Whether the value of this name, or path, must not be kept on disk, nor shown."""
        return name in self._marked or sounds_secret(name.rpartition(".")[2])

    def set(self, name: str, value: Json) -> None:
        """Set a value; None takes it away. A property of an object is named by its path, such as `credentials.token`."""
        *parents, last = name.split(".")
        holder = self._values
        for parent in parents:
            inner = holder.get(parent)
            holder[parent] = holder = dict(inner) if isinstance(inner, Mapping) else {}
        if value is None:
            holder.pop(last, None)
        else:
            holder[last] = value
        self._save()

    def update(self, values: Mapping[str, Json]) -> None:
        """Set several values."""
        for name, value in values.items():
            self.set(name, value)

    def config(self) -> dict[str, Json]:
        """The config, references followed and defaults filled in. Raises ConfigError where a variable is not set."""
        return {**_defaults(self.specification), **{n: _followed(v, n) for n, v in self._values.items()}}

    def missing(self) -> list[str]:
        """The names of required values that are not there."""
        required = self.specification.get("required")
        have = {**_defaults(self.specification), **self._values}
        return [name for name in required if name not in have] if isinstance(required, list) else []

    def _saved(self) -> dict[str, Json]:
        try:
            read = json.loads(self._file.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return read if isinstance(read, dict) else {}

    def _save(self) -> None:
        told = {name: self._kept(value, name) for name, value in self._values.items()}
        kept = {name: value for name, value in told.items() if value is not None}
        private_folder(self._file.parent)
        scratch = self._file.with_suffix(".tmp")
        scratch.write_text(json.dumps(kept, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
        scratch.replace(self._file)

    def _kept(self, value: Json, name: str) -> Json:
        """What of a value may be kept on disk; None for nothing."""
        if isinstance(value, str) and value.startswith(_REFERENCE):
            return value
        if self.is_secret(name):
            return None
        if isinstance(value, Mapping):
            told = {key: self._kept(child, f"{name}.{key}") for key, child in value.items()}
            return {key: child for key, child in told.items() if child is not None}
        return value


def _followed(value: Json, name: str) -> Json:
    if isinstance(value, Mapping):
        return {key: _followed(child, f"{name}.{key}") for key, child in value.items()}
    if isinstance(value, str) and value.startswith(_REFERENCE):
        variable = value.removeprefix(_REFERENCE)
        if variable not in os.environ:
            raise ConfigError(
                f"the value `{name}` names the environment variable {variable}, which is not set",
                hint="set it before the builder is started",
            )
        return os.environ[variable]
    return value


def _marked(specification: Json, path: str) -> Iterator[str]:
    """The paths that a specification marks `airbyte_secret`, in whatever branch."""
    if not isinstance(specification, Mapping):
        return
    if specification.get("airbyte_secret") is True:
        yield path
    for union in ("oneOf", "anyOf", "allOf"):
        for branch in specification.get(union) or ():
            yield from _marked(branch, path)
    properties = specification.get("properties")
    for name, declared in properties.items() if isinstance(properties, Mapping) else ():
        yield from _marked(declared, f"{path}.{name}" if path else name)


def _defaults(specification: Mapping[str, Json]) -> dict[str, Json]:
    properties = specification.get("properties")
    return {
        name: declared["default"]
        for name, declared in (properties.items() if isinstance(properties, Mapping) else ())
        if isinstance(declared, Mapping) and "default" in declared
    }
