from __future__ import annotations

import datetime as dt
import hmac
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from penstock.components.masks import MASK, domain_field, key_field
from penstock.masking.field_paths import PathSyntaxError, parse_field_path
from penstock.masking.iso_text import iso_text
from penstock.masking.keys import subkey
from penstock.masking.techniques import Technique, UnmaskableError, canonical, date_schema
from penstock.records.resources import Resources
from penstock.registry import component, field

Json = Any


@component(MASK)
class Shift:
    """A date or date-time moved by a secret number of days, the same for all of one subject: intervals are kept.

    How the date is written is kept as well. A record without its subject cannot be masked.
    """

    subject: str = field(
        doc="The field of the record that says whose date it is, such as a patient's id; a path of plain names.",
        examples=("patient_id",),
    )
    domain: str = domain_field()
    key: str = key_field()
    days: int = field(default=365, doc="Dates move by 1 to this many days, either way.", unit="days")

    def problems(self) -> Iterator[tuple[str, str]]:
        """The subject is one field, and there are days to move by."""
        try:
            path = parse_field_path(self.subject)
        except PathSyntaxError as error:
            yield "subject", str(error)
        else:
            if any(segment.kind != "name" for segment in path):
                yield "subject", "the subject is one field: a path of plain names"
        if self.days < 1:
            yield "days", "`days` is at least 1"

    def build(self, using: Resources) -> Technique:
        key = subkey(using.key(self.key), "Shift", self.domain, 32)
        names = [segment.name for segment in parse_field_path(self.subject)]
        days = self.days

        def moved_by(record: Mapping[str, Json]) -> dt.timedelta:
            subject: Json = record
            for name in names:
                subject = subject.get(name) if isinstance(subject, Mapping) else None
            if subject is None or subject == "" or isinstance(subject, Mapping | list):
                raise UnmaskableError("its record has no subject")
            number = int.from_bytes(hmac.digest(key, canonical(subject, ()), "sha256")) % (2 * days)
            return dt.timedelta(days=number - days if number < days else number - days + 1)

        def of_record(value: Json, record: Mapping[str, Json]) -> str:
            moment = iso_text(value)
            try:
                return str(replace(moment, day=moment.day + moved_by(record)))
            except OverflowError:
                raise UnmaskableError("a date too near the end of the calendar") from None

        return Technique("Shift", lambda value: of_record(value, {}), date_schema, of_record=of_record)
