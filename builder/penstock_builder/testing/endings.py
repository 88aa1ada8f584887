"""Why a page of a test read was the last, or would have been read for ever; and what helps where a read failed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from penstock.authoring import PageSample, PaginationLoopError, Sample, SliceSample

_LOOPS: Mapping[str, tuple[str, str]] = {
    "the token is the one just used": (
        "it sends the same token again and gets the same page again",
        "The token never changes: look at where it is taken from, and at the stop condition.",
    ),
    "three pages in a row are equal": (
        "three pages in a row hold the same records",
        "The API does not heed the token: look at the parameter that it is sent in.",
    ),
    "the tokens go round": (
        "its tokens come round to one that was sent before",
        "Add a stop condition: after the last page this API begins again.",
    ),
}


@dataclass(frozen=True, slots=True)
class Ending:
    """How a page ended: another follows, it was the last, a limit of the test cut in, it would loop, or it failed."""

    kind: Literal["reading", "goes on", "last", "limit", "loop", "failed"]
    told: str
    hint: str = ""


def ending(slice_: SliceSample, page: PageSample) -> Ending:
    """Why nothing, or what, comes after a page."""
    is_last = page.number == len(slice_.pages)
    if slice_.error is not None and is_last:
        if isinstance(slice_.error, PaginationLoopError):
            return _loop(slice_.error.message, page.token_path)
        return Ending("failed", slice_.error.message, slice_.error.hint)
    if not page.is_over:
        return Ending("reading", "reading …") if not slice_.reason else Ending("failed", slice_.reason)
    if page.why_last:
        kind: Literal["limit", "last"] = "limit" if page.why_last.startswith("the limit") else "last"
        return Ending(kind, page.why_last)
    return Ending("goes on", "another page follows")


def _loop(message: str, token_path: str) -> Ending:
    for sign, (told, hint) in _LOOPS.items():
        if sign in message:
            return Ending("loop", told, f"{hint} (token: {token_path})")
    return Ending("loop", message, f"token: {token_path}")


@dataclass(frozen=True, slots=True)
class Advice:
    """What to do where a read failed; `view` is the screen on which to do it, empty for the stream's own."""

    told: str
    view: str = ""


def advice(sample: Sample) -> Advice | None:
    """The next step after a read that failed, by the last answer that came."""
    if sample.error is None:
        return None
    pages = (each for slice_ in sample.slices for page in slice_.pages for each in page.exchanges)
    sent = sorted([*sample.other, *pages], key=lambda each: each.at)
    last = sent[-1] if sent else None
    if last is None:
        return None
    if last.purpose == "login" and (last.status or 0) >= 400:
        return Advice("The login was refused: check the credentials.", "inputs")
    if last.status is None:
        return Advice("No answer came: check the address and that the API can be reached.", "inputs")
    told = {
        401: Advice("The API does not know who asks: check the token or password.", "inputs"),
        403: Advice("The API knows who asks and refuses: check what this account may read.", "inputs"),
        404: Advice("There is nothing at this address: check the path of the stream."),
        429: Advice(
            "Too many requests: set how the error handler waits; the tab Faults shows what it does now."
        ),
    }
    return told.get(last.status)
