"""The forms in which the manifest language takes expressions: a text, a condition, a mapping, a nested body.

They differ in what an empty or undefined result gives, and in the types they admit.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from penstock.errors import ExpressionError
from penstock.expressions.compile import Scope, Template
from penstock.expressions.literals import Types

Json = Any

_FALSY_TEXTS = frozenset({"False", "false", "{}", "[]", "()", "", "0", "0.0"})


class Text:
    """A text; a missing value is empty text, an attribute of a missing value an ExpressionError."""

    def __init__(self, template: Template) -> None:
        self.template = template

    def __call__(self, scope: Scope, types: Types = None) -> Json:
        """Evaluate; with `types`, a literal of another type stays text."""
        return self.template.evaluate(scope, types, strict=True)

    def text(self, scope: Scope) -> str:
        """Evaluate and give the result as text."""
        return str(self(scope))

    @property
    def constant(self) -> str | None:
        """The text itself, where nothing in it is evaluated."""
        return self.template.text if self.template.is_constant else None


class Condition:
    """A condition; false where the result is empty, undefined, null, zero or spelt false."""

    def __init__(self, template: Template) -> None:
        self.template = template

    def __call__(self, scope: Scope) -> bool:
        """Evaluate to a boolean."""
        value = self.template.evaluate(scope, default=False)
        if isinstance(value, bool):
            return value
        if isinstance(value, str):
            return value not in _FALSY_TEXTS
        return value not in (None, 0, {}, [], (), set())


class TextMap:
    """Parameters, headers or form fields: a mapping of texts, or one text that gives a mapping.

    Entries without a value are left out. `parts` are the entries that are no texts but components.
    """

    def __init__(
        self,
        entries: Mapping[str, Template],
        whole: Template | None,
        parts: Mapping[str, Any] | None = None,
    ) -> None:
        self._entries = [(Template(k, t.span, t.parameters), t) for k, t in entries.items()]
        self.whole = whole
        self.parts = parts or {}

    def __call__(self, scope: Scope, types: Types = (str, list)) -> dict[str, Json]:
        """Evaluate to a mapping; a literal of another type than `types` stays text.

        The result of a whole text that is no mapping counts as none.
        """
        if self.whole is not None:
            value = self.whole.evaluate(scope, default={})
            return value if isinstance(value, dict) else {}
        made = {}
        for key, template in self._entries:
            value = template.evaluate(scope, types)
            if value is not None:
                made[str(key.evaluate(scope, (str,), default=""))] = value
        return made


class Body:
    """A JSON body: keys and texts of a nested value are evaluated; entries that come out null are left out."""

    def __init__(self, value: Json) -> None:
        self._value = value

    def __call__(self, scope: Scope) -> Json:
        """Evaluate to a JSON value."""
        return _evaluate_nested(self._value, scope)

    @property
    def is_object(self) -> bool:
        """Whether it is written as a mapping."""
        return isinstance(self._value, dict)

    @property
    def keys(self) -> frozenset[str]:
        """The keys of its top level, as written."""
        value = self._value if isinstance(self._value, dict) else {}
        return frozenset(key.text for key in value)


def _evaluate_nested(value: Json, scope: Scope) -> Json:
    if isinstance(value, Template):
        return value.evaluate(scope)
    if isinstance(value, dict):
        made = ((key.evaluate(scope), _evaluate_nested(child, scope)) for key, child in value.items())
        return {str(k): v for k, v in made if v is not None}
    if isinstance(value, list):
        return [_evaluate_nested(child, scope) for child in value]
    return value


def whole_number(value: Json, what: str) -> int:
    """A result that must be a whole number, such as a page size. Raises ExpressionError."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    raise ExpressionError(f"{what} is not a whole number", failure_type="config_error")


def number(value: Json, what: str) -> float:
    """A result that must be a number, such as a time to wait. Raises ExpressionError."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    raise ExpressionError(f"{what} is not a number", failure_type="config_error")
