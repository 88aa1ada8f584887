"""Tells whether a configuration works, by reading one record of the streams that the manifest names."""

from __future__ import annotations

from penstock.errors import as_told
from penstock.lean import dataclass
from penstock.plan.compile import SourcePlan, find_stream
from penstock.records.state import Work, open_state
from penstock.records.stream import StreamPlan


@dataclass(frozen=True, slots=True)
class CheckResult:
    """Whether it works, and if not, why."""

    succeeded: bool
    reason: str = ""


def check(plan: SourcePlan) -> CheckResult:
    """Try each stream in turn; the first that fails is the answer.

    Raises ConfigError where the manifest's check names a stream that the manifest does not have.
    """
    if not plan.streams:
        return CheckResult(succeeded=False, reason="there is no stream to try")
    for name in plan.check_names:
        stream = find_stream(plan, name)
        try:
            reason = _try(stream)
        except Exception as error:  # noqa: BLE001 - whatever fails, the stream is not available
            reason = str(as_told(error))
        if reason:
            return CheckResult(succeeded=False, reason=f"stream {name} is not available: {reason}")
    return CheckResult(succeeded=True)


def _try(stream: StreamPlan) -> str:
    """Read the first record of the first slice; gives why that cannot be done, or empty text."""
    stream.schema()
    slices = open_state(stream, {}).work()
    first = next((item for item in slices if isinstance(item, Work) and not item.idle), None)
    if first is None:
        return "it has no slice to read"
    next((batch for batch in stream.retriever.read(first.slice, first.test) if batch), None)
    return ""
