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
class WaitUntilTimeFromHeader:
    """Wait until the time that a header of the answer gives in epoch seconds."""

    header: Text = field(doc="The header's name.", examples=("X-RateLimit-Reset",))
    regex: str | None = field(
        default=None, doc="The part of the header that is the time, matched at its start.", examples=(r"\d+",)
    )
    min_wait: Text | None = field(default=None, doc="Wait at least this long.", unit="seconds", examples=(5,))
    max_waiting_time_in_seconds: Text | None = field(
        default=None,
        doc="Stop the stream where the wait is this long or longer.",
        unit="seconds",
        examples=(600,),
    )

    def problems(self) -> Iterator[tuple[str, str]]:
        """A regular expression that compiles."""
        yield from regex_problems(self.regex)

    def build(self, using: Resources) -> Backoff:
        scope = {"config": using.config}
        name = self.header.text(scope)
        least = number(self.min_wait(scope), "`min_wait`") if self.min_wait else None
        longest = self.max_waiting_time_in_seconds
        most = number(longest(scope), "`max_waiting_time_in_seconds`") if longest else None

        def wait(outcome: Outcome, attempt: int) -> float | None:
            until = header_number(outcome, name, self.regex)
            if until is None:
                return least
            seconds = until - using.clock().timestamp()
            if least is not None:
                seconds = max(seconds, least)
            return within(seconds, most) if seconds > 0 else None

        return wait
