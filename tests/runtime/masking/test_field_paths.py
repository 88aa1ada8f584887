from __future__ import annotations

import pytest

from penstock.masking.field_paths import PathSyntaxError, Segment, parse_field_path, rank

EACH, KEY, DEEP = Segment("each"), Segment("key"), Segment("deep")


def names(*given: str) -> list[Segment]:
    return [Segment("name", name) for name in given]


@pytest.mark.parametrize(
    ("text", "segments"),
    [
        pytest.param("email", names("email"), id="a field"),
        pytest.param("address.city", names("address", "city"), id="a field of an object"),
        pytest.param("contacts[*].phone", [*names("contacts"), EACH, *names("phone")], id="a list"),
        pytest.param("grid[*][*]", [*names("grid"), EACH, EACH], id="a list of lists"),
        pytest.param("tags[*]", [*names("tags"), EACH], id="the elements of a list"),
        pytest.param("address.*", [*names("address"), KEY], id="each key of an object"),
        pytest.param("*.email", [KEY, *names("email")], id="a field of each object"),
        pytest.param("**.email", [DEEP, *names("email")], id="a field at any depth"),
        pytest.param("**.*", [DEEP, KEY], id="every field"),
        pytest.param(r"first\.name", names("first.name"), id="a dot in a name"),
        pytest.param(r"a\*", names("a*"), id="a star in a name"),
        pytest.param(r"\$id", names("$id"), id="a dollar sign in front"),
        pytest.param("vor name", names("vor name"), id="a space in a name"),
        pytest.param("$.email", names("email"), id="JSONPath: a field"),
        pytest.param("$['first.name']", names("first.name"), id="JSONPath: a quoted name"),
        pytest.param('$["a b"].c', names("a b", "c"), id="JSONPath: a name in double quotes"),
        pytest.param(
            "$.contacts[*].phone", [*names("contacts"), KEY, *names("phone")], id="JSONPath: a list"
        ),
        pytest.param("$.address.*", [*names("address"), KEY], id="JSONPath: each key"),
        pytest.param("$..email", [DEEP, *names("email")], id="JSONPath: a field at any depth"),
        pytest.param(
            "$.user..email", [*names("user"), DEEP, *names("email")], id="JSONPath: any depth below"
        ),
        pytest.param("$..*", [DEEP, KEY], id="JSONPath: every field"),
    ],
)
def test_a_path_is_read(text: str, segments: list[Segment]) -> None:
    """Dotted paths are ours; a path that begins with `$` is JSONPath."""
    assert list(parse_field_path(text)) == segments


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        pytest.param("", "names no field", id="empty"),
        pytest.param("a..b", "cannot be read from character 3", id="two dots"),
        pytest.param(".a", "cannot be read from character 1", id="a dot in front"),
        pytest.param("a.", "ends where a name should be", id="a dot at the end"),
        pytest.param("[*].a", "cannot be read from character 1", id="an element of no list"),
        pytest.param("a[0]", "cannot be read from character 2", id="one element"),
        pytest.param("a[*]b", "cannot be read from character 5", id="no dot behind a bracket"),
        pytest.param("a\\", "cannot be read from character 2", id="a backslash at the end"),
        pytest.param(
            "**", r"`\*\*` needs a name after it; `\*\*\.\*` is every field", id="any depth of nothing"
        ),
        pytest.param("phone_*", "stands for a whole name", id="a star for a part of a name"),
        pytest.param("$", "names no field", id="JSONPath: the record itself"),
        pytest.param("$id", "for a name that begins with", id="JSONPath: not at all"),
        pytest.param("$.a[0]", "only single names", id="JSONPath: one element"),
        pytest.param("$.a[?(@.b)]", "cannot be read as JSONPath", id="JSONPath: a filter"),
        pytest.param("$['a','b']", "only single names", id="JSONPath: two names at once"),
        pytest.param("$.", "cannot be read as JSONPath", id="JSONPath: a dot at the end"),
    ],
)
def test_a_path_that_cannot_be_read_says_where(text: str, problem: str) -> None:
    """A path that was read wrongly would mask nothing, so what is unclear is refused."""
    with pytest.raises(PathSyntaxError, match=problem):
        parse_field_path(text)


@pytest.mark.parametrize(
    ("more", "less"),
    [
        pytest.param("user.email", "email", id="more names"),
        pytest.param("email", "*", id="a name rather than any"),
        pytest.param("user.email", "user.*", id="the same at the end of a path"),
        pytest.param("*.email", "**.email", id="one level rather than any depth"),
        pytest.param("user.**.email", "**.email", id="a name before any depth"),
        pytest.param("tags[*]", "tags", id="the elements rather than the list"),
    ],
)
def test_the_more_specific_path_ranks_higher(more: str, less: str) -> None:
    """More names count most, then fewer `**`, then fewer `*`, then more `[*]`."""
    assert rank(parse_field_path(more)) > rank(parse_field_path(less))
