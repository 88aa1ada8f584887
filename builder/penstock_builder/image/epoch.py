"""The time that an image is of: the same wherever and whenever it is built."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

from penstock.authoring import ConfigError
from penstock_builder.image.history import FETCH_ALL, last_change

_A_TIME = re.compile(r"[0-9]{1,12}")
_LATEST = 8**11 - 1
"""The year 2242: the last time that every tar can hold."""


@dataclass(frozen=True, slots=True)
class Epoch:
    """Seconds since 1970, and a note for the user where that may not be the time that others see."""

    seconds: int
    note: str = ""


def epoch_of(folder: Path) -> Epoch:
    """SOURCE_DATE_EPOCH, else the time of the last commit that changed the folder, else 0.

    Raises ConfigError where the variable is no number (reproducible-builds.org/specs/source-date-epoch), and where git
    does not tell of the folder.
    """
    given = os.environ.get("SOURCE_DATE_EPOCH")
    if given:
        if not _A_TIME.fullmatch(given) or int(given) > _LATEST:
            raise ConfigError("SOURCE_DATE_EPOCH is not a number of seconds since 1970")
        return Epoch(int(given))
    changed = last_change(folder)
    if changed is None:
        return Epoch(
            0,
            "without a git commit of the manifest or SOURCE_DATE_EPOCH, what is made bears the earliest date",
        )
    if not changed.is_sure:
        return Epoch(
            changed.seconds,
            "the git history here is shallow and may not have the commit that last changed the manifest: "
            f"date and digest may be others where it has; {FETCH_ALL}, or set SOURCE_DATE_EPOCH",
        )
    return Epoch(changed.seconds)
