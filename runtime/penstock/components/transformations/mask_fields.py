from __future__ import annotations

from collections.abc import Iterator

from penstock.components.masks import MASK
from penstock.components.transformations import TRANSFORMATION
from penstock.masking.automaton import MaskRule
from penstock.masking.field_paths import PathSyntaxError, parse_field_path
from penstock.masking.policy import FROM_MANIFEST
from penstock.masking.techniques import Technique
from penstock.records.resources import Resources
from penstock.registry import Buildable, all_components, component, field, find_component


@component(TRANSFORMATION)
class MaskFields:
    """Mask fields before anything leaves; filters, cursors and parents of other streams still see clear values."""

    fields: list[str] = field(
        doc="Paths of the fields: `[*]` is each element, `*` each key or element, `**` any depth; or a JSONPath.",
        examples=(["email", "contacts[*].phone", "**.ip_address"],),
    )
    mask: Buildable[Technique] | str = field(
        doc="What becomes of the values: a mask, or the name of one that needs no settings.",
        slot=MASK,
        examples=("redact", {"type": "Hmac", "domain": "person"}),
    )

    def problems(self) -> Iterator[tuple[str, str]]:
        """There is a path, every path reads, and a short name names a mask."""
        if not self.fields:
            yield "fields", "MaskFields needs at least one path"
        for path in self.fields:
            try:
                parse_field_path(path)
            except PathSyntaxError as error:
                yield "fields", f"the path `{path}` {error}"
        yield from mask_problems(self.mask)

    def build(self, using: Resources) -> MaskRule:
        mask = mask_named(self.mask) if isinstance(self.mask, str) else self.mask
        assert mask is not None  # `problems` sees to it
        paths = tuple(parse_field_path(path) for path in self.fields)
        technique = mask.build(using)
        told = ", ".join(f"`{path}`" for path in self.fields)
        where = f"{technique.name} for {told}, stream {using.stream.name}"
        return MaskRule(paths, technique, where, level=FROM_MANIFEST)


def _short_names() -> dict[str, type]:
    return {
        name.lower(): spec.cls
        for name, spec in all_components().items()
        if spec.kind == MASK and not any(f.required for f in spec.fields)
    }


def mask_problems(mask: Buildable[Technique] | str) -> Iterator[tuple[str, str]]:
    """What is wrong with a short name of a mask."""
    if isinstance(mask, str) and mask_named(mask) is None:
        names = ", ".join(sorted(_short_names()))
        yield "mask", f"no mask of this name works without settings; there are {names}"


def mask_named(name: str) -> Buildable[Technique] | None:
    """The mask of a short name, such as `redact`; None where there is none that needs no settings."""
    spec = find_component(name.lower().capitalize())
    if spec is None or spec.kind != MASK or any(f.required for f in spec.fields):
        return None
    made: Buildable[Technique] = spec.cls()
    return made
