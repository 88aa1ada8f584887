"""What an author does to a stream in one go: point at its records, its key, its cursor, the fields to mask.

Each is one revision of the draft. What the stream shares with others by `$ref` stays theirs: it is overridden beside
the reference, or changed in its definition where nobody else uses that.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from penstock.authoring import Json
from penstock_builder.draft import Draft
from penstock_builder.editing.change import with_item, with_value, without_value
from penstock_builder.editing.document import Document
from penstock_builder.editing.links import beside, is_shared, link_of, target_of, way_to
from penstock_builder.editing.places import NoSuchPlaceError, Parts, pointer_of
from penstock_builder.guess_notes import without_guess

_MASKS = "MaskFields"


def set_record_path(draft: Draft, stream: str, path: Sequence[str]) -> None:
    """Take records from a path of the answer; `*` stands for any key or index."""
    extractor = {"type": "DpathExtractor", "field_path": list(path)}

    def edit(now: Document) -> Document:
        now, at = _written(now, _stream(draft, stream), ("retriever", "record_selector", "extractor"))
        now = without_guess(now, at)
        written = now.written(at)
        known = isinstance(written, Mapping) and written.get("type", "DpathExtractor") == "DpathExtractor"
        if known and "$ref" not in written:
            return with_value(now, (*at, "field_path"), list(path))
        return with_value(now, at, extractor)

    draft.change(edit, f"{stream}: records at {'.'.join(path) or 'the top'}")


def set_primary_key(draft: Draft, stream: str, fields: Sequence[str]) -> None:
    """Tell records apart by fields; none takes the key away."""
    key = fields[0] if len(fields) == 1 else list(fields)
    _set(draft, stream, ("primary_key",), key if fields else None, f"{stream}: primary key")


def set_paginator(draft: Draft, stream: str, paginator: Json) -> None:
    """Ask for pages in this way; None for one page alone."""
    _set(draft, stream, ("retriever", "paginator"), paginator, f"{stream}: pagination")


def set_cursor(draft: Draft, stream: str, cursor: Json) -> None:
    """Read only what is new by this cursor; None reads all each time."""
    _set(draft, stream, ("incremental_sync",), cursor, f"{stream}: cursor")


def set_schema(draft: Draft, stream: str, schema: Json) -> None:
    """Declare what records hold."""
    loader = {"type": "InlineSchemaLoader", "schema": schema}

    def edit(now: Document) -> Document:
        now, at = _written(now, _stream(draft, stream), ("schema_loader",))
        now = without_guess(now, at)
        written = now.written(at)
        inline = isinstance(written, Mapping) and written.get("type") == "InlineSchemaLoader"
        if not inline:
            return with_value(now, at, loader)
        now, at = _written(now, at, ("schema",))
        return with_value(now, at, schema)

    draft.change(edit, f"{stream}: schema")


def mask_field(draft: Draft, stream: str, path: str, mask: Json) -> None:
    """Mask a field in this way wherever records leave; None leaves it as it is."""
    mask_fields(draft, [(stream, path, mask)])


def mask_fields(draft: Draft, masks: Sequence[tuple[str, str, Json]]) -> None:
    """Mask several fields, each a stream, a path and a mask; None leaves a field as it is. One revision."""

    def edit(now: Document) -> Document:
        for stream, path, mask in masks:
            now = _with_mask(now, _stream(draft, stream), path, mask)
        return now

    streams = {stream for stream, _, _ in masks}
    what = masks[0][1] if len(masks) == 1 else f"{len(masks)} fields"
    where = f"{masks[0][0]}: " if len(streams) == 1 else ""
    draft.change(
        edit, f"{where}{'mask' if any(mask is not None for _, _, mask in masks) else 'unmask'} {what}"
    )


def _with_mask(now: Document, stream: Parts, path: str, mask: Json) -> Document:
    now, at = _written(now, stream, ("transformations",))
    now = _without_mask(now, at, path)
    if mask is None:
        return now
    for index, fields in _masks(now, at):
        if now.written((*at, str(index), "mask")) == mask:
            return with_value(now, (*at, str(index), "fields"), [*fields, path])
    made = {"type": _MASKS, "fields": [path], "mask": mask}
    return with_item(now, at, made) if now.written(at) else with_value(now, at, [made])


def _without_mask(now: Document, at: Parts, path: str) -> Document:
    """The document in which no mask of a list of transformations names a path."""
    for index, fields in reversed(list(_masks(now, at))):
        left = [field for field in fields if field != path]
        if left == fields:
            continue
        place = (*at, str(index))
        now = with_value(now, (*place, "fields"), left) if left else without_value(now, place)
    return now if now.written(at) != [] else without_value(now, at)


def _masks(now: Document, at: Parts) -> Iterator[tuple[int, list[Json]]]:
    """The places and fields of the masks in a list of transformations."""
    transformations = now.written(at)
    for index, one in enumerate(transformations if isinstance(transformations, list) else ()):
        if isinstance(one, Mapping) and one.get("type") == _MASKS and isinstance(one.get("fields"), list):
            yield index, one["fields"]


def _set(draft: Draft, stream: str, path: Parts, value: Json, note: str) -> None:
    def edit(now: Document) -> Document:
        now, at = _written(now, _stream(draft, stream), path)
        now = without_guess(now, at)
        if value is not None:
            return with_value(now, at, value)
        return without_value(now, at) if now.written(at) is not None else now

    draft.change(edit, note)


def stream_pointer(draft: Draft, name: str) -> str:
    """Where a stream of the manifest is listed, as a pointer. Raises NoSuchPlaceError."""
    return pointer_of(_stream(draft, name))


def _stream(draft: Draft, name: str) -> Parts:
    """Where a stream is listed. Its name may be written in a definition, or come by `$parameters`."""
    listed = draft.value("/streams") if draft.exists("/streams") else []
    tree = draft.reading.tree
    read = tree.parts_in("streams") if tree is not None else []
    if len(read) == len(listed):
        names = [part.value("name") for part in read]
    else:
        names = [one.get("name") if isinstance(one, Mapping) else None for one in listed]
    if name not in names:
        raise NoSuchPlaceError(f"the manifest has no stream `{name}`")
    return ("streams", str(names.index(name)))


def _written(now: Document, at: Parts, path: Parts) -> tuple[Document, Parts]:
    """The place to write what `path` leads to from a component, references followed.

    A definition that only this place uses is written in. Of one that others use too, what stands on the way is copied
    beside the reference, where it wins.
    """
    for name in path:
        way = way_to(now, at, name)
        if any(is_shared(now, target) for target in way[1:]):
            now = beside(now, at, way[-1], name)
        else:
            at = way[-1]
        at = (*at, name)
    return now, _at_the_end(now, at)


def _at_the_end(now: Document, at: Parts) -> Parts:
    """Where a value that is itself a lone reference to a definition of its own is written."""
    written = now.written(at)
    is_lone = isinstance(written, str) or (isinstance(written, Mapping) and set(written) == {"$ref"})
    reference = link_of(written) if is_lone else ""
    target = target_of(now, reference) if reference else None
    return at if target is None or is_shared(now, target) else target
