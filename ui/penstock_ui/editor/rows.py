"""What a form draws, decided without drawing it: for each field a kind of row, its words, and its problems."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

from penstock.authoring import Diagnostic
from penstock_builder.cards import Card
from penstock_builder.draft import Draft, SharedPlaceError
from penstock_builder.editing.places import parts_of
from penstock_builder.forms import FieldForm
from penstock_ui.screens import coded

Json = Any
Kind = Literal[
    "line", "template", "area", "number", "switch", "choice", "list", "mapping", "component", "components", "yaml",
    "secret", "link",
]  # fmt: skip
SMALL = frozenset({"number", "switch", "choice"})
"""The kinds of which two stand in one line."""
_SCALARS = (str, int, float, bool, type(None))


@dataclass(frozen=True, slots=True)
class Row:
    """A field as a form shows it. `note` tells where a value came from that is not written here."""

    field: FieldForm
    kind: Kind
    label: str
    help: str
    placeholder: str
    note: str
    problems: tuple[Diagnostic, ...]

    @property
    def matters(self) -> bool:
        """Whether it is shown before somebody asks for all settings."""
        return self.field.required or self.field.is_set or bool(self.problems)


@dataclass(frozen=True, slots=True)
class Form:
    """A card's rows, and the problems that are of no row."""

    rows: tuple[Row, ...]
    problems: tuple[Diagnostic, ...]


def form(
    draft: Draft, shown: Card, found: Iterable[Diagnostic], without: frozenset[str] = frozenset()
) -> Form:
    """The form of a card: of what is found each problem stands beside its field."""
    mine, others = _sorted_out(draft, shown, found)
    rows = tuple(
        _row(field, tuple(mine.get(field.name, ())), linked=bool(shown.link))
        for field in shown.fields
        if field.name not in without
    )
    return Form(rows, tuple(others))


def text_of(value: Json) -> str:
    """A scalar as a text field shows it."""
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def read_text(text: str, before: Json, takes: frozenset[str]) -> Json:
    """What a typed text means where some JSON types may stand: as before, if it can be, then a number, then the text.

    None where nothing is typed. Only what JSON would write the same way is a number, so `007` and `1.10` stay texts.
    """
    if text == text_of(before) or not text:
        return before if text == text_of(before) else None
    try:
        read = json.loads(text)
    except ValueError:
        return text
    if isinstance(read, str | list | dict) or read is None or text_of(read) != text:
        return text
    if isinstance(read, bool):
        fits = "boolean" in takes and (isinstance(before, bool) or "string" not in takes)
    else:
        named = "integer" if isinstance(read, int) else "number"
        fits = not isinstance(before, str) and bool({named, "number"} & takes)
    return read if fits else text


def list_of(text: str, before: Json) -> list[Json]:
    """The items of a text with one a line; those that stood there before keep their type."""
    known = {text_of(item): item for item in before} if isinstance(before, list) else {}
    return [known.get(line, line) for line in text.split("\n") if line]


def _row(field: FieldForm, problems: tuple[Diagnostic, ...], *, linked: bool) -> Row:
    label = field.name + (f" ({field.unit})" if field.unit else "") + (" *" if field.required else "")
    return Row(
        field=field,
        kind=_kind(field),
        label=label,
        help=_help(field),
        placeholder=_placeholder(field),
        note="" if linked else _note(field),
        problems=problems,
    )


def _kind(field: FieldForm) -> Kind:
    """The kind of row by the field's widget, and by what stands there: that may be what the field does not take."""
    value, widget = field.value, field.widget
    if field.link and widget not in ("component", "components"):
        return "link"
    if isinstance(value, dict | list):
        return _kind_of_many(field)
    if "component" in field.takes and widget != "components":
        return "component"
    if widget in ("json", "schema"):
        return "yaml"
    if widget == "component":
        return "component"
    if widget == "components":
        return "components" if value is None or field.link else "yaml"
    if widget == "secret":
        return "template" if value is None or "{{" in str(value) else "secret"
    if widget in ("integer", "number"):
        is_number = value is None or (isinstance(value, int | float) and not isinstance(value, bool))
        return "number" if is_number and "string" not in field.takes else "template"
    if widget == "switch":
        return "switch" if value is None or isinstance(value, bool) else "template"
    if widget in ("list", "mapping"):
        return widget if value is None else "template"
    if isinstance(value, str) and "\n" in value:
        return "area"
    return "choice" if widget == "choice" else "template" if widget == "template" else "line"


def _kind_of_many(field: FieldForm) -> Kind:
    value, widget = field.value, field.widget
    scalars = all(
        isinstance(item, _SCALARS) for item in (value.values() if isinstance(value, dict) else value)
    )
    if isinstance(value, dict):
        if widget in ("component", "components"):
            return widget
        return "mapping" if widget == "mapping" and scalars else "yaml"
    if widget in ("component", "components") and (widget == "components" or "array" in field.takes):
        return "components"
    lines = all(
        isinstance(item, _SCALARS) and item is not None and "\n" not in str(item) and item != ""
        for item in value
    )
    return "list" if lines and widget in ("list", "text", "template") else "yaml"


def _help(field: FieldForm) -> str:
    told = [field.help]
    if not field.required and field.default not in (None, "", [], {}):
        told.append(f"Default: `{text_of(field.default)}`.")
    if field.examples:
        shown = ", ".join(f"`{text_of(example)}`" for example in field.examples[:3])
        told.append(f"Such as {shown}.")
    return "\n\n".join(told)


def _placeholder(field: FieldForm) -> str:
    if field.default not in (None, "", [], {}) and not isinstance(field.default, dict | list):
        return text_of(field.default)
    return f"such as {text_of(field.examples[0])}" if field.examples and field.required else ""


def _note(field: FieldForm) -> str:
    if field.origin in ("$ref", "$parameters") and field.is_set:
        line = f", line {field.span.line}" if field.span is not None else ""
        return f"by {coded(field.origin)}{line}"
    return ""


def _sorted_out(
    draft: Draft, shown: Card, found: Iterable[Diagnostic]
) -> tuple[dict[str, list[Diagnostic]], list[Diagnostic]]:
    """The problems of a card by field, and the rest: those of the component as a whole."""
    lines = draft.document.lines
    whole = region(draft, shown.place)
    regions = [(field, region(draft, field.pointer)) for field in shown.fields]
    mine: dict[str, list[Diagnostic]] = {}
    rest = []
    for told in found:
        try:
            offsets = [lines.offset(span.line, span.col) for span in (told.span, *told.via)]
        except IndexError:
            continue
        name = next(
            (
                field.name
                for offset in offsets
                for field, region in regions
                if region is not None and region[0] <= offset < region[1]
            ),
            "",
        )
        if name:
            mine.setdefault(name, []).append(told)
        elif whole is not None and any(whole[0] <= offset < whole[1] for offset in offsets):
            missing = next(
                (f.name for f in shown.fields if not f.is_set and f"`{f.name}`" in told.message), ""
            )
            mine.setdefault(missing, []).append(told) if missing else rest.append(told)
    return mine, rest


def region(draft: Draft, pointer: str) -> tuple[int, int] | None:
    """From which to which character something is written, its key included; None where it is not written there."""
    try:
        spot = draft.document.spot(parts_of(pointer))
    except SharedPlaceError:
        return None
    if spot is None:
        return None
    start = spot.entry.start if spot.entry is not None else 0
    return start, max(spot.piece.end, start + 1)
