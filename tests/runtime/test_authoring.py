from __future__ import annotations

from pathlib import Path

import pytest

from penstock.authoring import ManifestError, parse_manifest, read_manifest, read_text

GOOD = """
version: 7.39.1
check: {stream_names: [orders]}
streams:
  - name: orders
    retriever:
      requester: {url: "https://api.example.com/orders"}
      record_selector: {extractor: {field_path: []}}
"""


def test_a_manifest_that_runs_is_read_whole() -> None:
    """Its text as nodes, its components as a tree."""
    reading = read_text(GOOD)

    assert reading.can_run
    assert reading.root is not None
    assert reading.tree is not None
    assert reading.found == ()


@pytest.mark.parametrize(
    ("text", "rule", "has_root", "has_tree"),
    [
        pytest.param("a: [", "yaml-syntax", False, False, id="no YAML"),
        pytest.param("text", "wrong-type", True, False, id="no mapping"),
        pytest.param("a: {$ref: '#/b'}", "undefined-reference", True, False, id="a reference to nothing"),
        pytest.param(
            GOOD.replace("field_path", "path"), "missing-field", True, True, id="a component with a mistake"
        ),
    ],
)
def test_a_manifest_is_read_as_far_as_possible(text: str, rule: str, has_root: bool, has_tree: bool) -> None:
    """What is wrong is found, not thrown."""
    reading = read_text(text)

    assert not reading.can_run
    assert rule in [problem.rule for problem in reading.found]
    assert (reading.root is not None, reading.tree is not None) == (has_root, has_tree)


@pytest.mark.parametrize(
    ("policy", "place", "message", "hint"),
    [
        pytest.param(
            "{unclassified: drop, clases: {}}",
            "10:33",
            "`clases`",
            "did you mean `classes`?",
            id="unknown key",
        ),
        pytest.param("drop", "10:12", "a masking policy is a mapping, not text", "", id="wrong type"),
        pytest.param(
            "{unclassified: hide}", "10:27", "no option of this name", "one of `keep`", id="a wrong word"
        ),
        pytest.param("null", "10:12", "a masking policy is a mapping, not null", "", id="nothing"),
    ],
)
def test_a_policy_that_does_not_read_is_a_problem_found(
    policy: str, place: str, message: str, hint: str
) -> None:
    """The same that a run would refuse, at the same place: what is read wrong would leave data in clear."""
    text = f"{GOOD}metadata:\n  masking: {policy}\n"

    reading = read_text(text, "shop.yaml")

    (problem,) = reading.found
    assert str(problem).startswith(f"shop.yaml:{place}: error[")
    assert message in problem.message
    assert hint in problem.hint
    assert not reading.can_run
    with pytest.raises(ManifestError) as refused:
        parse_manifest(text, "shop.yaml")
    assert refused.value.diagnostics == reading.found


def test_a_file_that_is_not_there_is_a_problem_found(tmp_path: Path) -> None:
    """As any other."""
    reading = read_manifest(tmp_path / "manifest.yaml")

    assert [problem.rule for problem in reading.found] == ["unreadable"]


def test_custom_code_is_not_run(tmp_path: Path) -> None:
    """To read a manifest is not to trust it."""
    (tmp_path / "components.py").write_text("raise SystemExit('it was run')")
    path = tmp_path / "manifest.yaml"
    path.write_text(GOOD.replace('orders"}', 'orders", authenticator: {class_name: components.Signed}}'))

    reading = read_manifest(path)

    assert reading.can_run
