"""The masking of a manifest under edit: every field of every stream, what decides on it, and the techniques to choose."""

from __future__ import annotations

import json
import os
import re
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from penstock.authoring import (
    POLICY_FILE,
    ComponentSpec,
    ConfigError,
    Decoder,
    Diagnostics,
    FieldView,
    FieldViews,
    Json,
    Manifest,
    Redactor,
    all_components,
    draft_policy,
    load_policy,
    load_text,
    masked_fields,
    parse_manifest,
    policy_beside,
)
from penstock_builder.draft import Draft

_REFERENCE = re.compile(r"env:[A-Za-z_][A-Za-z0-9_]*")
_MISSING = re.compile(r"the masking key env:([A-Za-z_][A-Za-z0-9_]*) is not set")


@dataclass(frozen=True, slots=True)
class Grid:
    """The fields, what could not be told, and the policy that is in force: its file's name, or `metadata.masking`."""

    fields: tuple[FieldView, ...]
    notes: tuple[str, ...]
    policy: str

    @property
    def decided(self) -> int:
        """How many fields somebody decided on, or hold nothing personal."""
        return sum(field.is_decided for field in self.fields)

    @property
    def exposed(self) -> int:
        """How many fields look personal and leave as they are."""
        return sum(field.looks_personal for field in self.fields)

    @property
    def missing_keys(self) -> list[str]:
        """The environment variables of masking keys that are not set."""
        return [found[1] for note in self.notes if (found := _MISSING.search(note))]


def grid(draft: Draft, records: Mapping[str, Sequence[Json]]) -> Grid:
    """Look at every field. `records` are clear ones that test reads have read, by stream.

    Raises ManifestError where manifest or policy cannot be read, and ConfigError where their rules contradict each other.
    """
    manifest = manifest_of(draft)
    found: FieldViews = masked_fields(manifest, records, manifest.policy)
    file = policy_beside(draft.path)
    by = file.name if file is not None else "metadata.masking" if manifest.policy else ""
    return Grid(found.fields, found.notes, by)


def manifest_of(draft: Draft) -> Manifest:
    """The draft as it runs under the policy beside it, else its own. Raises ManifestError."""
    manifest = parse_manifest(draft.text, draft.path.name, draft.path.parent)
    file = policy_beside(draft.path)
    return replace(manifest, policy=load_policy(file, file.name)) if file is not None else manifest


def policy_text(manifest: Path) -> str | None:
    """What the policy beside a manifest says; None without one, nothing where it cannot be read: no run is under it."""
    file = policy_beside(manifest)
    try:
        return None if file is None else file.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


def write_policy(draft: Draft, config: Mapping[str, Json] | None, redactor: Redactor) -> tuple[str, ...]:
    """Draft a policy beside the manifest, as `penstock mask init` does; gives its notes.

    With a config the first records of each stream are read. Raises ConfigError where there is a policy already.
    """
    there = policy_beside(draft.path)
    if there is not None:
        raise ConfigError(f"{there.name} is there already", hint="move it away to draft another")
    file = draft.path.parent / POLICY_FILE
    manifest = parse_manifest(draft.text, draft.path.name, draft.path.parent)
    made = draft_policy(manifest, config, shown_as=draft.path.name, redactor=redactor)
    try:
        file.write_text(redactor(made.text), encoding="utf-8")
    except OSError as error:
        raise ConfigError(f"cannot write {POLICY_FILE}: {error.strerror}") from None
    return tuple(made.notes)


def filtered(
    fields: Iterable[FieldView],
    *,
    streams: Sequence[str] = (),
    classes: Sequence[str] = (),
    unmasked: bool = False,
    words: str = "",
) -> list[FieldView]:
    """The fields of some streams and classes (all where none is named), whose stream, path, class or mask holds a text."""
    return [
        field
        for field in fields
        if (not streams or field.stream in streams)
        and (not classes or field.class_name in classes)
        and not (unmasked and field.by)
        and words.casefold() in f"{field.stream}.{field.path} {field.class_name} {field.technique}".casefold()
    ]


def techniques() -> Mapping[str, ComponentSpec]:
    """The masks to choose from, by type."""
    return {name: spec for name, spec in all_components().items() if spec.kind.name == "mask"}


def mask_of(type_name: str, settings: Mapping[str, Json]) -> Json:
    """A mask as a manifest says it, without settings that are as by default; a type without settings is one word.

    Raises ConfigError where a setting is missing, or a key is not named by reference.
    """
    spec = techniques()[type_name]
    said: dict[str, Json] = {}
    for field in spec.fields:
        value = settings.get(field.name)
        if value in (None, "", []):
            if field.required:
                raise ConfigError(f"{type_name} needs `{field.name}`", hint=field.doc)
            continue
        if field.name == "key" and not _REFERENCE.fullmatch(str(value)):
            raise ConfigError(
                "a masking key is named by reference alone",
                hint="put it into an environment variable, and write env:NAME",
            )
        if value != field.default:
            said[field.name] = value
    _refuse_misfits(spec, said)
    needs_type = bool(said) or type_name != type_name.capitalize()
    return {"type": type_name, **said} if needs_type else type_name.lower()


def _refuse_misfits(spec: ComponentSpec, said: Mapping[str, Json]) -> None:
    found = Diagnostics()
    written = load_text(json.dumps({"type": spec.type_name, **said}), "mask", found)
    Decoder(found).component(written, spec.kind, spec.type_name)
    if found.all:
        first = found.all[0]
        raise ConfigError(f"{spec.type_name}: {first.message}", hint=first.hint)


def make_key(name: str) -> None:
    """Set an environment variable to a new masking key, for this process alone: it is written nowhere, and never told."""
    os.environ[name] = secrets.token_urlsafe(32)
