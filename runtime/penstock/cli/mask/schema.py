from __future__ import annotations

import json

import click

from penstock.cli.console import human_session


@click.command()
def command() -> None:
    """Print the JSON Schema of a masking policy, for editors.

    \b
    Example (yaml-language-server):
      penstock mask schema > penstock.policy.schema.json
      # then begin a policy with
      # yaml-language-server: $schema=penstock.policy.schema.json
    """
    with human_session() as console:
        from penstock.registry.schema import policy_schema

        console.out.text(json.dumps(policy_schema(), indent=2, ensure_ascii=False) + "\n")
