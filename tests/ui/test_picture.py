"""README's picture of the builder: made here, of the demo after a test read, and true as long as this passes.

`PENSTOCK_UPDATE_PICTURES=1` makes it anew.
"""

from __future__ import annotations

import io
import os
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, expect
from tests.ui.started import penstock_ui

ROOT = Path(__file__).parents[2]
PICTURE = ROOT / "docs" / "builder.png"
SIZE = {"width": 1366, "height": 768}
MOST_BYTES = 250_000
UPDATE = "PENSTOCK_UPDATE_PICTURES"

LANDMARKS = {
    "rail-streams": ("customers", "orders", "order_lines"),
    "rail-views": ("Masking", "Data", "Tests & recordings", "History", "Publish"),
    "topbar": ("bookshop", "0 errors", "fields masked", "Undo"),
    "chapters": ("Endpoint", "Authentication", "Records", "Pages", "Incremental", "Transformations"),
    "summary": ("57 records · 3 pages", "all was read"),
    "stepper": ("Page 1 of 3",),
    "evidence-tab": ("Records", "Request", "Answer", "Schema", "State", "DuckDB"),
    "evidence [data-testid=stDataFrame]": ("***",),
}
"""What the picture shows: words by the part of the page they stand in."""


def test_the_demo_looks_like_its_picture(page: Page) -> None:
    """Every part that the picture shows is in sight, without scrolling, after one click."""
    page.set_viewport_size(SIZE)  # type: ignore[arg-type]  # a TypedDict, written as a constant
    with penstock_ui("--demo") as address:
        page.goto(address)
        page.locator(".st-key-test-run button").first.click()
        for part, words in LANDMARKS.items():
            place = page.locator(f".st-key-{part}").first
            for word in words:
                expect(place).to_contain_text(word)
            expect(place).to_be_in_viewport()
        if os.environ.get(UPDATE):
            draw(page)


def draw(page: Page) -> None:
    page.mouse.move(SIZE["width"] - 1, SIZE["height"] - 1)
    page.locator("[data-testid=stApp][data-test-script-state=notRunning]").wait_for()
    page.wait_for_timeout(1000)  # tables are drawn on canvases after the page
    image = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    image.quantize(256, dither=Image.Dither.NONE).save(PICTURE, optimize=True)


def test_the_picture_is_small_and_in_readme() -> None:
    """A laptop's screen, and nothing that makes README slow."""
    with Image.open(PICTURE) as image:
        assert image.size == (SIZE["width"], SIZE["height"])

    assert PICTURE.stat().st_size < MOST_BYTES
    assert f"]({PICTURE.relative_to(ROOT).as_posix()})" in (ROOT / "README.md").read_text(encoding="utf-8")
