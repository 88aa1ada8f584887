"""Reads a stream again after an edit, from the answers of the last test, so that its effect shows at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from penstock.authoring import Sample
from penstock_builder.testing.remembered import Answers
from penstock_ui.session import Session


def test_live(session: Session, **settings: Any) -> None:
    """Begin a test read that asks the API, and keep its answers in memory."""
    answers = Answers()
    if session.test(session.stream, around=answers.around, **settings) is not None:
        session.of(session.stream)["answers"] = answers, settings


def answers_of(session: Session) -> Answers | None:
    """The answers of the last test of the stream that asked the API."""
    known = session.of(session.stream).get("answers")
    return known[0] if known is not None else None


def change_and_retest(session: Session, edit: Callable[[], object], *, masks: bool = False) -> bool:
    """Make an edit, and read the stream again; only what was not asked before is asked of the API.

    The answer stays in view meanwhile, unless the edit `masks`: then nothing of before is shown again. Tells whether
    the edit was made.
    """
    if not session.change(edit):
        return False
    from penstock_ui.evidence.bar import chosen_recording, run

    read = session.reads.get(session.stream)
    known = session.of(session.stream).get("answers")
    if chosen_recording(session) is not None:
        run(session)
    elif known is not None and read is not None:
        answers, settings = known
        meanwhile = None if masks else _in_view(session, read.snapshot())
        session.test(
            session.stream, meanwhile, around=answers.around, moment=read.sampling.moment, **settings
        )
    elif read is not None:  # one of many streams read at once, whose answers nobody keeps
        test_live(session)
    return True


def _in_view(session: Session, sample: Sample) -> Sample | None:
    """The sample whose answer shows: of a read that has none yet, the one before."""
    has_answer = any(page.exchanges for slice_ in sample.slices for page in slice_.pages)
    return sample if has_answer else session.meanwhile.get(sample.stream)
