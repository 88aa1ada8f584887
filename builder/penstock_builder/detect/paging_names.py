"""Names by which APIs call what they page with: pages, offsets, sizes, tokens, links, and flags for more."""

from __future__ import annotations

from collections.abc import Mapping

from penstock_builder.detect.words import run_together, words

PAGES = frozenset(words("page p pg pagenumber pageno pagenum pageindex currentpage pageid"))
OFFSETS = frozenset(
    words("offset skip start startat startindex from startrow startposition startingrow pageoffset")
)
SIZES = frozenset(
    words(
        "limit perpage pagesize size count maxresults maxrecords maxitems top first rows pagelimit take resultsperpage "
        "itemsperpage resultsize recordsperpage num numresults perpagecount hitsperpage pagecount pagelength max"
    )
)
TOKEN_PARAMETERS: Mapping[str, str] = {
    "nextcursor": "cursor", "endcursor": "after", "nextafter": "after", "cursorsafter": "after", "after": "after",
    "aftercursor": "page[after]", "nextpage": "page", "nextoffset": "offset", "nextskip": "skip", "nextstart": "start",
    "nexttoken": "next_token", "next": "cursor", "nextid": "since_id", "cursor": "cursor", "nextcursormark": "cursorMark",
    "continuation": "continuation", "continuationtoken": "continuationToken", "scrollid": "scroll_id",
    "nextmarker": "marker", "marker": "marker", "offset": "offset", "bookmark": "bookmark", "nextpageid": "page_id",
}  # fmt: skip
"""Fields of answers that hold a token, and the request parameter that usually takes it."""
LINKS = frozenset(
    words(
        "next nexturl nextlink nextpageurl nextpagelink nextpageuri nexturi nextrecordsurl nexthref odatanextlink "
        "linksnext linksnexthref pagingnext paginationnext metanext pagingnextlink linknext nextpage"
    )
)
MORE = frozenset(
    words(
        "hasmore hasnext hasnextpage more moreitems morerecords hasmoreresults hasmoreitems moreresults morepages"
    )
)
LAST = frozenset(words("islast islastpage lastpage last done complete isend end finished"))
TOTALS = frozenset(words("total totalcount totalresults totalitems totalrecords totalsize count"))
PAGE_TOTALS = frozenset(words("totalpages pagecount pages lastpage numpages pagetotal totalpage"))


def counter_name(path: tuple[str, ...]) -> str:
    """The name of a parameter that counts: `page[number]` counts pages and `page[size]` records, as JSON:API has it."""
    name = run_together(path[-1])
    return {"pageoffset": "offset", "pagelimit": "limit"}.get(name, name)


def token_name(path: tuple[str, ...]) -> str | None:
    """The name of a token's field, with the object that it stands in where that is what tells it."""
    if not path:
        return None
    name, above = run_together(path[-1]), run_together(path[-2]) if len(path) > 1 else ""
    if above + name in {"nextafter", "cursorsafter"}:
        return above + name
    if name.removeprefix("x") in {
        "nextpage",
        "nextcursor",
        "nexttoken",
        "nextpagetoken",
        "nextoffset",
        "continuationtoken",
    }:
        return name.removeprefix("x")
    if name in {"offset", "cursor", "after", "marker", "next", "bookmark"} and len(path) > 3:
        return None
    return name if name in TOKEN_PARAMETERS or name in {"nextpagetoken", "pagetoken"} else None


def link_name(path: tuple[str, ...]) -> bool:
    """Whether a field is called like the URL of the next page, with up to two of the objects that it stands in."""
    if not path:
        return False
    return any(
        run_together("_".join(path[start:])) in LINKS for start in range(max(len(path) - 3, 0), len(path))
    )
