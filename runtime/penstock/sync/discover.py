"""The catalog: what each stream gives."""

from __future__ import annotations

from typing import Any

from penstock.plan.compile import SourcePlan
from penstock.protocol.catalog import entry

Json = Any


def discover(plan: SourcePlan) -> list[dict[str, Json]]:
    """The streams in the manifest's order, as the protocol's catalog lists them."""
    return [
        entry(
            s.name,
            s.schema(),
            s.primary_key,
            s.cursor.field if s.cursor else None,
            chosen_by_catalog=s.catalog_chooses,
            has_files=s.has_files,
        )
        for s in plan.streams.values()
    ]
