from __future__ import annotations

import pytest
from tests.command import run_command
from tests.runtime.cli.project import MANIFEST, VERBS, Project

ALIAS_BOMB = "a: &a [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{new}: &{new} [{', '.join([f'*{old}'] * 10)}]\n" for old, new in zip("abcdefg", "bcdefgh", strict=True)
)

BAD_MANIFESTS = [
    pytest.param(
        MANIFEST.replace("stream_names: [orders]", "stream_nams: [orders]"),
        "manifest.yaml:3:29: warning[unknown-field] CheckStream has no field `stream_nams`",
        "did you mean `stream_names`?",
        id="an unknown field",
    ),
    pytest.param(
        MANIFEST.replace("stream_names: [orders]", "stream_names: 7"),
        "manifest.yaml:3:43: error[wrong-type] CheckStream.stream_names takes a list of text, not a number",
        "",
        id="a wrong type",
    ),
    pytest.param(
        MANIFEST.replace("  - *people", '  - { $ref: "#/definitions/peopel" }'),
        "manifest.yaml:40:13: error[undefined-reference] nothing is defined at `#/definitions/peopel`",
        "did you mean `#/definitions/people`?",
        id="a reference to nothing",
    ),
    pytest.param(
        MANIFEST.replace("  - *people", '  - { $ref: "#/streams/1" }'),
        "error[reference-cycle] `#/streams/1` leads back to itself",
        "",
        id="a reference to itself",
    ),
    pytest.param(
        "a: &a\n  b: *a\n", "manifest.yaml:1:4: error[cycle]", "", id="an anchor that contains itself"
    ),
    pytest.param(
        MANIFEST.replace("streams:\n", "streams: [\n"), "error[yaml-syntax]", "", id="text that is no YAML"
    ),
    pytest.param(
        ALIAS_BOMB, "error[alias-bomb] the aliases expand to more than 1,000,000 values", "", id="a bomb"
    ),
    pytest.param("", "manifest.yaml:1:1: error[empty] the file is empty", "", id="an empty file"),
    pytest.param(
        "text", "manifest.yaml:1:1: error[wrong-type] a manifest is a mapping, not text", "", id="text"
    ),
    pytest.param(b"\xff\xfe", "manifest.yaml:1:1: error[not-utf-8]", "", id="no text"),
    pytest.param(
        "a: !!python/object:x {}", "error[yaml-tag] a tag that is not plain YAML", "", id="a Python tag"
    ),
    pytest.param(
        MANIFEST.replace("{{ config['url'] }}/people", "{{ config['url'] }"),
        "manifest.yaml:21:14: error[",
        "",
        id="a template that does not end",
    ),
]


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize(("manifest", "problem", "hint"), BAD_MANIFESTS)
def test_every_verb_tells_what_is_wrong_with_the_manifest(
    project: Project, verb: str, manifest: str | bytes, problem: str, hint: str
) -> None:
    """With its place, and a hint where there is one; the exit code is 1 and nobody sees a traceback."""
    project.write("manifest.yaml", manifest)

    outcome = project.run(verb)

    told = outcome.err if verb in {"lint", "sync"} else outcome.of_type("TRACE")[0]["error"]["message"]
    assert outcome.exit_code == 1
    assert problem in told
    assert hint in told
    assert "Traceback" not in outcome.out + outcome.err


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize(
    ("path", "problem"),
    [
        pytest.param("nothing.yaml", "cannot read the file: No such file or directory", id="no file"),
        pytest.param(".", "cannot read the file: Is a directory", id="a folder"),
    ],
)
def test_every_verb_tells_that_there_is_no_manifest(
    project: Project, verb: str, path: str, problem: str
) -> None:
    """The same way."""
    outcome = run_command(verb, *(path if word == "manifest.yaml" else word for word in VERBS[verb]))

    assert outcome.exit_code == 1
    assert problem in outcome.out + outcome.err


def test_a_problem_is_shown_in_its_line(project: Project) -> None:
    """A person sees the line with a caret under the place."""
    project.change("stream_names: [orders]", "stream_nams: [orders]")

    outcome = project.run("lint")

    assert (
        "  3 | check: { type: CheckStream, stream_nams: [orders] }\n    |                             ^"
    ) in outcome.err


def test_all_problems_are_told_at_once(project: Project) -> None:
    """In the order of the file, with their number."""
    project.write("manifest.yaml", MANIFEST.replace("stream_names", "names").replace("cursor_field", "field"))

    outcome = project.run("lint")

    places = [line.split(": ")[0] for line in outcome.err.splitlines() if ": error[" in line]
    assert places == sorted(places, key=lambda place: int(place.split(":")[1]))
    assert len(places) == 2
    assert outcome.err.endswith("2 errors, 2 warnings\n")


@pytest.mark.parametrize("verb", ["check", "discover", "read"])
def test_a_warning_is_logged_and_stops_nothing(project: Project, verb: str) -> None:
    """What the reference runtime accepts in silence, a key given twice, is a WARN."""
    project.change('version: "7.39.1"', 'version: "7.39.0"\nversion: "7.39.1"')

    outcome = project.run(verb)

    warnings = [log["message"] for log in outcome.of_type("LOG") if log["level"] == "WARN"]
    assert outcome.exit_code == 0
    assert warnings[0].startswith("manifest.yaml:2:1: warning[duplicate-key] `version` is given twice")
