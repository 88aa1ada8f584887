"""What came of a case or recording."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class CaseResult:
    """The outcome of one case: `problems` are what was not as expected, none where it passed.

    `file` and `line` say where it is written. No problem holds a secret or the clear value of a masked field.
    """

    name: str
    file: Path
    line: int
    problems: tuple[str, ...]
    seconds: float

    @property
    def passed(self) -> bool:
        """Whether all was as expected."""
        return not self.problems
