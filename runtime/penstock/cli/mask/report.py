from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import click

from penstock.cli.console import human_session

Json = Any


@click.command()
@click.argument("report", type=click.Path())
@click.argument("newer", type=click.Path(), required=False)
def command(report: str, newer: str | None) -> None:
    """Show the masking REPORT of a run as tables; with a NEWER one, what changed from the one to the other.

    \b
    Examples:
      penstock mask report reports/masking-20260301T120000Z-1a2b3c.json
      penstock mask report last-week.json today.json

    Exit codes: 0 shown, 1 not a report, 2 wrong usage.
    """
    with human_session() as console:
        from penstock.cli.inputs import read_json
        from penstock.errors import ConfigError

        told = [read_json(path, "report") for path in (report, newer) if path is not None]
        try:
            shown = _changes(*told) if newer is not None else _whole(*told)
        except (KeyError, TypeError, AttributeError, ValueError):
            raise ConfigError(
                f"{report if newer is None else f'{report} or {newer}'} is not a masking report",
                hint="a run writes one where its policy has a `report`",
            ) from None
        for part in shown:
            if isinstance(part, str):
                console.out.text(f"{part}\n")
            else:
                console.show(part)


def _whole(told: Mapping[str, Json]) -> list[Any]:
    keys = ", ".join(told["keys"]) or "none"
    return [f"run {told['run']}, policy {told['policy']}, keys: {keys}", *_tables(told)]


def _changes(old: Mapping[str, Json], new: Mapping[str, Json]) -> list[str]:
    from penstock.masking.report import differences

    for told in (old, new):
        _whole(told)  # raises where it is none
    return differences(old, new) or ["nothing changed"]


def _tables(report: Mapping[str, Json]) -> Iterator[Any]:
    """For each stream its fields, and what was withheld, detected and not classified, as far as there is any."""
    for name, told in report["streams"].items():
        counts = ("masked", "null")
        fields = [
            (f["path"], f["class"] or "", f["technique"], *(f"{f[count]:,}" for count in counts))
            for f in told["fields"]
        ]
        title = f"{name}: {told['records']:,} records"
        yield _table(title, ("field", "class", "technique", *counts), fields, numbers=counts)
        withheld = [(w["path"], w["why"], f"{w['records']:,}") for w in told["withheld"]]
        detected = [(found, f"{count:,}") for found, count in told["detected"].items()]
        unclassified = [(path, ", ".join(kinds)) for path, kinds in told["unclassified"].items()]
        for title, columns, rows in (
            (f"{name}: withheld", ("field", "why", "records"), withheld),
            (f"{name}: detected where no rule masks", ("class", "values"), detected),
            (f"{name}: not classified", ("field", "holds"), unclassified),
        ):
            if rows:
                yield _table(title, columns, rows, numbers=("records", "values"))


def _table(title: str, columns: tuple[str, ...], rows: list[Any], *, numbers: tuple[str, ...]) -> Any:
    from rich.table import Table
    from rich.text import Text

    table = Table(title=Text(title), title_justify="left")
    for column in columns:
        table.add_column(column, justify="right" if column in numbers else "left", overflow="fold")
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    return table
