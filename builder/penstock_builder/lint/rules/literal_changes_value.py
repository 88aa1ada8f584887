from __future__ import annotations

from collections.abc import Iterator

from penstock.authoring import Node, Placed, coerce_text
from penstock_builder.lint import facts
from penstock_builder.lint.examples import Example, requester, stream
from penstock_builder.lint.rule import Found, Rule

_AS_THEY_COME = ("request_headers", "request_body_json", "refresh_request_body", "additional_jwt_payload")
"""Fields whose literals of any type are taken; parameters of the query take texts and lists alone."""


def _check(tree: Placed) -> Iterator[Found]:
    for part in tree.walk():
        if part.type_name == "AddedFieldDefinition":
            if part.value("value_type") is None:
                yield from _of(part.get("value"))
        elif part.type_name in (
            "HttpRequester",
            "RequestBodyJsonObject",
            "OAuthAuthenticator",
            "JwtAuthenticator",
        ):
            for name in (*_AS_THEY_COME, "value"):
                yield from _of(part.get(name))


def _of(node: Node | None) -> Iterator[Found]:
    if node is None:
        return
    if isinstance(node.value, dict):
        for key, child in node.value.items():
            if not facts.is_template(key) and _changes(key):
                yield Found(
                    child,
                    f"the key is read as a literal and goes out as `{coerce_text(key)}`",
                    "give the key by a template that makes it text",
                    at_key=True,
                )
            yield from _of(child)
    elif isinstance(node.value, list):
        for child in node.value:
            yield from _of(child)
    elif isinstance(node.value, str) and not facts.is_template(node.value):
        value = coerce_text(node.value)
        if _changes(node.value):
            yield Found(node, f"this text is read as a literal and comes out as `{value}`", _HINT)


def _changes(text: str) -> bool:
    """Whether a text, read as a literal, is written otherwise than before."""
    value = coerce_text(text) if text else ""
    return not isinstance(value, str) and not isinstance(value, list | dict) and str(value) != text


_HINT = "add `value_type: string` to the field, or write the literal in quotes of its own"


def _field(value: str, more: str = "", mark: str = "") -> Example:
    return stream(f"""
        transformations:
          - type: AddFields
            fields:
              - path: [code]{more}
                value: {value}{mark}
    """)


RULE = Rule(
    "literal-changes-value",
    "warning",
    "A text reads as a Python literal, and comes out as another value than it was written.",
    _check,
    fails=(
        _field('"1e5"', mark=" # <-"),
        _field('"1_000"', mark=" # <-"),
        requester("""
            http_method: POST
            request_body_json:
              since: "0x10" # <-
        """),
    ),
    passes=(
        _field('"1e5"', "\n                value_type: string"),
        _field('"0123"'),
        _field("\"{{ record['id'] }}\""),
    ),
)
