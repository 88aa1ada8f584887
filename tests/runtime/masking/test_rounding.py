from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from penstock.masking.rounding import multiple, number_in, steps_in
from penstock.masking.techniques import UnmaskableError

numbers = st.integers(-(10**12), 10**12) | st.floats(-1e9, 1e9)
steps = st.integers(1, 10**6) | st.sampled_from([0.01, 0.1, 0.25, 2.5, 1000.5])


@given(numbers, steps)
def test_a_number_lies_between_two_steps(number: float, step: float) -> None:
    """The lower one is its own, so that a multiple of the step stays where it is."""
    count = steps_in(number, step)

    assert multiple(count, step) <= number < multiple(count + 1, step)
    assert steps_in(multiple(count, step), step) == count


@pytest.mark.parametrize(("value", "number"), [("12", 12), ("-1.50", -1.5), (7, 7), (0.5, 0.5)])
def test_a_number_may_be_in_text(value: object, number: float) -> None:
    """Prices often are."""
    assert number_in(value) == number


@pytest.mark.parametrize("value", ["", "1e5", "1,000", "٣", "1_000", True, None, float("nan"), float("inf")])
def test_anything_else_is_refused(value: object) -> None:
    """Without a word of what it is."""
    with pytest.raises(UnmaskableError, match="no number"):
        number_in(value)
