"""A connector as a command of its own: the verbs of the protocol, with its manifest given."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from penstock import cli
from penstock._version import __version__
from penstock.cli.folder import Folder
from penstock.cli.main import settle

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_VERBS = ("check", "discover", "read", "spec")


class _Verbs(Folder):
    """Finds only what the Airbyte protocol knows."""

    package = f"{cli.__name__}.verbs"

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        return super().get_command(ctx, cmd_name) if cmd_name in _VERBS else None


def run_connector(
    name: str,
    version: str,
    folder: Path,
    *,
    allow_custom_code: bool = False,
    arguments: Sequence[str] | None = None,
) -> None:
    """Run `NAME spec|check|discover|read` on the manifest in `folder`; exits as `penstock` does.

    A `masking.yaml` beside the manifest is the policy of the run, where the caller names no other.
    """
    told = f"{name} {version} (penstock {__version__})"
    group = click.version_option(version, message=told)(_Verbs(name, help=f"{name}, an Airbyte source."))
    settle()
    group.main(
        args=list(sys.argv[1:] if arguments is None else arguments),
        prog_name=name,
        default_map=_given(folder, allow_custom_code=allow_custom_code),
        help_option_names=["-h", "--help"],
    )


def _given(folder: Path, *, allow_custom_code: bool) -> Mapping[str, Mapping[str, str | bool]]:
    """What each verb takes where neither its options nor the environment say otherwise."""
    from penstock.plan.manifest import PACKAGED_POLICY

    policy = folder / PACKAGED_POLICY
    given: dict[str, str | bool] = {"manifest_path": str(folder / "manifest.yaml")}
    if policy.is_file():
        given["masking"] = str(policy)
    if allow_custom_code:
        given["allow_custom_code"] = True
    return dict.fromkeys(_VERBS, given)
