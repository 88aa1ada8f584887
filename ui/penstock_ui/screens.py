"""Finds the modules of a folder of screens."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Sequence
from functools import lru_cache
from types import ModuleType

_MARKS = re.compile(r"([\\`*_\[\]<>$~:#|])")


@lru_cache(maxsize=8)
def screens(package: str) -> Sequence[ModuleType]:
    """The modules of a package that have a TITLE, by their ORDER."""
    folder = importlib.import_module(package)
    modules = [
        importlib.import_module(f"{package}.{found.name}") for found in pkgutil.iter_modules(folder.__path__)
    ]
    return sorted((module for module in modules if hasattr(module, "TITLE")), key=lambda module: module.ORDER)


def name_of(screen: ModuleType) -> str:
    """A screen's name in the address: that of its file."""
    return screen.__name__.rpartition(".")[2]


def literal(text: str) -> str:
    """Text for a label or a Markdown element, in which nothing is taken for Markdown."""
    return _MARKS.sub(r"\\\1", text)


def marked(text: str) -> str:
    """A message for a Markdown element: what stands in backticks is code, and nothing else is Markdown."""
    parts = text.split("`")
    if len(parts) % 2 == 0:
        return literal(text)
    return "".join(f"`{part}`" if number % 2 and part else literal(part) for number, part in enumerate(parts))
