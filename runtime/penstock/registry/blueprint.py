"""A component whose manifest is kept, because some of its values only come during the run."""

from __future__ import annotations

from typing import Any

from penstock.lean import dataclass
from penstock.manifest.node import Node
from penstock.registry.given import FindClass
from penstock.registry.kinds import Kind


@dataclass(frozen=True, slots=True)
class Blueprint:
    """Annotation of a field that holds such a component, and the field's value.

    `node` is the manifest of the component; `place` is the type of the component that holds it, and the field there.
    """

    node: Node
    kind: Kind[Any]
    place: tuple[str, str]
    find_class: FindClass | None = None
