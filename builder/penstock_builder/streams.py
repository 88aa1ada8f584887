"""Adds, copies, removes and renames streams of a draft; what names them or leads to them follows."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from typing import Any

from penstock.authoring import Node, Span
from penstock_builder.cards import card
from penstock_builder.components import resolved
from penstock_builder.draft import Draft, DraftError, NoSuchPlaceError
from penstock_builder.editing.change import with_item, with_key, with_value, without_value
from penstock_builder.editing.document import Document
from penstock_builder.editing.island import island, with_island
from penstock_builder.editing.links import references, retargeted, target_of, written_link
from penstock_builder.editing.places import Parts, parts_of, pointer_of

Json = Any

_STREAMS, _CHECKED = ("streams",), ("check", "stream_names")


@dataclass(frozen=True, slots=True)
class Stream:
    """A stream of `/streams`: its name, where it is listed, where it is written, and where its name is (if anywhere)."""

    name: str
    pointer: str
    place: str
    name_at: str


def streams(draft: Draft) -> list[Stream]:
    """The streams of `/streams`, in order; one whose name cannot be told is named by its number."""
    listed = draft.document.node(_STREAMS) if draft.document.root is not None else None
    found = []
    for index, _ in enumerate(listed.value if listed is not None and isinstance(listed.value, list) else ()):
        pointer = pointer_of((*_STREAMS, str(index)))
        whole = resolved(draft, pointer)
        named = whole.get("name") if whole is not None else None
        name = str(named.value) if named is not None else f"stream {index + 1}"
        at = _written_at(draft.document, named.span) if named is not None else None
        found.append(Stream(name, pointer, card(draft, pointer).place, pointer_of(at) if at else ""))
    return found


def add_stream(draft: Draft, name: str, url: str) -> str:
    """Add a stream that reads one address; gives its pointer. Raises DraftError where the name is taken."""
    _free(draft, name)
    made = {
        "type": "DeclarativeStream",
        "name": name,
        "retriever": {
            "type": "SimpleRetriever",
            "requester": {"type": "HttpRequester", "url": url, "http_method": "GET"},
            "record_selector": {
                "type": "RecordSelector",
                "extractor": {"type": "DpathExtractor", "field_path": []},
            },
        },
        "schema_loader": {
            "type": "InlineSchemaLoader",
            "schema": {"type": "object", "properties": {}},
        },
    }
    index = len(streams(draft))
    if index:
        draft.append(pointer_of(_STREAMS), made, f"add stream {name}")
    else:
        draft.set(pointer_of(_STREAMS), [made], f"add stream {name}")
    return pointer_of((*_STREAMS, str(index)))


def duplicate_stream(draft: Draft, name: str, new: str) -> str:
    """Add a copy of a stream under another name, comments included, below it; gives its pointer."""
    _free(draft, new)
    stream = _stream(draft, name)
    index = _index(stream) + 1
    place = (*_STREAMS, str(index))

    def copied(document: Document) -> Document:
        _refuse_numbers(document, index)
        source = parts_of(stream.place)
        inside = stream.name_at.startswith(stream.place + "/")
        name_at = (*place, *parts_of(stream.name_at)[len(source) :]) if inside else (*place, "name")
        text = island(document, source)
        document = with_item(document, _STREAMS, document.value(source), index)
        with contextlib.suppress(DraftError):  # an anchor may stand in one place only: then values are copied
            document = with_island(document, place, text)
        return with_value(document, name_at, new)

    draft.change(copied, f"duplicate stream {name}")
    return pointer_of(place)


def remove_stream(draft: Draft, name: str) -> None:
    """Remove a stream, its name in the check, and its definition if nothing else uses it.

    Raises DraftError where another part of the manifest refers to the stream by its number.
    """
    stream = _stream(draft, name)
    index = _index(stream)

    def removed(document: Document) -> Document:
        _refuse_numbers(document, index)
        listed = document.node((*_STREAMS, str(index)))
        reference = written_link(listed) if listed is not None else ""
        document = without_value(document, (*_STREAMS, str(index)))
        document = _unchecked(document, name)
        target = target_of(document, reference) if reference else None
        used = any(ref == reference or ref.startswith(reference + "/") for _, ref in references(document))
        return without_value(document, target) if target and not used else document

    draft.change(removed, f"remove stream {name}")


def rename_stream(draft: Draft, name: str, new: str) -> None:
    """Give a stream another name; the check, and a definition of the old name with all that refer to it, follow."""
    if new == name:
        return
    _free(draft, new)
    stream = _stream(draft, name)
    if not stream.name_at:
        raise DraftError(f"{stream.pointer}: the name of this stream is not written", hint="edit it as text")
    others = [other.name for other in streams(draft) if other.name_at == stream.name_at and other != stream]
    if others:
        raise DraftError(
            f"{draft.span(stream.name_at)}: other streams take their name from here too",
            hint=f"unlink `{stream.pointer}` first",
        )

    def renamed(document: Document) -> Document:
        document = with_value(document, parts_of(stream.name_at), new)
        checked = document.node(_CHECKED)
        for index, asked in enumerate(
            checked.value if checked is not None and isinstance(checked.value, list) else ()
        ):
            if asked.value == name:
                document = with_value(document, (*_CHECKED, str(index)), new)
        place = parts_of(stream.place)
        fresh = (*place[:-1], new)
        if place[0] == "definitions" and place[-1] == name and document.node(fresh) is None:
            old = "#/" + "/".join(place)
            document = with_key(document, place, new)
            document = retargeted(document, old, "#/" + "/".join(fresh))
        return document

    draft.change(renamed, f"rename stream {name} to {new}")


def _stream(draft: Draft, name: str) -> Stream:
    for stream in streams(draft):
        if stream.name == name:
            return stream
    raise NoSuchPlaceError(f"{draft.path.name}: there is no stream `{name}`")


def _free(draft: Draft, name: str) -> None:
    if any(stream.name == name for stream in streams(draft)):
        raise DraftError(f"{draft.path.name}: there is a stream `{name}` already", hint="choose another name")


def _index(stream: Stream) -> int:
    return int(parts_of(stream.pointer)[1])


def _refuse_numbers(document: Document, first: int) -> None:
    """Raise DraftError where a reference leads by its number to a stream that would get another."""
    for _, reference in references(document):
        parts = reference.split("/")
        if parts[1] == "streams" and len(parts) > 2 and parts[2].isdecimal() and int(parts[2]) >= first:
            raise document.refuse(
                (*_STREAMS, parts[2]),
                "this stream is referred to by its number, which would change",
                "unlink what refers to it first",
            )


def _unchecked(document: Document, name: str) -> Document:
    checked: Node | None = document.node(_CHECKED)
    values = (
        [node.value for node in checked.value]
        if checked is not None and isinstance(checked.value, list)
        else []
    )
    for index in reversed([number for number, value in enumerate(values) if value == name]):
        document = without_value(document, (*_CHECKED, str(index)))
    return document


def _written_at(document: Document, span: Span) -> Parts | None:
    """The place whose value begins at a line and column."""
    offset = document.lines.offset(span.line, span.col)
    found: Parts = ()
    piece = document.pieces
    while piece is not None and piece.entries:
        inside = next((e for e in piece.entries if e.start <= offset <= e.end), None)
        if inside is None:
            return None
        found, piece = (*found, inside.name), inside.value
        if piece.outset == offset and not piece.entries:
            return found
    return None
