"""A component whose manifest is kept, because some of its values only come during the run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from penstock.lean import dataclass
from penstock.manifest.node import Node
from penstock.registry.given import FindClass
from penstock.registry.kinds import Kind

if TYPE_CHECKING:
    from penstock.registry.values import Place

Json = Any


@dataclass(frozen=True, slots=True)
class Blueprint:
    """Annotation of a field that holds such a component, and the field's value.

    `node` is the manifest of the component; `place` is the type of the component that holds it, and the field there.
    """

    node: Node
    kind: Kind[Any]
    place: tuple[str, str]
    find_class: FindClass | None = None


@dataclass(frozen=True, slots=True)
class BlueprintForm:
    """The form of such a field. What is wrong with it whatever the values will be is told at once."""

    kind: Kind[Any]
    implied: str

    @property
    def words(self) -> str:
        return f"a component ({self.kind.name})"

    def accepts(self, node: Node) -> bool:
        return isinstance(node.value, dict)

    def decode(self, node: Node, place: Place) -> Any:
        return place.blueprint(node, self.kind, self.implied)

    def schema(self) -> Json:
        return {"$ref": f"#/definitions/{self.kind.name}"}
