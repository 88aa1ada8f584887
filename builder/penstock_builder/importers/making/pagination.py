"""How a list is read page by page: by the words of its parameters and answers, and by what was recorded."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from penstock_builder.detect.guess import Guess
from penstock_builder.importers.making.answers import Answers, Path, types
from penstock_builder.importers.making.imported import Operation, Parameter
from penstock_builder.importers.making.names import (
    CURRENT_PAGE,
    HAS_MORE,
    IS_LAST,
    LAST_RECORD,
    NEXT_OFFSET,
    NEXT_PAGE,
    NEXT_TOKEN,
    NEXT_URL,
    OFFSET,
    PAGE,
    SIZE,
    TOKEN_PARAMETER,
    TOTAL,
    TOTAL_PAGES,
    plain_name,
)

Json = Any

MOST_PER_PAGE = 1000
NO_SIZE = 0


@dataclass(frozen=True, slots=True)
class Pages:
    """`paginator` is the component as the manifest writes it; `uses` are the parameters that it sets itself."""

    paginator: Mapping[str, Json]
    uses: tuple[Parameter, ...]


@dataclass(frozen=True, slots=True)
class Known:
    """What the rules below look at. `key` is the primary key of the records, perhaps empty."""

    operation: Operation
    answers: Answers
    key: Path

    def parameter(self, names: Iterable[str], *, number: bool = False) -> Parameter | None:
        """The first parameter of these plain names, in the order in which the operation has them."""
        for parameter in self.operation.parameters:
            if parameter.where == "path" or (parameter.required and _is_text(parameter) and number):
                continue
            if number and _is_no_number(parameter):
                continue
            if plain_name("".join(parameter.path)) in names or plain_name(parameter.path[-1]) in names:
                return parameter
        return None

    def leaf(
        self,
        names: Iterable[str],
        test: Callable[[Path, Mapping[str, Json]], bool] = lambda path, schema: True,
    ) -> Path | None:
        """The path of the outermost value of the answer with one of these names; `next: {href}` counts as `next`."""
        for path, schema in self.answers.leaves():
            *before, name = path
            if before and plain_name(name) in ("href", "url", "uri"):
                name = before[-1]
            known = plain_name(name) in names or plain_name(name.removeprefix("@")) in names
            if known and test(path, schema):
                return path
        return None


def find_pages(known: Known) -> Guess[Pages] | None:
    """How an operation is paged, by the surest sign; None where nothing tells of pages."""
    for rule in (
        _by_link,
        _by_url,
        _by_token,
        _by_token_header,
        _by_last_record,
        _by_next_number,
        _by_offset,
        _by_page,
        _by_bare_next,
    ):
        found = rule(known)
        if found is not None:
            return found
    return None


def _by_link(known: Known) -> Guess[Pages] | None:
    if not any(name.lower() == "link" for name in known.operation.response_headers):
        return None
    token = "{{ headers['link'].get('next', {}).get('url', '') }}"
    return Guess(_followed(known, token), 0.95, "answers have a `Link` header")


def _by_url(known: Known) -> Guess[Pages] | None:
    path = known.leaf(
        NEXT_URL,
        lambda path, schema: known.answers.is_url(path, schema) or _sounds_like_url(path[-1], schema),
    )
    if path is None:
        return None
    return Guess(_followed(known, f"{{{{ {read('response', path)} }}}}"), 0.9, f"`{'.'.join(path)}` is a URL")


def _by_bare_next(known: Known) -> Guess[Pages] | None:
    path = known.leaf(NEXT_URL, lambda path, schema: not types(schema) or "string" in types(schema))
    if path is None:
        return None
    told = f"`{'.'.join(path)}` of an answer, and no parameter that takes a token: it may be a URL"
    return Guess(_followed(known, f"{{{{ {read('response', path)} }}}}"), 0.5, told)


def _followed(known: Known, token: str) -> Pages:
    strategy = {"type": "CursorPagination", "cursor_value": token}
    pages = _paginator(known, strategy, {"type": "RequestPath"}, ())
    start = known.parameter(PAGE | OFFSET | TOKEN_PARAMETER)  # the URL of the next page carries it
    return Pages(pages.paginator, (*pages.uses, start) if start is not None else pages.uses)


def _by_token(known: Known) -> Guess[Pages] | None:
    parameter = known.parameter(TOKEN_PARAMETER | LAST_RECORD)
    path = known.leaf(
        NEXT_TOKEN, lambda path, schema: not known.answers.is_url(path, schema) and _may_be_token(schema)
    )
    if parameter is None:
        own = {plain_name(p.path[-1]): p for p in known.operation.parameters if not p.required}
        parameter = own.get(plain_name(path[-1])) if path is not None else None
    if parameter is None or path is None:
        return None
    strategy = {
        "type": "CursorPagination",
        "cursor_value": f"{{{{ {read('response', path)} }}}}",
        **_stop(known),
    }
    told = f"`{'.'.join(path)}` of an answer goes into `{parameter.name}`"
    return Guess(_paginator(known, strategy, option(parameter), (parameter,)), 0.9, told)


def _by_token_header(known: Known) -> Guess[Pages] | None:
    parameter = known.parameter(TOKEN_PARAMETER)
    header = next((h for h in known.operation.response_headers if plain_name(h) in NEXT_TOKEN), None)
    if parameter is None or header is None:
        return None
    either = " or ".join(f"headers.get('{name}')" for name in dict.fromkeys((header, header.lower())))
    strategy = {"type": "CursorPagination", "cursor_value": f"{{{{ {either} or '' }}}}"}
    told = f"the header `{header}` of an answer goes into `{parameter.name}`"
    return Guess(_paginator(known, strategy, option(parameter), (parameter,)), 0.85, told)


def _by_last_record(known: Known) -> Guess[Pages] | None:
    parameter = known.parameter(LAST_RECORD) or known.parameter({"after", "cursor", "marker", "startafter"})
    if parameter is None or len(known.key) != 1:
        return None
    token = f"{{{{ {read('last_record', known.key)} if last_record else '' }}}}"
    strategy = {"type": "CursorPagination", "cursor_value": token, **_stop(known)}
    sure = 0.85 if "stop_condition" in strategy else 0.6
    told = f"`{known.key[0]}` of the last record goes into `{parameter.name}`"
    return Guess(_paginator(known, strategy, option(parameter), (parameter,)), sure, told)


def _by_next_number(known: Known) -> Guess[Pages] | None:
    for names, parameters in ((NEXT_PAGE, PAGE), (NEXT_OFFSET, OFFSET)):
        path = known.leaf(names, lambda path, schema: _is_number(schema))
        parameter = known.parameter(parameters)
        if path is not None and parameter is not None:
            strategy = {
                "type": "CursorPagination",
                "cursor_value": f"{{{{ {read('response', path)} }}}}",
                **_stop(known),
            }
            told = f"`{'.'.join(path)}` of an answer goes into `{parameter.name}`"
            return Guess(_paginator(known, strategy, option(parameter), (parameter,)), 0.9, told)
    return None


def _by_offset(known: Known) -> Guess[Pages] | None:
    parameter = known.parameter(OFFSET, number=True)
    if parameter is None:
        return None
    first = _first(parameter, 0)
    told = f"`{parameter.name}` counts records"
    here, total = known.leaf({plain_name(parameter.path[-1])}), known.leaf(TOTAL)
    if first == 1 and here is not None and total is not None:
        at = read("response", here)
        strategy: dict[str, Json] = {
            "type": "CursorPagination",
            "cursor_value": f"{{{{ {at} + last_page_size }}}}",
            "stop_condition": f"{{{{ not last_page_size or {at} + last_page_size > {read('response', total)} }}}}",
        }
        return Guess(_paginator(known, strategy, option(parameter), (parameter,)), 0.8, f"{told}, from 1 on")
    strategy = {"type": "OffsetIncrement"}
    if parameter.required or parameter.sent is not None:
        strategy["inject_on_first_request"] = True
    return Guess(_paginator(known, strategy, option(parameter), (parameter,)), 0.85, told)


def _by_page(known: Known) -> Guess[Pages] | None:
    parameter = known.parameter(PAGE, number=True)
    if parameter is None:
        return None
    first = _first(parameter, 0 if plain_name(parameter.path[-1]) == "pageindex" else 1)
    told = f"`{parameter.name}` counts pages from {first} on"
    here, pages = known.leaf(CURRENT_PAGE), known.leaf(TOTAL_PAGES)
    size = known.parameter(SIZE, number=True)
    if size is None and here is not None and pages is not None:
        at = read("response", here)
        last = read("response", pages) + (" - 1" if first == 0 else "")
        strategy: dict[str, Json] = {
            "type": "CursorPagination",
            "cursor_value": f"{{{{ {at} + 1 }}}}",
            "stop_condition": f"{{{{ {at} >= {last} }}}}",
        }
    else:
        strategy = {"type": "PageIncrement", "start_from_page": first}
        strategy["inject_on_first_request"] = True
    return Guess(_paginator(known, strategy, option(parameter), (parameter,)), 0.85, told)


def _paginator(known: Known, strategy: Mapping[str, Json], token: Json, uses: tuple[Parameter, ...]) -> Pages:
    """The component; with a page size where one is asked for and it is known which the API takes."""
    size = known.parameter(SIZE - {plain_name(use.path[-1]) for use in uses}, number=True)
    made: dict[str, Json] = {"type": "DefaultPaginator", "page_token_option": token}
    number = page_size(size) if size is not None and size not in uses else NO_SIZE
    if size is None or not number or (token["type"] == "RequestPath" and _limits_all(size)):
        return Pages({**made, "pagination_strategy": dict(strategy)}, uses)
    made["page_size_option"] = option(size)
    return Pages({**made, "pagination_strategy": {**strategy, "page_size": number}}, (*uses, size))


def _limits_all(size: Parameter) -> bool:
    """Whether a size is that of the whole answer where URLs lead on: `$top` of OData, or one that no URL carries."""
    return size.where in ("body", "form") or size.name.startswith("$")


def page_size(parameter: Parameter) -> int:
    """A page size that the API surely takes: the largest it declares, else what was sent, else its default."""
    schema = parameter.schema
    allowed = [number for value in schema.get("enum") or () if (number := _number(value))]
    if allowed:
        return max(allowed)
    most = _number(schema.get("maximum"))
    if most:
        return min(most, MOST_PER_PAGE)
    for value in (parameter.sent, schema.get("default"), schema.get("example")):
        if number := _number(value):
            return number
    return NO_SIZE


def option(parameter: Parameter) -> dict[str, Json]:
    """A RequestOption that sets a parameter."""
    if parameter.where == "body":
        if len(parameter.path) > 1:
            return {"type": "RequestOption", "inject_into": "body_json", "field_path": list(parameter.path)}
        return {"type": "RequestOption", "inject_into": "body_json", "field_name": parameter.name}
    into = {"header": "header", "form": "body_data"}.get(parameter.where, "request_parameter")
    return {"type": "RequestOption", "inject_into": into, "field_name": parameter.name}


def read(root: str, path: Path) -> str:
    """An expression for the value at a path, null where there is none."""
    made = root
    for number, key in enumerate(path):
        made = f"{made}.get({quoted(key)})" if not number else f"({made} or {{}}).get({quoted(key)})"
    return made


def quoted(text: str) -> str:
    """A text as a literal inside an expression."""
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def _stop(known: Known) -> dict[str, str]:
    more = known.leaf(HAS_MORE)
    if more is not None:
        return {"stop_condition": f"{{{{ not {read('response', more)} }}}}"}
    last = known.leaf(IS_LAST, lambda path, schema: "boolean" in types(schema))
    return {"stop_condition": f"{{{{ {read('response', last)} }}}}"} if last is not None else {}


def _first(parameter: Parameter, usual: int) -> int:
    for value in (parameter.schema.get("minimum"), parameter.schema.get("default"), parameter.sent):
        if _number(value) in (0, 1):
            return int(value or 0)
    return usual


def _is_no_number(parameter: Parameter) -> bool:
    kinds = types(parameter.schema)
    for value in (parameter.sent, parameter.schema.get("example")):
        if isinstance(value, str):
            return not value.isdecimal()
    return bool(kinds) and not kinds & {"integer", "number"} and not _whole(parameter.sent)


def _is_text(parameter: Parameter) -> bool:
    return "string" in types(parameter.schema) and parameter.sent is None


def _is_number(schema: Mapping[str, Json]) -> bool:
    return bool(types(schema) & {"integer", "number"})


def _sounds_like_url(name: str, schema: Mapping[str, Json]) -> bool:
    return re.search(r"link|ur[li]|href", name, re.IGNORECASE) is not None and not _is_number(schema)


def _may_be_token(schema: Mapping[str, Json]) -> bool:
    kinds = types(schema)
    return not kinds or bool(kinds & {"string", "null"}) or (bool(kinds & {"integer"}))


def _number(value: Json) -> int | None:
    """A whole number, or the one that a text spells."""
    if isinstance(value, str) and value.isdecimal():
        return int(value)
    return int(value) if _whole(value) else None


def _whole(value: Json) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
