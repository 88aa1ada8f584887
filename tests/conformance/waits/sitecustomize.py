"""Cuts waits short in a Python that has this folder on its path, as `oracle.py` does in its own."""

from __future__ import annotations

import time


def _cut(nap: object = time.sleep) -> None:
    time.sleep = lambda seconds: nap(min(float(seconds), 0.005))  # type: ignore[operator]  # it is `sleep`


_cut()
