"""The words that APIs use, and names made from theirs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

PAGE = frozenset(
    [
        "page",
        "pagenumber",
        "pageno",
        "pagenum",
        "pg",
        "currentpage",
        "pageindex",
        "pageid",
        "paged",
        "pagenr",
        "seite",
        "pageoffsetnumber",
    ]
)
SIZE = frozenset(
    [
        "perpage",
        "pagesize",
        "limit",
        "size",
        "count",
        "pagelimit",
        "maxresults",
        "top",
        "rows",
        "itemsperpage",
        "resultsperpage",
        "maxitems",
        "take",
        "first",
        "maxrecords",
        "maxpagesize",
        "batchsize",
        "length",
        "num",
        "pagecount",
        "resultcount",
        "maxrows",
        "pageperpage",
        "maxkeys",
        "recordsperpage",
    ]
)
OFFSET = frozenset(
    [
        "offset",
        "skip",
        "start",
        "startat",
        "from",
        "firstresult",
        "startindex",
        "pageoffset",
        "startposition",
        "startrow",
        "recordoffset",
        "begin",
        "startfrom",
        "startrecord",
        "resultoffset",
    ]
)
TOKEN_PARAMETER = frozenset(
    [
        "cursor",
        "pagetoken",
        "nextpagetoken",
        "nexttoken",
        "continuation",
        "continuationtoken",
        "startcursor",
        "after",
        "pageafter",
        "pagecursor",
        "bookmark",
        "marker",
        "scrollid",
        "nextcursor",
        "paginationtoken",
        "startingtoken",
        "fromcursor",
        "exclusivestartkey",
        "cursormark",
        "resumptiontoken",
        "resumetoken",
        "skiptoken",
        "endcursor",
        "nextmarker",
        "aftercursor",
        "token",
        "position",
        "nextpage",
    ]
)
LAST_RECORD = frozenset(
    [
        "startingafter",
        "afterid",
        "beforeid",
        "maxid",
        "untilid",
        "sinceid",
        "lastid",
        "idafter",
        "fromid",
        "idgt",
        "minid",
        "startafter",
        "startingafterid",
        "aftersequence",
    ]
)
NEXT_TOKEN = frozenset(
    [
        "nextcursor",
        "nextpagetoken",
        "nexttoken",
        "nextcursormark",
        "continuationtoken",
        "continuation",
        "cursor",
        "endcursor",
        "after",
        "bookmark",
        "marker",
        "nextmarker",
        "scrollid",
        "resumptiontoken",
        "paginationtoken",
        "next",
        "lastevaluatedkey",
        "pagetoken",
        "nextpageid",
        "nextid",
        "nextstartcursor",
        "nextafter",
        "nextposition",
        "nextcontinuation",
        "nextpagecursor",
        "nextpage",
    ]
)
NEXT_URL = frozenset(
    [
        "next",
        "nexturl",
        "nextlink",
        "odatanextlink",
        "nextpageurl",
        "nexthref",
        "nextpage",
        "nextpagelink",
        "nextpageuri",
        "nexturi",
    ]
)
NEXT_PAGE = frozenset(["nextpage", "nextpagenumber", "next", "nextpagenum"])
NEXT_OFFSET = frozenset(["nextoffset", "nextstart", "nextskip"])
HAS_MORE = frozenset(
    ["hasmore", "hasnext", "hasnextpage", "more", "morerecords", "moreitems", "morepages", "moreavailable"]
)
IS_LAST = frozenset(["last", "islast", "islastpage", "lastpagereached", "done", "endofrecords"])
TOTAL_PAGES = frozenset(
    ["totalpages", "pagecount", "pages", "lastpage", "totalpage", "pagestotal", "numpages", "maxpage"]
)
CURRENT_PAGE = frozenset(["page", "currentpage", "pagenumber", "pageno", "number", "pageindex"])
TOTAL = frozenset(["total", "totalresults", "totalcount", "count", "totalitems", "totalrecords"])

ENVELOPES: Sequence[str] = ["data", "items", "results", "records", "value", "values", "entries", "list", "rows", "hits", "content", "elements", "resources", "objects", "entities", "nodes", "edges", "collection", "result", "members", "documents", "docs", "payload", "response", "body", "embedded", "page"]  # fmt: skip
NO_RECORDS = frozenset(
    [
        "errors",
        "error",
        "warnings",
        "links",
        "link",
        "included",
        "facets",
        "aggregations",
        "deprecations",
        "orderby",
    ]
)
"""Lists that stand beside the records."""
FEW_RECORDS = frozenset(
    ["meta", "messages", "fields", "columns", "sort", "filters", "headers", "schemas", "notices"]
)
"""Lists that stand beside the records more often than they are them."""

_WORD = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+")
_VERSION = re.compile(r"v?\d+(\.\d+)*(alpha|beta)?\d*|latest|stable", re.IGNORECASE)
_NOISE = frozenset(
    {"api", "rest", "services", "service", "public", "odata", "index.php", "json", "svc", "gateway"}
)
_ACTIONS = frozenset(
    {"search", "query", "list", "filter", "find", "all", "index", "browse", "lookup", "getall"}
)


def plain_name(name: str) -> str:
    """A name without case and signs, to compare it with the words above: `page[number]` is `pagenumber`."""
    name = re.sub(r"^[xX]-(?=.)", "", name)
    return re.sub(r"[^a-z0-9]", "", name.lower())


def words(name: str) -> list[str]:
    """The words of a name, in lower case."""
    return [word.lower() for word in _WORD.findall(name)]


def snake(name: str) -> str:
    """A name in snake_case; empty where it holds no letter or digit of ASCII."""
    return "_".join(words(name))


def singular(name: str) -> str:
    """The singular of an English plural, as far as its ending tells."""
    for ending, instead in (("ies", "y"), ("sses", "ss"), ("xes", "x"), ("ches", "ch"), ("shes", "sh")):
        if name.endswith(ending):
            return name[: -len(ending)] + instead
    return name[:-1] if name.endswith("s") and not name.endswith(("ss", "us", "is")) else name


def static_segments(path: str) -> list[str]:
    """What of a path names things: no variable parts, versions, or words such as `api`; in snake_case."""
    found = []
    for segment in path.strip("/").split("/"):
        bare = re.sub(r"\.(json|php|aspx?|do|ashx)$|\(.*\)$", "", segment)
        if "{" in bare or _VERSION.fullmatch(bare) or bare.lower() in _NOISE:
            continue
        name = snake(bare)
        if name:
            found.append(name)
    return found


def stream_names(paths: Iterable[tuple[str, str]]) -> list[str]:
    """A name for each `(path, name)` of an operation: the last part of its path, with more of it where that is taken."""
    choices = [_choices(path, name) for path, name in paths]
    names: list[str] = []
    firsts = [choice[0] for choice in choices]
    for choice in choices:
        free = [name for name in choice if name not in names]
        if firsts.count(choice[0]) > 1 and len(choice) > 1 and choice[0] not in names:
            free = [choice[0], *free]
        name = free[0] if free else _numbered(choice[-1], names)
        names.append(name)
    return names


def _choices(path: str, name: str) -> list[str]:
    parts = static_segments(path)
    while len(parts) > 1 and parts[-1].replace("_", "") in _ACTIONS:
        parts.pop()
    cleaned = [without_verbs(part) for part in parts]
    if not cleaned:
        return [snake(name) or "records"]
    return [
        "_".join([singular(part) for part in cleaned[-depth:-1]] + cleaned[-1:])
        for depth in range(1, len(cleaned) + 1)
    ]


def without_verbs(part: str) -> str:
    """A name without what is done: `invoice` of `get_invoice_list`."""
    pieces = part.split("_")
    if len(pieces) > 1 and pieces[0] in {"get", "list", "search", "find", "fetch", "query"}:
        pieces = pieces[1:]
    if len(pieces) > 1 and pieces[-1] in {"list", "search", "query"}:
        pieces = pieces[:-1]
    return "_".join(pieces)


def _numbered(name: str, taken: list[str]) -> str:
    number = 2
    while f"{name}_{number}" in taken:
        number += 1
    return f"{name}_{number}"


def key_name(name: str) -> str:
    """The key of the config for what a header or a parameter carries: `api_key` for `X-API-Key`."""
    if name.lower() == "authorization":
        return "api_key"
    return snake(re.sub(r"^[xX][-_](?=.)", "", name)) or "api_key"
