from __future__ import annotations

import re
from collections.abc import Iterator

from penstock.authoring import Node, Placed
from penstock_builder.lint import facts
from penstock_builder.lint.examples import Example, manifest, requester
from penstock_builder.lint.rule import Found, Rule


def _check(tree: Placed) -> Iterator[Found]:
    declared = facts.config_properties(tree)
    if declared is None or any(part.spec.takes_more for part in tree.walk()):
        return
    words: set[str] = set()
    seen: set[int] = set()
    for name, child in tree.node.value.items():
        if name != "spec":
            _words(child, words, seen)
    spec = tree.part("spec")
    for name, child in spec.node.value.items() if spec else ():
        if name != "connection_specification":
            _words(child, words, seen)
    if "*" in words:
        return
    for name, schema in declared.items():
        if name not in words and schema.get("const") is None:
            yield Found(
                schema,
                f"nothing reads `{name}` of the config, so users set it in vain",
                "read it by a template, or take it out",
                at_key=True,
            )


def _words(node: Node, words: set[str], seen: set[int]) -> None:
    if isinstance(node.value, str):
        words.update(re.findall(r"[\w-]+", node.value))
        if re.search(r"\bconfig\s*(?:\}\}|\||\[\s*[^'\"\s]|\.items\b|\.keys\b|\.values\b)", node.value):
            words.add("*")  # the config as a whole, or by a key that only the run knows
    elif id(node.value) not in seen:
        seen.add(id(node.value))
        words.update(facts.entries(node))
        for child in facts.children(node):
            _words(child, words, seen)


def _spec(name: str, mark: str) -> Example:
    return manifest(f"""
        spec:
          type: Spec
          connection_specification:
            type: object
            properties:
              api_key: {{type: string, airbyte_secret: true}}
              start_date: {{type: string}}
              {name}: {{type: string}}{mark}
    """)


RULE = Rule(
    "unused-config",
    "note",
    "Nothing reads a value of the config that users are asked for.",
    _check,
    fails=(_spec("region", " # <-"),),
    passes=(requester("request_parameters: {since: \"{{ config['start_date'] }}\"}"),),
)
