"""Pages as recorded requests show them: what one answer held, and the next request sent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from penstock_builder.detect.guess import Guess
from penstock_builder.detect.pagination import pagination
from penstock_builder.importers.making.answers import Path
from penstock_builder.importers.making.imported import Operation, Parameter
from penstock_builder.importers.making.pagination import Pages

Json = Any

SURE = 0.85
"""From here on what was recorded counts more than names."""

_PLACES: Mapping[str, str] = {
    "request_parameter": "query",
    "header": "header",
    "body_json": "body",
    "body_data": "form",
}


def recorded_pages(operation: Operation, record_path: Path) -> Guess[Pages] | None:
    """The paginator that two or more recorded pages show; None where they show none, or there are fewer."""
    if len(operation.exchanges) < 2:
        return None
    guesses = pagination(operation.exchanges, record_path)
    if not guesses or guesses[0].confidence < SURE or guesses[0].value["type"] != "DefaultPaginator":
        return None
    best = guesses[0]
    uses = list(_uses(best.value))
    strategy = best.value["pagination_strategy"]
    if "headers['link']" in str(strategy.get("cursor_value")):
        return None  # the rule of names writes it so that an answer without a next page ends the list
    if strategy["type"] == "OffsetIncrement" and _began_with_one(operation, uses[0]):
        return None  # OffsetIncrement counts from 0 on
    return Guess(Pages(best.value, tuple(uses)), best.confidence, best.evidence)


def _began_with_one(operation: Operation, counter: Parameter) -> bool:
    """Whether the first recorded request counted its records from 1 on."""
    sent = [p.sent for p in operation.parameters if p.where == counter.where and p.path == counter.path]
    return [str(value) for value in sent] == ["1"]


def _uses(paginator: Mapping[str, Json]) -> Iterator[Parameter]:
    for name in ("page_token_option", "page_size_option"):
        option = paginator.get(name) or {}
        place = _PLACES.get(str(option.get("inject_into")))
        if place is not None:
            path = tuple(map(str, option.get("field_path") or [option.get("field_name")]))
            yield Parameter(path, place)  # type: ignore[arg-type]  # one of its words
