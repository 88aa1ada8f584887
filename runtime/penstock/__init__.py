"""Declarative connectors, private by default: a YAML manifest becomes a masked stream of records."""

from __future__ import annotations

__version__ = "0.1.0"
