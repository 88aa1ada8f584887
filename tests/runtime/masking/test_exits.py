from __future__ import annotations

import io
import os
import threading

import pytest

from penstock.masking.exits import Exit, ExitFile, line_log, private_directory, stderr, stdout
from penstock.masking.redactor import Redactor


def test_text_is_redacted_on_its_way_out() -> None:
    """Whoever writes text need not think of it."""
    stream = io.BytesIO()

    Exit(stream, Redactor(["s3cret"])).text("the token s3cret is wrong\n")

    assert stream.getvalue() == b"the token **** is wrong\n"


def test_a_secret_that_is_learnt_late_is_redacted_from_then_on() -> None:
    """The exit is open before the config is read."""
    stream, redactor = io.BytesIO(), Redactor()
    exit_ = Exit(stream, redactor)

    redactor.add("s3cret")
    exit_.text("s3cret")

    assert stream.getvalue() == b"****"


def test_bytes_pass_as_they_are() -> None:
    """They are masked records, or messages that are redacted already."""
    stream = io.BytesIO()

    Exit(stream, Redactor(["s3cret"])).write(b"s3cret\xff")

    assert stream.getvalue() == b"s3cret\xff"


def test_text_without_a_form_in_utf_8_is_escaped() -> None:
    """Half of a surrogate pair, as an API may send it, stops no log."""
    stream = io.BytesIO()

    Exit(stream, Redactor()).text("half \ud83d")

    assert stream.getvalue() == rb"half \ud83d"


def test_lines_of_several_threads_do_not_mix() -> None:
    """One write at a time."""
    stream = io.BytesIO()
    exit_ = Exit(stream, Redactor())
    line = "a line of one thread\n"

    def speak() -> None:
        for _ in range(200):
            exit_.text(line)

    threads = [threading.Thread(target=speak) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert stream.getvalue() == line.encode() * 800


def test_a_library_that_prints_is_redacted_too() -> None:
    """It is given a file that is an exit, and is told whether a person watches."""
    stream = io.BytesIO()
    file = ExitFile(Exit(stream, Redactor(["s3cret"])))

    written = file.write("a bar for s3cret")
    file.flush()

    assert (written, stream.getvalue()) == (16, b"a bar for ****")
    assert not file.isatty()


def test_a_log_line_has_its_level_in_front() -> None:
    """In a column of its own."""
    stream = io.BytesIO()
    log = line_log(Exit(stream, Redactor(["s3cret"])))

    log("WARN", "waiting")
    log("ERROR", "no s3cret")

    assert stream.getvalue() == b"WARN  waiting\nERROR no ****\n"


def test_the_streams_of_the_process_are_exits(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    """One for what was asked for, one for what happens."""
    stdout(Redactor(["s3cret"])).text("asked for s3cret")
    stderr(Redactor(["s3cret"])).text("happens s3cret")

    assert capfdbinary.readouterr() == (b"asked for ****", b"happens ****")


def test_raw_data_on_disk_is_private_and_gone_afterwards() -> None:
    """Only this user can read it, and an error does not leave it behind."""
    with pytest.raises(ZeroDivisionError), private_directory() as folder:
        (folder / "download").write_text("raw")
        mode = os.stat(folder).st_mode & 0o777  # noqa: PTH116 - the mode alone
        raise ZeroDivisionError

    assert mode == 0o700
    assert not folder.exists()


def test_what_would_steer_a_terminal_is_shown() -> None:
    """Names and messages are others' to choose: none clears the screen, sets a title, or writes over a line."""
    stream = io.BytesIO()

    Exit(stream, Redactor()).text("a\x1b[2Jb\x07c\rd\x9be\tf\r\ng\n")

    assert stream.getvalue() == rb"a\x1b[2Jb\x07c\x0dd\x9be" + b"\tf\r\ng\n"


def test_a_library_that_draws_may_steer_the_terminal() -> None:
    """Bars move the cursor; secrets are redacted all the same."""
    stream = io.BytesIO()

    ExitFile(Exit(stream, Redactor(["s3cret"]))).write("\x1b[1As3cret")

    assert stream.getvalue() == b"\x1b[1A****"
