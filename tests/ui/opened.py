"""The builder's page without a browser: opened on a folder, at an address."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Button, Widget

from penstock_builder.draft import Draft
from penstock_ui import verb

MANIFEST = """\
version: "6.0.0"
type: DeclarativeSource
check: { type: CheckStream, stream_names: [orders] }
streams:
  - type: DeclarativeStream
    name: orders  # what was bought
    primary_key: id
    retriever:
      type: SimpleRetriever
      requester:
        type: HttpRequester
        url: "{{ config['url'] }}/orders"
        request_headers: { X-Token: "{{ config['token'] }}" }
      record_selector:
        type: RecordSelector
        extractor: { type: DpathExtractor, field_path: [items] }
    schema_loader:
      type: InlineSchemaLoader
      schema:
        type: object
        properties: { id: { type: integer }, at: { type: string } }
spec:
  type: Spec
  connection_specification:
    type: object
    required: [url, token]
    properties:
      url: { type: string, title: Address }
      token: { type: string, airbyte_secret: true }
"""


class Opened:
    """The page: `app` is Streamlit's test of it, `draft` what is open there."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch, **query: str) -> None:
        monkeypatch.setenv(verb.FOLDER, str(folder))
        monkeypatch.setenv(verb.DEMO, "")
        monkeypatch.setenv("PENSTOCK_UI_PLAIN", "1")
        self.app: Any = AppTest.from_file(str(verb.APP), default_timeout=60)
        for name, value in query.items():
            self.app.query_params[name] = value
        self.run()

    def run(self) -> None:
        """Draw the page; no view may fail."""
        self.app.run()
        assert not self.app.exception, [error.message for error in self.app.exception]

    @property
    def session(self) -> Any:
        """What the tab works on."""
        return self.app.session_state["penstock"]

    @property
    def draft(self) -> Draft:
        """The open draft."""
        found: Draft = self.session.draft
        return found

    @property
    def place(self) -> dict[str, str]:
        """The address."""
        return {
            name: self.app.query_params[name]
            if isinstance(self.app.query_params[name], str)
            else self.app.query_params[name][0]
            for name in self.app.query_params
        }

    def send_untouched(self, key: str, value: object, kind: str = "selectbox") -> None:
        """Draw the page after a run that was cut short before a box: what the browser shows there counts as chosen."""
        box = getattr(self.app, kind)(key=key)
        box.set_value(value)
        del self.app._session_state._state._new_widget_state[box.id]
        self.run()

    def send_all_untouched(self) -> None:
        """Draw the page after a run that drew nothing: all that the browser shows counts as chosen.

        Not buttons, and not what is in a form: these two are sent when they are clicked.
        """
        widgets = (
            each for each in self.app._tree if isinstance(each, Widget) and not isinstance(each, Button)
        )
        shown = [each for each in widgets if not getattr(each, "form_id", "") and each.value is not None]
        for each in shown:
            each._value = each.value
        known = self.app._session_state._state
        for each in shown:
            known._new_widget_state.states.pop(each.id, None)
            known._old_state.pop(each.id, None)
        self.run()

    def click(self, key: str) -> None:
        """Click a button."""
        self.app.button(key=key).click()
        self.run()

    def type(self, label: str, text: str) -> None:
        """Type into a text field, by its label."""
        field = next(each for each in [*self.app.text_input, *self.app.text_area] if each.label == label)
        field.set_value(text)
        self.run()

    @property
    def said(self) -> str:
        """All text of the page."""
        kinds = ("title", "markdown", "caption", "info", "success", "warning", "error", "code")
        return "\n".join(str(each.value) for kind in kinds for each in getattr(self.app, kind))


def connector(folder: Path, name: str = "shop", text: str = MANIFEST) -> Path:
    """A connector in a folder; gives its manifest."""
    path = folder / name / "manifest.yaml"
    path.parent.mkdir()
    path.write_text(text)
    return path
