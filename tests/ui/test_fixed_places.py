"""What appears on the page moves nothing in which somebody types: the browser would make that anew, and drop letters."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from streamlit.testing.v1.element_tree import Block, Button, Widget
from tests.ui.conftest import Serve
from tests.ui.opened import Opened, connector
from tests.ui.views.test_stream import ORDERS, RICH, Editor

from penstock.authoring import ConfigError
from penstock_builder.components import component_pointers
from penstock_ui import verb
from penstock_ui.screens import name_of, screens

ODD = "http://example.com/{{ config['nope'] }}"
"""What lint has something to say about in most fields."""


def places(page: Opened) -> dict[str, tuple[int, ...]]:
    """The containers around each widget that holds something, as their numbers from the outermost on."""

    def found(block: Block, path: tuple[int, ...]) -> Iterator[tuple[str, tuple[int, ...]]]:
        for number, node in block.children.items():
            if isinstance(node, Block):
                yield from found(node, (*path, number))
            elif isinstance(node, Widget) and not isinstance(node, Button):
                yield node.id, path

    return dict(found(page.app._tree, ()))


def moved(before: dict[str, tuple[int, ...]], after: dict[str, tuple[int, ...]]) -> list[str]:
    """The widgets that are in other containers than before."""
    return [name for name in before if name in after and before[name] != after[name]]


def moved_by_typing(page: Opened) -> list[tuple[str, list[str]]]:
    """The fields in which an odd text moves others, and what they move."""
    found = []
    for kind in ("text_input", "text_area"):
        for key in [each.key for each in getattr(page.app, kind) if not each.disabled]:
            field = next((each for each in getattr(page.app, kind) if each.key == key), None)
            if field is None or ":name" in key or "-name" in key:
                continue  # another name is another thing
            before = places(page)
            field.set_value(ODD)
            page.run()
            if others := moved(before, places(page)):
                found.append((key, others))
    return found


@pytest.mark.parametrize("shown", ["form", "yaml"])
def test_a_field_of_a_card_moves_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, shown: str
) -> None:
    """Whatever is wrong with its text."""
    page = Editor(tmp_path, monkeypatch)
    for pointer in component_pointers(page.draft):
        page.draft.replace_text(RICH)
        page.app.query_params.update({"card": pointer, "as": shown})
        page.run()
        assert moved_by_typing(page) == [], pointer


@pytest.mark.parametrize("view", [name_of(view) for view in screens("penstock_ui.views")])
def test_what_is_told_above_a_view_moves_nothing_in_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, view: str
) -> None:
    """Nor does what is typed in one of its fields."""
    connector(tmp_path)
    page = Opened(tmp_path, monkeypatch, manifest="shop/manifest.yaml", view=view, stream="orders")
    before = places(page)

    page.session.problem = ConfigError("something is wrong")
    page.run()

    assert "something is wrong" in page.said
    assert moved(before, places(page)) == []
    assert moved_by_typing(page) == []


@pytest.fixture(scope="module")
def builder(serve: Serve, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The builder on a connector that asks for a token."""
    folder = tmp_path_factory.mktemp("connectors")
    connector(folder)
    return serve(verb.APP, **{verb.FOLDER: str(folder), verb.DEMO: ""})


@pytest.mark.usefixtures("one_by_one")
def test_a_problem_of_one_field_does_not_interrupt_the_next(builder: str, page: Page) -> None:
    """The field is left, and its problem shows while somebody types below it."""
    page.goto(f"{builder}/?manifest=shop/manifest.yaml&view=stream&card={ORDERS}/requester")
    written = page.get_by_label("url", exact=True)
    below = page.locator('[class*="request_headers-0-template-value"] input')
    written.fill(ODD)
    below.click()
    below.press("End")
    for letter in "abcdefgh":
        page.keyboard.type(letter)
        page.wait_for_timeout(400)

    expect(page.get_by_text("which the spec does not declare").first).to_be_visible()
    expect(below).to_have_value("{{ config['token'] }}abcdefgh")


@pytest.mark.usefixtures("one_by_one")
def test_a_secret_that_is_taken_does_not_interrupt_the_next_field(builder: str, page: Page) -> None:
    """Its own field is emptied alone."""
    page.goto(f"{builder}/?manifest=shop/manifest.yaml&view=inputs")
    secret = page.get_by_label("token", exact=True)
    address = page.get_by_label("Address", exact=True)
    secret.fill("s3cret")
    address.click()

    for letter in "https://":
        page.keyboard.type(letter)
        page.wait_for_timeout(400)

    expect(secret).to_have_attribute("placeholder", "set")
    expect(secret).to_have_value("")
    expect(address).to_have_value("https://")
