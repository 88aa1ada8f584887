"""What masks a stream now: equal to what masked a test read as long as that shows what a run would let leave."""

from __future__ import annotations

import json
from pathlib import Path

from penstock.authoring import Json, plain
from penstock_builder.draft import Draft
from penstock_builder.masking import policy_file

Masks = tuple[str, ...]
"""The masks of the manifest as JSON; then, under a policy, the policy, and the schema whose `x-privacy` it goes by."""


def masks_in_force(draft: Draft, stream: str) -> Masks | None:
    """What masks a stream of a draft; None where the text does not read, so that nobody knows."""
    tree = draft.reading.tree
    if tree is None:
        return None
    part = next((each for each in tree.parts_in("streams") if each.value("name") == stream), tree)
    masks = [plain(mask.node) for mask in part.find("MaskFields")]
    policies = _policies(draft)
    schemas = [plain(each.node) for each in part.parts_in("schema_loader")] if policies else []
    return tuple(json.dumps(each, sort_keys=True, default=str) for each in (*masks, *policies, *schemas))


def _policies(draft: Draft) -> list[Json]:
    file = policy_file(draft.path)
    if file is not None:
        return [[file.name, _text_of(file)]]
    tree = draft.reading.tree
    metadata = tree.value("metadata") if tree is not None else None
    own = metadata.get("masking") if isinstance(metadata, dict) else None
    return [] if own is None else [own]


def _text_of(file: Path) -> str:
    """What a policy says; nothing where it cannot be read, as no read can be under it."""
    try:
        return file.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
