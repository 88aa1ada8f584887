"""Scalars as YAML text: the plainest form that reads back as the same value, here and in YAML 1.2."""

from __future__ import annotations

import re
from typing import Any, Literal

import yaml

Json = Any

Quotes = Literal["", "'", '"']

_READ_OTHERWISE = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?|0o[0-7]+|[yYnN]")
"""Plain texts that YAML 1.1 and 1.2 readers do not all read as text."""


class _Text(str):
    """A text with the quotes that it is to have."""

    __slots__ = ("quotes",)
    quotes: Quotes


class _Dumper(yaml.SafeDumper):
    def ignore_aliases(self, data: Any) -> bool:
        return True


def _represent(dumper: _Dumper, text: _Text) -> yaml.ScalarNode:
    style = text.quotes or ("'" if _READ_OTHERWISE.fullmatch(text) else None)
    return dumper.represent_scalar("tag:yaml.org,2002:str", str(text), style=style)


_Dumper.add_representer(_Text, _represent)


def write_scalar(value: Json, quotes: Quotes = "", *, in_flow: bool = False) -> str:
    """A text, number, boolean or null on one line. A text has these quotes where they can hold it, else what it needs.

    `in_flow` is for a value inside of braces or brackets.
    """
    if isinstance(value, str):
        text = _Text(value)
        text.quotes = '"' if any(character in value for character in "\n\r\x85\u2028\u2029") else quotes
        value = text
    dumped = yaml.dump(
        [value] if in_flow else value,
        Dumper=_Dumper,
        default_flow_style=True,
        width=float("inf"),
        allow_unicode=True,
    )
    written = dumped.removesuffix("\n").removesuffix("\n...")
    written = written[1:-1] if in_flow else written
    if written.startswith("'") and "''" in written and not quotes and not {'"', "\\"} & set(written):
        return write_scalar(str(value), '"', in_flow=in_flow)  # a template reads better so
    return written
