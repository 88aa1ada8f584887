"""The slice as templates see it: `stream_slice`, `stream_partition` and `stream_interval` are this one object."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Json = Any


class Slice(dict[str, Json]):
    """The unit of work: partition keys and cursor keys in one mapping, its parts as attributes.

    `partition` names the slice in state, `cursor_slice` holds the window of the cursor, `extra_fields` what the
    parent record gave along. `first_page` is the body of the first answer where that is known already. Do not write
    to it.
    """

    __slots__ = ("cursor_slice", "extra_fields", "first_page", "partition")

    def __init__(
        self,
        partition: Mapping[str, Json] | None = None,
        cursor_slice: Mapping[str, Json] | None = None,
        extra_fields: Mapping[str, Json] | None = None,
        first_page: bytes | None = None,
    ) -> None:
        self.partition = partition or {}
        self.cursor_slice = cursor_slice or {}
        self.extra_fields = extra_fields or {}
        self.first_page = first_page
        super().__init__({**self.partition, **self.cursor_slice})


class LastRecord(dict[str, Json]):
    """The last record of a page, as pagination templates see it: `last_record.data` is the whole record."""

    @property
    def data(self) -> dict[str, Json]:
        """The record itself."""
        return self


def slice_scope(slice_: Slice) -> dict[str, Json]:
    """The names under which templates read the slice, the parent's extra fields included."""
    return {
        **slice_.extra_fields,
        "stream_slice": slice_,
        "stream_partition": slice_,
        "stream_interval": slice_,
    }
