from __future__ import annotations

import json
import shlex

import pytest
from hypothesis import given
from hypothesis import strategies as st

from penstock.errors import ConfigError
from penstock_builder.importers import import_text
from penstock_builder.importers.curl import parse, read_curl, request_of, words_of

CANARY = "c4n4ry-5ecret-0123456789"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("curl 'a b' c", ["curl", "a b", "c"]),
        ('curl "a \\"b\\" $x"', ["curl", 'a "b" $x']),
        ("curl a\\ b", ["curl", "a b"]),
        ("curl \\\n  -s \\\r\n x", ["curl", "-s", "x"]),
        ("curl $'it\\'s\\n\\u0021\\x41\\101'", ["curl", "it's\n!AA"]),
        ("curl 'a'\\''b'", ["curl", "a'b"]),
        ("curl 'no $\\'", ["curl", "no $\\"]),
        ("curl ''", ["curl", ""]),
    ],
    ids=[
        "single",
        "double",
        "backslash",
        "continued",
        "ansi-c",
        "quote-in-quotes",
        "dollar-in-quotes",
        "empty",
    ],
)
def test_words_are_those_of_bash(text: str, words: list[str]) -> None:
    """Quotes of all kinds, as browsers and documentation write them."""
    assert words_of(text) == words


@pytest.mark.parametrize(
    ("options", "method", "body", "query"),
    [
        ("", "GET", None, []),
        ("-X POST", "POST", None, []),
        ("-d 'a=1&b=2'", "POST", {"a": "1", "b": "2"}, []),
        ("-d a=1 -d b=2", "POST", {"a": "1", "b": "2"}, []),
        ("-G -d a=1 --data-urlencode 'q=x y'", "GET", None, [("a", "1"), ("q", "x y")]),
        ("--json '{\"a\": [1]}'", "POST", {"a": [1]}, []),
        ("--data-raw '{\"a\": 1}' --compressed -k -sSL -A me", "POST", {"a": 1}, []),
        ("--request=POST --url-query a=1", "POST", None, [("a", "1")]),
    ],
    ids=["get", "method", "form", "joined", "get-data", "json", "flags", "equals"],
)
def test_options_are_those_of_curl(
    options: str, method: str, body: object, query: list[tuple[str, str]]
) -> None:
    """The request that curl would send."""
    sent = request_of(parse(f"curl {options} https://api.example/x"))

    assert (sent.method, sent.body, list(sent.query)) == (method, body, query)


WINDOWS = r"""curl ^"https://api.example/v1/things?a=50^%^25^&b=2^" ^
  -H ^"accept: application/json^" ^
  -H ^"x-note: say ^\^"hi^\^" to c:^\^\d^" ^
  --data-raw ^"^{^\^"page^\^":1^}^"
"""
"""What Chrome copies as cURL (cmd)."""


@pytest.mark.parametrize("ends", ["\n", "\r\n"], ids=["lf", "crlf"])
def test_a_command_of_windows_is_read(ends: str) -> None:
    """Carets are the escapes of its shell: before quotes, signs and ends of lines."""
    sent = request_of(parse(WINDOWS.replace("\n", ends)))

    assert (sent.method, sent.body) == ("POST", {"page": 1})
    assert list(sent.query) == [("a", "50%"), ("b", "2")]
    assert sent.headers == [("accept", "application/json"), ("x-note", 'say "hi" to c:\\d')]


def test_an_older_command_of_windows_is_read() -> None:
    """Its quotes stand bare, and its carets inside them."""
    sent = request_of(parse('curl "https://api.example/x?a=1^&b=2" ^\n  -H "x-a: b" ^\n  --compressed'))

    assert list(sent.query) == [("a", "1"), ("b", "2")]
    assert sent.headers == [("x-a", "b")]


@pytest.mark.parametrize(
    "text",
    [
        "# All things.\n\n$ curl https://api.example/x",
        "curl https://api.example/x | jq '.items[]'",
        "curl https://api.example/x |jq .",
        "curl https://api.example/x > out.json 2>/dev/null",
        "curl https://api.example/x && echo done",
        "curl https://api.example/x  # all of them",
        "\ufeffcurl https://api.example/x",
    ],
    ids=["comment-before", "pipe", "pipe-without-blank", "redirected", "and", "comment-after", "bom"],
)
def test_what_a_shell_does_beside_the_command_is_no_part_of_it(text: str) -> None:
    """Documentation pipes answers, and writes comments."""
    assert request_of(parse(text)).url == "https://api.example/x"


def test_signs_of_the_shell_inside_quotes_stay() -> None:
    """They are a part of what is sent."""
    sent = request_of(parse("curl -d 'q=| > ^ #' https://api.example/x"))

    assert sent.body == {"q": "| > ^ #"}


def test_a_parameter_that_is_sent_twice_keeps_both_values() -> None:
    """In the URL and in a form."""
    options = "'https://api.example/v1/search?id[]=1&id[]=2&tag=a' -d 'kind=x&kind=y&size=5'"

    written = import_text("curl", f"curl {options}").text

    assert """request_parameters: {"id[]": "['1', '2']", tag: a}""" in written
    assert "kind: \"['x', 'y']\"" in written


def test_a_secret_that_is_sent_twice_is_in_no_text() -> None:
    """A list of values is no way around the vault."""
    written = import_text("curl", f"curl 'https://api.example/x?a=1' -d 'token={CANARY}&token={CANARY}2'")

    assert CANARY not in written.text


def test_an_address_of_six_keeps_its_brackets() -> None:
    """Without them its port would be a part of it (RFC 3986 §3.2.2)."""
    assert 'url: "http://[::1]:8080/x"' in import_text("curl", "curl http://[::1]:8080/x").text


@pytest.mark.parametrize(
    "text",
    [
        "wget https://x.example",
        "curl",
        "curl 'https://x.example",
        "curl https://x.example -H",
        "curl -F a=@b https://x.example",
        "curl -d @secret.json https://x.example",
        "curl -X DELETE https://x.example",
        "curl ftp://x.example",
        "curl http://[x",
        "curl https://x.example https://y.example",
    ],
)
def test_what_cannot_be_read_is_told(text: str) -> None:
    """As an error with a reason."""
    with pytest.raises(ConfigError):
        import_text("curl", text)


@pytest.mark.parametrize(
    "where",
    [
        "-H 'Authorization: Bearer {}'",
        "-H 'authorization: {}'",
        "-H 'Authorization: Token {}'",
        "-H 'X-Api-Key: {}'",
        "-H 'X-Whatever: {}'",
        "-u 'me:{}'",
        "-b 'session={}'",
        "--oauth2-bearer {}",
        "-G -d 'api_key={}'",
        "-G -d 'q={}'",
        "-d 'password={}'",
        '--json \'{{"auth": {{"token": "{}"}}}}\'',
        "--data-raw 'just {} text'",
        "-H 'X-Requested-With: {}'",
    ],
)
def test_no_secret_is_in_what_is_written(where: str) -> None:
    """Neither in the manifest nor in a guess; it is handed over apart, as the value of a secret input."""
    written = import_text("curl", f"curl {where.format(CANARY)} https://api.example/v1/things")

    assert CANARY not in written.text
    assert CANARY not in repr(written)
    if "X-Requested-With" not in where:
        names = [name for name, value in written.secrets.items() if CANARY in value]
        assert names
        assert all(each.secret for each in written.inputs if each.name in names)
        assert set(names) <= {each.name for each in written.inputs}


def test_no_secret_is_in_an_error() -> None:
    """Not even of the part that could not be read."""
    with pytest.raises(ConfigError) as raised:
        read_curl(f"curl -H 'Authorization: Bearer {CANARY}' -d '@{CANARY}' https://x.example")

    assert CANARY not in str(raised.value)


def test_a_key_in_the_url_is_an_input() -> None:
    """User and password before the host, or a part of the path that looks like a key."""
    written = import_text("curl", f"curl https://me:{CANARY}@api.example/hooks/{CANARY}/list")

    assert CANARY not in repr(written)
    assert "config['path_key']" in written.text


texts = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1).map(str.strip).filter(bool)


@given(
    headers=st.lists(st.tuples(st.from_regex(r"[A-Z][a-z]{2,8}", fullmatch=True), texts), max_size=4),
    body=st.dictionaries(st.text(max_size=5), st.text(max_size=8), min_size=1, max_size=3),
    path=st.from_regex(r"/[a-z]{1,8}", fullmatch=True),
)
def test_a_quoted_command_reads_back(headers: list[tuple[str, str]], body: dict[str, str], path: str) -> None:
    """What was put into a command by shell quoting comes out: method, URL, headers, body."""
    url = f"https://api.example{path}"
    words = ["curl", "-X", "POST", url, "--data-raw", json.dumps(body)]
    for name, value in headers:
        words += ["-H", f"{name}: {value}"]

    sent = request_of(parse(shlex.join(words)))

    assert (sent.method, sent.url, list(sent.headers), sent.body) == ("POST", url, headers, body)
