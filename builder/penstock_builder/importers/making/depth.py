"""How deep a text may be nested."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from penstock.authoring import ConfigError


@contextmanager
def bounded_depth() -> Iterator[None]:
    """Refuse what is nested deeper than Python follows. Raises ConfigError."""
    try:
        yield
    except RecursionError:
        raise ConfigError("it is nested too deep to be read") from None
