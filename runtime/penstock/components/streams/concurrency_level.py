from __future__ import annotations

from typing import Any

from penstock.expressions.forms import Text, whole_number
from penstock.registry import Kind, component, field

CONCURRENCY: Kind[int] = Kind("concurrency", "How many slices are read at once.")


@component(CONCURRENCY)
class ConcurrencyLevel:
    """How many slices are read at once, over all streams."""

    default_concurrency: Text = field(
        doc="The number, or a template that gives it.", examples=(10, "{{ config.get('num_workers', 4) }}")
    )
    max_concurrency: int | None = field(
        default=None, doc="The most that a template may give.", examples=(25,)
    )

    def build(self, using: Any) -> int:
        level = whole_number(self.default_concurrency({"config": using.config}), "`default_concurrency`")
        if self.max_concurrency is not None and self.default_concurrency.constant is None:
            level = min(level, self.max_concurrency)
        return max(level, 1)
