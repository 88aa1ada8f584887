"""A JSON value as a YAML document for people to read: blocks, long texts by line, nothing that reads back otherwise."""

from __future__ import annotations

from typing import Any

import yaml

Json = Any

_WIDTH = 110
_OTHER_LINE_ENDS = frozenset("\r\x85\u2028\u2029")


class _Dumper(yaml.SafeDumper):
    def ignore_aliases(self, data: Any) -> bool:
        return True

    def write_double_quoted(self, text: str, split: bool = True) -> None:  # noqa: FBT001, FBT002
        """On one line: PyYAML breaks such a text wrongly where its place is further right than the width."""
        super().write_double_quoted(text, split=False)


def _represent(dumper: _Dumper, text: str) -> yaml.ScalarNode:
    style = "|" if "\n" in text.rstrip("\n") else None
    if _OTHER_LINE_ENDS & set(text):
        style = '"'  # elsewhere they would read back as a line feed or a space
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _represent)


def write_document(value: Json) -> str:
    """The value in block style, keys in their order."""
    return yaml.dump(
        value, Dumper=_Dumper, sort_keys=False, default_flow_style=False, allow_unicode=True, width=_WIDTH
    )
