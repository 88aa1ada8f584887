from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Literal

from penstock.components.masks import MASK
from penstock.components.policies import FIELD_POLICY, Context
from penstock.components.transformations.mask_fields import mask_problems
from penstock.errors import ConfigError
from penstock.hints import did_you_mean
from penstock.masking.automaton import MaskRule
from penstock.masking.field_paths import parse_field_path
from penstock.masking.techniques import Technique, of_json_text
from penstock.records.resources import Resources
from penstock.registry import Buildable, component, field


@component(FIELD_POLICY)
class FieldPolicy:
    """What a policy says of a field: its class, or a mask of its own."""

    class_: str = field(default="", doc="The class of the values, one of the policy's.", examples=("email",))
    mask: Buildable[Technique] | str | None = field(
        default=None,
        doc="What becomes of the values, in place of the mask of their class.",
        slot=MASK,
        examples=("drop",),
    )
    parse: Literal["json"] | None = field(
        default=None, doc="What the text is; `json` masks each value that it holds, and gives text again."
    )

    def problems(self) -> Iterator[tuple[str, str]]:
        """There is a class or a mask."""
        if not self.class_ and self.mask is None:
            yield "class", "a field needs a `class` or a `mask`"
        if self.mask is not None:
            yield from mask_problems(self.mask)

    def build(self, using: Resources) -> Callable[[str, str, Context], MaskRule]:
        def build(streams: str, path: str, context: Context) -> MaskRule:
            known = context.classes.get(self.class_)
            if self.class_ and known is None:
                raise ConfigError(
                    f"the policy has no class `{self.class_}`, which `{path}` of {streams} is said to be",
                    hint=did_you_mean(self.class_, context.classes) or "name it under `classes`",
                )
            if self.mask is not None:
                technique, previous = context.mask(self.mask)
            else:
                assert known is not None  # `problems` sees to it
                technique, previous = known.technique, known.previous
            if self.parse == "json":
                technique = of_json_text(technique)
                previous = {key_id: of_json_text(older) for key_id, older in previous.items()}
            where = f"{technique.name} for `{path}`, policy for streams {streams}"
            return MaskRule((parse_field_path(path),), technique, where, self.class_, previous=previous)

        return build
