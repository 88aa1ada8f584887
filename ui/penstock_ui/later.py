"""What is loaded once the first page is there: it would only keep that waiting."""

from __future__ import annotations

import atexit
import gc
import sys
import threading
from functools import lru_cache
from importlib import import_module

_PAGE_IS_THERE_AFTER_SECONDS = 1.5
_IMAGES = "PIL.ImageFile"
_LIBRARIES = ("numpy", _IMAGES, "pandas", "pyarrow", "altair")
"""For pictures, tables and charts."""


@lru_cache(maxsize=1)
def load_the_rest() -> None:
    """Begin to load it in the background; once for all sessions."""
    timer = threading.Timer(_PAGE_IS_THERE_AFTER_SECONDS, _load)
    timer.daemon = True
    timer.start()


def can_show_images() -> bool:
    """Whether what Streamlit needs for a picture is there already."""
    return _IMAGES in sys.modules


def _load() -> None:
    for name in _LIBRARIES:
        import_module(name)
    gc.collect()
    gc.freeze()  # all this stays: the collector need not go through it at every second edit
    atexit.register(gc.unfreeze)  # at its end each library frees what it made
    gc.set_threshold(20_000, 20, 20)
