"""What masks a stream now: equal to what masked a test read as long as that shows what a run would let leave."""

from __future__ import annotations

import json

from penstock.authoring import plain
from penstock_builder.draft import Draft
from penstock_builder.masking import policy_text

Masks = tuple[str, ...]
"""The masks of the manifest as JSON; then, under a policy, the policy, and the schema whose `x-privacy` it goes by."""


def masks_in_force(draft: Draft, stream: str) -> Masks | None:
    """What masks a stream of a draft; None where the text does not read, so that nobody knows."""
    if draft.reading.tree is None:
        return None
    masks, schemas = draft.once(f"masks of {stream}", lambda draft: _written(draft, stream))
    policy, own = policy_text(draft.path), draft.reading.policy
    if policy is None and own is not None:
        policy = json.dumps(plain(own), default=str)
    return masks if policy is None else (*masks, policy, *schemas)


def _written(draft: Draft, stream: str) -> tuple[Masks, Masks]:
    """The masks that a stream's part of the manifest has, and its schemas."""
    tree = draft.reading.tree
    assert tree is not None
    part = next((each for each in tree.parts_in("streams") if each.value("name") == stream), tree)
    found = part.find("MaskFields"), part.parts_in("schema_loader")
    masks, schemas = (tuple(json.dumps(plain(one.node), default=str) for one in some) for some in found)
    return masks, schemas
