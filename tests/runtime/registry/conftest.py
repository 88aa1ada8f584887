from __future__ import annotations

from collections.abc import Iterator

import pytest

from penstock.registry import REGISTRY


@pytest.fixture
def registry() -> Iterator[None]:
    """What a test declares is forgotten at its end."""
    before = dict(REGISTRY)
    yield
    for name in REGISTRY.keys() - before.keys():
        del REGISTRY[name]
