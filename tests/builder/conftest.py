from __future__ import annotations

from tests.runtime.cli.conftest import project

__all__ = ["project"]
