from __future__ import annotations

from penstock.components.requesters import REQUEST_OPTION
from penstock.http.request import NO_OPTIONS
from penstock.testing.fakes import built


def test_a_request_path_puts_nothing_else_into_the_request() -> None:
    """The paginator hands the token to the requester as its path."""
    option = built("{type: RequestPath}", REQUEST_OPTION)

    assert option.is_path
    assert option.options("/orders?page=2") == NO_OPTIONS
