from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect
from streamlit.testing.v1 import AppTest
from tests.ui.conftest import Serve, Shoot

from penstock_ui.components import TreeAction

APP = Path(__file__).parent / "tree_app.py"


@pytest.fixture(scope="module")
def url(serve: Serve) -> str:
    return serve(APP)


@pytest.fixture
def tree(page: Page, url: str) -> Locator:
    page.goto(url)
    found = page.get_by_role("tree", name="JSON")
    found.wait_for(timeout=20_000)
    return found


def node(tree: Locator, name: str) -> Locator:
    return tree.get_by_role("treeitem").filter(has=tree.page.locator(f".key:text-is('{name}')")).first


def test_a_list_gives_its_path(page: Page, tree: Locator) -> None:
    """A click on a node offers what fits it; the choice is told with the node's path."""
    node(tree, "orders").click()
    expect(tree.get_by_role("button")).to_have_text(["Use as record path"])

    tree.get_by_role("button", name="Use as record path").click()

    expect(page.get_by_text("chosen: records ['data', 'orders']")).to_be_visible()


def test_a_field_of_a_record_gives_its_path(page: Page, tree: Locator, shoot: Shoot) -> None:
    """Opening a list opens its first record."""
    node(tree, "orders").locator(".fold").click()
    node(tree, "email").click()
    expect(tree.get_by_label("Actions").get_by_role("button")).to_have_text(["Primary key", "Cursor", "Mask"])
    shoot("tree-actions")

    tree.get_by_role("button", name="Mask").click()

    expect(page.get_by_text("chosen: mask ['data', 'orders', 0, 'email']")).to_be_visible()


def test_the_tree_is_used_by_keyboard(page: Page, tree: Locator) -> None:
    """Arrows move and fold, Enter offers the actions and chooses, Escape goes back."""
    page.get_by_role("searchbox").focus()
    page.keyboard.press("Tab")
    for key in ("ArrowDown", "ArrowDown", "ArrowRight", "ArrowRight", "ArrowDown"):
        page.keyboard.press(key)
    expect(node(tree, "id")).to_be_focused()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    expect(node(tree, "0")).to_have_attribute("aria-expanded", "false")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")

    page.keyboard.press("Enter")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")

    expect(page.get_by_text("chosen: cursor ['data', 'orders', 0, 'id']")).to_be_visible()


def test_long_lists_and_texts_are_cut(tree: Locator) -> None:
    """The first 100 children, then more at a click; of a text the beginning, and its length."""
    node(tree, "orders").locator(".fold").click()
    expect(node(tree, "99")).to_have_count(1)
    expect(node(tree, "100")).to_have_count(0)
    expect(node(tree, "note")).to_contain_text("(300 characters)")

    tree.get_by_role("button", name="Show more (150 left)").click()

    expect(node(tree, "199")).to_have_count(1)
    expect(node(tree, "200")).to_have_count(0)


def test_nodes_tell_what_is_known_of_them(tree: Locator) -> None:
    """Length of lists, marks, locks of masked values, and numbers as they were written."""
    expect(node(tree, "orders")).to_contain_text("[250]")
    expect(node(tree, "big")).to_contain_text("12345678901234567890")

    node(tree, "orders").locator(".fold").click()

    expect(node(tree, "id")).to_contain_text("primary key")
    expect(node(tree, "email").get_by_label("masked")).to_be_visible()
    expect(node(tree, "updated_at").get_by_label("masked")).to_be_visible()
    expect(node(tree, "id").get_by_label("masked")).to_have_count(0)


def test_the_tree_comes_back_as_it_was_left(page: Page, tree: Locator) -> None:
    """What is open is open still, and the list is where it was scrolled to."""
    node(tree, "orders").locator(".fold").click()
    tree.evaluate("list => { list.scrollTop = 300 }")

    page.get_by_text("Away").click()
    expect(tree).to_be_hidden()
    page.get_by_text("Away").click()

    expect(node(tree, "email")).to_be_attached()
    assert tree.evaluate("list => list.scrollTop") == 300


def test_search_finds_keys_and_values(page: Page, tree: Locator) -> None:
    """Also in what is folded, each with its whole path."""
    page.get_by_role("searchbox").fill("orders.249")
    expect(tree).to_contain_text("Nothing found")

    page.get_by_role("searchbox").fill("updated")

    expect(tree.get_by_role("treeitem").first).to_contain_text("data.orders.0.updated_at")
    tree.get_by_role("treeitem").first.click()
    expect(tree.get_by_role("button", name="Cursor")).to_be_visible()


@pytest.mark.parametrize("color_scheme", ["dark"])
def test_the_tree_is_readable_in_the_dark(page: Page, tree: Locator, shoot: Shoot) -> None:
    """Text is light where the page is dark."""
    red, green, blue = tree.evaluate(
        "node => getComputedStyle(node).color.match(/\\d+/g).slice(0, 3).map(Number)"
    )

    assert min(red, green, blue) > 150
    shoot("tree-dark")


def test_without_a_browser_the_tree_is_a_list_of_paths() -> None:
    """Its events are the same."""
    app = AppTest.from_file(str(APP)).run(timeout=20)
    assert [button.label for button in app.button] == []

    app.selectbox(key="tree-path").select_index(2).run()
    assert [button.label for button in app.button] == ["Use as record path"]
    app.button[0].click().run()

    assert app.text[0].value == "chosen: records ['data', 'orders']"


@pytest.mark.parametrize(
    ("action", "path", "value", "fits"),
    [
        pytest.param("any", (), {}, True, id="any-fits-all"),
        pytest.param("list", ("data",), [1], True, id="list"),
        pytest.param("list", ("data",), {}, False, id="object-is-no-list"),
        pytest.param("field", ("data", 0, "id"), 1, True, id="field-of-a-record"),
        pytest.param("field", ("data", 0), {}, False, id="record-is-no-field"),
        pytest.param("field", ("data", "next"), 1, False, id="beside-the-records"),
        pytest.param("field", ("id",), 1, True, id="the-answer-is-the-record"),
    ],
)
def test_an_action_is_offered_where_it_fits(
    action: str, path: tuple[str | int, ...], value: object, fits: bool
) -> None:
    """Lists may be record paths, fields of records may be keys."""
    offered = TreeAction("name", "label", action)  # type: ignore[arg-type]  # one of the words, from the table

    assert offered.fits(path, value) is fits
