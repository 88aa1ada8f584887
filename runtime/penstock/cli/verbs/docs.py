from __future__ import annotations

import click

from penstock.cli.console import human_session


@click.command(short_help="Print the reference of the language, or of components.")
@click.argument("components", nargs=-1)
def command(components: tuple[str, ...]) -> None:
    """Print the reference of the language, or of some COMPONENTS, as Markdown.

    \b
    Examples:
      penstock docs > reference.md
      penstock docs CursorPagination Hmac
    """
    with human_session() as console:
        from penstock.errors import ConfigError
        from penstock.hints import did_you_mean
        from penstock.registry import all_components
        from penstock.registry.reference import reference

        for name in components:
            if name not in all_components():
                raise ConfigError(
                    f"there is no component `{name}`", hint=did_you_mean(name, all_components())
                )
        console.out.text(reference(components))
