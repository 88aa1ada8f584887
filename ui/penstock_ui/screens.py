"""Finds the modules of a folder of screens."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Sequence
from functools import lru_cache
from types import ModuleType

_MARKS = re.compile(r"([\\`*\[\]<>$~:#|]|(?<![^\W_])_|_(?![^\W_]))")  # inside a word `_` marks nothing


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
    return "".join(coded(part) if number % 2 and part else literal(part) for number, part in enumerate(parts))


def coded(text: str) -> str:
    """Text as code in a Markdown element, whatever it holds: it ends neither the code nor what is around it.

    Nothing can be escaped inside code. So what has a backtick, or brackets that could end a `:red[...]` around it, is
    plain text.
    """
    line = " ".join(text.split())
    return f"`{line}`" if line and "`" not in line and _is_balanced(line) else literal(line)


def _is_balanced(text: str) -> bool:
    depth = 0
    for character in text:
        depth += (character == "[") - (character == "]")
        if depth < 0:
            return False
    return depth == 0 and not ("\\" in text and "[" in text)
