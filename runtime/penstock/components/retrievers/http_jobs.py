"""The jobs of an HTTP API: the requests that create, watch, read and remove them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from penstock.components.requesters import Requester
from penstock.errors import ResponseError
from penstock.expressions.compile import Scope
from penstock.expressions.scope import Slice, slice_scope
from penstock.http.request import NO_OPTIONS, HttpResponse
from penstock.lean import dataclass
from penstock.masking.shape import describe
from penstock.records.cursor import Record
from penstock.records.jobs import Answered, JobSlice, Status
from penstock.records.pages import Decode, Paginator, Watch, read_pages
from penstock.records.resources import Resources
from penstock.records.select import Extract, FromAnswer, Selector

Json = Any


@dataclass(frozen=True, slots=True)
class HttpJobs:
    """Implements `records.jobs.JobApi`."""

    using: Resources
    decode: Decode
    creation: Requester
    polling: Requester
    status: Extract
    meaning: Mapping[str, Status]
    targets: Extract | None
    targets_request: Requester | None
    abortion: Requester | None
    deletion: Requester | None

    def create(self, slice_: Slice) -> Answered:
        response = self._send(self.creation, slice_)
        elements = self._elements(response)
        if not response.ok or not elements or not isinstance(elements[0], Mapping):
            told = describe(elements[0]) if elements else "nothing"
            raise self._wrong(f"expected an object that tells of the new job, got {told}", response)
        return Answered(_said(elements, response))

    def poll(self, slice_: Slice, created: Answered) -> tuple[Status, Answered]:
        response = self._send(self.polling, _with(slice_, creation_response=created.said))
        elements = self._elements(response)
        word = next(iter(_found(self.status, response, elements)), None)
        status = self.meaning.get(str(word))
        if word is None:
            raise self._wrong("the polling answer has no status where `status_extractor` looks", response)
        if status is None:
            raise self._wrong("the polling answer has a status that `status_mapping` does not name", response)
        targets: Iterable[Json] = ()
        if status == "completed" and self.targets is not None and self.targets_request is None:
            targets = _found(self.targets, response, elements)
        return status, Answered(_said(elements, response), tuple(targets))

    def abort(self, slice_: Slice, created: Answered) -> None:
        if self.abortion is not None:
            self._send(self.abortion, _with(slice_, creation_response=created.said))

    def delete(self, slice_: JobSlice) -> None:
        """Tell the API that what a job made is read. Raises StreamError."""
        if self.deletion is not None:
            self._send(self.deletion, slice_)

    def targets_of(self, slice_: JobSlice) -> Iterable[Json]:
        """What there is to download of a job that is completed. Raises StreamError."""
        if self.targets is None:
            return ("",)
        if self.targets_request is None:
            return slice_.targets
        told = Slice(None, None, {"polling_response": slice_.extra_fields["polling_response"]})
        response = self._send(self.targets_request, told)
        return tuple(_found(self.targets, response, self._elements(response)))

    def _send(self, requester: Requester, slice_: Slice) -> HttpResponse:
        return requester.fetch(_scope(self.using.config, slice_), NO_OPTIONS, None)

    def _elements(self, response: HttpResponse) -> list[Json]:
        return list(self.decode(response))

    def _wrong(self, message: str, response: HttpResponse) -> ResponseError:
        return ResponseError(f"stream {self.using.stream.name}: {message} (HTTP {response.status})")


@dataclass(frozen=True, slots=True)
class Download:
    """How the records of one target are read. `watch` gives who looks on, by stream."""

    requester: Requester
    decode: Decode
    paginator: Paginator
    watch: Callable[[str], Watch]

    def read(
        self, slice_: Slice, selector: Selector, config: Mapping[str, Json], stream: str
    ) -> Iterator[list[Record]]:
        """Give the records in batches. Raises StreamError."""

        def fetch(token: Json, scope: Scope) -> HttpResponse:
            options, path = self.paginator.options(token), self.paginator.path(token)
            return self.requester.fetch(scope, options, path, streams=self.decode.streams)

        scope = _scope(config, slice_)
        return read_pages(
            fetch, self.decode, selector, self.paginator, scope, None, stream, self.watch(stream)
        )


def with_target(slice_: JobSlice, target: Json) -> Slice:
    """A slice for one download."""
    return _with(slice_, download_target=target)


def _with(slice_: Slice, **names: Json) -> Slice:
    return Slice(slice_.partition, slice_.cursor_slice, {**slice_.extra_fields, **names})


def _scope(config: Mapping[str, Json], slice_: Slice) -> Scope:
    return {"config": config, "next_page_token": None, **slice_scope(slice_)}


def _found(extract: Extract, response: HttpResponse, elements: list[Json]) -> Iterable[Json]:
    if isinstance(extract, FromAnswer):
        return extract.extract(response, elements)
    return (found for element in elements for found in extract(element))


class _Headers(dict[str, str]):
    """Headers as templates read them: in whatever spelling."""

    def __missing__(self, name: str) -> str:
        for key, value in self.items():
            if key.lower() == name.lower():
                return value
        raise KeyError(name)


def _said(elements: list[Json], response: HttpResponse) -> Mapping[str, Json]:
    """What templates read of an answer: its object, and its headers and request where it has no such fields."""
    body = elements[0] if elements and isinstance(elements[0], Mapping) else {}
    request: dict[str, Json] = {}
    if response.request is not None:
        content, content_type = response.request.content()
        headers = {name: str(value) for name, value in response.request.options.headers.items()}
        if content_type:
            headers.setdefault("Content-Type", content_type)
        request = {
            "method": response.request.method,
            "url": response.request.full_url(),
            "headers": _Headers(headers),
            "body": content,
        }
    added = {"headers": _Headers(response.headers), "request": request}
    return {**body, **{name: value for name, value in added.items() if name not in body}}
