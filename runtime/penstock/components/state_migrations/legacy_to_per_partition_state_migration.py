from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from penstock.components.state_migrations import STATE_MIGRATION
from penstock.errors import ConfigError
from penstock.records.resources import Resources
from penstock.records.stream import Migrate, Router, traits_of
from penstock.registry import component

Json = Any


@component(STATE_MIGRATION)
class LegacyToPerPartitionStateMigration:
    """Read a state that names partitions by bare values: `{"17": {"updated_at": "2024-01-05"}}`.

    As in the reference runtime such a partition is kept in the state, but one of today that tells where in its parent
    it comes from is another one, and starts from the beginning.
    """

    def build(self, using: Resources) -> Callable[[Router | None], Migrate]:
        return lambda router: _migration(using, router)


def _migration(using: Resources, router: Router | None) -> Migrate:
    cursor, fields = using.stream.cursor, traits_of(router).parent_fields
    if cursor is None or len(fields) != 1:
        raise ConfigError(
            f"stream {using.stream.name}: LegacyToPerPartitionStateMigration needs a cursor and exactly one parent",
            hint="leave it out, or give the stream `incremental_sync` and one parent stream",
        )
    name, [partition_field] = cursor.field, fields

    def migrate(saved: Mapping[str, Json]) -> Mapping[str, Json]:
        if not saved or not all(isinstance(v, Mapping) and list(v) == [name] for v in saved.values()):
            return saved
        return {
            "states": [{"partition": {partition_field: key}, "cursor": dict(v)} for key, v in saved.items()]
        }

    return migrate
