from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest

from penstock.errors import ManifestError
from penstock.plan.manifest import lint_manifest, load_manifest, parse_manifest

MANIFEST = """\
version: 6.44.0
check: {stream_names: [orders]}
streams:
  - name: orders
    retriever:
      requester: {url: "https://shop.example.test/orders"}
      record_selector: {extractor: {field_path: []}}
"""


def test_a_manifest_is_read_from_a_file(tmp_path: Path) -> None:
    """Files that it names, such as schemas, are looked for beside it."""
    path = tmp_path / "manifest.yaml"
    path.write_text(MANIFEST)

    manifest = load_manifest(path)

    assert manifest.folder == tmp_path
    assert manifest.source.version == "6.44.0"
    assert manifest.warnings == ()


@pytest.mark.parametrize("name", ["policy.yaml", "masking.yaml"])
def test_a_policy_beside_a_manifest_that_is_not_given_is_told(tmp_path: Path, name: str) -> None:
    """Whoever put it there expects that its fields are masked: it is the first warning, before all of the manifest."""
    path, policy = tmp_path / "manifest.yaml", tmp_path / name
    path.write_text(MANIFEST.replace("requester: {", "requester: {unknown_key: 1, "))
    policy.write_text("classes: {email: {mask: redact}}\n")

    told, *others = load_manifest(path).warnings

    assert str(told).startswith(f"{policy}:1:1: warning[policy-not-given] ")
    assert told.hint == f"give it: --masking {policy}"
    assert others
    assert load_manifest(path, masking=policy).warnings == tuple(others)


IN_PLACE = "metadata: {masking: {unclassified: drop, streams: {orders: {unclassified: keep}}}}\n"


@pytest.mark.parametrize(
    "written",
    [
        pytest.param(IN_PLACE, id="in place"),
        pytest.param(
            "metadata: {$ref: '#/definitions/meta'}\ndefinitions:\n  meta:\n"
            "    masking: {unclassified: drop, streams: {orders: {unclassified: keep}}}\n",
            id="metadata by a reference",
        ),
        pytest.param(
            "metadata: {masking: '#/definitions/policy'}\ndefinitions:\n"
            "  policy: {unclassified: drop, streams: {orders: {unclassified: keep}}}\n",
            id="the policy by a bare reference",
        ),
        pytest.param(
            "metadata: {masking: {$ref: '#/definitions/policy', unclassified: drop}}\ndefinitions:\n"
            "  policy: {unclassified: keep, streams: {orders: {unclassified: keep}}}\n",
            id="merged, and what stands beside the reference wins",
        ),
        pytest.param(
            "metadata: {masking: {unclassified: drop, streams: {$ref: '#/definitions/streams'}}}\n"
            "definitions: {streams: {orders: {unclassified: keep}}}\n",
            id="a part by a reference",
        ),
        pytest.param(
            IN_PLACE + "$parameters: {unclassified: quarantine, floor: [email]}\n", id="beside parameters"
        ),
    ],
)
def test_a_policy_in_the_manifest_is_obeyed_however_it_is_written(written: str) -> None:
    """By its place or by a reference it says the same; parameters are handed to components and not to a policy."""
    expected = parse_manifest(MANIFEST + IN_PLACE).policy

    policy = parse_manifest(MANIFEST + written).policy

    assert expected is not None
    assert policy is not None
    assert policy.digest == expected.digest
    assert policy.declared.unclassified == "drop"


def test_a_policy_by_a_reference_that_does_not_read_is_told_where_it_stands() -> None:
    """Not where it is named."""
    text = MANIFEST + "metadata: {$ref: '#/definitions/meta'}\ndefinitions:\n  meta:\n    masking: drop\n"

    with pytest.raises(ManifestError) as told:
        parse_manifest(text, "shop.yaml")

    (problem,) = told.value.diagnostics
    assert str(problem).startswith(
        "shop.yaml:11:14: error[wrong-type] a masking policy is a mapping, not text"
    )


def test_a_manifest_without_spec_takes_any_config() -> None:
    """The specification is the JSON Schema of the config."""
    spec = "spec: {connection_specification: {type: object, required: [api_key]}}"

    assert parse_manifest(MANIFEST).specification == {}
    assert parse_manifest(f"{MANIFEST}{spec}").specification == {"type": "object", "required": ["api_key"]}


def test_a_manifest_that_works_keeps_its_warnings() -> None:
    """Of the reader and of the decoder alike."""
    manifest = parse_manifest(MANIFEST + "    primary_ky: id\n    primary_ky: id\n", "shop.yaml")

    assert [(str(warning.span), warning.rule) for warning in manifest.warnings] == [
        ("shop.yaml:9:5", "duplicate-key"),
        ("shop.yaml:9:5", "unknown-field"),
    ]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        pytest.param("[]", "1:1: error[wrong-type] a manifest is a mapping, not a list of 0", id="a list"),
        pytest.param("just words", "1:1: error[wrong-type] a manifest is a mapping, not text", id="a text"),
        pytest.param("", "1:1: error[empty] the file is empty", id="nothing"),
        pytest.param(
            "a: [",
            "2:1: error[yaml-syntax] did not find expected node content (while parsing a flow node)",
            id="no YAML",
        ),
        pytest.param(
            "a: '#/b'",
            "1:4: error[undefined-reference] nothing is defined at `#/b`\n  hint: `#` is the last part that exists",
            id="a reference to nothing",
        ),
        pytest.param(
            "{version: 1.0.0, check: {stream_names: [a]}, streams: []}",
            "1:55: error[invalid-setting] a manifest needs `streams`",
            id="no streams",
        ),
        pytest.param(
            "{version: 1.0.0, check: {stream_names: [a]}, streams: [], extra: 1}",
            "1:59: error[unknown-field] DeclarativeSource has no field `extra`\n  hint: its fields are `api_budget`, `check`",
            id="an unknown field at the top",
        ),
    ],
)
def test_a_text_that_is_no_manifest_is_refused(text: str, problem: str) -> None:
    """ManifestError, and `lint` gives the same problems without raising."""
    with pytest.raises(ManifestError) as raised:
        parse_manifest(text, "shop.yaml")

    assert f"shop.yaml:{problem}" in str(raised.value)
    assert lint_manifest(text, "shop.yaml") == raised.value.diagnostics


def test_lint_gives_errors_and_warnings_in_file_order() -> None:
    """All of a manifest at once, over every pass."""
    text = dedent(
        """\
        version: 1.0
        check: {stream_names: orders}
        streams:
          - $parameters: {path: /orders}
            primary_ky: id
            retriever:
              requester: {url: "{{ confg.url }}", path: "", http_method: GETT}
              record_selector: {extractor: {}}
        """
    )

    assert [(d.span.line, d.severity, d.rule) for d in lint_manifest(text)] == [
        (1, "error", "wrong-type"),
        (2, "error", "wrong-type"),
        (5, "warning", "unknown-field"),
        (7, "warning", "unknown-name"),
        (7, "warning", "parameter-overrides-falsy"),
        (7, "error", "not-an-option"),
        (8, "error", "missing-field"),
    ]


def test_lint_of_a_manifest_that_works_gives_its_warnings() -> None:
    """None where there is nothing to say."""
    assert lint_manifest(MANIFEST) == ()
    assert [d.rule for d in lint_manifest(MANIFEST + "    primary_ky: id\n")] == ["unknown-field"]


def test_references_that_lead_too_deep_are_refused() -> None:
    """Python's recursion ends before the process does."""
    chain = "\n".join(f"a{i}: '#/a{i + 1}'" for i in range(2_000))

    with pytest.raises(ManifestError, match="references lead too deep"):
        parse_manifest(f"{chain}\na2000: 1")
