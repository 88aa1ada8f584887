"""State migrations: from the shapes in which older versions of a connector saved state."""

from __future__ import annotations

from collections.abc import Callable

from penstock.records.stream import Migrate, Router
from penstock.registry import Kind

STATE_MIGRATION: Kind[Callable[[Router | None], Migrate]] = Kind(
    "state_migration", "Brings a saved state into the shape of today.", custom="CustomStateMigration"
)
"""Built, it takes the stream's router; the stream's cursor is in the resources."""
