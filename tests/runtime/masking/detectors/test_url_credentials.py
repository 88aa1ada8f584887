from __future__ import annotations

import pytest

from penstock.masking.detectors import all_detectors

URL = all_detectors()["url_credentials"]


@pytest.mark.parametrize(
    "url",
    [
        "https://ada:secret@example.com/a?b=c",
        "postgresql://:secret@localhost/db",
        "https://example.com/a?x=1&access_token=abc123",
        "https://example.com/a?api_key=abc123#top",
    ],
)
def test_all_of_a_url_with_a_secret_is_found(url: str) -> None:
    """Alone, and inside a text."""
    assert URL.whole(url) > 0.9
    assert list(URL.spans(f"open {url} now")) == [(5, 5 + len(url))]


@pytest.mark.parametrize(
    "text",
    [
        "https://example.com/a?b=c",
        "https://ada@example.com",
        "https://example.com:8080/@ada",
        "a:b@c",
        "https://e.com/?page_token=1",
    ],
)
def test_a_url_without_a_secret_is_none(text: str) -> None:
    """A port, a handle in the path and a user without a password are no secrets."""
    assert URL.whole(text) == 0
    assert list(URL.spans(text)) == []
