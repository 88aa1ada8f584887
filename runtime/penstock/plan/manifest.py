"""Manifest text to a component tree, with every problem found on the way."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from penstock.components.streams.declarative_source import SOURCE, DeclarativeSource
from penstock.diagnostics import Diagnostic, Diagnostics, Span
from penstock.errors import ManifestError
from penstock.lean import dataclass
from penstock.manifest.load import load_file, load_text
from penstock.manifest.node import Node
from penstock.manifest.parameters import hand_down_parameters
from penstock.manifest.references import resolve_references
from penstock.masking.shape import describe
from penstock.registry import FindClass
from penstock.registry.decode import Decoder, Grammar
from penstock.registry.values import INVALID

if TYPE_CHECKING:
    from penstock.plan.policy import LoadedPolicy

Json = Any

POLICY_FILE = "policy.yaml"
"""The masking policy that tools for authors take up beside a manifest. A run is given one."""

PACKAGED_POLICY = "masking.yaml"
"""The same in a package of a connector, whose command is given it."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """A manifest that can run. `warnings` are what the reference runtime accepts in silence.

    `policy` is the masking policy that its runs obey: a file of whoever runs it, else its own `metadata.masking`.
    """

    source: DeclarativeSource
    folder: Path
    warnings: tuple[Diagnostic, ...]
    policy: LoadedPolicy | None = None

    @property
    def specification(self) -> Mapping[str, Json]:
        """JSON Schema of the config; `{}` where the manifest has no spec."""
        return self.source.spec.connection_specification if self.source.spec else {}


def load_manifest(
    path: str | Path,
    shown_as: str | None = None,
    *,
    find_class: FindClass | None = None,
    masking: str | Path | None = None,
) -> Manifest:
    """Read a manifest file, and the policy file `masking`; `find_class` allows custom code.

    A policy that lies beside the manifest and is not given is the first of the warnings. Raises ManifestError with every
    problem found.
    """
    found = Diagnostics()
    made = _manifest(load_file(path, shown_as, found), Path(path).resolve().parent, found, find_class)
    if masking is not None:
        return replace(made, policy=_policy_file(masking))
    beside = policy_beside(Path(path))
    return made if beside is None else replace(made, warnings=(_passed_over(beside), *made.warnings))


def policy_beside(manifest: Path) -> Path | None:
    """The policy beside a manifest: its author's, else that of a package; None where there is none.

    A link that leads nowhere is one too: to read it fails, and to pass it over would leave all in clear.
    """
    beside = (manifest.with_name(name) for name in (POLICY_FILE, PACKAGED_POLICY))
    return next((file for file in beside if os.path.lexists(file)), None)


def parse_manifest(
    text: str,
    file: str = "manifest.yaml",
    folder: Path | None = None,
    *,
    find_class: FindClass | None = None,
) -> Manifest:
    """Read manifest text; `find_class` allows custom code. Raises ManifestError with every problem found."""
    found = Diagnostics()
    return _manifest(load_text(text, file, found), folder or Path.cwd(), found, find_class)


def lint_manifest(text: str, file: str = "manifest.yaml") -> tuple[Diagnostic, ...]:
    """Every problem of manifest text, in file order: errors stop it, warnings do not."""
    try:
        return parse_manifest(text, file).warnings
    except ManifestError as error:
        return error.diagnostics


def _manifest(root: Node, folder: Path, found: Diagnostics, find_class: FindClass | None) -> Manifest:
    source, own = INVALID, None
    if isinstance(root.value, dict):
        try:
            resolved = resolve_references(root, found)
            if not found.errors:
                own = read_own_policy(resolved, found)
                resolved = hand_down_parameters(resolved, Grammar(), found)
                source = Decoder(found, find_class).component(resolved, SOURCE, "DeclarativeSource")
        except RecursionError:
            found.error("too-deep", "references lead too deep", root.span)
    else:
        found.error("wrong-type", f"a manifest is a mapping, not {describe(root.value)}", root.span)
    if found.errors or not isinstance(source, DeclarativeSource):
        raise ManifestError(found.all)
    return Manifest(source, folder, found.all, own)


def _passed_over(policy: Path) -> Diagnostic:
    return Diagnostic(
        "policy-not-given",
        "this masking policy lies beside the manifest, and is not obeyed",
        Span(str(policy), 1, 1),
        f"give it: --masking {policy}",
        "warning",
    )


def own_policy(resolved: Node) -> Node | None:
    """The policy of a manifest itself, under `metadata.masking`, a place that other runtimes pass over.

    It is looked for after references are replaced, and before parameters are handed down: those are for components.
    """
    metadata = resolved.get("metadata")
    return metadata.get("masking") if metadata is not None else None


def read_own_policy(resolved: Node, found: Diagnostics) -> LoadedPolicy | None:
    """The policy of a manifest itself, ready to be built; what does not read goes into `found`."""
    node = own_policy(resolved)
    if node is None:
        return None
    from penstock.plan.policy import policy_at

    try:
        return policy_at(node, Diagnostics())
    except ManifestError as error:
        for problem in error.diagnostics:
            found.add(problem)
        return None


def _policy_file(path: str | Path) -> LoadedPolicy:
    from penstock.plan.policy import load_policy

    return load_policy(path)
