from __future__ import annotations

import datetime as dt
import threading
from concurrent.futures import ThreadPoolExecutor

from penstock.http.tokens import Token, TokenKeeper
from penstock.testing.fakes import NOW


def test_threads_that_need_a_token_at_once_fetch_one() -> None:
    """The first fetches, the others wait for it: a single-use refresh token is used once."""
    fetched: list[Token] = []
    together = threading.Barrier(8)

    def fetch(before: Token | None) -> Token:
        fetched.append(Token("t", NOW + dt.timedelta(hours=1)))
        return fetched[-1]

    keeper = TokenKeeper(fetch, lambda: NOW)

    def ask() -> str:
        together.wait()
        return keeper()

    with ThreadPoolExecutor(8) as pool:
        given = {future.result() for future in [pool.submit(ask) for _ in range(8)]}

    assert given == {"t"}
    assert len(fetched) == 1


def test_a_fetch_is_told_the_token_before() -> None:
    """An endpoint may leave out how long a token is good where nothing has changed."""
    seen: list[Token | None] = []

    def fetch(before: Token | None) -> Token:
        seen.append(before)
        return Token(f"{len(seen)}")

    keeper = TokenKeeper(fetch, lambda: NOW)
    keeper()
    keeper.refresh()

    assert seen == [None, Token("1")]


def test_a_token_without_an_end_is_fetched_once() -> None:
    """As long as nobody asks for a refresh."""
    keeper = TokenKeeper(lambda before: Token("next"), lambda: NOW, first=Token("first"))

    assert [keeper(), keeper()] == ["first", "first"]
