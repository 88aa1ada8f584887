"""Did you mean …?"""

from __future__ import annotations

import difflib
from collections.abc import Iterable


def did_you_mean(word: str, known: Iterable[str], ticks: str = "`") -> str:
    """A hint that names the known word nearest to `word`, or empty text."""
    names = list(known)
    lower = {name.lower(): name for name in names}
    close = nearest(word, names) or lower.get(nearest(word.lower(), lower))
    return f"did you mean {ticks}{close}{ticks}?" if close else ""


def nearest(word: str, known: Iterable[str]) -> str:
    """The known word that is most like `word`, capitals counting as other letters; empty text where none is near."""
    return next(iter(difflib.get_close_matches(word, list(known), n=1)), "")


def listed(names: Iterable[str]) -> str:
    """Names in ticks, separated by commas."""
    return ", ".join(f"`{name}`" for name in names)
