from __future__ import annotations

from collections.abc import Iterator

from penstock.components.backoff_strategies import (
    BACKOFF_STRATEGY,
    Backoff,
    header_number,
    regex_problems,
    within,
)
from penstock.expressions.forms import Text, number
from penstock.http.retry import Outcome
from penstock.records.resources import Resources
from penstock.registry import component, field


@component(BACKOFF_STRATEGY)
class WaitTimeFromHeader:
    """Wait for as many seconds as a header of the answer says."""

    header: Text = field(doc="The header's name.", examples=("Retry-After",))
    regex: str | None = field(
        default=None,
        doc="The part of the header that is the number, matched at its start.",
        examples=(r"\d+",),
    )
    max_waiting_time_in_seconds: Text | None = field(
        default=None,
        doc="Stop the stream where the API asks for this long or longer.",
        unit="seconds",
        examples=(600,),
    )

    def problems(self) -> Iterator[tuple[str, str]]:
        """A regular expression that compiles."""
        yield from regex_problems(self.regex)

    def build(self, using: Resources) -> Backoff:
        scope = {"config": using.config}
        name = self.header.text(scope)
        most = None
        if self.max_waiting_time_in_seconds is not None:
            most = number(self.max_waiting_time_in_seconds(scope), "`max_waiting_time_in_seconds`")

        def wait(outcome: Outcome, attempt: int) -> float | None:
            seconds = header_number(outcome, name, self.regex)
            return within(seconds, most) if seconds is not None and seconds > 0 else None

        return wait
