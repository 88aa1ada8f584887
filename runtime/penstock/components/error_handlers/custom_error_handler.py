from __future__ import annotations

from penstock.components.error_handlers import ERROR_HANDLER
from penstock.custom import bases
from penstock.custom.component import CustomComponent, class_name
from penstock.http.retry import ErrorHandler, Outcome, Resolution
from penstock.lean import dataclass
from penstock.records.resources import Resources
from penstock.registry import component


@component(ERROR_HANDLER)
class CustomErrorHandler(CustomComponent):
    """Let a class of the connector's own decide what to do about answers."""

    class_name: str = class_name("components.MaintenanceHandler")

    def build(self, using: Resources) -> ErrorHandler:
        made = self.made(bases.ErrorHandler, using)
        return _Handler(made.max_retries(), made)


@dataclass(frozen=True, slots=True)
class _Handler:
    max_retries: int
    made: bases.ErrorHandler

    def resolve(self, outcome: Outcome) -> Resolution:
        return self.made.resolve(outcome)

    def wait_seconds(self, outcome: Outcome, attempt: int) -> float | None:
        return self.made.wait_seconds(outcome, attempt)
