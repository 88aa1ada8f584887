from __future__ import annotations

import io
import json
import threading
from typing import Any

import pytest

from penstock.errors import ResponseError
from penstock.masking.exits import Exit
from penstock.masking.redactor import Redactor
from penstock.protocol import messages
from penstock.protocol.stdio import Printer
from penstock.records.files import FileRecord
from penstock.testing.streams import batch

Json = Any


class Printed:
    """A printer, and what it printed."""

    def __init__(self, *secrets: str) -> None:
        self.stream = io.BytesIO()
        self.printer = Printer(Exit(self.stream, Redactor(secrets)))

    @property
    def lines(self) -> list[Json]:
        return [json.loads(line) for line in self.stream.getvalue().splitlines()]


def test_each_record_is_a_line() -> None:
    """With its stream and the moment in milliseconds; nulls at the top level are left out."""
    printed = Printed()

    printed.printer.records(batch("orders", {"id": 1, "note": None, "in": {"note": None}}, {"id": 2}))

    first, second = printed.lines
    assert first["type"] == "RECORD"
    assert first["record"]["stream"] == "orders"
    assert first["record"]["data"] == {"id": 1, "in": {"note": None}}
    assert second["record"]["data"] == {"id": 2}
    assert isinstance(first["record"]["emitted_at"], int)


def test_a_record_tells_of_its_file() -> None:
    """Beside its data, as the protocol has it."""
    printed = Printed()
    reference = {"staging_file_url": "/staging/files/a", "file_size_bytes": 3}

    printed.printer.records(batch("orders", FileRecord({"id": 1, "note": None}, reference), {"id": 2}))

    first, second = printed.lines
    assert first["record"]["data"] == {"id": 1}
    assert first["record"]["file_reference"] == reference
    assert "file_reference" not in second["record"]


@pytest.mark.parametrize(
    "value",
    [
        pytest.param("Zoë ☕ \u2028", id="text beyond ASCII"),
        pytest.param("two\nlines", id="a line's end stays inside the line"),
        pytest.param(2**70, id="an integer beyond 64 bit"),
        pytest.param("\ud83d", id="half of a surrogate pair"),
        pytest.param(1.5, id="a number"),
        pytest.param([{"a": [None, True]}], id="nested"),
    ],
)
def test_every_json_value_is_printed_on_one_line(value: Json) -> None:
    """And read back as it was."""
    printed = Printed()

    printed.printer.records(batch("orders", {"value": value}))

    (line,) = printed.lines
    assert line["record"]["data"] == {"value": value}


def test_a_value_without_a_json_form_fails_its_stream() -> None:
    """The message does not repeat it."""
    with pytest.raises(ResponseError, match=r"^a record holds a value that has no JSON form$"):
        Printed().printer.records(batch("orders", {"value": object()}))


@pytest.mark.parametrize(
    "message",
    [
        pytest.param(messages.log("INFO", "with s3cret"), id="a log line"),
        pytest.param(messages.trace_error("s3cret", "config_error", 1, internal="of s3cret"), id="an error"),
        pytest.param(messages.connection_status(succeeded=False, message="s3cret"), id="a failed check"),
    ],
)
def test_what_is_told_to_people_is_redacted(message: Json) -> None:
    """Texts of messages may hold what the API or the manifest's author put there."""
    printed = Printed("s3cret")

    printed.printer.message(message)

    assert b"s3cret" not in printed.stream.getvalue()
    assert b"****" in printed.stream.getvalue()


def test_names_are_not_redacted() -> None:
    """A stream that is called like a short secret keeps its name, so the platform knows whose status this is."""
    printed = Printed("orders", "INFO", "STARTED", "1")

    printed.printer.message(messages.stream_status("orders", "STARTED", 1.0))
    printed.printer.message(messages.state("orders", {"orders": "1"}, 1))

    status, state = printed.lines
    assert status == messages.stream_status("orders", "STARTED", 1.0)
    assert state == messages.state("orders", {"orders": "1"}, 1)


def test_a_new_config_is_handed_over_as_it_is() -> None:
    """The platform saves it, tokens included: it is the one message that holds secrets."""
    printed = Printed("s3cret")

    printed.printer.new_config({"refresh_token": "s3cret"})

    (line,) = printed.lines
    assert line["type"] == "CONTROL"
    assert line["control"]["connectorConfig"] == {"config": {"refresh_token": "s3cret"}}


def test_messages_of_several_threads_do_not_mix() -> None:
    """Workers log while the consumer prints records."""
    printed = Printed()

    def log() -> None:
        for i in range(100):
            printed.printer.log("INFO", f"line {i}")

    threads = [threading.Thread(target=log) for _ in range(3)]
    for thread in threads:
        thread.start()
    for i in range(100):
        printed.printer.records(batch("orders", {"id": i}, {"id": -i}))
    for thread in threads:
        thread.join()

    assert len(printed.lines) == 500
