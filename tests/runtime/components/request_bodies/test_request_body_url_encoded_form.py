from __future__ import annotations

import pytest

from penstock.components.request_bodies import REQUEST_BODY
from penstock.errors import ManifestError
from penstock.http.request import RequestOptions
from penstock.testing.fakes import built, component


def test_fields_are_filled_in() -> None:
    """Numbers stay text, a list repeats its field, a field without a value is left out."""
    make = built(
        """
        type: RequestBodyUrlEncodedForm
        value:
          page: "{{ 5 }}"
          "{{ config['name'] }}": "{{ ['a', 'b'] }}"
          gone: "{{ config['missing'] }}"
        """,
        REQUEST_BODY,
    )

    assert make({"config": {"name": "ids"}}) == RequestOptions(form={"page": "5", "ids": ["a", "b"]})


def test_a_text_is_no_form() -> None:
    with pytest.raises(ManifestError, match="`value` takes a mapping"):
        component("{type: RequestBodyUrlEncodedForm, value: 'a=b'}", REQUEST_BODY)
