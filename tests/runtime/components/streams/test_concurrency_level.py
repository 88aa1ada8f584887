from __future__ import annotations

import pytest

from penstock.components.streams.concurrency_level import CONCURRENCY
from penstock.errors import ExpressionError
from penstock.testing.fakes import built


@pytest.mark.parametrize(
    ("settings", "level"),
    [
        pytest.param("default_concurrency: 8", 8, id="a number"),
        pytest.param("default_concurrency: '8'", 8, id="a number as text"),
        pytest.param("default_concurrency: \"{{ config['workers'] }}\"", 40, id="from the config"),
        pytest.param(
            "default_concurrency: \"{{ config.get('threads', 4) }}\"", 4, id="a default where it is not set"
        ),
        pytest.param(
            "default_concurrency: \"{{ config['workers'] }}\", max_concurrency: 25", 25, id="up to a maximum"
        ),
        pytest.param("default_concurrency: 40, max_concurrency: 25", 40, id="which a number does not heed"),
        pytest.param("default_concurrency: 0", 1, id="at least one"),
        pytest.param('default_concurrency: "{{ -3 }}"', 1, id="however low it comes out"),
    ],
)
def test_the_level_is_a_number_or_a_template(settings: str, level: int) -> None:
    """The maximum guards against what users enter, not against the manifest's author."""
    assert built(f"{{type: ConcurrencyLevel, {settings}}}", CONCURRENCY, workers=40) == level


@pytest.mark.parametrize("entered", [pytest.param("many", id="a word"), pytest.param(2.5, id="a fraction")])
def test_a_level_that_is_no_whole_number_is_an_error(entered: object) -> None:
    with pytest.raises(ExpressionError, match="`default_concurrency` is not a whole number"):
        built(
            "{type: ConcurrencyLevel, default_concurrency: \"{{ config['workers'] }}\"}",
            CONCURRENCY,
            workers=entered,
        )
