from __future__ import annotations

import pytest

from penstock.components.request_bodies import REQUEST_BODY
from penstock.http.request import NO_OPTIONS, RequestOptions
from penstock.testing.fakes import built


@pytest.mark.parametrize(
    ("value", "options"),
    [
        pytest.param("status={{ config['status'] }}", RequestOptions(text="status=open"), id="a text"),
        pytest.param("{{ {'a': config['status']} }}", RequestOptions(form={"a": "open"}), id="a mapping"),
        pytest.param("{{ 5 }}", NO_OPTIONS, id="a number"),
        pytest.param("{{ [1, 2] }}", NO_OPTIONS, id="a list"),
        pytest.param("{{ config['missing'] }}", NO_OPTIONS, id="nothing"),
    ],
)
def test_a_text_is_sent_as_it_comes_out(value: str, options: RequestOptions) -> None:
    """As a form where it gives a mapping; another value than text is not sent, as in the reference runtime."""
    make = built(f'{{type: RequestBodyPlainText, value: "{value}"}}', REQUEST_BODY)

    assert make({"config": {"status": "open"}}) == options
