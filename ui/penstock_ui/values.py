"""The values that a connector is tried with: a widget for each input, and the check of the connection."""

from __future__ import annotations

import datetime as dt
import json
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import streamlit as st

from penstock.authoring import PenstockError, secret_values
from penstock_builder.inputs import Input, inputs_of
from penstock_builder.masking import manifest_of, policy_text
from penstock_builder.workspace import TestValues
from penstock_ui.screens import coded, literal, marked
from penstock_ui.session import Session

Json = Any

_REFERENCE = "env:"
_PYTHON: Mapping[str, tuple[type, ...]] = {
    "integer": (int,), "number": (int, float), "array": (list,), "object": (dict,),
}  # fmt: skip


def show(session: Session, inputs: Sequence[Input]) -> None:
    """Draw the widgets, what is missing, and the check."""
    tried = session.values
    assert tried is not None
    st.markdown("**Values to test with**")
    if inputs:
        st.caption(
            "Secrets stay in memory. `env:NAME` in a text field takes the value from the variable NAME of the builder's "
            "environment, and is remembered."
        )
    for each in inputs:
        _widget(session, tried, each, each.name)
    if missing := tried.missing():
        st.warning("No value yet for " + ", ".join(map(coded, missing)), icon=":material/edit:")
    _check(session, ready=not missing)


def _widget(session: Session, tried: TestValues, shown: Input, path: str) -> None:
    label = literal(shown.title or shown.name) + ("" if shown.required else " (optional)")
    key = session.key(f"value:{path}")
    current = _current(tried.written, path)
    told = _help(shown)
    if shown.is_secret or tried.is_secret(path):
        _secret(session, tried, shown, path, label)
    elif shown.branches:
        _one_of(session, tried, shown, path, label)
    elif shown.type == "object" and isinstance(shown.schema.get("properties"), Mapping):
        with st.container(border=True):
            st.markdown(label)
            for inner in inputs_of(shown.schema):
                _widget(session, tried, inner, f"{path}.{inner.name}")
    elif isinstance(shown.schema.get("enum"), list):
        options = shown.schema["enum"]
        index = options.index(current) if current in options else None
        st.selectbox(
            label, options, index, key=key, help=told, placeholder=_default_of(shown),
            on_change=_write(tried, path, key, lambda value: value if value in options else None),
        )  # fmt: skip
    elif shown.type == "boolean":

        def is_on(value: Json) -> bool:
            return bool(shown.schema.get("default") if value is None else value)

        st.toggle(label, is_on(current), key=key, help=told, on_change=_write(tried, path, key, is_on))
    elif shown.schema.get("format") == "date" and (current is None or _day(current) is not None):
        st.date_input(
            label, _day(current), key=key, help=told, format="YYYY-MM-DD",
            on_change=_write(tried, path, key, _day, _iso),
        )  # fmt: skip
    else:
        _text(session, tried, shown, path, label)


def _write(
    tried: TestValues,
    path: str,
    key: str,
    shows: Callable[[Json], Json],
    says: Callable[[Json], Json] = lambda chosen: chosen,
) -> Callable[[], None]:
    """Writes what a widget says, where that is not what it `shows` of the value.

    Streamlit calls this too where nobody touched it: after a run that was cut short before the widget.
    """

    def write() -> None:
        chosen = st.session_state[key]
        if chosen != shows(_current(tried.written, path)):
            tried.set(path, says(chosen))

    return write


def _text(session: Session, tried: TestValues, shown: Input, path: str, label: str) -> None:
    """A text field; for numbers, lists and objects too: a reference may stand in each."""
    key = session.key(f"value:{path}")

    def write() -> None:
        text = str(st.session_state[key])
        if text == written(_current(tried.written, path)):
            session.kept.pop(f"wrong:{path}", None)
            return
        value, wrong = _said(text, shown)
        if _fitting(session, shown, path, value, wrong):
            tried.set(path, value)

    examples = shown.schema.get("examples")
    example = examples[0] if isinstance(examples, list) and examples else ""
    st.text_input(
        label,
        written(_current(tried.written, path)),
        key=key,
        on_change=write,
        help=_help(shown),
        placeholder=_default_of(shown) or (f"for example {example}" if example else ""),
    )
    _show_wrong(session, path)


def _said(text: str, shown: Input) -> tuple[Json, str]:
    """What a text says for an input, and what is wrong with it."""
    value = parsed(text, shown.type) if text else None
    return value, f"This is to be of type {shown.type}." if text and value is None else ""


def _fitting(session: Session, shown: Input, path: str, value: Json, wrong: str = "") -> bool:
    """Whether a value is one for the input; why it is not is kept for the field. What a reference gives is seen later."""
    is_open = value is None or (isinstance(value, str) and value.startswith(_REFERENCE))
    session.kept[f"wrong:{path}"] = wrong or ("" if is_open else shown.misfit(value))
    return not session.kept[f"wrong:{path}"]


def _show_wrong(session: Session, path: str) -> None:
    with st.container():  # also without one: it moves nothing below, where somebody may type
        if wrong := session.kept.get(f"wrong:{path}"):
            st.caption(f":red[{marked(wrong)}]")


def _secret(session: Session, tried: TestValues, shown: Input, path: str, label: str) -> None:
    """A password field. A value is never sent back to the browser; a reference is shown, as it is none."""
    typed = f"typed:{path}"
    key = session.key(f"value:{path}:{session.kept.get(typed, 0)}")
    current = _current(tried.written, path)

    def empty() -> None:  # this field alone is made anew: somebody types in the next already
        session.kept[typed] = session.kept.get(typed, 0) + 1

    def write() -> None:
        text = str(st.session_state[key])
        value, wrong = _said(text, shown)
        if text and not text.startswith(_REFERENCE):
            session.redactor.add(text, *secret_values(value, shown.schema))
        if text and _fitting(session, shown, path, value, wrong):
            tried.set(path, value)
            empty()

    def forget() -> None:
        tried.set(path, None)
        empty()

    is_reference = isinstance(current, str) and current.startswith(_REFERENCE)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.text_input(
            label,
            key=key,
            type="password",
            on_change=write,
            help=_help(shown),
            placeholder=str(current) if is_reference else "set" if current else "not set",
            autocomplete="off",
        )
        if current:
            st.button("Forget", key=f"forget-{path}", type="tertiary", on_click=forget)
    _show_wrong(session, path)


def _one_of(session: Session, tried: TestValues, shown: Input, path: str, label: str) -> None:
    """A choice of forms, and the widgets of the chosen one. What tells forms apart is set with the choice."""
    key = session.key(f"value:{path}")
    forms = list(shown.branches)
    titles = [str(form.get("title") or f"form {number}") for number, form in enumerate(forms, 1)]

    def at() -> int | None:
        current = _current(tried.written, path)
        return next((i for i, form in enumerate(forms) if _fits(form, current)), None)

    def write() -> None:
        title = st.session_state[key]
        chosen = None if title is None else titles.index(title)
        if chosen is not None and chosen != at():  # else nobody touched it, and the form may hold a secret
            session.change(lambda: tried.set(path, _constants(forms[chosen])))

    with st.container(border=True):
        index = at()
        st.selectbox(label, titles, index, key=key, on_change=write, placeholder="choose one")
        if index is not None:
            constants = _constants(forms[index])
            for inner in inputs_of(forms[index]):
                if inner.name not in constants:
                    _widget(session, tried, inner, f"{path}.{inner.name}")


def _constants(form: Mapping[str, Json]) -> dict[str, Json]:
    """What a form fixes: by `const`, or by an `enum` of one."""
    found = {}
    for each in inputs_of(form):
        options = each.schema.get("enum")
        if "const" in each.schema:
            found[each.name] = each.schema["const"]
        elif isinstance(options, list) and len(options) == 1:
            found[each.name] = options[0]
    return found


def _fits(form: Mapping[str, Json], value: Json) -> bool:
    constants = _constants(form)
    if not isinstance(value, Mapping):
        return False
    if constants:
        return all(value.get(name) == constant for name, constant in constants.items())
    return not set(value) - {each.name for each in inputs_of(form)}


def _current(values: Json, path: str) -> Json:
    for part in path.split("."):
        values = values.get(part) if isinstance(values, Mapping) else None
    return values


def rename(tried: TestValues, name: str, new: str) -> None:
    """Let a value follow the name of its input."""
    if name != new and name in tried.written:
        tried.set(new, tried.written[name])
        tried.set(name, None)


def parsed(text: str, kind: str) -> Json:
    """What a text says as a value of a JSON type; None where it is none. A reference is text in any type."""
    if kind == "string" or text.startswith(_REFERENCE):
        return text
    try:
        value = json.loads(text)
    except ValueError:
        return None
    if isinstance(value, bool):
        return value if kind == "boolean" else None
    return value if isinstance(value, _PYTHON.get(kind, ())) else None


def written(value: Json) -> str:
    """A value as a text field shows it."""
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _help(shown: Input) -> str | None:
    return literal(str(shown.schema.get("description") or "")) or None


def _default_of(shown: Input) -> str:
    default = shown.schema.get("default")
    return "" if default is None else f"by default {written(default)}"


def _day(value: Json) -> dt.date | None:
    try:
        return dt.date.fromisoformat(str(value))
    except ValueError:
        return None


def _iso(day: Json) -> str | None:
    return day.isoformat() if isinstance(day, dt.date) else None


_Ground = tuple[str, str | None, dict[str, Json]]
"""What a check goes by: the manifest's text, the policy beside it, and the values."""


@dataclass
class Checking:
    """A check of the connection in a thread; `succeeded` is None until it is over."""

    ground: _Ground = field(repr=False)  # it holds secrets
    succeeded: bool | None = None
    reason: str = ""


def _check(session: Session, *, ready: bool) -> None:
    def begin() -> None:
        session.kept["check"] = _begun(session)

    st.button(
        "Check connection",
        key="check-connection",
        icon=":material/wifi_tethering:",
        on_click=begin,
        disabled=not ready,
        help="Reads one record of the streams that the manifest's check names.",
    )
    found: Checking | None = session.kept.get("check")
    if found is None or found.ground != _ground(session):
        return
    if found.succeeded is None:
        _wait(found)
    elif found.succeeded:
        st.success("It works.", icon=":material/check_circle:")
    else:
        st.error(literal(found.reason), icon=":material/error:")


@st.fragment(run_every=0.3)
def _wait(found: Checking) -> None:
    if found.succeeded is None:
        st.info("Asking …", icon=":material/hourglass_top:")
    else:
        st.rerun()


def _begun(session: Session) -> Checking:
    assert session.values is not None
    found = Checking(_ground(session))
    try:
        manifest = manifest_of(session.opened)
        config = session.values.config()
    except PenstockError as error:
        return replace(found, succeeded=False, reason=error.message)

    def run() -> None:
        import penstock

        try:
            result = penstock.check(manifest, config)
        except PenstockError as error:
            found.reason = error.message
            found.succeeded = False
        else:
            found.reason = result.reason
            found.succeeded = result.succeeded

    threading.Thread(target=run, name="penstock-check", daemon=True).start()
    return found


def _ground(session: Session) -> _Ground:
    assert session.values is not None
    return session.opened.text, policy_text(session.opened.path), dict(session.values.written)
