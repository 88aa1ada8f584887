from __future__ import annotations

import pytest

from penstock.components.retrievers import JOB_STATUSES
from penstock.errors import ManifestError
from penstock.testing.fakes import built

WORDS = "running: [queued, working], completed: [done], failed: [error], timeout: [expired]"


def test_each_word_of_the_api_has_one_meaning() -> None:
    """Several words may mean the same; no slice is skipped unless the manifest names a word for it."""
    statuses = built(f"{{type: AsyncJobStatusMap, {WORDS}}}", JOB_STATUSES)

    assert statuses == {
        "queued": "running",
        "working": "running",
        "done": "completed",
        "error": "failed",
        "expired": "timeout",
    }


def test_a_word_for_nothing_to_read() -> None:
    """`skipped` is for slices that the API has no report for."""
    statuses = built(f"{{type: AsyncJobStatusMap, {WORDS}, skipped: [no_data]}}", JOB_STATUSES)

    assert statuses["no_data"] == "skipped"


def test_a_word_in_two_lists_is_refused() -> None:
    """Which of the two it means cannot be told."""
    with pytest.raises(ManifestError, match="a word of `timeout` has another meaning already"):
        built(f"{{type: AsyncJobStatusMap, {WORDS.replace('expired', 'error')}}}", JOB_STATUSES)
