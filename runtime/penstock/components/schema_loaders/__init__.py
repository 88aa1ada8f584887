"""Schema loaders: where the JSON Schema of a stream's records comes from."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from penstock.registry import Kind

LoadSchema = Callable[[], Any]
"""Gives a JSON Schema (draft-07); `{}` where nothing is known."""

SCHEMA_LOADER: Kind[LoadSchema] = Kind(
    "schema_loader", "Gives the JSON Schema of the records.", custom="CustomSchemaLoader"
)
