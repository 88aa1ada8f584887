from __future__ import annotations

from penstock.components.token_updaters import TOKEN_UPDATER, TokenPlaces
from penstock.testing.fakes import built


def test_tokens_are_saved_below_credentials_by_default() -> None:
    """The places that most connectors use."""
    assert built("{type: RefreshTokenUpdater}", TOKEN_UPDATER) == TokenPlaces(
        refresh_token_name="refresh_token",
        access_token=["credentials", "access_token"],
        refresh_token=["credentials", "refresh_token"],
        expiry=["credentials", "token_expiry_date"],
        refusal=([], "", []),
    )


def test_each_place_can_be_another() -> None:
    """The answer's name, too, and what tells that a token is no good."""
    text = """
    type: RefreshTokenUpdater
    refresh_token_name: next
    access_token_config_path: [a]
    refresh_token_config_path: [r]
    token_expiry_date_config_path: [e]
    refresh_token_error_status_codes: [403]
    refresh_token_error_key: code
    refresh_token_error_values: [gone]
    """

    assert built(text, TOKEN_UPDATER) == TokenPlaces("next", ["a"], ["r"], ["e"], ([403], "code", ["gone"]))
