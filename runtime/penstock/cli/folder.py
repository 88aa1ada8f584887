"""A group of commands that are the modules of a package: adding one is adding a file."""

from __future__ import annotations

import importlib
import pkgutil

import click


class Folder(click.Group):
    """Finds the command NAME in the module NAME of `package`, as the module's `command`, when it is called."""

    package = ""

    def list_commands(self, ctx: click.Context) -> list[str]:
        found = importlib.import_module(self.package)
        return sorted(module.name.rstrip("_") for module in pkgutil.iter_modules(found.__path__))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        for name in (cmd_name, f"{cmd_name}_"):
            try:
                module = importlib.import_module(f"{self.package}.{name}")
            except ModuleNotFoundError as error:
                if error.name != f"{self.package}.{name}":
                    raise
                continue
            command: click.Command = module.command
            return command
        return None
