"""Inputs that is left while the connection is checked: all that it showed counts as chosen, and changes nothing."""

from __future__ import annotations

import copy
from pathlib import Path

import pytest
from tests.ui.opened import MANIFEST, Opened, connector

from penstock.authoring import Json

HERE = {"manifest": "shop/manifest.yaml", "view": "inputs"}
OF_EVERY_KIND = (
    MANIFEST.replace("required: [url, token]", "required: [url, token, sub]")
    + """\
      flag: { type: boolean }
      is_new: { type: boolean, default: true }
      sub: { type: object, properties: { a: { type: string }, b: { type: integer }, c: { type: boolean } } }
      size: { type: string, enum: [small, large] }
      since: { type: string, format: date }
      pages: { type: integer }
      rate: { type: number }
      tags: { type: array }
      extra: { type: object }
      cred:
        type: object
        title: Way in
        oneOf:
          - title: Key
            properties: { kind: { const: key }, phrase: { type: string, airbyte_secret: true } }
          - title: OAuth
            properties: { kind: { const: oauth }, client: { type: string }, secret: { type: string, airbyte_secret: true } }
"""
)
SET = {
    "url": "http://127.0.0.1:9",
    "token": "t0ken",
    "flag": False,
    "is_new": False,
    "sub": {"a": "ä", "b": 0, "c": True},
    "size": "large",
    "since": "2026-01-31",
    "pages": 3,
    "rate": 1.0,
    "tags": ["é", 1],
    "extra": {"a": {"b": None}},
    "cred": {"kind": "oauth", "client": "me", "secret": "s3cret"},
}
REFERRED = {
    name: f"env:SHOP_{name.upper()}" for name in SET if name not in ("flag", "is_new", "size", "sub", "cred")
}
UNFIT = {
    "url": 5,
    "size": "medium",
    "since": "last year",
    "pages": "many",
    "tags": "a",
    "sub": "a",
    "cred": {"kind": 1},
}


@pytest.mark.parametrize(
    "values",
    [
        pytest.param({}, id="none"),
        pytest.param(SET, id="one of each"),
        pytest.param(REFERRED, id="references"),
        pytest.param({"sub": {}, "cred": {}}, id="empty objects"),
        pytest.param({"cred": {"kind": "key"}}, id="a form alone"),
        pytest.param(UNFIT, id="of another type than is declared"),
    ],
)
def test_what_nobody_touched_keeps_every_value(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, values: dict[str, Json]
) -> None:
    """What is set stays as it is, secrets too; what is not set stays so, and is told as missing; nothing is told anew."""
    connector(tmp_path, text=OF_EVERY_KIND)
    page = Opened(tmp_path, monkeypatch, **HERE)
    page.session.values.update(copy.deepcopy(values))
    page.session.refresh()
    page.run()
    missing, said = page.session.values.missing(), page.said

    page.send_all_untouched()

    assert page.session.values.written == values
    assert page.session.values.missing() == missing
    assert page.draft.text == OF_EVERY_KIND
    assert page.said == said


def test_what_was_filled_in_is_kept_when_the_view_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A form of several, chosen and filled in on the page."""
    connector(tmp_path, text=OF_EVERY_KIND)
    page = Opened(tmp_path, monkeypatch, **HERE)
    page.app.selectbox(key=page.session.key("value:cred")).set_value("OAuth")
    page.run()
    page.type("client (optional)", "me")
    page.type("secret (optional)", "s3cret")

    page.send_all_untouched()

    assert page.session.values.written == {"cred": {"kind": "oauth", "client": "me", "secret": "s3cret"}}


def test_what_is_touched_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each kind of widget, to a value and back."""
    connector(tmp_path, text=OF_EVERY_KIND)
    page = Opened(tmp_path, monkeypatch, **HERE)
    seen = []

    def put(kind: str, name: str, value: object) -> None:
        getattr(page.app, kind)(key=page.session.key(f"value:{name}")).set_value(value)
        page.run()
        seen.append(copy.deepcopy(page.session.values.written).get(name))

    put("toggle", "flag", True)
    put("toggle", "flag", False)
    put("toggle", "is_new", False)
    put("toggle", "is_new", True)
    put("selectbox", "size", "small")
    put("selectbox", "size", "large")
    put("text_input", "pages", "3")
    put("text_input", "pages", "")
    put("selectbox", "cred", "OAuth")
    put("selectbox", "cred", "Key")

    assert seen == [True, False, False, True, "small", "large", 3, None, {"kind": "oauth"}, {"kind": "key"}]


def test_a_problem_of_a_field_goes_with_what_was_typed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where the field is emptied again, so that its value is as it was."""
    connector(tmp_path, text=OF_EVERY_KIND)
    page = Opened(tmp_path, monkeypatch, **HERE)
    page.type("pages (optional)", "many")
    typed = page.said

    page.type("pages (optional)", "")

    assert "of type integer" in typed
    assert "of type integer" not in page.said


@pytest.mark.parametrize("name", ["cred", "size"])
def test_nothing_is_chosen_by_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """A box shows no choice where the value is none of its own; that is sent as such, and the value stays."""
    connector(tmp_path, text=OF_EVERY_KIND)
    page = Opened(tmp_path, monkeypatch, **HERE)
    page.session.values.update(copy.deepcopy(UNFIT))
    page.session.refresh()
    page.run()
    box = page.app.selectbox(key=page.session.key(f"value:{name}"))

    page.app._session_state._state._old_state[box.id] = box.options[0]
    page.send_untouched(box.key, None)

    assert page.session.values.written == UNFIT


@pytest.mark.parametrize("view", ["inputs", "stream"])
def test_another_connector_takes_nothing_of_what_was_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, view: str
) -> None:
    """Where it is opened while the connection of the first is checked: its inputs may have the same names."""
    connector(tmp_path, text=OF_EVERY_KIND)
    other = connector(tmp_path, "other", text=OF_EVERY_KIND.replace('version: "6.0.0"', 'version: "6.1.0"'))
    page = Opened(tmp_path, monkeypatch, manifest="shop/manifest.yaml", view=view)
    page.session.values.update(copy.deepcopy(SET))
    page.session.refresh()
    page.run()

    page.app.selectbox(key=page.session.key("rail:connector")).set_value(other)
    page.send_all_untouched()

    assert page.draft.path == other
    assert page.session.values.written == {}
    assert len(page.draft.revisions()) == 1
    assert page.session.values_of(tmp_path / "shop" / "manifest.yaml").written == SET
