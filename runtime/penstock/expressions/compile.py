"""Text with `{{ … }}` to a callable, compiled once. Three tiers: constant, look-up, sandboxed template."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property, lru_cache
from typing import Any

import jinja2
from jinja2 import nodes
from jinja2.exceptions import SecurityError
from jinja2.meta import find_undeclared_variables
from jinja2.sandbox import SandboxedEnvironment

from penstock.diagnostics import Span
from penstock.errors import ExpressionError
from penstock.expressions.filters import FILTERS
from penstock.expressions.literals import Types, coerce_text, coerce_value
from penstock.expressions.lookup import MISSING, UNDEFINED, UNSURE, Lookup, find_lookup
from penstock.expressions.macros import MACROS
from penstock.masking.shape import describe

Json = Any
Scope = Mapping[str, Json]
"""Names that an expression may read, with their values: config, record, response, stream_partition, …"""

MAX_REPEAT = 10_000_000
"""Characters or items that `*` may make, and the bits of a number that `*` or `**` may make."""

_REMOVED_NAME = "stream_state"


class _Environment(SandboxedEnvironment):
    """Jinja with the language's filters and macros, without `range`, and with a bound on `*` and `**`."""

    intercepted_binops = frozenset({"*", "**"})

    def __init__(self) -> None:
        super().__init__()
        self.filters.update(FILTERS)
        self.globals.update(MACROS)
        self.globals.pop("range")

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        return attr == "_partition" or super().is_safe_attribute(obj, attr, value)

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        if _size_of_result(operator, left, right) > MAX_REPEAT:
            raise SecurityError("a result out of bounds")
        return super().call_binop(context, operator, left, right)


def _size_of_result(operator: str, left: Any, right: Any) -> int:
    """An upper bound of what `left * right` or `left ** right` takes: bits of a number, items of a sequence."""
    if isinstance(left, int) and isinstance(right, int):
        return left.bit_length() * right if operator == "**" else left.bit_length() + right.bit_length()
    if isinstance(right, int) and isinstance(left, str | bytes | list | tuple):
        return len(left) * right
    if isinstance(left, int) and isinstance(right, str | bytes | list | tuple):
        return len(right) * left
    return 0


@lru_cache(maxsize=1)
def _environment() -> _Environment:
    return _Environment()


class Template:
    """One text of the manifest, ready to be evaluated.

    `reads` names the scope variables it needs. `parameters` are the component's `$parameters`, the value of the
    variable of that name.
    """

    def __init__(self, text: str, span: Span, parameters: Mapping[str, Json]) -> None:
        self.text = text
        self.span = span
        self.parameters = parameters
        self._is_removed = _REMOVED_NAME in text
        self.is_constant = not ("{{" in text or "{%" in text or "{#" in text)
        if self.is_constant:
            self.reads: frozenset[str] = frozenset()
            self._lookup: Lookup | None = None
            return
        names, self._lookup = _parsed(text)
        self.reads = names - {"parameters"}

    @cached_property
    def _compiled(self) -> jinja2.Template:
        return _compiled(self.text)

    @cached_property
    def _as_text(self) -> str:
        """What Jinja makes of a text without expressions: newlines are LF, and one at the end is dropped."""
        return self.text.replace("\r\n", "\n").replace("\r", "\n").removesuffix("\n")

    def evaluate(
        self, scope: Scope, types: Types = None, default: Json = None, *, strict: bool = False
    ) -> Json:
        """Give the result by the language's rule (`literals.py`).

        Where the text comes out empty, or an attribute of something undefined is asked for, the result is `default`;
        with `strict` it is empty text, and ExpressionError.
        """
        if self._is_removed:
            raise self._failure("`stream_state` is no longer part of the language", "config_error")
        if self.is_constant:
            return coerce_text(self._as_text, types) if self._as_text else self._empty(default, strict)
        for name in self.reads:
            if name not in scope:
                known = ", ".join(sorted(scope))
                raise self._failure(f"there is no `{name}` here; known are {known}")
        value = self._lookup(scope) if self._lookup else UNSURE
        if value is UNSURE:
            return self._render(scope, types, default, strict=strict)
        if value is MISSING or value == "":
            return self._empty(default, strict)
        if value is UNDEFINED:
            return self._undefined(scope, default, strict)
        try:
            return coerce_value(value, types)
        except (RecursionError, ValueError) as error:  # a value that Python cannot print
            raise self._failure(f"{type(error).__name__} on {self._shapes(scope)}") from None

    def _render(self, scope: Scope, types: Types, default: Json, *, strict: bool) -> Json:
        try:
            text = self._compiled.render({**scope, "parameters": self.parameters})
        except jinja2.UndefinedError:
            return self._undefined(scope, default, strict)
        except TypeError:
            text = self.text  # the language's rule, and a trap: a TypeError gives the template itself
        except Exception as error:  # noqa: BLE001 - a function may raise anything; none of it may take a value along
            raise self._failure(f"{type(error).__name__} on {self._shapes(scope)}") from None
        return coerce_text(text, types) if text else self._empty(default, strict)

    def _empty(self, default: Json, strict: bool) -> Json:  # noqa: FBT001 - private
        return "" if strict else default

    def _undefined(self, scope: Scope, default: Json, strict: bool) -> Json:  # noqa: FBT001 - private
        if strict:
            why = f"it reads a part of something that is not there, in {self._shapes(scope)}"
            raise self._failure(why) from None  # Jinja's message has the name, which may be a value
        return default

    def _shapes(self, scope: Scope) -> str:
        told = [f"`{name}`: {describe(scope[name])}" for name in sorted(self.reads) if name in scope]
        return "; ".join(told) or "no variables"

    def _failure(self, why: str, failure_type: Any = "system_error") -> ExpressionError:
        return ExpressionError(f"the expression at {self.span} failed: {why}", failure_type=failure_type)


@lru_cache(maxsize=20_000)
def _parsed(text: str) -> tuple[frozenset[str], Lookup | None]:
    """The variables of a template, and its look-up if it is one. Raises jinja2.TemplateSyntaxError."""
    tree = _environment().parse(text)
    reads = frozenset(find_undeclared_variables(tree))
    of_scope = all(node.name in reads and node.name != "parameters" for node in tree.find_all(nodes.Name))
    return reads, find_lookup(tree) if of_scope else None


@lru_cache(maxsize=20_000)
def _compiled(text: str) -> jinja2.Template:
    return _environment().from_string(text)


def syntax_problem(text: str) -> str | None:
    """What is wrong with the syntax of a template, or None."""
    try:
        _parsed(text)
    except jinja2.TemplateSyntaxError as error:
        return error.message or "syntax error"
    except RecursionError:
        return "nested too deep"
    except ValueError:
        return "a number too large"
    return None


def known_functions() -> frozenset[str]:
    """Names that every template may call."""
    return frozenset(_environment().globals)
