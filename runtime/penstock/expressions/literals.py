"""The manifest language's result rule: rendered text that is a Python literal becomes that literal.

`"1"` gives 1, `"[1, 2]"` a list, `"007"`, `"true"` and `"2024-01-01"` stay text. `ast.literal_eval` is the rule; most
texts are told apart without it, which a Hypothesis test proves to make no difference.
"""

from __future__ import annotations

import ast
import math
import re
import warnings
from typing import Any

Json = Any
Types = tuple[type, ...] | None
"""Types a result may have; a literal of another type stays text. None admits all."""

_NOT_A_LITERAL = re.compile(
    r"""(?!True\b|False\b|None\b|set\b|[bBrRuU]{1,2}['"])  # a word, but none that opens a literal
        [^\W\d]
      | \d{4}-\d\d-\d\d(?![\deE_jJ])                       # an ISO date, alone or with a time
      | 0\d*[1-9]\d*(?![\d.eE_jJ])                         # 007
      | https?://
    """,
    re.VERBOSE,
)
warnings.filterwarnings(
    "ignore", category=SyntaxWarning, module="<unknown>"
)  # it would show data: Python 3.12 says
# of a text like '\\d' that its escape is none, with the text; "<unknown>" is what `literal_eval` calls its input
_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]{0,17})")
_HUGE_NUMBER = re.compile(r"[ \t+-]*0[xXoObB][\da-fA-F_]{3500}")
"""Python reads these and then cannot print them: the limit is 4,300 decimal digits."""

_MAX_LEVELS = 50
"""Levels of a value that Python's parser surely takes; of deeper ones it decides itself."""


def coerce_text(text: str, types: Types = None) -> Json:
    """Give the literal that `text` spells, if its type is one of `types`; else the text."""
    if _INTEGER.fullmatch(text):
        value: Json = int(text)
    elif (_NOT_A_LITERAL.match(text) and not _may_be_a_set(text)) or _HUGE_NUMBER.match(text):
        return text
    else:
        try:
            value = ast.literal_eval(text)
        except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
            return text
        if isinstance(value, complex):
            return text
    return value if types is None or isinstance(value, types) else text


def coerce_value(value: Json, types: Types = None) -> Json:
    """Give what `coerce_text(str(value), types)` gives, without the detour over text where that is safe."""
    kind = type(value)
    if kind is str:
        return coerce_text(value, types)
    if kind is float and not math.isfinite(value):
        return str(value)
    if kind in (int, bool, float, type(None)) or (kind in (dict, list) and _survives_repr(value)):
        if types is not None and not isinstance(value, types):
            return str(value)
        return _copy(value) if kind in (dict, list) else value
    return coerce_text(str(value), types)


def _survives_repr(value: Json, levels: int = _MAX_LEVELS) -> bool:
    """Tell whether a JSON value read back from its Python text is the same value."""
    kind = type(value)
    if kind is dict:
        return levels > 0 and all(type(k) is str and _survives_repr(v, levels - 1) for k, v in value.items())
    if kind is list:
        return levels > 0 and all(_survives_repr(item, levels - 1) for item in value)
    if kind is float:
        return math.isfinite(value)
    return kind in (str, int, bool, type(None))


def _copy(value: Json) -> Json:
    if type(value) is dict:
        return {k: _copy(v) for k, v in value.items()}
    if type(value) is list:
        return [_copy(v) for v in value]
    return value


def _may_be_a_set(text: str) -> bool:
    """Python folds letters of names: it reads `set()` in other scripts' letters as well."""
    return "(" in text and not text.isascii()
