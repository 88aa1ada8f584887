from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from penstock.components.state_migrations import STATE_MIGRATION
from penstock.custom import bases
from penstock.custom.component import CustomComponent, class_name
from penstock.records.resources import Resources
from penstock.records.stream import Migrate, Router
from penstock.registry import component

Json = Any


@component(STATE_MIGRATION)
class CustomStateMigration(CustomComponent):
    """Bring a saved state into the shape of today by a class of the connector's own."""

    class_name: str = class_name("components.RenamedCursor")

    def build(self, using: Resources) -> Callable[[Router | None], Migrate]:
        made = self.made(bases.StateMigration, using)

        def migrate(saved: Mapping[str, Json]) -> Mapping[str, Json]:
            return made.migrate(saved) if made.should_migrate(saved) else saved

        return lambda router: migrate
