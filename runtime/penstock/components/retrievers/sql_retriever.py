from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from penstock.components.partition_routers import PARTITION_ROUTER
from penstock.components.retrievers import RETRIEVER
from penstock.components.selectors import RECORD_FILTER
from penstock.errors import ConfigError
from penstock.expressions.forms import Text, TextMap
from penstock.expressions.scope import Slice, slice_scope
from penstock.lean import dataclass
from penstock.records.cursor import Record
from penstock.records.resources import Resources
from penstock.records.select import Filter, Selector, Transform
from penstock.records.stream import Retriever, Router, WindowTest
from penstock.registry import Buildable, component, field
from penstock.sql.connect import Database
from penstock.sql.reader import Selection, read_rows

SCOPE = ("stream_interval", "stream_partition", "stream_slice")


@component(RETRIEVER)
class SqlRetriever:
    """Read a table, or the rows of a query, from a database; the session cannot write."""

    url: Text = field(
        doc="The database, as a URL without secrets in the manifest.",
        secret=True,
        examples=("{{ config['database_url'] }}",),
    )
    table: str | None = field(default=None, doc="The table, with its schema.", examples=("public.orders",))
    query: str | None = field(
        default=None,
        doc="A SELECT; values come in as `:name` from `bind`, never as expressions.",
        examples=("SELECT id, total FROM orders WHERE region = :region",),
    )
    bind: TextMap | None = field(
        default=None,
        doc="Values for the `:name` places of the query.",
        scope=SCOPE,
        examples=({"region": "{{ stream_partition['region'] }}"},),
    )
    chunk_size: int = field(default=1000, doc="Rows fetched at once.", unit="rows")
    statement_timeout_in_seconds: int = field(
        default=600, doc="How long a statement may take.", unit="seconds"
    )
    record_filter: Buildable[Filter] | None = field(
        default=None,
        doc="What tells which rows to keep; none keeps all.",
        slot=RECORD_FILTER,
        implied="RecordFilter",
    )
    partition_router: Buildable[Router] | None = field(
        default=None, doc="What splits the stream into partitions.", slot=PARTITION_ROUTER
    )

    def problems(self) -> Iterator[tuple[str, str]]:
        """A table or a query, and no expression inside SQL."""
        if (self.table is None) == (self.query is None):
            yield "table", "SqlRetriever needs either a `table` or a `query`"
        if self.query is not None and ("{{" in self.query or "{%" in self.query):
            yield "query", "`query` takes no expressions; write `:name` and give its value under `bind`"
        if self.chunk_size < 1:
            yield "chunk_size", "`chunk_size` is one or more"

    def build(self, using: Resources) -> Callable[[tuple[Transform, ...]], Retriever]:
        url = self.url.text({"config": using.config})
        using.minted(url)
        database = Database(url, self.statement_timeout_in_seconds)
        using.minted(database.password)
        cursor = using.stream.cursor
        if cursor is not None and not cursor.ordered:
            raise ConfigError(f"stream {using.stream.name}: SqlRetriever takes a ColumnCursor")
        record_filter = self.record_filter.build(using) if self.record_filter else None
        router = self.partition_router.build(using) if self.partition_router else None
        return lambda transforms: _SqlRetriever(
            self,
            using,
            router,
            database,
            Selector(lambda row: (row,), record_filter, transforms, transform_first=False, normalise=None),
        )


@dataclass(frozen=True)
class _SqlRetriever:
    declared: SqlRetriever
    using: Resources
    router: Router | None
    database: Database
    selector: Selector

    def read(self, slice_: Slice, test: WindowTest | None) -> Iterator[list[Record]]:
        scope = {"config": self.using.config, "next_page_token": None, **slice_scope(slice_)}
        values = self.declared.bind(scope, types=None) if self.declared.bind else {}
        for rows in read_rows(self.database, self._selection(slice_), values, self.declared.chunk_size):
            yield self.selector.select(rows, scope, None)

    def _selection(self, slice_: Slice) -> Selection:
        cursor = self.using.stream.cursor
        window: dict[str, Any] = dict(slice_.cursor_slice)
        return Selection(
            table=self.declared.table or "",
            query=self.declared.query or "",
            cursor_field=cursor.field if cursor else "",
            start=window.get("start_value"),
            inclusive=window.get("inclusive", True),
        )
