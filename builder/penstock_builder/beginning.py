"""How a connector begins: from what was imported, in a folder of its own, with its records found in a first answer."""

from __future__ import annotations

import json
import re
from collections.abc import Collection
from dataclasses import replace
from pathlib import Path

from penstock.authoring import Json, Sample
from penstock_builder.detect.guess import Guess
from penstock_builder.detect.records import record_paths
from penstock_builder.draft import Draft, DraftError
from penstock_builder.editing.places import child
from penstock_builder.importers import Written
from penstock_builder.importers.making.imported import Imported
from penstock_builder.importers.making.manifest import write
from penstock_builder.moves import set_record_path, stream_pointer

_SURE = 0.5
"""How sure a guess must be (0 to 1) to be taken without asking."""

_NOT_IN_NAMES = re.compile(r"[^A-Za-z0-9_-]+")
_COMMON = ("api", "www", "com", "org", "net", "io", "co", "app", "dev", "localhost")


def proposed_name(host: str) -> str:
    """A name for a connector after the host of its API: `api.shop.example` is `shop`."""
    words = [word for word in host.lower().split(":")[0].split(".") if not word.isdecimal()]
    telling = [word for word in words if word not in _COMMON] or ["connector"]
    return folder_name(telling[0])


def folder_name(name: str) -> str:
    """A name as a folder may have it: letters, digits, `_` and `-`."""
    return _NOT_IN_NAMES.sub("-", name.strip()).strip("-") or "connector"


def only(imported: Imported, written: Written, names: Collection[str]) -> Written:
    """The manifest of some of the streams that were found. Raises ConfigError where none of them is left."""
    if set(names) == set(written.origins):
        return written
    wanted = {written.origins[name] for name in names}
    kept = tuple(operation for operation in imported.operations if operation.origin in wanted)
    return write(replace(imported, operations=kept))


def begin(folder: Path, name: str, text: str) -> Draft:
    """A new manifest in a folder named after the connector. Raises DraftError where there is one."""
    home = folder / folder_name(name)
    if (home / "manifest.yaml").exists():
        raise DraftError(
            f"there is a connector `{home.name}` in this folder", hint="choose another name, or open that one"
        )
    return Draft.new(home, text=text)


def find_records(draft: Draft, stream: str, sample: Sample) -> Guess[tuple[str, ...]] | None:
    """Take the records from where the first answer seems to have them; gives the guess that was taken, if any.

    Only where the record path is still the one that importers write when they know nothing of the answer.
    """
    written = child(stream_pointer(draft, stream), "retriever", "record_selector", "extractor", "field_path")
    if not draft.exists(written) or draft.value(written) != []:
        return None
    guess = next(iter(record_paths(_first_answer(sample))), None)
    if guess is None or not guess.value or guess.confidence < _SURE:
        return None
    set_record_path(draft, stream, guess.value)
    return guess


def _first_answer(sample: Sample) -> Json:
    """The first answer that is JSON; its values are stand-ins, its shape is true."""
    for slice_ in sample.slices:
        for page in slice_.pages:
            for exchange in page.exchanges:
                if exchange.answer is not None and exchange.status is not None and exchange.status < 400:
                    try:
                        return json.loads(exchange.answer)
                    except ValueError:
                        continue
    return None
