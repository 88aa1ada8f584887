"""Forty mistakes as people make them, each put into a manifest that has none."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from penstock.authoring import read_text
from penstock_builder.lint import lint

GOOD = (Path(__file__).parent / "good.yaml").read_text()


@dataclass(frozen=True)
class Mistake:
    """Text of the good manifest, what stands there instead, and the text whose line the rule must name.

    `after` is text that comes before, where the first is not the only one; `at` is the new text by default.
    """

    old: str
    new: str
    rule: str
    at: str = ""
    after: str = ""

    @property
    def text(self) -> str:
        """The manifest with the mistake."""
        start = GOOD.index(self.after)
        assert self.old in GOOD[start:]
        return GOOD[:start] + GOOD[start:].replace(self.old, self.new, 1)

    @property
    def line(self) -> int:
        """Where the mistake is, 1-based."""
        start = GOOD.index(self.after)
        offset = start + GOOD[start:].index(self.old)
        if self.at and self.at not in self.new:
            return self.text[: self.text.index(self.at)].count("\n") + 1
        inside = self.new.index(self.at) if self.at else 0
        lead = len(self.new[inside:]) - len(self.new[inside:].lstrip("\n "))
        return self.text[: offset + inside + (0 if self.at else lead)].count("\n") + 1


def mistake(name: str, old: str, new: str, rule: str, *, at: str = "", after: str = "") -> object:
    return pytest.param(Mistake(old, new, rule, at, after), id=name)


CHILD = "name: order_lines"

MISTAKES = [
    # names
    mistake("a field is misspelt", "page_size_option:", "page_size_opion:", "unknown-field"),
    mistake("a field of another component", "max_retries: 5", "retries: 5", "unknown-field"),
    mistake("a component is misspelt", "type: CursorPagination", "type: CursorPaginator", "unknown-component"),
    mistake("a component at the wrong place", "type: DpathExtractor", "type: JsonDecoder", "misplaced-component"),
    mistake("a reference to nothing", '"#/definitions/selector"', '"#/definitions/selektor"', "undefined-reference"),
    mistake("an option is misspelt", "inject_into: request_parameter", "inject_into: request_param", "not-an-option"),
    mistake("a name that templates do not have", "record['status']", "item['status']", "unknown-name"),
    mistake("a template that does not end", "response['meta']['next'] }}\"", "response['meta']['next'] }\"", "expression-syntax"),
    mistake("a key is given twice", "http_method: GET\n", "http_method: GET\n    http_method: POST\n", "duplicate-key", at="http_method: POST"),
    mistake("single braces", "https://{{ config['region'] }}", "https://{ config['region'] }", "not-an-expression"),
    mistake("a config key is misspelt", "config['client_secret']", "config['client_secet']", "undeclared-config"),
    mistake("a check of no stream", "[orders]", "[order]", "unknown-check-stream"),
    mistake("a stream has the name of another", CHILD, "name: orders", "duplicate-stream-name"),
    # types
    mistake("a number for a list", "field_path: [data]", "field_path: 7", "wrong-type"),
    mistake("a required field is gone", '      cursor_value: "{{ response[\'meta\'][\'next\'] }}"\n', "", "missing-field", at="type: CursorPagination"),
    mistake("a type of another language", "type: integer", "type: int", "not-a-json-schema"),
    mistake("a duration in words", "step: P30D", "step: 30 days", "not-a-duration"),
    mistake("a format of another language", '"%Y-%m-%dT%H:%M:%SZ"', "YYYY-MM-DDTHH:mm:ssZ", "not-a-datetime-format"),
    mistake("a moment in another format", "\"{{ config['start_date'] }}\"", '"2024-01-01T00:00:00Z"', "moment-not-in-format"),
    mistake("a text that reads as a number", "value: \"{{ config['region'] }}\"\n            value_type: string", 'value: "1e5"', "literal-changes-value"),
    # settings without effect
    mistake("a dependency that is none", "partition_field: order_id", "partition_field: order_id\n            incremental_dependency: true", "incremental-dependency-unused", at="incremental_dependency"),
    mistake("a cursor that nobody uses", GOOD[GOOD.index("      start_time_option:") : GOOD.index("    transformations:")], "", "cursor-unused", at="incremental_sync:"),
    mistake("a page size without an option", "    page_size_option:\n      type: RequestOption\n      inject_into: request_parameter\n      field_name: limit\n", "", "page-size-unused", at="page_size: 100"),
    mistake("an option without a page size", "      page_size: 100\n", "", "page-size-missing", at="page_size_option:"),
    mistake("pages without a token", GOOD[GOOD.index("    page_token_option:") : GOOD.index("    page_size_option:")], "", "page-token-unused", at="type: DefaultPaginator"),
    mistake("partitions that are not asked for", "orders/{{ stream_partition['order_id'] }}/lines", "lines", "partition-unused", at="partition_router:"),
    mistake("a cache that keeps nothing", "http_method: GET\n        auth", "http_method: POST\n        use_cache: true\n        auth", "cache-on-post", at="use_cache"),
    mistake("a body that is not read", "http_method: GET\n        auth", "http_method: GET\n        request_body_json: {all: true}\n        auth", "get-with-body", at="request_body_json"),
    mistake("a filter that drops all", "      condition: \"{{ record['status'] != 'draft' }}\"\n", "", "filter-without-condition", at="type: RecordFilter"),
    mistake("retries that never come", "max_retries: 5", "max_retries: 0", "retries-without-attempts", at="- type: ExponentialBackoffStrategy"),
    mistake("a filter that picks nothing", "          http_codes: [404]\n", "", "idle-response-filter", at="- type: HttpResponseFilter"),
    mistake("windows with gaps", "cursor_granularity: PT1S", "cursor_granularity: P1D", "window-gaps"),
    # what goes wrong later
    mistake("refused credentials are passed over", "http_codes: [404]", "http_codes: [404, 401]", "auth-errors-ignored"),
    mistake("pages that never end", "\"{{ response['meta']['next'] }}\"\n      stop_condition: \"{{ not response['meta']['next'] }}\"", '"{{ page_size }}"', "endless-pagination"),
    mistake("a key that the schema does not have", "primary_key: id", "primary_key: order_id", "not-in-schema"),
    mistake("a cursor that the schema does not have", "cursor_field: updated_at", "cursor_field: updatedAt", "not-in-schema"),
    # what must not leave
    mistake("a secret without its mark", "        airbyte_secret: true\n", "", "secret-not-marked", at="client_secret:"),
    mistake("a secret in the manifest", "\"{{ config['client_secret'] }}\"", "s3cr3t-of-the-shop", "secret-in-manifest"),
    mistake("plain http", "https://shop.example.com", "http://shop.example.com", "insecure-url"),
    mistake("a mask that misses", "          - email\n", "          - emial\n", "mask-misses"),
    mistake("a mask of the cursor", "          - email\n", "          - updated_at\n", "masked-cursor"),
    mistake("a copy of what is masked", "value: \"{{ config['region'] }}\"", "value: \"{{ record['email'] }}\"", "mask-copied"),
    mistake("a mask of what names partitions", "parent_key: id", "parent_key: email", "masked-partition-key"),
    mistake("a transformation after the mask", "    schema_loader:", "      - type: KeysToLower\n    schema_loader:", "transformation-after-mask"),
]  # fmt: skip


def test_the_good_manifest_is_good() -> None:
    """Nothing is found in it, so what is found later is the mistake."""
    assert [str(finding.diagnostic) for finding in lint(read_text(GOOD))] == []


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_found_on_its_line(mistake: Mistake) -> None:
    """By the rule for it, where the author must look."""
    found = [finding.diagnostic for finding in lint(read_text(mistake.text))]

    assert (mistake.rule, mistake.line) in [(told.rule, told.span.line) for told in found], [
        str(t) for t in found
    ]


def test_there_are_enough_mistakes() -> None:
    """Forty at least, by many rules."""
    rules = {parameter.values[0].rule for parameter in MISTAKES}  # type: ignore[attr-defined]  # pytest's ParameterSet

    assert len(MISTAKES) >= 40
    assert len(rules) >= 35
