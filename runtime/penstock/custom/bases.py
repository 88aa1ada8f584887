"""What classes of a connector's own are written on, one base for each kind. The methods that raise are to be written."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, ClassVar

from penstock.expressions.compile import Scope
from penstock.expressions.scope import Slice
from penstock.http.request import NO_OPTIONS, HttpRequest, HttpResponse, RequestOptions, Send
from penstock.http.retry import Outcome, Resolution
from penstock.http.statuses import default_resolution
from penstock.lean import dataclass
from penstock.records.cursor import Cursor, Record
from penstock.records.pages import Page
from penstock.records.stream import ParentsRead, Partition, Router, WindowTest

Json = Any
Expression = Callable[[Scope], Json]
"""A text of the manifest that reads more than the config, such as `{{ record['id'] }}`; call it with those names."""


@dataclass(frozen=True, slots=True)
class Context:
    """What a custom class may use of the run.

    `send` sends one request with Penstock's time-outs and size limit, unsigned and once. `secret` tells of a token that
    came up and must not be shown. `clock` gives the current moment with its zone, `sleep` waits for some seconds.
    """

    config: Mapping[str, Json]
    parameters: Mapping[str, Json]
    stream: str
    send: Send
    secret: Callable[[str], None]
    clock: Callable[[], dt.datetime]
    sleep: Callable[[float], None]


class Custom:
    """Base of all: what it annotates are its fields. Do set-up in `prepare`, not in `__init__`."""

    context: Context

    def __init__(self, context: Context, fields: Mapping[str, Any]) -> None:
        self.context = context
        for name, value in fields.items():
            setattr(self, name, value)
        self.prepare()

    def prepare(self) -> None:
        """Run once, when the fields are there."""


class Authenticator(Custom):
    """Proves to the API who asks: puts credentials into requests, or signs each whole request."""

    def options(self) -> RequestOptions:
        """The credentials of this moment."""
        return NO_OPTIONS

    def sign(self, request: HttpRequest) -> HttpRequest:
        """The request as it is to be sent, with everything else in it already."""
        return request

    def refresh(self) -> None:
        """Get new credentials; for the action REFRESH_TOKEN_THEN_RETRY."""

    def token(self) -> str:
        """The bare token, where there is one."""
        return ""


class Requester(Custom):
    """Makes and sends requests."""

    def fetch(self, scope: Scope, injected: RequestOptions, path: str | None) -> HttpResponse:
        """Send one request; `injected` is what paginator and slice put in, `path` the URL of the next page."""
        raise NotImplementedError


class Decoder(Custom):
    """Reads the body of an answer."""

    def decode(self, response: HttpResponse) -> Iterable[Json]:
        """The elements of an answer; one at a time where they are many."""
        raise NotImplementedError


class RecordExtractor(Custom):
    """Finds the records in an answer."""

    def extract(self, response: HttpResponse, elements: Iterable[Json]) -> Iterable[Json]:
        """The records; `elements` is what the decoder reads, and is not touched where it is not asked for."""
        raise NotImplementedError


class RecordFilter(Custom):
    """Tells which records to keep."""

    def keep(self, record: Record, scope: Scope) -> bool:
        """Tell whether to keep a record."""
        raise NotImplementedError

    def pick(self, records: Sequence[Record], scope: Scope) -> Iterable[Record]:
        """Those to keep of a page, or of a part of a large one."""
        return [record for record in records if self.keep(record, scope)]


class Transformation(Custom):
    """Changes records."""

    def transform(self, record: Record, scope: Scope) -> None:
        """Change a record in place; `scope` has `config`, `stream_slice` and the like."""
        raise NotImplementedError


class SchemaNormalization(Custom):
    """Brings values to the types of the stream's schema."""

    def normalise(self, record: Record, schema: Json) -> Record:
        """The record with its values changed; it may be the same object."""
        raise NotImplementedError


class PaginationStrategy(Custom):
    """Tells the token of the next page."""

    def first(self) -> Json:
        """The token of the first page; None for none."""
        return None

    def page_size(self) -> int | None:
        """Records in a full page."""
        return None

    def next_token(self, page: Page, scope: Scope) -> Json:
        """The token of the page after this one; None after the last."""
        raise NotImplementedError


class ErrorHandler(Custom):
    """Decides what to do about an answer."""

    def max_retries(self) -> int:
        """The most attempts after the first."""
        return 5

    def resolve(self, outcome: Outcome) -> Resolution:
        """What an answer, or the failure to get one, means."""
        return default_resolution(outcome)

    def wait_seconds(self, outcome: Outcome, attempt: int) -> float | None:
        """Seconds to wait after attempt `attempt` (1-based); None leaves it to Penstock."""
        return None


class BackoffStrategy(Custom):
    """How long to wait before a request is sent again."""

    def wait_seconds(self, outcome: Outcome, attempt: int) -> float | None:
        """Seconds to wait after attempt `attempt` (1-based); None where this strategy cannot tell."""
        raise NotImplementedError


class PartitionRouter(Custom):
    """Splits a stream into partitions."""

    def partitions(self, saved: Mapping[str, Json]) -> Iterator[Partition | ParentsRead]:
        """The partitions in order; `saved` is the stream's saved state, `{}` for none."""
        raise NotImplementedError

    def options(self, slice_: Slice) -> RequestOptions:
        """What goes into each request of a slice."""
        return NO_OPTIONS


class Retriever(Custom):
    """Reads the records of a stream. `transforms` says that it applies the stream's transformations by itself."""

    transforms: ClassVar[bool] = False

    def router(self) -> Router | None:
        """What splits the stream; None where it is not split."""
        return None

    def read(self, slice_: Slice, test: WindowTest | None) -> Iterator[list[Record]]:
        """The records of a slice in batches; `test` is the cursor's, where the API does not filter."""
        raise NotImplementedError


class StateMigration(Custom):
    """Brings a saved state into the shape of today."""

    def should_migrate(self, saved: Mapping[str, Json]) -> bool:
        """Tell whether the state is of an older shape."""
        return True

    def migrate(self, saved: Mapping[str, Json]) -> Mapping[str, Json]:
        """The state in the shape of today."""
        raise NotImplementedError


class ConfigTransformation(Custom):
    """Changes the config before it is used."""

    def transform(self, config: dict[str, Json]) -> None:
        """Change the config in place."""
        raise NotImplementedError


class ValidationStrategy(Custom):
    """Tells whether a value is as it should be."""

    def is_valid(self, value: Json) -> bool:
        """Tell; the value itself is never shown."""
        raise NotImplementedError


class SchemaLoader(Custom):
    """Gives the JSON Schema of the records."""

    def schema(self) -> Json:
        """The schema (draft-07); `{}` where nothing is known."""
        raise NotImplementedError


class IncrementalSync(Custom):
    """Reads only what is new since the last time."""

    def cursor(self) -> Cursor:
        """The cursor: see `penstock.records.cursor`."""
        raise NotImplementedError
