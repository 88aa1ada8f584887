"""No pseudonym is changed by a warehouse: not its type, not its text, however much it looks like something else.

Tried on 200,000 of them by default, and on 10,000,000 in the nightly profile.
"""

from __future__ import annotations

import base64
import hmac

from hypothesis import settings
from tests.warehouse import Warehouse, load

from penstock.components.masks import MASK
from penstock.destinations.duckdb.destination import DuckDBDestination
from penstock.masking.automaton import MaskRule
from penstock.masking.batch import RawBatch
from penstock.masking.field_paths import parse_field_path
from penstock.masking.masker import Masker
from penstock.testing.fakes import NOW, Fakes, built
from penstock.testing.streams import stream

HOW_MANY = max(200_000, 1_000 * settings().max_examples)
BATCH = 100_000

KEY = Fakes().resources().key("")
LOOKALIKES = [
    "0123456789012345",
    "7777777777777777",
    "1e10",
    "1_000",
    "0x1f",
    "true",
    "nan",
    "null",
    "2024-01-01",
]
"""What a digest could look like, some more often than others, for a reader that guesses types."""


def pseudonym(number: int) -> str:
    """By the definition, with nothing of ours (RFC 2104, RFC 4648 §6)."""
    digest = hmac.digest(KEY, b"person\0n" + str(number).encode(), "sha256")
    return "7_" + base64.b32encode(digest).decode()[:16].lower()


def test_no_pseudonym_changes_on_its_way(warehouse: Warehouse) -> None:
    """A number is masked into a text column, and read back; so is text that is nothing but digits."""
    mask = built("{type: Hmac, domain: person, key_id: '7', length: 16}", MASK)
    plan = stream(
        properties={"id": {"type": "integer"}, "person": {"type": "integer"}, "seen": {"type": "string"}},
        masker=Masker([MaskRule((parse_field_path("person"),), mask, "Hmac for `person`")]),
    )

    for start in range(0, HOW_MANY, BATCH):
        raw = [
            {"id": id_, "person": id_, "seen": LOOKALIKES[id_ % len(LOOKALIKES)]}
            for id_ in range(start, start + BATCH)
        ]
        destination = DuckDBDestination(
            warehouse.path, lambda plan: "append", lambda level, text: None, lambda: NOW, lambda: 0.0
        )
        load(destination, plan, *plan.mask(RawBatch(plan.name, raw)).records)

    types = warehouse.query("SELECT DISTINCT typeof(person), typeof(seen) FROM orders")
    counts = warehouse.query("SELECT count(*), count(DISTINCT person) FROM orders")
    assert types == [("VARCHAR", "VARCHAR")]
    assert counts == [(HOW_MANY, HOW_MANY)]
    for start in range(0, HOW_MANY, BATCH):
        rows = warehouse.query(
            f"SELECT id, person, seen FROM orders WHERE id >= {start} AND id < {start + BATCH} ORDER BY id"
        )
        assert rows == [
            (id_, pseudonym(id_), LOOKALIKES[id_ % len(LOOKALIKES)]) for id_ in range(start, start + BATCH)
        ]
