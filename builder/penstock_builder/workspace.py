"""A folder of connectors, and the values that each is tried with. Secrets are never written there."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from penstock.authoring import ConfigError, Json
from penstock_builder.lint.facts import UNIONS, sounds_secret
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
        self._marked: frozenset[str] = frozenset()
        self._values: dict[str, Json] = self._saved()
        self.specify(specification)

    def specify(self, specification: Mapping[str, Json]) -> None:
        """Take another specification, as the manifest has it by now. What is a secret by it leaves the disk.

        A mark holds until a specification declares its place without it: that of a broken manifest declares nothing.
        """
        self.specification = specification
        declared = set(_declared(specification, ""))
        places = {place for place, _ in declared}
        marked = {place for place, is_secret in declared if is_secret}
        self._marked = frozenset(marked | (self._marked - places))
        saved = self._saved()
        kept = self._kept_of(saved)
        if kept != saved:
            self._write(kept)

    @property
    def written(self) -> Mapping[str, Json]:
        """The values as they were set, references not followed."""
        return self._values

    def is_secret(self, name: str) -> bool:
        """Whether the value of this name, or path, must not be kept on disk, nor shown."""
        parts = name.split(".")
        above = ("", *(".".join(parts[: count + 1]) for count in range(len(parts))))
        return not self._marked.isdisjoint(above) or any(map(sounds_secret, parts))

    def set(self, name: str, value: Json) -> None:
        """Set a value; None takes it away. A property of an object is named by its path, such as `credentials.token`."""
        *parents, last = name.split(".")
        holder = self._values
        for parent in parents:
            inner = holder.get(parent)
            if value is None and not isinstance(inner, Mapping):
                return
            holder[parent] = holder = dict(inner) if isinstance(inner, Mapping) else {}
        if value is None:
            holder.pop(last, None)
        else:
            holder[last] = value
        self._save(name.partition(".")[0])

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
        return self._read() or {}

    def _read(self) -> dict[str, Json] | None:
        """What is on disk; None where that cannot be read."""
        try:
            read = json.loads(self._file.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None
        return read if isinstance(read, dict) else None

    def _save(self, name: str) -> None:
        """Keep one value. The others may have been set elsewhere since they were read."""
        read = self._read()
        values = dict(self._values if read is None else read)
        if name in self._values:
            values[name] = self._values[name]
        else:
            values.pop(name, None)
        self._write(self._kept_of(values))

    def _write(self, kept: Mapping[str, Json]) -> None:
        private_folder(self._file.parent)
        scratch = self._file.with_suffix(".tmp")
        scratch.write_text(json.dumps(kept, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
        scratch.replace(self._file)

    def _kept_of(self, values: Mapping[str, Json]) -> dict[str, Json]:
        told = {name: self._kept(value, name) for name, value in values.items()}
        return {name: value for name, value in told.items() if value is not None}

    def _kept(self, value: Json, name: str) -> Json:
        """What of a value may be kept on disk; None for nothing."""
        if isinstance(value, str) and value.startswith(_REFERENCE):
            return value
        if self.is_secret(name):
            return None
        if isinstance(value, Mapping):
            told = {key: self._kept(child, f"{name}.{key}") for key, child in value.items()}
            return {key: child for key, child in told.items() if child is not None}
        if isinstance(value, list) and any(map(_holds_secret, value)):
            return None
        return value


def _holds_secret(value: Json) -> bool:
    """Whether a name in JSON says that its value is a secret."""
    if isinstance(value, Mapping):
        return any(sounds_secret(name) or _holds_secret(child) for name, child in value.items())
    return isinstance(value, list) and any(map(_holds_secret, value))


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


def _declared(schema: Json, path: str) -> Iterator[tuple[str, bool]]:
    """The paths that a specification declares, in whatever branch, and whether what is there is a secret.

    That is what it marks `airbyte_secret`, and a list with a secret anywhere below its items, which have no path.
    """
    if not isinstance(schema, Mapping):
        return
    below = _declared(schema.get("items"), "")
    yield (
        path,
        schema.get("airbyte_secret") is True or any(marked or _sounds(place) for place, marked in below),
    )
    for union in UNIONS:
        for branch in schema.get(union) or ():
            yield from _declared(branch, path)
    properties = schema.get("properties")
    for name, declared in properties.items() if isinstance(properties, Mapping) else ():
        yield from _declared(declared, f"{path}.{name}" if path else name)


def _sounds(path: str) -> bool:
    return sounds_secret(path.rpartition(".")[2])


def _defaults(specification: Mapping[str, Json]) -> dict[str, Json]:
    properties = specification.get("properties")
    return {
        name: declared["default"]
        for name, declared in (properties.items() if isinstance(properties, Mapping) else ())
        if isinstance(declared, Mapping) and "default" in declared
    }
