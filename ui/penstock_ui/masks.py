"""The form that gives several fields a mask at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from penstock.authoring import (
    ComponentSpec,
    FieldSpec,
    FieldView,
    Json,
    PenstockError,
    counted,
    field_schemas,
)
from penstock_builder.masking import mask_of, techniques
from penstock_builder.moves import mask_fields
from penstock_ui.problems import show_error
from penstock_ui.session import Session

_PROPOSED = "What each class proposes"


def show_bulk(session: Session, shown: Sequence[FieldView], chosen: Sequence[FieldView]) -> None:
    """Choose fields, a technique and its settings; one step masks them all."""
    by_name = {_name(field): field for field in shown}
    marked = [_name(field) for field in chosen]
    with st.container(border=True):
        names = st.multiselect(
            "Fields to mask",
            list(by_name),
            default=[name for name in marked if name in by_name],
            key=session.key(f"masking-fields:{hash(tuple(marked))}"),
            placeholder="choose rows of the grid, or fields here",
        )
        fields = [by_name[name] for name in names]
        known = techniques()
        left, right = st.columns([1, 2], gap="medium")
        with left:
            name = st.selectbox(
                "Technique",
                [_PROPOSED, *known],
                key="masking-technique",
                help="What becomes of the values wherever they leave.",
            )
        spec = known.get(name)
        with right:
            st.caption("Technique's settings" if spec is not None and spec.fields else "No settings")
            settings = _settings(spec) if spec is not None else {}
        if spec is not None:
            left.caption(spec.help.split("\n")[0])
        _buttons(session, fields, spec, settings)


def _buttons(
    session: Session, fields: Sequence[FieldView], spec: ComponentSpec | None, settings: Mapping[str, Json]
) -> None:
    problem: PenstockError | None = None
    masks: list[tuple[str, str, Json]] = []
    try:
        if spec is None:
            masks = [(f.stream, f.path, _proposal(f)) for f in fields if f.proposal]
        else:
            mask = mask_of(spec.type_name, settings)
            masks = [(f.stream, f.path, mask) for f in fields]
    except PenstockError as error:
        problem = error
    bare = [(f.stream, f.path, None) for f in fields if f.by == "manifest"]
    kept = [(f.stream, f.path, "keep") for f in fields]
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            f"Mask {counted(len(masks), 'field')}" if masks else "Mask",
            key="mask-fields",
            type="primary",
            icon=":material/lock:",
            disabled=not masks,
            on_click=session.changing(lambda: mask_fields(session.opened, masks)),
            help="One step, which undo takes back.",
        )
        st.button(
            "Leave in clear",
            key="mask-keep",
            disabled=not kept,
            on_click=session.changing(lambda: mask_fields(session.opened, kept)),
            help="Says `keep` in the manifest: somebody looked, and the fields are nobody's secret.",
        )
        st.button(
            "Take masks away",
            key="mask-remove",
            disabled=not bare,
            on_click=session.changing(lambda: mask_fields(session.opened, bare)),
            help="Masks of the manifest alone; those of a policy stay.",
        )
        left_out = len(fields) - len(masks)
        if spec is None and fields and left_out:
            st.caption(f"{counted(left_out, 'field')} without a proposal", width="content")
    if problem is not None and fields:
        show_error(problem)


def _name(field: FieldView) -> str:
    return f"{field.stream} · {field.path}"


def _proposal(field: FieldView) -> Json:
    settings = {name: value for name, value in field.proposal.items() if name != "type"}
    spec = techniques()[field.proposal["type"]]
    if spec.field("domain") is not None:
        settings.setdefault("domain", field.class_name)
    return mask_of(spec.type_name, settings)


def _settings(spec: ComponentSpec) -> dict[str, Json]:
    """The settings as they are typed, two in a line."""
    schemas = field_schemas(spec)
    found: dict[str, Json] = {}
    for begin in range(0, len(spec.fields), 2):
        pair = spec.fields[begin : begin + 2]
        for place, field in zip(st.columns(2), pair, strict=False):
            with place:
                found[field.name] = _setting(spec, field, schemas[field.name])
    return found


def _setting(spec: ComponentSpec, field: FieldSpec, schema: Json) -> Json:
    key = f"mask-setting-{spec.type_name}-{field.name}"
    label = field.name + (f" ({field.unit})" if field.unit else "") + (" *" if field.required else "")
    default = None if field.required else field.default
    items = schema.get("items", {}).get("enum")
    match schema.get("type"):
        case "integer":
            return st.number_input(label, value=default, step=1, key=key, help=field.doc)
        case "number":
            return st.number_input(label, value=default, key=key, help=field.doc)
        case "boolean":
            return st.toggle(label, bool(default), key=key, help=field.doc)
        case "array" if items:
            return st.multiselect(label, items, default or [], key=key, help=field.doc)
        case "array":
            text = st.text_input(label, key=key, help=f"{field.doc} Separate them by commas.")
            return [part.strip() for part in text.split(",") if part.strip()]
    if "enum" in schema:
        options = list(schema["enum"])
        index = options.index(default) if default in options else None
        return st.selectbox(label, options, index, key=key, help=field.doc, placeholder="choose one")
    placeholder = f"such as {field.examples[0]}" if field.examples else None
    text = st.text_input(label, default or "", key=key, help=field.doc, placeholder=placeholder)
    return text.strip()
