from __future__ import annotations

from pathlib import Path

import pytest

from penstock.errors import ConfigError
from penstock.masking.keys import find_key

KEY = "Jq3-wZ8vX1pL6tR0yB5nK9dF2hG7mC4s"


def test_a_key_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """`env:NAME` is the value of the variable, byte for byte."""
    monkeypatch.setenv("TEST_KEY", KEY)

    assert find_key("env:TEST_KEY") == KEY.encode()


def test_a_key_comes_from_a_file(tmp_path: Path) -> None:
    """`file:PATH` is the file's content, without the line's end that editors add."""
    file = tmp_path / "key"
    file.write_bytes(KEY.encode() + b"\n")

    assert find_key(f"file:{file}") == KEY.encode()


@pytest.mark.parametrize(
    "reference",
    [
        pytest.param(KEY, id="the key itself"),
        pytest.param(f"env{KEY}", id="no colon"),
        pytest.param("vault:keys/masking", id="a place that is not known"),
    ],
)
def test_a_key_is_named_and_never_given(reference: str) -> None:
    """What is no reference is refused without being repeated: it may be the key."""
    with pytest.raises(ConfigError, match="a masking key is named as `env:NAME` or `file:PATH`") as refusal:
        find_key(reference)

    assert reference not in str(refusal.value)


@pytest.mark.parametrize("reference", ["", "env:", "file:", ":NAME"])
def test_a_reference_has_a_kind_and_a_name(reference: str) -> None:
    """Half a reference is none."""
    with pytest.raises(ConfigError, match="a masking key is named as `env:NAME` or `file:PATH`"):
        find_key(reference)


@pytest.mark.parametrize(
    ("reference", "problem"),
    [
        pytest.param("env:TEST_NO_SUCH_KEY", "env:TEST_NO_SUCH_KEY is not set", id="a variable"),
        pytest.param("file:no/such/key", "cannot be read: No such file or directory", id="a file"),
        pytest.param("file:.", "cannot be read: Is a directory", id="a folder"),
    ],
)
def test_a_key_that_is_not_there_is_an_error(reference: str, problem: str) -> None:
    """The message names the reference and why it leads nowhere."""
    with pytest.raises(ConfigError, match=problem):
        find_key(reference)


@pytest.mark.parametrize(
    ("key", "problem"),
    [
        pytest.param("", "has 0 bytes; it needs 32", id="empty"),
        pytest.param(KEY[:31], "has 31 bytes; it needs 32", id="one byte short"),
        pytest.param("a" * 64, "is easy to guess", id="one character"),
        pytest.param("123456789" * 8, "is easy to guess", id="nine characters"),
        pytest.param("0123456789abcdef" * 2, "is easy to guess", id="the digits in order"),
        pytest.param("changeme" + KEY, "is easy to guess", id="a placeholder"),
        pytest.param("PASSWORD" + KEY, "is easy to guess", id="a well-known word in capitals"),
        pytest.param("x-secret-" + KEY[:20] + "-secret", "is easy to guess", id="a well-known word twice"),
    ],
)
def test_a_key_that_can_be_guessed_is_refused(tmp_path: Path, key: str, problem: str) -> None:
    """Pseudonyms are as safe as their key; the message tells how to make one and nothing of this one."""
    file = tmp_path / "key"
    file.write_text(key)

    with pytest.raises(ConfigError, match=problem) as refusal:
        find_key(f"file:{file}")

    assert "openssl rand -base64 32" in refusal.value.hint
    assert not key or key not in str(refusal.value)
