"""Texts of others as the manifest language takes them: nothing in them is evaluated, and none changes its type."""

from __future__ import annotations

import re
from typing import Any

from penstock.authoring import coerce_text

Json = Any

_OPENING = re.compile(r"\{(?=[{%#])")


def literal(text: str) -> str:
    """A text that evaluates to itself, as far as expressions in it go."""
    return _OPENING.sub("{{ '{' }}", text)


def literal_value(text: str) -> str:
    """A text that evaluates to itself: one that spells a number or a list is quoted once more."""
    value = coerce_text(text)
    return literal(text) if isinstance(value, str) and value == text else literal(repr(text))


def literal_parameter(text: str) -> str:
    """A parameter that is sent as it is written."""
    value = coerce_text(text, (str, list))
    return literal(text) if isinstance(value, str) and value == text else literal(repr(text))


def literal_in_body(value: Json) -> Json:
    """A JSON body whose texts stay what they are; its templates, which importers made, stay templates."""
    if isinstance(value, dict):
        return {literal(str(key)): literal_in_body(child) for key, child in value.items()}
    if isinstance(value, list):
        return [literal_in_body(child) for child in value]
    if isinstance(value, Template):
        return value.text
    return literal_value(value) if isinstance(value, str) else value


class Template:
    """A text that is to be evaluated, inside a body whose other texts are not."""

    def __init__(self, text: str) -> None:
        self.text = text
