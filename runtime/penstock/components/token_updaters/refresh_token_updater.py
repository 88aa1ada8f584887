from __future__ import annotations

from penstock.components.token_updaters import TOKEN_UPDATER, TokenPlaces
from penstock.records.resources import Resources
from penstock.registry import component, field


@component(TOKEN_UPDATER)
class RefreshTokenUpdater:
    """Save tokens in the config, for an API whose refresh tokens are good only once."""

    refresh_token_name: str = field(
        default="refresh_token", doc="The name of the new refresh token in the answer."
    )
    access_token_config_path: list[str] = field(
        default=["credentials", "access_token"], doc="The keys that lead to the access token in the config."
    )
    refresh_token_config_path: list[str] = field(
        default=["credentials", "refresh_token"], doc="The keys that lead to the refresh token in the config."
    )
    token_expiry_date_config_path: list[str] = field(
        default=["credentials", "token_expiry_date"],
        doc="The keys that lead to the moment in the config at which the access token expires.",
    )
    refresh_token_error_status_codes: list[int] = field(
        default=[], doc="HTTP statuses that tell that the refresh token is no good.", examples=([400],)
    )
    refresh_token_error_key: str = field(
        default="", doc="The key of the answer that says why.", examples=("error",)
    )
    refresh_token_error_values: list[str] = field(
        default=[],
        doc="The values of that key that mean so.",
        examples=(["invalid_grant"],),
    )

    def build(self, using: Resources) -> TokenPlaces:
        return TokenPlaces(
            refresh_token_name=self.refresh_token_name,
            access_token=self.access_token_config_path,
            refresh_token=self.refresh_token_config_path,
            expiry=self.token_expiry_date_config_path,
            refusal=(
                self.refresh_token_error_status_codes,
                self.refresh_token_error_key,
                self.refresh_token_error_values,
            ),
        )
