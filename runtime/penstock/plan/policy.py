"""A masking policy: a file beside the manifest, or `metadata.masking` in it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from penstock.components.policies import POLICY
from penstock.diagnostics import Diagnostics
from penstock.errors import ManifestError
from penstock.lean import dataclass
from penstock.manifest.load import load_file
from penstock.manifest.node import Node, plain
from penstock.masking.policy import Masking
from penstock.masking.shape import describe
from penstock.records.resources import Resources
from penstock.registry.decode import Decoder
from penstock.registry.values import INVALID

Json = Any


@dataclass(frozen=True, slots=True)
class LoadedPolicy:
    """A policy that reads without a problem. `digest` is the SHA-256 of what it says, in hexadecimal."""

    declared: Any
    digest: str

    def build(self, using: Resources) -> Masking:
        """What masks in a run. Raises ConfigError where keys are missing or its parts contradict each other."""
        masking: Masking = self.declared.build(using)(self.digest)
        return masking


def load_policy(path: str | Path, shown_as: str | None = None) -> LoadedPolicy:
    """Read a policy file. Raises ManifestError with every problem found.

    Other than in a manifest an unknown key is an error: a word misspelt would leave data in clear.
    """
    found = Diagnostics()
    return policy_at(load_file(path, shown_as, found), found)


def policy_at(root: Node, found: Diagnostics) -> LoadedPolicy:
    """The policy at a node. Raises ManifestError with every problem found."""
    declared = INVALID
    if isinstance(root.value, dict):
        declared = Decoder(found).component(root, POLICY, "MaskingPolicy")
    else:
        found.error("wrong-type", f"a masking policy is a mapping, not {describe(root.value)}", root.span)
    if found.all or declared is INVALID:
        raise ManifestError([replace(problem, severity="error") for problem in found.all])
    text = json.dumps(plain(root), sort_keys=True, default=str)
    return LoadedPolicy(declared, hashlib.sha256(text.encode()).hexdigest())
