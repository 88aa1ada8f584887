from __future__ import annotations

import re
from collections.abc import Iterator

from penstock.authoring import Node, Placed, coerce_text
from penstock_builder.edit import Edit
from penstock_builder.lint import facts
from penstock_builder.lint.examples import requester
from penstock_builder.lint.rule import Fix, Found, Rule


def _check(tree: Placed) -> Iterator[Found]:
    for part in tree.walk():
        for field in part.spec.fields:
            node = part.get(field.name) if field.deprecated else None
            if node is None or (field.name == "path" and part.get("url_base") is not None):
                continue  # `path` goes together with `url_base`, which is told of
            yield Found(
                node,
                f"{part.type_name}.{field.name} is an older way to say it",
                f"use `{field.deprecated}`",
                at_key=True,
                fix=_merged_url(part) if field.name == "url_base" else (),
            )


def _merged_url(part: Placed) -> Fix:
    """`url_base` and `path` as one `url`, where that surely requests the same."""
    base, path = part.get("url_base"), part.get("path")
    if base is None or part.get("url") is not None or not _stands_here(base, part) or not _ends_plainly(base):
        return ()
    rename = Edit(base.key_line, base.key_col, "url_base", "url")
    if path is None:
        return (rename,)
    if not _stands_here(path, part) or not _continues_plainly(path) or _takes_paths_from_answers(part):
        return ()
    written, base_text = _line(path), _scalar(base)
    if base_text is None or written is None:
        return ()
    joined = base_text.rstrip("/") + "/" + path.value.lstrip("/")
    if coerce_text(joined) != joined:
        return ()
    old = _as_written(base)
    return (
        rename,
        Edit(base.line, base.col, old, _quoted_like(old, joined)),
        Edit(path.key_line, 1, written, ""),
    )


def _stands_here(node: Node, part: Placed) -> bool:
    """Whether a value is written in the mapping of its component, which nothing else shares."""
    return (
        not node.via
        and not part.node.via
        and not part.node.given
        and node.key_col == part.node.col
        and facts.is_block(part.node)
        and not _is_shared(part)
    )


def _is_shared(part: Placed) -> bool:
    """Whether the component, or one that holds it, may be used at other places too."""
    here: Placed | None = part
    while here is not None and here.above is not None:
        if here.node.via:
            return True
        here = here.above
    used = sum(1 for other in (here or part).find(part.type_name) if other.node.value is part.node.value)
    return used > 1 or "&" in _head(part.node)


def _head(node: Node) -> str:
    """The line on which the key of a mapping stands."""
    return facts.lines(node)[node.key_line - 1] if node.key_line else ""


def _takes_paths_from_answers(part: Placed) -> bool:
    """Whether a page token stands in for the path, which is then joined to what `url` holds."""
    holder = part.above
    return holder is None or next(holder.find("RequestPath"), None) is not None


def _ends_plainly(base: Node) -> bool:
    return (
        isinstance(base.value, str)
        and base.value.startswith(("https://", "http://"))
        and not base.value.endswith("}")
    )


def _continues_plainly(path: Node) -> bool:
    text = path.value.lstrip("/") if isinstance(path.value, str) else ""
    return (
        bool(re.match(r"[A-Za-z_]", text))
        and ".." not in text
        and "://" not in text
        and coerce_text(text) == text
    )


def _line(path: Node) -> str | None:
    """The whole line of `path: …`, with its end, where it holds nothing else."""
    line = facts.lines(path)[path.line - 1]
    alone = path.line == path.key_line and re.fullmatch(
        r"\s*path: *(\"[^\"]*\"|'[^']*'|[^\"'#\s][^#]*?)\s*", line
    )
    return line if alone else None


def _scalar(node: Node) -> str | None:
    """The text of a scalar that is written on one line."""
    return str(node.value) if _as_written(node) else None


def _as_written(node: Node) -> str:
    """How a scalar is written, where that is on one line and without escapes; else empty."""
    rest = facts.lines(node)[node.line - 1][node.col - 1 :]
    for form in (f'"{node.value}"', f"'{node.value}'", str(node.value)):
        if (
            rest.startswith(form)
            and node.line == node.key_line
            and not rest[len(form) :].split("#")[0].strip()
        ):
            return form
    return ""


def _quoted_like(old: str, text: str) -> str:
    quote = old[0] if old[0] in "\"'" else '"' if "{{" in text or ": " in text or " #" in text else ""
    if quote and (quote in text or "\\" in text):
        quote = "'" if quote == '"' else '"'
    return f"{quote}{text}{quote}"


RULE = Rule(
    "deprecated-field",
    "note",
    "A field is an older way to say what another field says.",
    _check,
    fails=(
        requester("""
            url_base: https://api.example.com/v1 # <-
            path: /orders
        """),
        requester(
            "authenticator: {type: ApiKeyAuthenticator, api_token: \"{{ config['api_key'] }}\", header: X-Key} # <-"
        ),
    ),
    passes=(requester("url: https://api.example.com/v1/orders"),),
)
