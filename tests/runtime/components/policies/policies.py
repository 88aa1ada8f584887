"""Parts of policies, built as a run builds them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from penstock.components.policies import Context, KeyRing
from penstock.masking.automaton import MaskRule
from penstock.masking.batch import RawBatch
from penstock.masking.keys import Key
from penstock.masking.masker import Masker
from penstock.masking.policy import DataClass
from penstock.masking.techniques import redact
from penstock.records.resources import Resources
from penstock.testing.fakes import Fakes

Json = Any

NEW = Key(b"the key of this year, thirty-two bytes", "p26")
OLD = Key(b"the key of last year, thirty-two bytes", "p25")


def resources(now: dt.datetime | None = None) -> Resources:
    fakes = Fakes() if now is None else Fakes(now=now)
    return fakes.resources().with_key(lambda reference: OLD if reference == "env:OLD" else NEW)


def context(*classes: DataClass) -> Context:
    """A context with one key, which has an older one, and these classes; by default `name`, which is redacted."""
    known = classes or (DataClass("name", redact("***")),)
    return Context(resources(), {"people": KeyRing(NEW, (OLD,))}, {one.name: one for one in known})


def masked(rule: MaskRule, record: Mapping[str, Json]) -> Json:
    """A record under one rule."""
    [made] = Masker([rule])(RawBatch("people", [dict(record)])).records
    return made
