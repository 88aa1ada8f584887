"""What manifests and APIs say is shown, and makes the browser fetch nothing: no image, no link, no markup of theirs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from google.protobuf.message import Message
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from tests.ui.opened import MANIFEST, Opened, connector

from penstock.testing.fake_api import FakeApi
from penstock_ui.screens import coded, literal, marked

IMAGE = "![x](http://evil.invalid/a.png)"
BREAKS = ("", "`", "`a\n\n", "]", "a]", "\\[a]", "**", "<b>")
_MARKDOWN = MarkdownIt("commonmark", {"html": True})
_NO_MARKDOWN = {"code", "html", "json"}  # what is shown letter by letter, and our own style sheets
_MARKED_UP = {"image", "link_open", "html_inline", "html_block"}


def _tokens(text: str) -> Iterator[str]:
    """The kinds of what a Markdown text holds."""
    for block in _MARKDOWN.parse(text):
        yield block.type
        yield from (inner.type for inner in block.children or ())


def _active(text: str) -> bool:
    """Whether a text shows an image, a link or HTML, taken whole or after a bracket that ends a directive early."""
    rests = [
        text,
        *(text[at + 1 :] for at, character in enumerate(text) if character == "]" and text[at - 1] != "\\"),
    ]
    return any(_MARKED_UP & set(_tokens(rest)) for rest in rests)


@given(st.text(alphabet="`[]()!\\\n ab:*<>", max_size=40))
@example("`a]![x](http://e)`")
@example("`a\n\n![x](http://e)`")
@example("`\\[a]![x](http://e)`")
def test_no_text_becomes_an_image_or_a_link(text: str) -> None:
    """Neither as plain text, as code nor as a message with code; in a colour too, which a bracket ends."""
    for shown in (literal(text), coded(text), marked(text)):
        assert not _active(f":red[{shown}]")
        assert not _active(shown)


def test_code_stays_code() -> None:
    """Expressions and paths are read best as such."""
    assert coded("config['token']") == "`config['token']`"
    assert marked("no field `a_b`, see *") == "no field `a_b`, see \\*"


def _texts(message: Message) -> Iterator[str]:
    """Every text of an element that Streamlit takes for Markdown: bodies, labels, helps, contents of options."""
    for field, value in message.ListFields():
        if field.message_type is not None:
            for inner in value if isinstance(value, list) or hasattr(value, "append") else [value]:
                if isinstance(inner, Message):
                    yield from _texts(inner)
        elif field.name in {"body", "label", "help", "content"} and isinstance(value, str):
            yield value


def _shown(page: Opened) -> list[str]:
    """The texts of the page, those that are code apart."""
    elements = [each for each in page.app if isinstance(getattr(each, "proto", None), Message)]
    return [text for each in elements if each.type not in _NO_MARKDOWN for text in _texts(each.proto)]


def _assert_harmless(page: Opened) -> None:
    assert not [text for text in _shown(page) if _active(text)]


@pytest.fixture
def hostile(tmp_path: Path) -> Path:
    """A manifest whose names and texts are Markdown that ends whatever is around it."""
    name = f"a]{IMAGE}"
    text = MANIFEST.replace("name: orders  #", f"name: {json.dumps(name)} #")
    text = text.replace("[orders]", f"[{json.dumps(f'`gone`{IMAGE}')}]").replace(
        "title: Address", f"title: {json.dumps(IMAGE)}, description: {json.dumps(f'**{IMAGE}')}"
    )
    text = text.replace("primary_key: id", f"{json.dumps(f'`]{IMAGE}')}: 1\n    primary_key: id")
    connector(tmp_path, text=text)
    return tmp_path


@pytest.mark.parametrize(
    "view", ["stream", "inputs", "masking", "problems", "text", "tests", "history", "data", "publish"]
)
def test_no_view_shows_markup_of_a_manifest(
    hostile: Path, monkeypatch: pytest.MonkeyPatch, view: str
) -> None:
    """In names, titles, descriptions, unknown fields, and in what the linter says of them."""
    page = Opened(hostile, monkeypatch, manifest="shop/manifest.yaml", view=view)

    assert any("evil" in text for text in _shown(page))
    _assert_harmless(page)


def test_a_problem_of_an_address_shows_no_markup(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A YAML text that does not read is told with a word of it."""
    connector(tmp_path, text=f"streams: *{IMAGE}")

    _assert_harmless(Opened(tmp_path, monkeypatch, manifest="shop/manifest.yaml", view="stream"))


@pytest.mark.parametrize("tab", ["records", "request", "answer", "schema", "state", "faults", "log", "why"])
def test_no_tab_shows_markup_of_an_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tab: str) -> None:
    """Keys of records, tokens and messages are an API's to choose."""
    record: Any = {"id": 1, f"`a]{IMAGE}": IMAGE, f"at]{IMAGE}": "2026-01-01T00:00:00Z"}
    with FakeApi() as api:
        api.on("/orders", lambda _: {"items": [record], f"x`{IMAGE}": [record], "next": f"`{IMAGE}"})
        connector(tmp_path)
        page = Opened(tmp_path, monkeypatch, manifest="shop/manifest.yaml", view="stream", tab=tab)
        page.session.values.update({"url": api.url, "token": "t-123456"})
        sample = page.session.test("orders").wait(20)
        page.run()

    assert sample.records
    assert "1 record" in page.said
    _assert_harmless(page)
