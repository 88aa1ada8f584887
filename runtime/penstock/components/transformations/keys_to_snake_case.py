from __future__ import annotations

import re
from typing import Any

from anyascii import anyascii

from penstock.components.transformations import TRANSFORMATION
from penstock.expressions.compile import Scope
from penstock.records.cursor import Record
from penstock.records.resources import Resources
from penstock.records.select import Transform
from penstock.registry import component

_TOKEN = re.compile(r"[A-Z]+[a-z]*|[a-z]+|[0-9]+|[^A-Za-z0-9]+")


@component(TRANSFORMATION)
class KeysToSnakeCase:
    """Write the keys of each record, and of the objects inside it but not inside lists, as `words_with_underscores`."""

    def build(self, using: Resources) -> Transform:
        def rename(record: Record, scope: Scope) -> None:
            renamed = _renamed(record)
            record.clear()
            record.update(renamed)

        return rename


def _renamed(value: Record) -> dict[str, Any]:
    return {
        snake_case(key): _renamed(child) if isinstance(child, dict) else child for key, child in value.items()
    }


def snake_case(key: str) -> str:
    """`userID2` as `user_id_2`. Of what is no letter or digit, only an underscore at either end is left."""
    tokens = [token if token.isalnum() else "" for token in _TOKEN.findall(anyascii(key))]
    words = [token for place, token in enumerate(tokens) if token or place in (0, len(tokens) - 1)]
    if words and words[0].isdigit():
        words.insert(0, "")
    return "_".join(words).lower()
