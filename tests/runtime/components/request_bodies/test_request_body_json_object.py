from __future__ import annotations

import pytest

from penstock.components.request_bodies import REQUEST_BODY
from penstock.errors import ManifestError
from penstock.http.request import RequestOptions
from penstock.testing.fakes import built, component

SCOPE = {"config": {"status": "open"}}


def test_an_object_is_filled_in() -> None:
    """Keys and texts are templates; a text that reads as a number is one; null members are left out, not null items."""
    make = built(
        """
        type: RequestBodyJsonObject
        value:
          limit: "100"
          "{{ config['status'] }}": {deep: ["{{ config['status'] }}", null], nothing: null}
        """,
        REQUEST_BODY,
    )

    assert make(SCOPE) == RequestOptions(json={"limit": 100, "open": {"deep": ["open", None]}})


@pytest.mark.parametrize("value", ["[1]", "'{{ {} }}'"])
def test_only_an_object_will_do(value: str) -> None:
    """A list or a text is told when the manifest is read."""
    with pytest.raises(ManifestError, match="`value` takes a mapping"):
        component(f"{{type: RequestBodyJsonObject, value: {value}}}", REQUEST_BODY)
