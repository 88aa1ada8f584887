"""Which slice and page of a test read are looked at."""

from __future__ import annotations

from penstock.authoring import PageSample, Sample, SliceSample
from penstock_ui.session import Session


def place(session: Session, sample: Sample) -> tuple[SliceSample | None, PageSample | None]:
    """The slice and the page; None where there is none yet."""
    number, page_number = session.of(sample.stream).get("place", (1, 1))
    if not sample.slices:
        return None, None
    slice_ = sample.slices[min(number, len(sample.slices)) - 1]
    if not slice_.pages:
        return slice_, None
    return slice_, slice_.pages[min(page_number, len(slice_.pages)) - 1]


def page_of(session: Session, sample: Sample) -> PageSample | None:
    """The page that is looked at."""
    return place(session, sample)[1]


def step_to(session: Session, stream: str, slice_number: int, page_number: int = 1) -> None:
    """Look at another page."""
    session.of(stream)["place"] = (slice_number, page_number)


def places(sample: Sample) -> list[tuple[int, int]]:
    """Every page of every slice, in the order in which they were read."""
    return [(slice_.number, page.number) for slice_ in sample.slices for page in slice_.pages]
