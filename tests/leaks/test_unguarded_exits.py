"""The search sees it when an exit is left without its guard: each guard is taken away on purpose, one at a time."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from tests.leaks.outcomes import Break, filtered, seen
from tests.leaks.policies import deciding, knowing

from penstock.errors import StreamError
from penstock.masking import masker
from penstock.masking.batch import MaskedBatch, MaskedRecords, RawBatch
from penstock.masking.masker import Masker
from penstock.masking.policy import Masking
from penstock.masking.redactor import Redactor
from penstock.testing.canary import MASKED, CanarySource, Leave, canary, core
from penstock.testing.fake_api import FakeApi

UnGuard = Callable[[pytest.MonkeyPatch], None]


def records(patch: pytest.MonkeyPatch) -> None:
    """Records pass the masker as they are."""
    patch.setattr(
        Masker, "__call__", lambda self, batch, *_: MaskedBatch(batch.stream, MaskedRecords(batch.records))
    )


def texts(patch: pytest.MonkeyPatch) -> None:
    """Secrets pass the redactor."""
    patch.setattr(Redactor, "__call__", lambda self, text: text)


def states(patch: pytest.MonkeyPatch) -> None:
    """States are saved open."""
    patch.setattr(Masking, "sealed", lambda self, state: state)


def paths(patch: pytest.MonkeyPatch) -> None:
    """Keys that are data are told in paths."""
    patch.setattr(masker, "is_plain_key", lambda key: True)


def errors(patch: pytest.MonkeyPatch) -> None:
    """An error tells the record that it is about."""

    def fail(self: Masker, batch: RawBatch, *_: object) -> MaskedBatch:
        raise StreamError(f"cannot mask {batch.records}")

    patch.setattr(Masker, "__call__", fail)


KEYED_BY_DATA = {f"{core('note')}@example.org": [canary("tag")]}
UNGUARDED = [
    pytest.param(
        records,
        knowing(),
        {where: {*MASKED} for where in ("read, standard output", "tables", "python", "files")},
        id="records",
    ),
    pytest.param(
        texts,
        filtered("action: FAIL, http_codes: [400], error_message: \"no, {{ config['password'] }}\""),
        {
            where: {"password"}
            for where in (
                "check, standard output",
                "read, standard output",
                "sync, standard error",
                "python",
            )
        },
        id="texts",
    ),
    pytest.param(
        states,
        knowing(),
        {where: {"email"} for where in ("read, standard output", "tables", "python", "files")},
        id="states",
    ),
    pytest.param(
        paths,
        knowing(by_address=KEYED_BY_DATA),
        {where: {"note"} for where in ("files", "python", "sync, standard error", "read, standard output")},
        id="paths",
    ),
    pytest.param(
        errors,
        knowing(),
        {where: {*MASKED} for where in ("read, standard output", "sync, standard error", "python")},
        id="errors",
    ),
]


@pytest.mark.parametrize(("un_guard", "break_", "expected"), UNGUARDED)
def test_an_exit_without_its_guard_is_seen(
    public: CanarySource,
    api: FakeApi,
    everything_that_leaves: Leave,
    monkeypatch: pytest.MonkeyPatch,
    un_guard: UnGuard,
    break_: Break,
    expected: dict[str, set[str]],
) -> None:
    """With the guard nothing is seen; without it what it holds back is, at every exit that it stands before."""
    prepared = deciding(("unclassified: keep", "unclassified: fail"))(break_(public, api), api)
    guarded = seen(everything_that_leaves(prepared))

    un_guard(monkeypatch)
    found = seen(everything_that_leaves(prepared))

    assert guarded == {}
    assert {where: expected[where] - set(found.get(where, ())) for where in expected} == {
        where: set() for where in expected
    }
