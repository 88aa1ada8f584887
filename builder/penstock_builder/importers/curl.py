"""A curl command, as browsers copy it ("Copy as cURL", bash or cmd) and as documentation shows it. It is read, never run."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, quote_plus, urlsplit

from penstock.authoring import ConfigError
from penstock_builder.importers.making.credentials import Sent, Vault, fields_of, operation_of
from penstock_builder.importers.making.imported import Imported, Importer

Json = Any

_TAKES_VALUE: Mapping[str, str] = {
    "-H": "header", "--header": "header", "-X": "method", "--request": "method", "--url": "url", "-u": "user",
    "--user": "user", "-b": "cookie", "--cookie": "cookie", "-d": "data", "--data": "data", "--data-ascii": "data",
    "--data-raw": "data", "--data-binary": "data", "--data-urlencode": "encoded", "--json": "json", "-A": "agent",
    "--user-agent": "agent", "-e": "ignored", "--referer": "ignored", "-o": "ignored", "--output": "ignored",
    "-m": "ignored", "--max-time": "ignored", "--connect-timeout": "ignored", "-x": "ignored", "--proxy": "ignored",
    "--cacert": "ignored", "--retry": "ignored", "-w": "ignored", "--write-out": "ignored", "-c": "ignored",
    "--cookie-jar": "ignored", "--resolve": "ignored", "--oauth2-bearer": "bearer", "-r": "ignored", "-D": "ignored",
    "--url-query": "query", "--interface": "ignored", "--limit-rate": "ignored", "--dump-header": "ignored",
}  # fmt: skip
"""Options with a value, and what it is. Those that say nothing about the request are ignored."""

_REFUSED: Mapping[str, str] = {
    "-F": "a form with files", "--form": "a form with files", "--form-string": "a form with files", "-T": "an upload",
    "--upload-file": "an upload", "-E": "a client certificate", "--cert": "a client certificate", "--key": "a client certificate",
    "--digest": "digest authentication", "--ntlm": "NTLM", "--negotiate": "Negotiate", "--aws-sigv4": "a signature",
    "-K": "a config file", "--config": "a config file",
}  # fmt: skip
"""What no manifest can send."""

_BEFORE = re.compile(r"(?:\s|#[^\n]*\n|\$ )*")
"""Comments, and the prompt, before a command."""
_BEYOND = re.compile(r"[|;&#]|[012&]?>")
"""How a word begins that ends a command, or says where its answer goes; no URL begins so."""
_OF_CMD = re.compile(r"""\A\S+\s+\^"|[ \t]\^\r?\n|\^&""")
_CARET = re.compile(r"\^(?:\r?\n|(.))", re.DOTALL)
"""The escape of cmd. Before the end of a line it takes that away."""

_ANSI_C = re.compile(r"""\\\r?\n|\\.|'[^']*'|"(?:\\.|[^"\\])*"|\$'((?:\\.|[^'\\])*)'""", re.DOTALL)
_ESCAPE = re.compile(r"\\(x[0-9a-fA-F]{1,2}|u[0-9a-fA-F]{1,4}|U[0-9a-fA-F]{1,8}|[0-7]{1,3}|.)", re.DOTALL)
_LETTERS: Mapping[str, str] = {
    "n": "\n",
    "t": "\t",
    "r": "\r",
    "a": "\a",
    "b": "\b",
    "f": "\f",
    "v": "\v",
    "e": "\x1b",
    "E": "\x1b",
}


@dataclass
class Command:
    """The parts of a command, in its order. `data` holds what is joined by `&`; `is_get` puts it into the URL."""

    urls: list[str] = field(default_factory=list, repr=False)
    method: str = ""
    headers: list[tuple[str, str]] = field(default_factory=list, repr=False)
    data: list[str] = field(default_factory=list, repr=False)
    query: list[str] = field(default_factory=list, repr=False)
    user: str | None = field(default=None, repr=False)
    is_get: bool = False
    is_json: bool = False


def read_curl(text: str) -> Imported:
    """The request of a command. Raises ConfigError where the text is no curl command, or no manifest can send it."""
    sent = request_of(parse(text))
    parts = urlsplit(sent.url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ConfigError("the command has no http or https URL")
    vault = Vault()
    origin = f"{sent.method} {parts.hostname}"
    operation = operation_of(sent, parts.path.rstrip("/"), origin, vault, is_chosen=True)
    return Imported(f"Read from {parts.hostname}", (operation,), secrets=vault.secrets)


def words_of(text: str) -> list[str]:
    """The words of a command as bash reads them: quotes of all kinds, `$'…'` among them, and continued lines.

    One that has the carets of cmd is read as that does.
    """
    try:
        if _OF_CMD.search(text):
            return _words_of_cmd(text)
        return shlex.split(_ANSI_C.sub(_plain_quotes, text))
    except ValueError:
        raise ConfigError("a quote in the command is not closed") from None


def _words_of_cmd(text: str) -> list[str]:
    """Words in double quotes or none. Carets are taken off inside quotes too: older browsers put them there."""
    lexer = shlex.shlex(_CARET.sub(lambda found: found[1] or "", text), posix=True)
    lexer.whitespace_split, lexer.commenters, lexer.quotes = True, "", '"'
    return list(lexer)


def _plain_quotes(found: re.Match[str]) -> str:
    if found[0].startswith("\\") and found[0][1:] in ("\n", "\r\n"):
        return ""
    return found[0] if found[1] is None else shlex.quote(_ESCAPE.sub(_unescaped, found[1]))


def _unescaped(found: re.Match[str]) -> str:
    code = found[1]
    if code[0] in "xuU" and len(code) > 1:
        number = int(code[1:], 16)
        return chr(number) if number < 0x110000 else "\ufffd"
    if code[0] in "01234567":
        return chr(int(code, 8) & 0xFF)
    return _LETTERS.get(code, code if code in "\\'\"?" else found[0])


def parse(text: str) -> Command:
    """The parts of a command. Raises ConfigError."""
    text = text.removeprefix("\ufeff")
    words = words_of(_BEFORE.sub("", text, count=1).rstrip())
    if not words or not re.fullmatch(r"(?:.*/)?curl(?:\.exe)?", words[0]):
        raise ConfigError("the text is not a curl command", hint="it begins with the word curl")
    command = Command()
    rest = iter(words[1:])
    for word in rest:
        if _BEYOND.match(word):
            break
        for option, value in _options(word, lambda: next(rest, None)):
            _apply(command, option, value)
    return command


def _options(word: str, following: Callable[[], str | None]) -> list[tuple[str, str]]:
    """The options of a word with their values: `--header=x`, `-HX-Key: 1`, `-sSLu me`, or a URL."""
    if not word.startswith("-") or word == "-":
        return [("url", word)]
    if word.startswith("--"):
        name, equals, value = word.partition("=")
        _require_sendable(name)
        if name not in _TAKES_VALUE:
            return [(name, "")]
        return [(_TAKES_VALUE[name], value if equals else _given(name, following()))]
    found = []
    for at in range(1, len(word)):
        name = f"-{word[at]}"
        _require_sendable(name)
        if name in _TAKES_VALUE:
            found.append((_TAKES_VALUE[name], word[at + 1 :] or _given(name, following())))
            break
        found.append((name, ""))
    return found


def _require_sendable(name: str) -> None:
    if name in _REFUSED:
        raise ConfigError(f"the command sends {_REFUSED[name]} (`{name}`), which no manifest can")


def _given(name: str, value: str | None) -> str:
    if value is None:
        raise ConfigError(f"`{name}` at the end of the command lacks its value")
    return value


def _apply(command: Command, option: str, value: str) -> None:
    if option == "url":
        command.urls.append(value)
    elif option == "method":
        command.method = value.upper()
    elif option == "header":
        name, colon, rest = value.partition(":")
        if colon and rest.strip():
            command.headers.append((name.strip(), rest.strip()))
    elif option == "cookie" and "=" in value:
        command.headers.append(("Cookie", value))
    elif option == "bearer":
        command.headers.append(("Authorization", f"Bearer {value}"))
    elif option == "user":
        command.user = value
    elif option in ("data", "encoded", "json"):
        command.is_json |= option == "json"
        command.data.append(_encoded(value) if option == "encoded" else _not_a_file(value))
    elif option == "query":
        command.query.append(_encoded(value))
    elif option in ("-G", "--get"):
        command.is_get = True
    elif option in ("-I", "--head"):
        command.method = "HEAD"


def _not_a_file(value: str) -> str:
    if value.startswith("@"):
        raise ConfigError("the command sends a file (`@`)", hint="put the text of the file into the command")
    return value


def _encoded(value: str) -> str:
    """What `--data-urlencode` makes of `name=content`, `=content` and `content`."""
    name, equals, content = value.partition("=")
    if not equals:
        return quote_plus(_not_a_file(value))
    return f"{name}={quote_plus(content)}" if name else quote_plus(content)


def request_of(command: Command) -> Sent:
    """The request that a command sends. Raises ConfigError where that is not one GET or POST."""
    if len(command.urls) != 1:
        raise ConfigError(f"the command has {len(command.urls)} URLs, not one")
    url = command.urls[0]
    url = url if "://" in url else f"http://{url}"
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        raise ConfigError("the URL of the command cannot be read") from None
    query = parse_qsl(parts.query, keep_blank_values=True)
    query += [pair for part in command.query for pair in parse_qsl(part, keep_blank_values=True)]
    joined = ("" if command.is_json else "&").join(command.data)
    body: Json = None
    kind = ""
    if command.is_get:
        query += parse_qsl(joined, keep_blank_values=True)
    elif command.data:
        body, kind = _body(joined, command)
    method = command.method or ("POST" if command.data and not command.is_get else "GET")
    if method not in ("GET", "POST"):
        raise ConfigError(
            "the command is neither a GET nor a POST", hint="manifests read; they change nothing"
        )
    return Sent(method, url, command.headers, query, body, kind, command.user)


def _body(text: str, command: Command) -> tuple[Json, str]:
    kind = next((value for name, value in command.headers if name.lower() == "content-type"), "")
    try:
        body = json.loads(text)
    except ValueError:
        body = None
    if isinstance(body, dict):
        return body, "json"
    if not command.is_json and "json" not in kind and _is_form(text):
        return fields_of(parse_qsl(text, keep_blank_values=True)), "form"
    return text, "text"


def _is_form(text: str) -> bool:
    pairs: Sequence[str] = text.split("&")
    return bool(text) and all(re.fullmatch(r"[^=\s{<]+=[^\n]*", pair) for pair in pairs)


IMPORTER = Importer("curl", "A curl command, as a browser copies it or documentation shows it.", read_curl)
