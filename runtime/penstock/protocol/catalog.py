"""Catalogs: what `discover` prints and what `read` is given."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Any

from penstock.errors import ConfigError
from penstock.lean import dataclass
from penstock.protocol.messages import drop_null

Json = Any


def entry(
    name: str,
    schema: Mapping[str, Json],
    primary_key: tuple[tuple[str, ...], ...] | None,
    cursor_field: str | None,
    *,
    chosen_by_catalog: bool = False,
    has_files: bool = False,
) -> dict[str, Json]:
    """One stream of a catalog, in the protocol's key order."""
    made: dict[str, Json] = {"name": name, "json_schema": drop_null(schema)}
    made["supported_sync_modes"] = (
        ["full_refresh"] if cursor_field is None else ["full_refresh", "incremental"]
    )
    if cursor_field is not None:
        made["source_defined_cursor"] = not chosen_by_catalog
        made["default_cursor_field"] = [cursor_field]
    if primary_key is not None:
        made["source_defined_primary_key"] = [list(path) for path in primary_key]
    made["is_resumable"] = cursor_field is not None
    made["is_file_based"] = has_files
    return made


@dataclass(frozen=True, slots=True)
class ConfiguredCatalog:
    """The streams that a `read` is asked for, in order, and the cursor fields and schemas that it has for them."""

    stream_names: tuple[str, ...]
    cursor_fields: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    schemas: Mapping[str, Mapping[str, Json]] = field(default_factory=dict)


def parse_configured(value: Json) -> ConfiguredCatalog:
    """Read a ConfiguredAirbyteCatalog. Raises ConfigError when it is not one."""
    streams = value.get("streams") if isinstance(value, Mapping) else None
    if not isinstance(streams, list):
        raise ConfigError(
            "the catalog has no list of `streams`", hint="give the catalog that the platform configured"
        )
    names = []
    cursor_fields: dict[str, tuple[str, ...]] = {}
    schemas: dict[str, Mapping[str, Json]] = {}
    for i, configured in enumerate(streams):
        stream = configured.get("stream") if isinstance(configured, Mapping) else None
        name = stream.get("name") if isinstance(stream, Mapping) else None
        if not isinstance(name, str):
            raise ConfigError(f"stream {i + 1} of the catalog has no `stream.name`")
        names.append(name)
        if isinstance(stream, Mapping) and isinstance(stream.get("json_schema"), Mapping):
            schemas[name] = stream["json_schema"]
        chosen = configured.get("cursor_field")
        if isinstance(chosen, list) and all(isinstance(part, str) for part in chosen):
            cursor_fields[name] = tuple(chosen)
    return ConfiguredCatalog(tuple(names), cursor_fields, schemas)
