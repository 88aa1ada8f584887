from __future__ import annotations

from collections.abc import Callable

from penstock.expressions.forms import Text
from penstock.records.resources import Resources
from penstock.registry import Kind, component, field

KEY_TRANSFORMATION: Kind[Callable[[str], str]] = Kind("key_transformation", "Changes a key.")


@component(KEY_TRANSFORMATION)
class KeyTransformation:
    """Put a text before and after a key."""

    prefix: Text | None = field(default=None, doc="The text in front.", examples=("owner_",))
    suffix: Text | None = field(default=None, doc="The text behind.", examples=("_of_owner",))

    def build(self, using: Resources) -> Callable[[str], str]:
        scope = {"config": using.config}
        prefix = self.prefix.text(scope) if self.prefix else ""
        suffix = self.suffix.text(scope) if self.suffix else ""
        return lambda key: f"{prefix}{key}{suffix}"
