"""A `components.py` as a connector may have it: one small class for each kind. The examples of `Custom…` name them."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from penstock.custom import bases
from penstock.errors import ConfigError
from penstock.expressions.compile import Scope
from penstock.expressions.scope import Slice
from penstock.http.request import NO_OPTIONS, HttpRequest, HttpResponse, RequestOptions
from penstock.http.retry import Outcome, Resolution
from penstock.lean import dataclass
from penstock.records.cursor import Cursor, Record, Window
from penstock.records.pages import Page
from penstock.records.stream import ParentsRead, Partition, WindowTest

Json = Any


class SignedRequests(bases.Authenticator):
    """Puts the length of each request's URL into a header, as a checksum would be."""

    header: str = "X-Length"

    def sign(self, request: HttpRequest) -> HttpRequest:
        headers = {**request.declared.headers, self.header: str(len(request.full_url()))}
        return replace(request, declared=replace(request.declared, headers=headers))


class QuotaReset(bases.BackoffStrategy):
    """Waits until the quota's next tenth of a minute."""

    def wait_seconds(self, outcome: Outcome, attempt: int) -> float | None:
        return 6.0 - self.context.clock().second % 6


class SemicolonDecoder(bases.Decoder):
    """Reads lines of values between semicolons, below a line of names."""

    def decode(self, response: HttpResponse) -> Iterable[Json]:
        yield from csv.DictReader(io.StringIO(response.body.decode()), delimiter=";")


class MaintenanceHandler(bases.ErrorHandler):
    """Takes the status that the manifest names as a passing one, and leaves all others to Penstock."""

    status: int = 503

    def resolve(self, outcome: Outcome) -> Resolution:
        if isinstance(outcome, HttpResponse) and outcome.status == self.status:
            return Resolution("IGNORE", "transient_error", "the API is under maintenance")
        return super().resolve(outcome)


class ColumnsExtractor(bases.RecordExtractor):
    """Makes records of `{"columns": […], "rows": [[…]]}`."""

    rows: str = "rows"

    def extract(self, response: HttpResponse, elements: Iterable[Json]) -> Iterable[Json]:
        for element in elements:
            for row in element[self.rows]:
                yield dict(zip(element["columns"], row, strict=True))


class NewestOnly(bases.RecordFilter):
    """Keeps the last record of each id."""

    def pick(self, records: Sequence[Record], scope: Scope) -> Iterable[Record]:
        return {record["id"]: record for record in records}.values()


class CommaDecimals(bases.SchemaNormalization):
    """Reads `1,5` as a number where the schema has one."""

    def normalise(self, record: Record, schema: Json) -> Record:
        numbers = {name for name, of in schema["properties"].items() if of.get("type") == "number"}
        return {
            key: float(value.replace(",", ".")) if key in numbers else value for key, value in record.items()
        }


class Initials(bases.Transformation):
    """Writes the first letters of a field's words to another field."""

    field: str = "name"
    to: str = "initials"

    def transform(self, record: Record, scope: Scope) -> None:
        record[self.to] = "".join(word[:1] for word in record[self.field].split())


class EveryOtherPage(bases.PaginationStrategy):
    """Counts 0, 2, 4 and so on, until a page is empty."""

    def first(self) -> Json:
        return 0

    def next_token(self, page: Page, scope: Scope) -> Json:
        return page.token + 2 if page.extracted else None


class RegionRouter(bases.PartitionRouter):
    """One partition for each of the config's regions."""

    def partitions(self, saved: Mapping[str, Json]) -> Iterator[Partition | ParentsRead]:
        for region in self.context.config.get("regions", ()):
            yield Partition({"region": region})

    def options(self, slice_: Slice) -> RequestOptions:
        return RequestOptions(params={"region": slice_["region"]})


class ReportRequester(bases.Requester):
    """Asks for a report by a POST."""

    url: str = "http://localhost/reports"

    def fetch(self, scope: Scope, injected: RequestOptions, path: str | None) -> HttpResponse:
        return self.context.send(HttpRequest("POST", path or self.url, injected=injected))


class ArchiveRetriever(bases.Retriever):
    """Reads the records out of the config, in batches of one."""

    def read(self, slice_: Slice, test: WindowTest | None) -> Iterator[list[Record]]:
        for record in self.context.config.get("archive", ()):
            yield [dict(record)]


class RenamedCursor(bases.StateMigration):
    """Reads a state that names the cursor's field by its old name."""

    old: str = "updated"
    new: str = "updated_at"

    def should_migrate(self, saved: Mapping[str, Json]) -> bool:
        return self.old in saved

    def migrate(self, saved: Mapping[str, Json]) -> Mapping[str, Json]:
        return {self.new if key == self.old else key: value for key, value in saved.items()}


class SplitAccount(bases.ConfigTransformation):
    """Makes a list of accounts out of a text with commas."""

    def transform(self, config: dict[str, Json]) -> None:
        config["accounts"] = config.get("accounts", "").split(",")


class IsEven(bases.ValidationStrategy):
    """Takes even numbers."""

    def is_valid(self, value: Json) -> bool:
        return isinstance(value, int) and value % 2 == 0


class CatalogueSchema(bases.SchemaLoader):
    """Makes a schema of texts out of the names of columns."""

    columns: Sequence[str] = ()

    def schema(self) -> Json:
        return {"type": "object", "properties": {name: {"type": "string"} for name in self.columns}}


class SequenceCursor(bases.IncrementalSync):
    """Reads records whose number has grown."""

    cursor_field: str = "number"

    def cursor(self) -> Cursor:
        return _Sequence(self.cursor_field)


@dataclass(frozen=True, slots=True)
class _Sequence:
    field: str
    ordered: bool = False
    one_for_all: bool = False
    filters_here: bool = True
    ends_paging: bool = False

    def open(self, saved: Mapping[str, Json]) -> int:
        return int(saved.get(self.field, 0))

    def dump(self, progress: int) -> Mapping[str, Json]:
        return {self.field: progress}

    def windows(self, progress: int) -> Iterator[Window]:
        yield {"after": progress}

    def highest(self, records: Sequence[Record]) -> int | None:
        return max((record[self.field] for record in records), default=None)

    def advance(self, progress: int, high: int) -> int:
        return max(progress, high)

    def close(self, progress: int, window: Window, high: int | None) -> int:
        return max(progress, high or 0)

    def options(self, window: Window) -> RequestOptions:
        return NO_OPTIONS

    def belongs(self, progress: int) -> Callable[[Record], bool]:
        return lambda record: record[self.field] > progress

    def earlier(self, progress: int, seconds: int) -> int:
        return progress


def example_class(class_name: str) -> type:
    """The class of this file that a `class_name` means. Raises ConfigError."""
    found = globals().get(class_name.rpartition(".")[2])
    if not isinstance(found, type):
        raise ConfigError(f"there is no class `{class_name}`")
    return found
