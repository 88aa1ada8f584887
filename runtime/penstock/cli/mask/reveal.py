from __future__ import annotations

import sys
from typing import IO

import click


@click.command()
@click.argument("policy", type=click.Path())
@click.argument("file", type=click.File(encoding="utf-8", errors="surrogateescape"), default="-")
@click.option(
    "--class",
    "class_name",
    default="",
    metavar="NAME",
    help="Each line is a bare value of this class of the policy.",
)
def command(policy: str, file: IO[str], class_name: str) -> None:
    """Give back the values behind what Encrypt and FormatPreserving made, with the keys of POLICY.

    Reads FILE, or standard input, line by line: objects such as {"stream": "orders", "path": "email", "value": "…"},
    the lines of a quarantine file, or with --class bare values. Values go to standard output and nowhere else.

    \b
    Examples:
      penstock mask reveal policy.yaml masked.jsonl
      penstock mask reveal policy.yaml quarantine/20260301T120000Z-1a2b3c.jsonl
      echo k1_pVbnJ8y2 | penstock mask reveal policy.yaml --class email

    Exit codes: 0 all is revealed, 1 a line could not be or nothing could start, 2 wrong usage.
    """
    from penstock.cli.console import human_session

    with human_session() as console:
        from penstock.plan.policy import load_policy
        from penstock.sync.mask_reveal import reveal_lines

        failed = False
        for revealed in reveal_lines(load_policy(policy), file, class_name):
            if revealed.problem:
                failed = True
                console.err.text(f"{revealed.problem}\n")
            else:
                console.out.text(f"{revealed.line}\n")
        if failed:
            sys.exit(1)
