"""Declarative connectors, private by default: a YAML manifest becomes a masked stream of records."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from penstock._version import __version__

if TYPE_CHECKING:
    from penstock.api import check, discover, lint, load, read
    from penstock.destinations import Destination
    from penstock.diagnostics import Diagnostic
    from penstock.errors import ManifestError, PenstockError
    from penstock.plan.manifest import Manifest

__all__ = [
    "Destination",
    "Diagnostic",
    "Manifest",
    "ManifestError",
    "PenstockError",
    "__version__",
    "check",
    "discover",
    "lint",
    "load",
    "read",
]

_HOMES: Mapping[str, str] = {
    **dict.fromkeys(("check", "discover", "lint", "load", "read"), "penstock.api"),
    "Destination": "penstock.destinations",
    "Diagnostic": "penstock.diagnostics",
    "Manifest": "penstock.plan.manifest",
    "ManifestError": "penstock.errors",
    "PenstockError": "penstock.errors",
}


def __getattr__(name: str) -> Any:
    """Import a public name when it is first asked for: start-up counts."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(_HOMES[name]), name)
