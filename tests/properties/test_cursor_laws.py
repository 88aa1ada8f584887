"""What cursors promise, whatever the data, the pages, the windows, the partitions and the crashes.

The laws are tried on 1,000 schedules of every kind by default, and on 10,000 in the nightly profile.
"""

from __future__ import annotations

from hypothesis import given, settings
from tests.properties.simulator import World, history, worlds

EACH = settings(max_examples=max(200, settings().max_examples // 5))


@EACH
@given(worlds())
def test_no_record_is_lost(world: World) -> None:
    """Once a run gets through, every record was given at least once, whatever became of the runs before."""
    given_ = {id_ for told in history(world) for id_ in told.records}

    assert given_ == {change.id for change in world.changes}


@EACH
@given(worlds())
def test_a_run_that_gets_through_saves_the_furthest_record(world: World) -> None:
    """A state that stays behind would be safe as well, but everything would be read again for ever."""
    reached = history(world)[-1].states[-1].reached

    for part in {change.part for change in world.changes} if None not in reached else {None}:
        furthest = max(world.mark(change) for change in world.changes if part in (None, change.part))
        assert reached[part] == furthest


@EACH
@given(worlds())
def test_a_state_never_passes_a_record_that_was_not_given(world: World) -> None:
    """What shows up in the API and is older than a saved state, less the lookback window, was given before."""
    given_: set[int] = set()
    for told in history(world):
        for saved in told.states:
            safe = given_ | set(told.records[: saved.after])
            passed = {
                change.id
                for change in world.changes
                for part, reached in saved.reached.items()
                if part in (None, change.part)
                and change.seen <= saved.now
                and world.mark(change) < world.window_before(reached, runs=part is None)
            }
            assert passed <= safe
        given_ |= set(told.records)


@EACH
@given(worlds())
def test_a_state_never_goes_back(world: World) -> None:
    """Not within a run, not from one to the next, and not for any partition."""
    states = [saved.reached for told in history(world) for saved in told.states]

    for part in {part for reached in states for part in reached}:
        told = [reached[part] for reached in states if part in reached]
        assert told == sorted(told)


@EACH
@given(worlds())
def test_records_repeat_only_where_a_run_begins(world: World) -> None:
    """A run gives no record twice, and none that is older than its state less the lookback window."""
    changes = {change.id: change for change in world.changes}
    for told in history(world):
        assert len(told.records) == len(set(told.records))
        for change in (changes[id_] for id_ in told.records):
            began = told.began[change.part if change.part in told.began else ""]
            assert world.mark(change) >= world.window_before(began)
