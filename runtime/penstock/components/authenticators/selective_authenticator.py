from __future__ import annotations

from penstock.components.authenticators import AUTHENTICATOR, Authenticator
from penstock.errors import ConfigError
from penstock.hints import listed
from penstock.records.paths import MISSING, get
from penstock.records.resources import Resources
from penstock.registry import Buildable, component, field


@component(AUTHENTICATOR)
class SelectiveAuthenticator:
    """Let a value of the config choose between authenticators."""

    authenticator_selection_path: list[str] = field(
        doc="The keys that lead to that value in the config.", examples=(["credentials", "auth_type"],)
    )
    authenticators: dict[str, Buildable[Authenticator]] = field(
        doc="The authenticators, by that value.",
        slot=AUTHENTICATOR,
        examples=({"token": {"type": "BearerAuthenticator", "api_token": "{{ config['token'] }}"}},),
    )

    def build(self, using: Resources) -> Authenticator:
        chosen = get(using.config, self.authenticator_selection_path)
        place = ".".join(self.authenticator_selection_path)
        if chosen is MISSING:
            raise ConfigError(f"the config has no `{place}`, which chooses how to authenticate")
        authenticator = self.authenticators.get(str(chosen))
        if authenticator is None:
            raise ConfigError(
                f"the config's `{place}` names no authenticator of the manifest",
                hint=f"it has {listed(sorted(self.authenticators))}",
            )
        return authenticator.build(using)
