from __future__ import annotations

from penstock.components.quotas import QUOTA_STATUS_SOURCE
from penstock.http.request import HttpRequest, RequestOptions
from penstock.testing.fakes import built


def test_the_request_is_filled_in() -> None:
    source = built(
        """
        type: QuotaStatusSource
        url: "https://{{ config['host'] }}/quota"
        http_method: POST
        request_headers: {X-Account: "{{ config['account'] }}"}
        unavailable_status_codes: [404]
        """,
        QUOTA_STATUS_SOURCE,
        host="e.com",
        account=7,
    )

    assert source.request == HttpRequest(
        "POST", "https://e.com/quota", RequestOptions(headers={"X-Account": "7"})
    )
    assert source.unavailable == {404}
