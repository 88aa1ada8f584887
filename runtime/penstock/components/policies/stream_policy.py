from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Literal

from penstock.components.policies import FIELD_POLICY, STREAM_POLICY, Context
from penstock.components.policies.field_policy import FieldPolicy
from penstock.masking.automaton import MaskRule
from penstock.masking.field_paths import PathSyntaxError, parse_field_path
from penstock.masking.policy import FROM_POLICY, FROM_STREAM, StreamRules
from penstock.records.resources import Resources
from penstock.registry import Buildable, component, field


@component(STREAM_POLICY)
class StreamPolicy:
    """What a policy says of a stream, or with `*` of several."""

    fields: dict[str, Buildable[Callable[[str, str, Context], MaskRule]] | str] = field(
        default={},
        doc="Paths of fields, each with its class, or with what becomes of it.",
        slot=FIELD_POLICY,
        implied="FieldPolicy",
        examples=({"**.email": "email", "name": {"mask": "drop"}},),
    )
    unclassified: Literal["keep", "drop", "quarantine", "fail"] | None = field(
        default=None,
        doc="What happens to a field of the stream that nothing covers; by default as elsewhere.",
    )

    def problems(self) -> Iterator[tuple[str, str]]:
        """Every path reads."""
        for path in self.fields:
            try:
                parse_field_path(path)
            except PathSyntaxError as error:
                yield "fields", f"the path `{path}` {error}"

    def build(self, using: Resources) -> Callable[[str, Context], StreamRules]:
        def build(pattern: str, context: Context) -> StreamRules:
            level = FROM_POLICY if pattern == "*" else FROM_STREAM
            rules = []
            for path, said in self.fields.items():
                declared = FieldPolicy(class_=said) if isinstance(said, str) else said
                rules.append(replace(declared.build(using)(f"`{pattern}`", path, context), level=level))
            return StreamRules(pattern, tuple(rules), self.unclassified)

        return build
