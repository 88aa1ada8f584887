from __future__ import annotations

from collections.abc import Iterator

from penstock.authoring import COMPUTED, Placed, read_paths
from penstock_builder.lint import facts
from penstock_builder.lint.examples import requester
from penstock_builder.lint.rule import Found, Rule

_METHODS = frozenset({"get", "items", "keys", "values", "update"})


def _check(tree: Placed) -> Iterator[Found]:
    declared = facts.config_properties(tree)
    if declared is None or _rewrites_config(tree):
        return
    for part in tree.walk():
        for _, node in part.texts:
            for path in sorted(read_paths(node.value)):
                name = path[1] if path[0] == "config" and len(path) > 1 else ""
                if (
                    not name
                    or name in declared
                    or name == COMPUTED
                    or name in _METHODS
                    or name.startswith("_")
                ):
                    continue
                yield Found(
                    node,
                    f"this reads `{name}` of the config, which the spec does not declare",
                    facts.hint(name, declared, "the config has"),
                )


def _rewrites_config(tree: Placed) -> bool:
    """Whether keys may come into the config by rules or by code."""
    spec = tree.part("spec")
    return spec is not None and spec.get("config_normalization_rules") is not None


RULE = Rule(
    "undeclared-config",
    "warning",
    "A template reads a value of the config that the spec does not declare.",
    _check,
    fails=(
        requester("authenticator: {type: BearerAuthenticator, api_token: \"{{ config['api_kye'] }}\"} # <-"),
    ),
    passes=(requester("authenticator: {type: BearerAuthenticator, api_token: \"{{ config['api_key'] }}\"}"),),
)
