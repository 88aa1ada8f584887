"""A manifest under edit: every edit changes what it names, is on disk at once, and can be taken back."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from penstock.authoring import ManifestError, read_text
from penstock_builder.draft import (
    MINIMAL,
    Draft,
    DraftChangedError,
    DraftError,
    DraftGoneError,
    NoSuchPlaceError,
    SharedPlaceError,
)
from penstock_builder.editing.change import with_key
from penstock_builder.history import MOST_REVISIONS

Edit = Callable[[Draft], None]


def draft_of(folder: Path, text: str) -> Draft:
    return Draft.new(folder, text=text)


def renamed(draft: Draft, key: str, new: str) -> None:
    draft.change(lambda now: with_key(now, (key,), new), "rename")


@pytest.mark.parametrize(
    ("text", "edit", "expected"),
    [
        pytest.param("a: 1 # one\n", lambda d: d.set("/a", 2), "a: 2 # one\n", id="the comment after a value stays"),
        pytest.param("# top\na: 1\n", lambda d: d.set("/a", "x"), "# top\na: x\n", id="the comment above stays"),
        pytest.param("a: 'x'\n", lambda d: d.set("/a", "y"), "a: 'y'\n", id="single quotes stay"),
        pytest.param('a: "x"\n', lambda d: d.set("/a", "y"), 'a: "y"\n', id="double quotes stay"),
        pytest.param("a: x\n", lambda d: d.set("/a", "yes"), "a: 'yes'\n", id="what reads otherwise is quoted"),
        pytest.param("a: x\n", lambda d: d.set("/a", "1e3"), "a: '1e3'\n", id="also what YAML 1.2 reads otherwise"),
        pytest.param("a: 'x'\n", lambda d: d.set("/a", True), "a: true\n", id="a text becomes a boolean"),
        pytest.param("a:\nb: 1\n", lambda d: d.set("/a", 1), "a: 1\nb: 1\n", id="an empty value"),
        pytest.param("a: 1", lambda d: d.set("/b", 2), "a: 1\nb: 2", id="no line end at the end"),
        pytest.param("a: 1\r\n", lambda d: d.set("/b", [1]), "a: 1\r\nb:\r\n  - 1\r\n", id="carriage returns"),
        pytest.param("", lambda d: d.set("/a/b", 1), "a:\n  b: 1\n", id="an empty manifest"),
        pytest.param("# only\n", lambda d: d.set("/a", 1), "# only\na: 1\n", id="a manifest of comments"),
        pytest.param("é: {a: ü}\n", lambda d: d.set("/é/a", "ö"), "é: {a: ö}\n", id="unicode"),
        pytest.param("a: x\n", lambda d: d.set("/a", "p\nq\n"), "a: |\n  p\n  q\n", id="lines become a block"),
        pytest.param(
            "a: | # why\n  p\nb: 1\n", lambda d: d.set("/a", "x"), "a: x # why\nb: 1\n", id="a block becomes a word"
        ),
        pytest.param(
            "a: 1 # c\nb: 2\n", lambda d: d.set("/a", {"x": [1]}), "a: # c\n  x:\n    - 1\nb: 2\n", id="a number becomes a block"
        ),
        pytest.param("a: # c\n  x: 1\nb: 2\n", lambda d: d.set("/a", 5), "a: 5 # c\nb: 2\n", id="a block becomes a number"),
        pytest.param("a: {x: 1}\n", lambda d: d.set("/a/y", [1]), "a: {x: 1, y: [1]}\n".replace("y", "'y'"), id="braces stay braces"),
        pytest.param("a: []\n", lambda d: d.append("/a", {"k": 1, "l": 2}), "a:\n  - k: 1\n    l: 2\n", id="an empty list fills as a block"),
        pytest.param("k:\n- 1\na:\n  b: 1\n", lambda d: d.set("/c", [1]), "k:\n- 1\na:\n  b: 1\nc:\n- 1\n", id="dashes as the neighbours'"),
        pytest.param("a:\n    b: 1\n", lambda d: d.set("/c", {"d": 1}), "a:\n    b: 1\nc:\n    d: 1\n", id="indentation as the neighbours'"),
        pytest.param("a:\n  - 1\n  # 2\nb: 1\n", lambda d: d.append("/a", 3), "a:\n  - 1\n  # 2\n  - 3\nb: 1\n", id="after the comment at a list's end"),
        pytest.param("a:\n- 1\n# b\nb: 1\n", lambda d: d.append("/a", 3), "a:\n- 1\n- 3\n# b\nb: 1\n", id="before the comment of the next key"),
        pytest.param("a:\n  - 1 # x\n  - 2\n", lambda d: d.set("/a", [1, 5, 2]), "a:\n  - 1 # x\n  - 5\n  - 2\n", id="a list keeps what it keeps"),
        pytest.param("a:\n  # c\n  b: 1\n  c: 2\n", lambda d: d.set("/a", {"c": 3, "d": 4}), "a:\n  # c\n  c: 3\n  d: 4\n", id="so does a mapping"),
        pytest.param("- a: 1\n  b: 2\n", lambda d: d.remove("/0/a"), "- b: 2\n", id="the key after a dash goes"),
        pytest.param("a:\n  b: 1\nc: 2\n", lambda d: d.remove("/a/b"), "a: {}\nc: 2\n", id="the last key goes"),
        pytest.param("a: 1 # x\nb: 2\n", lambda d: d.remove("/a"), "b: 2\n", id="a key goes with the comment on its line"),
        pytest.param("a: {\n  x: 1,\n  y: 2\n}\n", lambda d: d.remove("/a/y"), "a: {\n  x: 1\n}\n", id="a line of braces goes"),
        pytest.param("a: 1 # x\nb: 2\n", lambda d: renamed(d, "a", "c d"), "c d: 1 # x\nb: 2\n", id="another name"),
        pytest.param(
            "l:\n  # one\n  - 1 # x\n\n  - 2", lambda d: d.move("/l", 0, 1), "l:\n  - 2\n\n  # one\n  - 1 # x", id="a move takes its comments"
        ),
        pytest.param("a: &x 1\nb: *x\n", lambda d: d.set("/b", 2), "a: &x 1\nb: 2\n", id="an alias gets a value of its own"),
        pytest.param("a: &x 1\nb: *x\n", lambda d: d.set("/a", 2), "a: &x 2\nb: *x\n", id="an anchor is edited at its own place"),
        pytest.param(
            "a: &x {k: 1}\nb:\n  <<: *x\n  l: 2\n", lambda d: d.set("/b/k", 3), "a: &x {k: 1}\nb:\n  <<: *x\n  l: 2\n  k: 3\n", id="an own key wins over a merged one"
        ),
        pytest.param("a: 1\na: 2\n", lambda d: d.set("/a", 3), "a: 1\na: 3\n", id="of two keys the one that counts"),
    ],
)  # fmt: skip
def test_an_edit_changes_the_least_text(tmp_path: Path, text: str, edit: Edit, expected: str) -> None:
    """And undo gives every byte back."""
    draft = draft_of(tmp_path, text)

    edit(draft)

    assert draft.text == expected
    assert draft.path.read_bytes() == expected.encode()
    draft.undo()
    assert draft.path.read_bytes() == text.encode()


@pytest.mark.parametrize(
    ("edit", "kind"),
    [
        pytest.param(lambda d: d.set("/b/k", 2), SharedPlaceError, id="inside of an alias"),
        pytest.param(lambda d: d.set("/c/k/deep", 2), SharedPlaceError, id="inside of what is merged"),
        pytest.param(lambda d: d.remove("/c/k"), SharedPlaceError, id="a merged key cannot go"),
        pytest.param(lambda d: d.remove("/a"), DraftError, id="an anchor in use cannot go"),
        pytest.param(lambda d: d.remove("/z"), NoSuchPlaceError, id="nothing is there"),
        pytest.param(lambda d: d.set("/d/e", 1), DraftError, id="a number has no keys"),
        pytest.param(lambda d: renamed(d, "d", "a"), DraftError, id="the name is taken"),
        pytest.param(lambda d: d.set_yaml("/d", "[1"), ManifestError, id="an island that is no YAML"),
        pytest.param(lambda d: d.set_yaml("/d", "# nothing"), DraftError, id="an island without a value"),
        pytest.param(lambda d: d.set_yaml("/f/0", "a: 1\nb: 2"), DraftError, id="a block inside of brackets"),
        pytest.param(lambda d: d.move("/f", 0, 7), DraftError, id="no such item"),
    ],
)
def test_an_edit_that_cannot_be_made_leaves_all_as_it_was(
    tmp_path: Path, edit: Edit, kind: type[Exception]
) -> None:
    """The error says the place and what to do."""
    text = "a: &x {k: {deep: 1}}\nb: *x\nc:\n  <<: *x\n  l: 2\nd: 1\nf: [1]\n"
    draft = draft_of(tmp_path, text)

    with pytest.raises(kind, match="manifest"):
        edit(draft)

    assert (draft.text, draft.revision, draft.path.read_text()) == (text, 1, text)


@pytest.mark.parametrize(
    ("pointer", "island"),
    [
        pytest.param("/a", "# in\nb: 1 # x\n# last\nc:\n  - d", id="comments inside belong to it"),
        pytest.param("/a/b", "1", id="the comment on its line does not"),
        pytest.param("/a/c/0", "d", id="an item"),
        pytest.param("/e", "|\n  p\n\n  q", id="a block of text"),
        pytest.param("/f/0", "g: 1\nh: 2", id="a mapping after a dash"),
    ],
)
def test_an_island_is_the_text_of_a_value_at_the_left_edge(tmp_path: Path, pointer: str, island: str) -> None:
    """And goes back byte for byte, without a revision."""
    text = (
        "a: # k\n  # in\n  b: 1 # x\n  # last\n  c:\n  - d\ne: |\n  p\n\n  q\nf:\n- g: 1\n  h: 2\n".replace(
            "\n", "\r\n"
        )
    )
    draft = draft_of(tmp_path, text)

    assert draft.yaml(pointer) == island.replace("  - d", "- d")
    draft.set_yaml(pointer, draft.yaml(pointer))
    assert (draft.text, draft.revision) == (text, 1)


@pytest.mark.parametrize(
    ("pointer", "island", "expected"),
    [
        pytest.param("/a", "b: 2\n# new\nc: 3", "a: # k\n  b: 2\n  # new\n  c: 3\nd: 1 # e\nf:\n  - g: 1\n", id="block to block"),
        pytest.param("/f/0", "# new\ng: 1", "a: # k\n  b: 1\nd: 1 # e\nf:\n  - # new\n    g: 1\n", id="a comment after a dash"),
        pytest.param("/a", "5", "a: 5 # k\nd: 1 # e\nf:\n  - g: 1\n", id="block to word"),
        pytest.param("/a", "- 1\n- 2", "a: # k\n  - 1\n  - 2\nd: 1 # e\nf:\n  - g: 1\n", id="mapping to list"),
        pytest.param("/d", "x: 1\ny: 2", "a: # k\n  b: 1\nd: # e\n  x: 1\n  y: 2\nf:\n  - g: 1\n", id="word to block"),
        pytest.param("/d", "|\n  p\n  q", "a: # k\n  b: 1\nd: | # e\n  p\n  q\nf:\n  - g: 1\n", id="word to text of lines"),
        pytest.param("/d", "# c\n- x", "a: # k\n  b: 1\nd: # e\n  # c\n  - x\nf:\n  - g: 1\n", id="comments come along"),
    ],
)  # fmt: skip
def test_an_edited_island_is_put_back_in_place(
    tmp_path: Path, pointer: str, island: str, expected: str
) -> None:
    """Re-indented; the comment on the key's line stays."""
    draft = draft_of(tmp_path, "a: # k\n  b: 1\nd: 1 # e\nf:\n  - g: 1\n")

    draft.set_yaml(pointer, island)

    assert draft.text == expected


def test_the_first_manifest_runs(tmp_path: Path) -> None:
    """Whoever begins sees a stream and no problem."""
    draft = Draft.new(tmp_path / "new")

    assert draft.reading.found == ()
    assert (draft.text, draft.value("/streams/0/name"), draft.span("/streams/0/name").line) == (
        MINIMAL,
        "items",
        9,
    )
    assert read_text(draft.text).can_run
    assert (tmp_path / "new/.penstock/.gitignore").read_text() == "*\n"
    with pytest.raises(DraftError, match="there is such a file"):
        Draft.new(tmp_path / "new")


def test_an_equal_value_is_no_change(tmp_path: Path) -> None:
    """`1` and `true` and `1.0` are not equal."""
    draft = draft_of(tmp_path, "a: 0x10\nb: [1, {c: 2}]\n")

    draft.set("/a", 16)
    draft.set("/b", [1, {"c": 2}])
    assert draft.revision == 1

    draft.set("/b/0", True)
    assert (draft.text, draft.revision) == ("a: 0x10\nb: [true, {c: 2}]\n", 2)


def test_text_that_is_no_yaml_is_taken_and_told(tmp_path: Path) -> None:
    """A person types: edits by place wait until the text reads, and undo works."""
    draft = draft_of(tmp_path, "a: 1\n")

    draft.replace_text("a: [1\n")

    assert draft.reading.found[0].rule == "yaml-syntax"
    for edit in (lambda: draft.set("/a", 2), lambda: draft.value("/a")):
        with pytest.raises(DraftError, match=r"manifest\.yaml:\d+:\d+: .*no YAML") as raised:
            edit()
        assert raised.value.hint
    draft.undo()
    assert draft.value("/a") == 1


def test_undo_and_redo_outlive_a_restart(tmp_path: Path) -> None:
    """Every change is on disk when it returns."""
    draft = draft_of(tmp_path, "a: 1\n")
    for value in (2, 3, 4):
        draft.set("/a", value)
    draft.undo()

    again = Draft.open(draft.path)

    assert (again.value("/a"), again.can_undo, again.can_redo, again.revision) == (
        3,
        True,
        True,
        draft.revision,
    )
    again.undo()
    again.undo()
    assert (again.value("/a"), again.can_undo) == (1, False)
    for value in (2, 3, 4):
        again.redo()
        assert again.value("/a") == value
    assert not again.can_redo
    again.undo()
    again.set("/a", 9)
    assert not again.can_redo
    again.undo()
    assert again.value("/a") == 3


def test_revisions_are_told_named_and_restored(tmp_path: Path) -> None:
    """The newest first; a restored one is a change as any other."""
    draft = draft_of(tmp_path, "a: 1\n")
    draft.set("/a", 2, note="twice")
    draft.name_revision(1, "the first")

    assert [(r.number, r.note, r.name) for r in draft.revisions()] == [
        (2, "twice", ""),
        (1, "opened", "the first"),
    ]
    assert draft.text_at(1) == "a: 1\n"
    draft.restore(1)
    assert (draft.text, draft.revision) == ("a: 1\n", 3)
    draft.undo()
    assert draft.text == "a: 2\n"
    with pytest.raises(NoSuchPlaceError):
        draft.name_revision(99, "none")


def test_the_history_is_bounded_and_keeps_what_is_named(tmp_path: Path) -> None:
    """Old revisions without a name go; undo stops there."""
    draft = draft_of(tmp_path, "a: 0\n")
    draft.name_revision(1, "start")
    for value in range(1, MOST_REVISIONS + 20):
        draft.set("/a", value)

    kept = draft.revisions()

    assert len(kept) == MOST_REVISIONS + 1
    assert kept[-1].name == "start"
    for _ in range(MOST_REVISIONS + 30):
        draft.undo()
        if not draft.can_undo:
            break
    assert not draft.can_undo
    size = sum(file.stat().st_size for file in (tmp_path / ".penstock").rglob("*") if file.is_file())
    assert size < 500_000


def test_two_windows_do_not_overwrite_each_other(tmp_path: Path) -> None:
    """The second is told, reloads, and can take back what the first did."""
    first = draft_of(tmp_path, "a: 1\n")
    second = Draft.open(first.path)
    first.set("/a", 2)

    with pytest.raises(DraftChangedError):
        second.set("/a", 3)

    assert first.path.read_text() == "a: 2\n"
    second.reload()
    second.set("/a", 3)
    second.undo()
    second.undo()
    assert second.text == "a: 1\n"


def test_a_change_by_an_editor_is_noticed_and_kept(tmp_path: Path) -> None:
    """It becomes a revision, whether the draft is open or not."""
    draft = draft_of(tmp_path, "a: 1\n")
    draft.path.write_text("a: 5\n")

    with pytest.raises(DraftChangedError):
        draft.set("/a", 3)
    again = Draft.open(draft.path)

    assert again.value("/a") == 5
    assert again.revisions()[0].note == "changed outside"
    again.undo()
    assert again.text == "a: 1\n"


def test_mode_and_byte_order_mark_of_the_file_stay(tmp_path: Path) -> None:
    """The file is replaced at once, and is otherwise the same file."""
    path = tmp_path / "m.yaml"
    path.write_bytes(b"\xef\xbb\xbfa: 1\n")
    path.chmod(0o640)

    Draft.open(path).set("/a", 2)

    assert path.read_bytes() == b"\xef\xbb\xbfa: 2\n"
    assert path.stat().st_mode & 0o777 == 0o640
    assert [file.name for file in tmp_path.iterdir()] != []
    assert sorted(file.name for file in tmp_path.iterdir()) == [".penstock", "m.yaml"]


def test_a_history_that_was_deleted_begins_anew(tmp_path: Path) -> None:
    """At the text that is open, whose number goes on growing: undo leads back to it, and no further."""
    draft = draft_of(tmp_path, "a: 1\n")
    draft.set("/a", 2)
    shutil.rmtree(tmp_path / ".penstock")

    could = draft.can_undo
    draft.set("/a", 3)
    numbers = [revision.number for revision in draft.revisions()]
    draft.undo()

    assert not could
    assert numbers == [3, 2]
    assert (draft.text, draft.can_undo) == ("a: 2\n", False)


def test_a_file_that_is_gone_is_written_again(tmp_path: Path) -> None:
    """Byte for byte, and undo goes on; a file that is there already stays as it is."""
    draft = draft_of(tmp_path, "\ufeffa: 1\n")
    draft.set("/a", 2)
    draft.path.unlink()

    with pytest.raises(DraftGoneError):
        draft.set("/a", 3)
    with pytest.raises(DraftGoneError):
        draft.reload()
    draft.write_again()
    again = draft.path.read_bytes()
    draft.undo()
    draft.path.write_text("a: 9\n")
    draft.write_again()

    assert again == b"\xef\xbb\xbfa: 2\n"
    assert draft.text == "a: 1\n"
    assert draft.path.read_text() == "a: 9\n"


def test_what_cannot_be_read_is_told(tmp_path: Path) -> None:
    """No file, no text, and a history that is no history."""
    with pytest.raises(DraftError, match="cannot be read"):
        Draft.open(tmp_path / "none.yaml")
    (tmp_path / "b.yaml").write_bytes(b"a: 1\nb: \xff\n")
    with pytest.raises(DraftError, match=r"b\.yaml:2:1: .*UTF-8"):
        Draft.open(tmp_path / "b.yaml")
    draft = draft_of(tmp_path, "a: 1\n")
    (tmp_path / ".penstock/drafts/manifest.yaml/revisions.sqlite").write_bytes(b"nothing of the kind" * 100)
    with pytest.raises(DraftError, match="revisions cannot be used"):
        draft.set("/a", 2)
    assert draft.path.read_text() == "a: 1\n"


def test_a_browser_without_carriage_returns_keeps_those_of_the_file(tmp_path: Path) -> None:
    """Text areas hand back line feeds alone."""
    draft = draft_of(tmp_path, "a: 1\r\nb: 2\r\n")

    draft.replace_text("a: 1\nb: 3\n")

    assert draft.text == "a: 1\r\nb: 3\r\n"
    draft.set_yaml("", draft.yaml(""))
    assert draft.revision == 2


def test_unlink_copies_the_definition_here(tmp_path: Path) -> None:
    """With its comments; keys beside `$ref` win, and the definition stays."""
    head = "definitions:\n  d:\n    # c\n    x: 1\n    z: 2\n"
    draft = draft_of(tmp_path, head + 'p:\n  $ref: "#/definitions/d"\n  x: 5\nq: "#/definitions/d"\n')

    draft.unlink("/p")
    draft.unlink("/q")

    assert draft.text == head + "p:\n  # c\n  x: 5\n  z: 2\nq:\n  # c\n  x: 1\n  z: 2\n"
    with pytest.raises(DraftError, match="no reference"):
        draft.unlink("/q")
