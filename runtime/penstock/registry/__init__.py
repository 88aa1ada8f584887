"""Components are declared once, with `@component` and `field`, and read by decoder, schema, reference and forms."""

from penstock.registry.component import (
    REGISTRY,
    Buildable,
    ComponentSpec,
    all_components,
    component,
    find_component,
)
from penstock.registry.field import FieldSpec, field
from penstock.registry.kinds import Kind
from penstock.registry.values import Unread, Unsupported

__all__ = [
    "REGISTRY",
    "Buildable",
    "ComponentSpec",
    "FieldSpec",
    "Kind",
    "Unread",
    "Unsupported",
    "all_components",
    "component",
    "field",
    "find_component",
]
