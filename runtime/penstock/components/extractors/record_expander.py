from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from copy import deepcopy
from dataclasses import replace
from typing import Any, Literal

from penstock.components.extractors import PARENT_FIELD, RECORD_EXPANDER, CopyParentField, Expand
from penstock.components.retrievers import RETRIEVER
from penstock.errors import ConfigError
from penstock.expressions.forms import Text
from penstock.expressions.scope import Slice
from penstock.records.paths import MISSING, Segment, delete, find, get
from penstock.records.resources import Resources
from penstock.records.select import Transform
from penstock.records.stream import Retriever
from penstock.registry import Buildable, component, field

Json = Any
Record = dict[str, Json]


@component(RECORD_EXPANDER)
class RecordExpander:
    """Make a record of each item of a list inside a record.

    Items are first merged with the record, then given its named fields, then the record itself, as declared.
    """

    expand_records_from_field: list[Text] = field(
        doc="The keys that lead to the list; `*` for all values of a level.",
        examples=(["lines", "data"], ["sections", "*", "items"]),
    )
    remain_original_record: bool = field(
        default=False, doc="Put the whole record into each item, as `original_record`."
    )
    parent_fields: list[Buildable[CopyParentField]] = field(
        default=[],
        doc="Values of the record to copy into each item.",
        slot=PARENT_FIELD,
        implied="ParentFieldPath",
    )
    merge_parent: bool = field(
        default=False, doc="Give each item the fields of the record that it does not have, but for the list."
    )
    on_no_records: Literal["skip", "emit_parent"] = field(
        default="skip", doc="`emit_parent` keeps a record that has no items as it is; `skip` drops it."
    )
    truncation_indicator_path: list[Text] | None = field(
        default=None,
        doc="The keys that lead to a flag which is true where the list is not complete.",
        examples=(["lines", "has_more"],),
    )
    truncated_list_retriever: Buildable[Callable[[tuple[Transform, ...]], Retriever]] | None = field(
        default=None,
        doc="What reads the complete list then; its templates see `stream_slice['parent_record']`.",
        slot=RETRIEVER,
        implied="SimpleRetriever",
    )

    def problems(self) -> Iterator[tuple[str, str]]:
        """What reads complete lists must be told when, and for one record only."""
        if self.truncated_list_retriever is not None:
            if self.truncation_indicator_path is None:
                yield "truncated_list_retriever", "it needs a `truncation_indicator_path`"
            if getattr(self.truncated_list_retriever, "partition_router", None) is not None:
                yield "truncated_list_retriever", "what reads a complete list takes no `partition_router`"

    def build(self, using: Resources) -> Expand:
        scope = {"config": using.config}
        path = [segment(scope, (str, int)) for segment in self.expand_records_from_field]
        flag = [segment(scope, (str, int)) for segment in self.truncation_indicator_path or []]
        complete = self._complete(using, path, flag) if flag else None
        copies = [parent_field.build(using) for parent_field in self.parent_fields]

        def expand(record: Json) -> Iterable[Json]:
            if not isinstance(record, dict):
                yield record  # no record at all, which is for the selector to say
                return
            items = complete(record) if complete is not None else None
            rest = self._rest(record, path)
            found = False
            for item in items or _items(record, path):
                found = True
                yield self._made(item, record, rest, copies)
            if not found and self.on_no_records == "emit_parent":
                yield record

        return expand

    def _rest(self, record: Record, path: list[Segment]) -> Record:
        """What items are merged with: the record without its list."""
        if not self.merge_parent:
            return {}
        rest = deepcopy(record)
        delete(rest, path, lambda value: isinstance(value, list))
        return rest

    def _made(self, item: Json, record: Record, rest: Record, copies: list[CopyParentField]) -> Json:
        if not isinstance(item, dict):
            if not (self.merge_parent or copies or self.remain_original_record):
                return item
            item = {"value": item}
        made = {**deepcopy(rest), **item}
        for copy in copies:
            copy(record, made)
        if self.remain_original_record:
            made["original_record"] = deepcopy(record)
        return made

    def _complete(
        self, using: Resources, path: list[Segment], flag: list[Segment]
    ) -> Callable[[Record], list[Json] | None]:
        """What gives the complete list of a record whose own is not, and None where that has to do."""
        stream = using.stream.name
        if _is_wild(flag) or (self.truncated_list_retriever is not None and _is_wild(path)):
            raise ConfigError(f"stream {stream}: the path to a list that is read anew takes no wildcard")
        retriever: Retriever | None = None
        if self.truncated_list_retriever is not None:
            alone = using.for_stream(replace(using.stream, cursor=None))
            retriever = self.truncated_list_retriever.build(alone)(())

        def warn(told: str) -> None:
            using.shared.once(
                ("truncated list", stream), lambda: using.log("WARN", f"stream {stream}: {told}")
            )

        def complete(record: Record) -> list[Json] | None:
            if get(record, flag) in (MISSING, None) or not get(record, flag):
                return None
            if retriever is None:
                warn("a list inside a record is not complete, and there is no `truncated_list_retriever`")
                return None
            items = [
                item for batch in retriever.read(Slice({"parent_record": record}), None) for item in batch
            ]
            total = get(record, [*flag[:-1], "total_count"])
            if items and isinstance(total, int) and len(items) < total:
                warn("the complete list inside a record has fewer items than its `total_count`")
            return items

        return complete


def _items(record: Record, path: list[Segment]) -> Iterator[Json]:
    for value in find(record, path):
        if isinstance(value, list):
            yield from value


def _is_wild(path: list[Segment]) -> bool:
    return any(isinstance(segment, str) and not frozenset("*?[").isdisjoint(segment) for segment in path)
