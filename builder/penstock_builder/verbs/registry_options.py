"""Options of all commands that meet a registry. A password comes from standard input or a variable, never as a word."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import Any, TypeVar

import click

from penstock.authoring import ConfigError, Console
from penstock_builder.image.credentials import Credential
from penstock_builder.image.sources import Access

F = TypeVar("F", bound=Callable[..., Any])


def access_options(function: F) -> F:
    """Add `--username`, `--password-stdin`, `--password-env` and `--insecure`."""
    options: tuple[Callable[[F], F], ...] = (
        click.option(
            "--insecure",
            is_flag=True,
            help="Let a registry be met over HTTP; one of this machine always may.",
        ),
        click.option("--password-env", metavar="VARIABLE", help="The variable that holds the password."),
        click.option("--password-stdin", is_flag=True, help="Read the password from standard input."),
        click.option(
            "--username",
            metavar="NAME",
            help="The registry's user; by default who is logged in with podman or docker.",
        ),
    )
    for option in options:
        function = option(function)
    return function


def access_of(
    console: Console, username: str | None, password_env: str | None, *, password_stdin: bool, insecure: bool
) -> Access:
    """What the options say; the password is never shown from here on. Raises ConfigError."""
    if password_stdin and password_env:
        raise ConfigError("--password-stdin and --password-env do not go together")
    if bool(username) != bool(password_stdin or password_env):
        raise ConfigError("--username goes with --password-stdin or --password-env")
    if not username:
        return Access(insecure=insecure)
    if password_env:
        password = os.environ.get(password_env, "")
        if not password:
            raise ConfigError(f"the variable {password_env} is not set")
    else:
        password = sys.stdin.read().rstrip("\r\n")
    console.redactor.add(password)
    return Access(Credential(username, password), insecure)
