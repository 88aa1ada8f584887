"""Zip archives: what is in them decides their bytes, and nothing else does."""

from __future__ import annotations

import io
import time
import zipfile
from collections.abc import Iterable

_FIRST = 315_532_800
"""1980-01-01T00:00:00Z, the earliest time that a zip can tell."""

_LAST = 4_354_819_198
"""2107-12-31T23:59:58Z, the latest: it counts two seconds at a time."""

_UNIX, _PLAIN_FILE = 3, 0o100644


def write_archive(files: Iterable[tuple[str, bytes]], epoch: int) -> bytes:
    """A zip of files in the order given, all of one time: `epoch`, in seconds since 1970, or the next that a zip tells.

    They are stored, not packed: zlibs differ in their bytes, and a connector is small.
    """
    moment = time.gmtime(min(max(epoch, _FIRST), _LAST))[:6]
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_STORED) as archive:
        for name, data in files:
            member = zipfile.ZipInfo(name, moment)
            member.create_system, member.external_attr = _UNIX, _PLAIN_FILE << 16
            archive.writestr(member, data)
    return written.getvalue()
