from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from penstock.diagnostics import Diagnostics, Span
from penstock.errors import ManifestError
from penstock.manifest.load import MAX_DEPTH, MAX_TEXT_BYTES, load_file, load_text
from penstock.manifest.node import Node, plain


def at(root: Node, *path: str | int) -> Node:
    """The node at the end of a path of keys and indexes."""
    for step in path:
        root = root.value[step]
    return root


@pytest.mark.parametrize(
    ("written", "read"),
    [
        pytest.param("hello", "hello", id="plain text"),
        pytest.param("'12'", "12", id="a quoted number is text"),
        pytest.param("!!str 12", "12", id="a number tagged as text is text"),
        pytest.param("12", 12, id="a whole number"),
        pytest.param("0x1F", 31, id="hexadecimal"),
        pytest.param("017", 15, id="octal, as YAML 1.1 writes it"),
        pytest.param("1:30", 90, id="base sixty, as YAML 1.1 has it"),
        pytest.param("1_000", 1000, id="a number with underscores"),
        pytest.param("1.5", 1.5, id="a number with a point"),
        pytest.param("1e3", "1e3", id="an exponent without a point is text in YAML 1.1"),
        pytest.param("yes", True, id="yes is true in YAML 1.1"),
        pytest.param("off", False, id="off is false in YAML 1.1"),
        pytest.param("~", None, id="a tilde is null"),
        pytest.param("", None, id="nothing is null"),
        pytest.param("2024-01-31", "2024-01-31", id="a date is given as text"),
        pytest.param("2024-01-31T10:00:00Z", "2024-01-31T10:00:00+00:00", id="a moment is given as ISO text"),
    ],
)
def test_a_scalar_is_read_by_yaml_1_1(written: str, read: object) -> None:
    """The reference runtime reads YAML 1.1; a date becomes the text that it has in JSON."""
    assert plain(load_text(f"key: {written}")) == {"key": read}


@pytest.mark.parametrize(
    ("written", "key"),
    [
        pytest.param("1", "1", id="a number"),
        pytest.param("2.50", "2.5", id="a number with a point"),
        pytest.param("on", "true", id="a boolean, as JSON spells it"),
        pytest.param("~", "null", id="null, as JSON spells it"),
        pytest.param("2024-01-31", "2024-01-31", id="a date"),
    ],
)
def test_a_key_is_text(written: str, key: str) -> None:
    """A manifest is JSON in YAML, so a key of another type becomes the text that JSON has for it."""
    assert plain(load_text(f"{written}: value")) == {key: "value"}


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(json_values.filter(lambda value: value is not None), st.booleans())
def test_what_was_dumped_is_read_back(value: object, flow: bool) -> None:
    """Reading is the inverse of writing, in block and in flow style."""
    text = yaml.safe_dump(value, default_flow_style=flow)

    assert plain(load_text(text)) == value


@st.composite
def merging_texts(draw: st.DrawFn) -> str:
    """Mappings `m0`, `m1`, … with anchors; each may merge earlier ones, singly, in lists, more than once."""
    lines = []
    for i in range(draw(st.integers(1, 5))):
        own = [f"{key}: {i}" for key in draw(st.lists(st.sampled_from("abcd"), unique=True))]
        anchors = [f"*m{n}" for n in range(i)]
        one = st.sampled_from(anchors or ["{}"])
        merged = one | st.lists(one, max_size=3).map(lambda names: f"[{', '.join(names)}]")
        entries = own + [f"<<: {value} " for value in draw(st.lists(merged, max_size=2))]
        lines.append(f"m{i}: &m{i} {{{', '.join(draw(st.permutations(entries)))}}}")
    return "\n".join(lines)


@given(merging_texts())
def test_merge_keys_take_over_what_pyyaml_takes_over(text: str) -> None:
    """Own keys win over `<<`; the order of keys, in which parameters are sent, is the same too."""
    expected = yaml.safe_load(text)

    read = plain(load_text(text))

    assert read == expected
    assert [list(mapping) for mapping in read.values()] == [list(mapping) for mapping in expected.values()]


MANIFEST = dedent(
    """\
    base: &base
      path: /orders
      params: {page: 1}
    stream:
      <<: *base
      name: orders
    shared: *base
    items:
      - first
      -   second
    """
)


@pytest.mark.parametrize(
    ("path", "value_at", "key_at"),
    [
        pytest.param(("base", "path"), (2, 9), (2, 3), id="a value and its key"),
        pytest.param(("base", "params", "page"), (3, 18), (3, 12), id="inside a flow mapping"),
        pytest.param(("items", 1), (10, 7), (10, 7), id="an item of a list has no key"),
        pytest.param(("shared",), (1, 7), (7, 1), id="an alias: the anchor's value under the alias's key"),
        pytest.param(("shared", "path"), (2, 9), (2, 3), id="inside an alias: where the anchor wrote it"),
        pytest.param(("stream", "path"), (2, 9), (2, 3), id="a merged entry: where the anchor wrote it"),
        pytest.param(("stream", "name"), (6, 9), (6, 3), id="a key beside a merge"),
    ],
)
def test_every_value_knows_where_it_was_written(
    path: tuple[str | int, ...], value_at: tuple[int, int], key_at: tuple[int, int]
) -> None:
    """Lines and columns are 1-based, and go through anchors and merge keys to the text itself."""
    node = at(load_text(MANIFEST, "shop.yaml"), *path)

    assert (node.span, node.key_span) == (Span("shop.yaml", *value_at), Span("shop.yaml", *key_at))


def test_aliases_share_the_value_of_their_anchor() -> None:
    """An anchored value is built once, however often it is used; that keeps alias-heavy manifests small."""
    root = load_text(MANIFEST)

    assert at(root, "shared").value is at(root, "base").value


def test_a_key_given_twice_is_a_warning_and_the_last_one_counts() -> None:
    """PyYAML takes the last one in silence; a slip of this kind is hard to find, so it is told."""
    found = Diagnostics()

    root = load_text("name: orders\npath: /a\nname: refunds\n", "shop.yaml", found)

    assert plain(root) == {"name": "refunds", "path": "/a"}
    assert [str(problem) for problem in found.all] == [
        "shop.yaml:3:1: warning[duplicate-key] `name` is given twice in one mapping, and the last one counts\n"
        "  hint: the first is on line 1"
    ]


def test_a_key_beside_a_merge_is_no_duplicate() -> None:
    """Overriding what `<<` brings is what it is for."""
    found = Diagnostics()

    load_text("a: &a {x: 1}\nb: {<<: *a, x: 2}", found=found)

    assert found.all == ()


@pytest.mark.parametrize(
    ("text", "place", "rule"),
    [
        pytest.param("a: [1,\nb: 2\n", "3:1", "yaml-syntax", id="a list that is not closed"),
        pytest.param("a: b: c", "1:5", "yaml-syntax", id="a colon too many"),
        pytest.param("a:\n\t- 1", "2:1", "yaml-syntax", id="a tab for indentation"),
        pytest.param("a: 1\nb: *nope", "2:4", "yaml-syntax", id="an alias without anchor"),
        pytest.param("a: 1\n---\nb: 2", "2:1", "yaml-syntax", id="a second document"),
        pytest.param("ä: 1\nö: \x07", "2:1", "yaml-syntax", id="a control character"),
        pytest.param("a: '\ud800'", "1:1", "not-utf-8", id="half of a surrogate pair"),
        pytest.param("", "1:1", "empty", id="an empty text"),
        pytest.param("# to be written", "1:1", "empty", id="a text of comments"),
        pytest.param("a: !!python/name:os.system", "1:4", "yaml-tag", id="a Python tag on a scalar"),
        pytest.param("a: !env {b: 1}", "1:4", "yaml-tag", id="a tag of one's own on a mapping"),
        pytest.param("a: !env [1]", "1:4", "yaml-tag", id="a tag of one's own on a list"),
        pytest.param("a: 2024-13-45", "1:4", "yaml-value", id="a date that does not exist"),
        pytest.param("a: !!int twelve", "1:4", "yaml-value", id="a tag that does not fit the value"),
        pytest.param(f"a: {'1' * 1001}", "1:4", "yaml-value", id="a number of more than a thousand digits"),
        pytest.param("? [a, b]\n: 1", "1:3", "key", id="a list as a key"),
        pytest.param("a: {<<: 5}", "1:9", "merge-key", id="a number to merge"),
        pytest.param("a: {<<: [5]}", "1:10", "merge-key", id="a list of numbers to merge"),
        pytest.param("a: &a [1, *a]", "1:4", "cycle", id="an anchor within itself"),
        pytest.param("a: &a {b: 1, <<: *a}", "1:4", "cycle", id="an anchor merged into itself"),
        pytest.param("a: &a {b: {<<: *a}}", "1:4", "cycle", id="an anchor merged into its own child"),
    ],
)
def test_a_text_that_cannot_be_read_is_refused_with_its_place(text: str, place: str, rule: str) -> None:
    """Wrong YAML is a ManifestError with one diagnostic, as any other problem of a manifest."""
    with pytest.raises(ManifestError) as raised:
        load_text(text, "shop.yaml")

    [problem] = raised.value.diagnostics
    assert (str(problem.span), problem.rule) == (f"shop.yaml:{place}", rule)


def nested(levels: int) -> str:
    return "[" * levels + "]" * levels


LAUGHS = ["a0: &a0 [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]"]
LAUGHS += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]" for i in range(1, 7)]

WIDE = f"wide: &wide {{{', '.join(f'k{i}: 1' for i in range(10_000))}}}"
MERGES = f"all: {{<<: [{', '.join(['*wide'] * 101)}]}}"


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        pytest.param(nested(MAX_DEPTH + 1), "too-deep", id="nested too deep"),
        pytest.param(nested(50_000), "too-deep", id="nested so deep that recursion in C would crash"),
        pytest.param(f"a: &a {nested(MAX_DEPTH - 2)}\nb: [[*a]]", "too-deep", id="an alias of a deep anchor"),
        pytest.param("{<<: " * 300 + "{a: 1}" + "}" * 300, "too-deep", id="merges nested too deep"),
        pytest.param("\n".join(LAUGHS), "alias-bomb", id="aliases of aliases: ten million values in 7 lines"),
        pytest.param(f"{WIDE}\n{MERGES}", "alias-bomb", id="merges that copy a million entries"),
        pytest.param("x" * (MAX_TEXT_BYTES + 1), "too-large", id="a text of over 20 MB"),
    ],
)
def test_a_text_that_would_use_up_the_machine_is_refused(text: str, rule: str) -> None:
    """Builders take manifests from anyone, so depth and size are bounded before anything is built."""
    with pytest.raises(ManifestError) as raised:
        load_text(text)

    assert [problem.rule for problem in raised.value.diagnostics] == [rule]


def test_a_manifest_may_nest_as_deep_as_the_limit() -> None:
    """The limit itself is allowed."""
    assert load_text(nested(MAX_DEPTH)).value


def test_a_file_may_begin_with_a_byte_order_mark(tmp_path: Path) -> None:
    """Editors on Windows write one; the places do not move by it."""
    path = tmp_path / "manifest.yaml"
    path.write_bytes(b"\xef\xbb\xbfname: orders")

    node = load_file(path, "manifest.yaml").value["name"]

    assert (node.value, str(node.span)) == ("orders", "manifest.yaml:1:7")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        pytest.param(
            None,
            "shop.yaml:1:1: error[unreadable] cannot read the file: No such file or directory",
            id="no file",
        ),
        pytest.param(
            b"a: 1\nb: \xff", "shop.yaml:2:1: error[not-utf-8] the file is not UTF-8 text", id="Latin-1"
        ),
        pytest.param(
            b" " * (MAX_TEXT_BYTES + 1),
            "shop.yaml:1:1: error[too-large] the manifest is over 20,000,000 bytes",
            id="too large",
        ),
    ],
)
def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path, content: bytes | None, message: str) -> None:
    """The message has the name that the caller shows, not the path of this machine."""
    path = tmp_path / "manifest.yaml"
    if content is not None:
        path.write_bytes(content)

    with pytest.raises(ManifestError) as raised:
        load_file(path, "shop.yaml")

    assert str(raised.value) == message
