"""Components are declared once, with `@component` and `field`, and read by decoder, schema, reference and forms."""

from penstock.registry.blueprint import Blueprint
from penstock.registry.component import (
    REGISTRY,
    Buildable,
    ComponentSpec,
    all_components,
    component,
    find_component,
    written_at,
)
from penstock.registry.field import FieldSpec, field
from penstock.registry.given import FindClass, Given, TakesMore
from penstock.registry.kinds import Kind
from penstock.registry.values import Unread

__all__ = [
    "REGISTRY",
    "Blueprint",
    "Buildable",
    "ComponentSpec",
    "FieldSpec",
    "FindClass",
    "Given",
    "Kind",
    "TakesMore",
    "Unread",
    "all_components",
    "component",
    "field",
    "find_component",
    "written_at",
]
