"""How an API gives its records page by page, guessed from answers to one request or to several in a row."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from urllib.parse import urljoin

from penstock.authoring import Json
from penstock_builder.detect.answered import Found, answered, records_of
from penstock_builder.detect.exchange import Exchange
from penstock_builder.detect.guess import Guess
from penstock_builder.detect.paging_names import (
    LAST,
    MORE,
    OFFSETS,
    PAGE_TOTALS,
    PAGES,
    SIZES,
    TOKEN_PARAMETERS,
    TOTALS,
    counter_name,
    link_name,
    token_name,
)
from penstock_builder.detect.requested import Place, address, body_kind, query, requested
from penstock_builder.detect.words import bounded, counted, run_together, words


@dataclass(frozen=True, slots=True)
class _Seen:
    """An exchange with what it asked for, what its answer holds beside the records, and how many records."""

    exchange: Exchange
    asked: Mapping[Place, Json]
    found: tuple[Found, ...]
    count: int


def pagination(exchanges: Sequence[Exchange], record_path: Sequence[str] = ()) -> list[Guess[Json]]:
    """Paginators as a manifest writes them, best first. Exchanges are in the order of their pages.

    What changed from one request to the next, and stood in the answer before, is strong evidence; names of fields
    and parameters alone are weak. Without any sign: NoPagination.
    """
    seen = [_look(each, record_path) for each in exchanges if each.status < 400]
    guesses = [guess for before, after in pairwise(seen) for guess in _from_two(before, after)]
    for each in seen:
        guesses += [*_by_links(each), *_by_tokens(each), *_by_last_record(each), *_by_numbers(each)]
    best: dict[str, Guess[Json]] = {}
    for guess in guesses:
        key = json.dumps(guess.value, sort_keys=True)
        if key not in best or guess.confidence > best[key].confidence:
            best[key] = guess
    if seen and all(guess.confidence < 0.5 for guess in best.values()):
        count = counted(sum(each.count for each in seen), "record")
        evidence = f"nothing in requests, headers and answers with {count} speaks clearly of pages"
        best[""] = Guess({"type": "NoPagination"}, 0.3 if best else 0.5, evidence)
    return sorted(best.values(), key=lambda guess: -guess.confidence)


def _look(exchange: Exchange, record_path: Sequence[str]) -> _Seen:
    found = tuple(answered(exchange, record_path))
    return _Seen(exchange, requested(exchange), found, len(records_of(exchange, record_path)))


def _from_two(before: _Seen, after: _Seen) -> Iterator[Guess[Json]]:
    here, there = before.exchange, after.exchange
    for found in before.found:
        if _is_url(found) and _same_url(here.url, found.value, there.url):
            evidence = f"the next request went to the URL that stands in {found.words()} of the answer before"
            yield _cursor(before, found, None, 0.97, evidence)
    if address(here.url) != address(there.url) or here.method != there.method:
        return
    for place, value in after.asked.items():
        if before.asked.get(place) == value or value in ("", None):
            continue
        yield from _by_value(before, place, value)
        yield from _by_counting(before, place, value)


def _by_value(before: _Seen, place: Place, value: Json) -> Iterator[Guess[Json]]:
    """Where a value that the next request sent stands in the answer before."""
    number = _number(value)
    for found in before.found:
        if (
            isinstance(found.value, str | int)
            and not isinstance(found.value, bool)
            and str(found.value) == str(value)
        ):
            named = token_name(found.path) is not None
            weak = number is not None and not named and len(str(value)) < 4
            confidence = 0.3 if weak else 0.96 if named else 0.88 if found.where != "last_record" else 0.85
            evidence = f"the next page was asked for with {place.words()}, which equals {found.words()} of the page before"
            yield _cursor(before, found, place, confidence, evidence)


def _by_counting(before: _Seen, place: Place, value: Json) -> Iterator[Guess[Json]]:
    """A number that grew by one, or by as many records as the page before had."""
    new, old = _number(value), _number(before.asked.get(place))
    if new is None:
        return
    name = run_together(place.path[-1])
    size = _size(before)
    steps = {before.count, size[1] if size else 0} - {0}
    if new - (old or 0) in steps and name not in PAGES:
        sure = 0.95 if name in OFFSETS else 0.75 if new > 1 else 0.4
        evidence = f"{place.words()} grew by the {counted(new - (old or 0), 'record')} of a page"
        yield Guess(_offset(place, size, first=old is not None), bounded(sure), evidence)
    if (new - old == 1 if old is not None else new in {1, 2}) and name not in OFFSETS:
        sure = 0.95 if name in PAGES else 0.7
        start = old if old is not None else new - 1
        evidence = (
            f"{place.words()} grew by one"
            if old is not None
            else f"{place.words()} was {new} for the second page"
        )
        yield Guess(_page(place, size, start, first=old is not None), bounded(sure), evidence)


def _by_links(seen: _Seen) -> Iterator[Guess[Json]]:
    """URLs of a next page: in the `Link` header, or a field that is called so."""
    for found in seen.found:
        if found.where == "link":
            evidence = (
                f"{found.words()} holds a URL (RFC 8288)" if found.value else f"{found.words()} is empty"
            )
            yield _cursor(seen, found, None, 0.93, evidence)
        elif found.where == "body" and link_name(found.path):
            if _is_url(found):
                yield _cursor(seen, found, None, 0.9, f"{found.words()} holds a URL")
            elif found.value in (None, "") and run_together(found.path[-1]) != "nextpage":
                yield _cursor(
                    seen,
                    found,
                    None,
                    0.5,
                    f"{found.words()} is called like a URL of the next page, and is empty here",
                )


def _by_tokens(seen: _Seen) -> Iterator[Guess[Json]]:
    """Tokens of a next page: a field or header that is called so."""
    for found in seen.found:
        name = token_name(found.path)
        if (
            found.where not in {"body", "header"}
            or name is None
            or _is_url(found)
            or isinstance(found.value, bool | float)
        ):
            continue
        if found.where == "header" and "next" not in words(found.path[0]):
            continue
        place, known = _taker(seen, found, name)
        empty = found.value in (None, "", 0)
        confidence = (
            (0.85 if known else 0.7)
            * (0.7 if empty else 1)
            * (1 if "next" in name or "end" in name else 0.75)
        )
        evidence = f"{found.words()} is {'empty here' if empty else 'a token'}"
        evidence += (
            f"; the request has {place.words()}"
            if known
            else f"; that it goes into {place.words()} is a guess by name"
        )
        yield _cursor(seen, found, place, confidence, evidence)


def _by_last_record(seen: _Seen) -> Iterator[Guess[Json]]:
    """A flag for more and no token: the id of the last record is the token, as Stripe does it."""
    if _stop(seen) is None or any(
        token_name(found.path) or link_name(found.path) for found in seen.found if found.where == "body"
    ):
        return
    after = next(
        (
            place
            for place in seen.asked
            if run_together(place.path[-1]) in {"startingafter", "afterid", "sinceid", "after"}
        ),
        None,
    )
    listed = isinstance(seen.exchange.body, dict) and seen.exchange.body.get("object") == "list"
    for found in seen.found:
        if (
            found.where == "last_record"
            and found.path == ("id",)
            and (listed or after)
            and found.value is not None
        ):
            place = after or Place("request_parameter", ("starting_after",))
            evidence = f"the answer tells whether there is more, and has no token; {place.words()} takes {found.words()}"
            yield _cursor(seen, found, place, 0.8 if listed else 0.65, evidence)


def _by_numbers(seen: _Seen) -> Iterator[Guess[Json]]:
    """Request parameters that count pages or records, or fields of the answer that repeat them."""
    size = _size(seen)
    for place, value in seen.asked.items():
        number, name = _number(value), counter_name(place.path)
        if number is None or place.into == "header":
            continue
        if name in PAGES:
            yield Guess(
                _page(place, size, 0 if number == 0 else 1, first=True),
                0.7,
                f"the request has {place.words()}, a number",
            )
        elif name in OFFSETS and name != "startindex":
            yield Guess(_offset(place, size, first=True), 0.7, f"the request has {place.words()}, a number")
    fields = {run_together(found.path[-1]): found for found in seen.found if found.where == "body"}
    page = next((fields[name] for name in fields if name in PAGES | {"number"}), None)
    if page and _number(page.value) is not None and fields.keys() & PAGE_TOTALS:
        name = "page" if page.path[-1] in {"number", "current_page", "currentPage"} else page.path[-1]
        place = _like(seen, PAGES) or _into(seen, name)
        start = 0 if page.value == 0 else 1
        yield Guess(
            _page(place, size, start, first=False),
            0.6,
            f"{page.words()} is a page number, and the answer tells how many pages there are",
        )
    offset = next((fields[name] for name in fields if name in OFFSETS), None)
    if offset and _number(offset.value) is not None and fields.keys() & TOTALS:
        place = _like(seen, OFFSETS) or _into(seen, offset.path[-1])
        yield Guess(
            _offset(place, size, first=False),
            0.6,
            f"{offset.words()} is a number of records, and the answer tells how many there are",
        )


def _cursor(seen: _Seen, found: Found, place: Place | None, confidence: float, evidence: str) -> Guess[Json]:
    """A paginator that follows a token, or a URL where there is no place for one."""
    stop = _stop(seen)
    read = found.expression()
    strategy: dict[str, Json] = {"type": "CursorPagination", "cursor_value": f"{{{{ {read} }}}}"}
    if found.where == "last_record" or stop:
        strategy["stop_condition"] = f"{{{{ {stop[0] if stop else f'not {read}'} }}}}"
        evidence += f"; {stop[1]} tells the last page" if stop else ""
    if place is None and isinstance(found.value, str) and found.value.startswith("?"):
        strategy["cursor_value"] = f"{address(seen.exchange.url)}{strategy['cursor_value']}"
        strategy.setdefault("stop_condition", f"{{{{ not {read} }}}}")
    option = place.option() if place else {"type": "RequestPath"}
    made = {"type": "DefaultPaginator", "pagination_strategy": strategy, "page_token_option": option}
    return Guess(_sized(made, _size(seen) if place else None), bounded(confidence), evidence)


def _page(place: Place, size: tuple[Place, int] | None, start: int, *, first: bool) -> Json:
    strategy = {"type": "PageIncrement", "start_from_page": start, "inject_on_first_request": first}
    made = {"type": "DefaultPaginator", "pagination_strategy": strategy, "page_token_option": place.option()}
    return _sized(made, size)


def _offset(place: Place, size: tuple[Place, int] | None, *, first: bool) -> Json:
    strategy = {"type": "OffsetIncrement", "inject_on_first_request": first}
    made = {"type": "DefaultPaginator", "pagination_strategy": strategy, "page_token_option": place.option()}
    return _sized(made, size)


def _sized(made: dict[str, Json], size: tuple[Place, int] | None) -> Json:
    if size is not None and size[0].option() != made["page_token_option"]:
        made["pagination_strategy"]["page_size"] = size[1]
        made["page_size_option"] = size[0].option()
    return made


def _size(seen: _Seen) -> tuple[Place, int] | None:
    """The parameter that asks for so many records, and how many."""
    for place, value in seen.asked.items():
        number = _number(value)
        if number and place.into != "header" and counter_name(place.path) in SIZES and number >= seen.count:
            return place, number
    return None


def _stop(seen: _Seen) -> tuple[str, str] | None:
    """The condition under which a page is the last, and the field that tells it."""
    for found in seen.found:
        if found.where == "body" and isinstance(found.value, bool):
            name = run_together(found.path[-1])
            if name in MORE or name in LAST:
                return ("not " if name in MORE else "") + found.expression(), found.words()
    return None


def _taker(seen: _Seen, found: Found, name: str) -> tuple[Place, bool]:
    """The place of a request that takes a token, and whether the request has it."""
    usual = _parameter_for(found, name)
    for place in seen.asked:
        if run_together(place.path[-1]) in {run_together(usual), run_together(found.path[-1])}:
            return place, True
    telling = {"cursor", "token", "after", "marker", "continuation"}.intersection(words(usual))
    for place in seen.asked:
        if telling.intersection(words(place.path[-1])) and not {"access", "api", "auth"}.intersection(
            words(place.path[-1])
        ):
            return place, True
    return _into(seen, usual), False


def _parameter_for(found: Found, name: str) -> str:
    last = found.path[-1]
    if name in {"nextpagetoken", "pagetoken"}:
        return "page_token" if "_" in last else "pageToken"
    if name == "nexttoken" and "_" not in last:
        return last
    if name == "nextpage" and "page" not in words(last):
        return "page"
    return TOKEN_PARAMETERS.get(name, last)


def _into(seen: _Seen, name: str) -> Place:
    """A place of that name, where the request has its others: in the query, or in its body."""
    body = seen.exchange.request_body
    if isinstance(body, dict) and seen.exchange.method.upper() == "POST":
        graphql = isinstance(body.get("query"), str)
        return Place(body_kind(seen.exchange), ("variables", name) if graphql else (name,))
    return Place("request_parameter", (name,))


def _like(seen: _Seen, names: frozenset[str]) -> Place | None:
    return next((place for place in seen.asked if counter_name(place.path) in names), None)


def _is_url(found: Found) -> bool:
    value = found.value
    if not isinstance(value, str) or found.where == "last_record":
        return False
    return value.startswith(("http://", "https://", "/", "?")) and len(value) > 1 and " " not in value


def _same_url(base: str, link: str, url: str) -> bool:
    """Whether a link leads to a URL: same address, and each of its parameters is there."""
    try:
        target = urljoin(base, link)
    except ValueError:
        return False
    asked, wanted = set(query(url)), set(query(target))
    return target == url or (address(target) == address(url) and bool(wanted) and wanted <= asked)


def _number(value: Json) -> int | None:
    """The whole number that a value is or spells."""
    if isinstance(value, str) and len(value) < 19 and value.isascii() and value.isdecimal():
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None
