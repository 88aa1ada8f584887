from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect
from streamlit.testing.v1 import AppTest
from tests.ui.conftest import Serve, Shoot

APP = Path(__file__).parent / "editor_app.py"
LONG = 5_000


@pytest.fixture(scope="module")
def url(serve: Serve) -> str:
    return serve(APP)


@pytest.fixture(scope="module")
def long_url(serve: Serve) -> str:
    return serve(APP, LINES_OF_TEXT=str(LONG))


@pytest.fixture
def editor(page: Page, url: str) -> Locator:
    return opened(page, url)


def opened(page: Page, url: str) -> Locator:
    page.goto(url)
    found = page.get_by_role("textbox", name="Manifest")
    found.wait_for(timeout=20_000)
    return found


def told(page: Page) -> Locator:
    return page.get_by_text("told:")


def go_to_end_of_line(page: Page, editor: Locator, text: str) -> None:
    editor.locator(".cm-line").filter(has_text=text).first.click()
    page.keyboard.press("End")


def test_what_is_typed_is_told_after_a_pause(page: Page, editor: Locator) -> None:
    """Python gets the text once, 600 ms after the last key, and what is typed meanwhile stays."""
    go_to_end_of_line(page, editor, "7.39.1")

    page.keyboard.type("  # run", delay=20)

    expect(page.get_by_text("first: version: 7.39.1 # run")).to_be_visible()
    expect(told(page)).to_have_text("told: pause")
    page.keyboard.type("!")
    expect(page.get_by_text("# run!", exact=False).last).to_be_visible()
    expect(editor).to_contain_text("# run!")


def test_letters_are_no_shortcuts_of_the_page(page: Page, editor: Locator) -> None:
    """Streamlit takes `r` for "run again" and `c` for "clear the cache", but not from here."""
    go_to_end_of_line(page, editor, "7.39.1")

    page.keyboard.type("rc")

    expect(editor).to_contain_text("7.39.1rc")
    expect(page.get_by_text("Clear caches")).not_to_be_visible()


@pytest.mark.parametrize(("keys", "reason"), [("Control+s", "save"), ("Control+Enter", "run")])
def test_keys_tell_the_text_at_once(page: Page, editor: Locator, keys: str, reason: str) -> None:
    """Also a text that Python knows already: somebody asked."""
    editor.click()

    page.keyboard.press(keys)

    expect(told(page)).to_have_text(f"told: {reason}")


def test_leaving_the_editor_tells_the_text(page: Page, editor: Locator) -> None:
    """Escape, then Tab, moves on: nobody without a mouse is caught. Tab alone indents."""
    go_to_end_of_line(page, editor, "7.39.1")
    page.keyboard.type("0")

    page.keyboard.press("Escape")
    page.keyboard.press("Tab")

    expect(editor).not_to_be_focused()
    expect(told(page)).to_have_text("told: blur")


def test_a_problem_is_told_where_it_is(page: Page, editor: Locator, shoot: Shoot) -> None:
    """A mark in the gutter, a wavy line, and message and hint under the mouse."""
    expect(page.locator(".cm-lint-marker-warning")).to_have_count(1)

    page.locator(".cm-lintRange-warning").hover()

    expect(page.locator(".cm-tooltip")).to_contain_text("a stream needs a primary key [no-primary-key]")
    expect(page.locator(".cm-tooltip")).to_contain_text("say which field is unique")
    shoot("editor-problem")


def test_fields_of_the_component_are_offered(page: Page, editor: Locator, shoot: Shoot) -> None:
    """Only those that it has and the text has not, each with its doc."""
    go_to_end_of_line(page, editor, "https://api.example.com/orders")
    page.keyboard.press("Enter")

    page.keyboard.type("http_m")

    offered = page.get_by_role("option", name=re.compile("http_method"))
    expect(offered).to_be_visible()
    expect(page.locator(".cm-completionInfo")).to_be_visible()
    shoot("editor-completion")
    page.keyboard.press("Enter")
    expect(editor).to_contain_text("http_method: ")
    page.keyboard.type("PO")
    expect(page.get_by_role("option", name="POST")).to_be_visible()


def test_types_that_fit_are_offered(page: Page, editor: Locator) -> None:
    """After `type:` stand the components of the place, no others."""
    go_to_end_of_line(page, editor, "https://api.example.com/orders")

    page.keyboard.type("\nauthenticator:\n  type: ")
    page.keyboard.press("Control+Space")

    expect(page.get_by_role("option", name="BearerAuthenticator")).to_be_visible()
    expect(page.get_by_role("option", name="HttpRequester")).to_have_count(0)


def test_names_of_the_config_are_offered(page: Page, editor: Locator) -> None:
    """In a template, what `config` holds."""
    go_to_end_of_line(page, editor, "https://api.example.com/orders")

    page.keyboard.type("{{ config['")
    page.keyboard.press("Control+Space")

    expect(page.get_by_role("option", name="api_key")).to_be_visible()


def test_a_key_tells_what_it_means(page: Page, editor: Locator) -> None:
    """The doc of the field under the mouse."""
    editor.get_by_text("requester", exact=True).hover()

    expect(page.locator(".penstock-doc")).to_contain_text("SimpleRetriever.requester")


def test_an_edit_elsewhere_replaces_the_text(page: Page, editor: Locator) -> None:
    """A form's edit, or an undo, comes from Python; what is typed after it counts again."""
    page.get_by_role("button", name="Rename").click()
    expect(editor).to_contain_text("name: invoices")
    page.get_by_role("button", name="Undo").click()
    expect(editor).to_contain_text("name: orders")

    go_to_end_of_line(page, editor, "7.39.1")
    page.keyboard.type("0")
    expect(page.get_by_text("first: version: 7.39.10")).to_be_visible()
    page.get_by_role("button", name="Undo").click()

    expect(editor).not_to_contain_text("7.39.10")


def test_a_place_is_gone_to_once(page: Page, long_url: str) -> None:
    """`focus` scrolls when its token changes, and never again by itself."""
    editor = opened(page, long_url)

    page.get_by_role("button", name="Go").click()

    expect(editor).to_be_focused()
    line = page.locator(".cm-activeLineGutter").first
    expect(line).to_have_text(re.compile(r"^2\d{3}$"))
    page.keyboard.press("Control+Home")
    page.get_by_role("button", name="Again").click()
    expect(line).to_have_text("1")


def test_of_a_long_manifest_only_a_part_is_drawn(page: Page, long_url: str) -> None:
    """In the middle of 5,000 lines only those that are seen are drawn."""
    editor = opened(page, long_url)
    page.get_by_role("button", name="Go").click()
    expect(editor).to_be_focused()
    expect(page.locator(".cm-activeLineGutter").first).to_have_text(re.compile(r"^2\d{3}$"))

    page.keyboard.press("End")
    page.keyboard.type("abcdefghijklmnopqrst")

    expect(page.locator(".cm-activeLine")).to_contain_text("abcdefghijklmnopqrst")
    assert page.locator(".cm-line").count() < 200


def test_the_library_travels_once(page: Page, url: str) -> None:
    """Half a megabyte is not sent again at each edit."""
    sizes: list[int] = []
    page.on("websocket", lambda socket: socket.on("framereceived", lambda frame: sizes.append(len(frame))))
    editor = opened(page, url)

    go_to_end_of_line(page, editor, "7.39.1")
    page.keyboard.type("0")
    expect(told(page)).to_have_text("told: pause")

    assert sum(size > 100_000 for size in sizes) == 1
    assert len(sizes) > 2


@pytest.mark.parametrize("color_scheme", ["dark"])
def test_the_editor_is_dark_where_the_page_is(page: Page, editor: Locator, shoot: Shoot) -> None:
    """Colours are the page's."""
    shown = page.locator(".cm-editor").evaluate("node => getComputedStyle(node).backgroundColor")

    red, green, blue = (int(part) for part in re.findall(r"\d+", shown)[:3])
    assert max(red, green, blue) < 80
    shoot("editor-dark")


def test_search_opens_in_the_editor(page: Page, editor: Locator) -> None:
    """Ctrl+F finds also what is not drawn."""
    editor.click()

    page.keyboard.press("Control+f")

    expect(page.locator(".cm-search")).to_be_visible()


def test_without_a_browser_the_editor_is_a_text_area() -> None:
    """Its events are the same, each told once; a text from elsewhere replaces what stands there."""
    app = AppTest.from_file(str(APP)).run(timeout=20)
    assert app.text[0].value == "told:"
    assert any("line 5, `name: orders`: warning[no-primary-key]" in told.value for told in app.markdown)

    app.text_area(key="editor").set_value("version: 1\n").run()
    assert [text.value for text in app.text] == ["told: blur", "lines: 1, first: version: 1"]
    app.button[3].click().run()
    assert app.text[0].value == "told: blur"
    app.button[0].click().run()

    assert "orders" in (app.text_area(key="editor").value or "")
    assert app.text[0].value == "told: blur"


def test_plain_widgets_can_be_asked_for(page: Page, serve: Serve) -> None:
    """`PENSTOCK_UI_PLAIN=1` gives them in a browser too."""
    page.goto(serve(APP, PENSTOCK_UI_PLAIN="1"))

    expect(page.get_by_text("say which field is unique")).to_be_visible(timeout=20_000)
    expect(page.locator(".cm-editor")).to_have_count(0)
