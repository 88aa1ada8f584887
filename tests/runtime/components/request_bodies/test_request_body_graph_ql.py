from __future__ import annotations

import pytest

from penstock.components.request_bodies import REQUEST_BODY
from penstock.errors import ManifestError
from penstock.http.request import RequestOptions
from penstock.testing.fakes import built, component


def test_a_query_goes_with_its_variables() -> None:
    """All in one JSON object; braces of GraphQL are no templates unless there are two."""
    make = built(
        """
        type: RequestBodyGraphQL
        value:
          query: "query { orders(first: {{ config['size'] }}) { id } }"
          variables: {after: "{{ next_page_token['next_page_token'] }}"}
        """,
        REQUEST_BODY,
    )

    assert make({"config": {"size": 5}, "next_page_token": {"next_page_token": "abc"}}) == RequestOptions(
        json={"query": "query { orders(first: 5) { id } }", "variables": {"after": "abc"}}
    )


@pytest.mark.parametrize("value", ["{variables: {a: 1}}", "'query { id }'"])
def test_a_query_is_needed(value: str) -> None:
    with pytest.raises(ManifestError, match="`value` needs a `query`"):
        component(f"{{type: RequestBodyGraphQL, value: {value}}}", REQUEST_BODY)
