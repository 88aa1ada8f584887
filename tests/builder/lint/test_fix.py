from __future__ import annotations

from pathlib import Path

import pytest

from penstock.authoring import read_text
from penstock_builder.lint import lint
from penstock_builder.lint.examples import manifest, requester, retriever
from penstock_builder.lint.fix import fix_file, fixed


def after(text: str) -> str:
    return fixed(text, "manifest.yaml", Path.cwd())[0]


@pytest.mark.parametrize(
    ("before", "old", "new"),
    [
        pytest.param(
            retriever("paginater: {type: NoPagination} # pages").text,
            "paginater:",
            "paginator:",
            id="a misspelt key",
        ),
        pytest.param(
            manifest("""
                spec:
                  type: Spec
                  connection_specification:
                    type: object
                    properties:
                      start_date: {type: string}
                      api_key: {type: string}  # theirs
            """).text,
            "api_key: {type: string}",
            "api_key: {airbyte_secret: true, type: string}",
            id="a secret in flow style",
        ),
        pytest.param(
            manifest("""
                spec:
                  type: Spec
                  connection_specification:
                    type: object
                    properties:
                      start_date: {type: string}
                      api_key:
                        type: string
            """).text,
            "        type: string\n",
            "        airbyte_secret: true\n        type: string\n",
            id="a secret in block style",
        ),
        pytest.param(
            requester('url_base: "https://api.example.com/v1/"\npath: "/orders"').text,
            'url_base: "https://api.example.com/v1/"\n        path: "/orders"\n',
            'url: "https://api.example.com/v1/orders"\n',
            id="a URL in two parts",
        ),
        pytest.param(
            requester(
                'path: orders/{{ config["start_date"] }}/all\nurl_base: https://api.example.com # v1'
            ).text,
            'path: orders/{{ config["start_date"] }}/all\n        url_base: https://api.example.com # v1',
            "url: 'https://api.example.com/orders/{{ config[\"start_date\"] }}/all' # v1",
            id="a URL with a template",
        ),
    ],
)
def test_a_safe_fix_changes_its_place_alone(before: str, old: str, new: str) -> None:
    """Comments, quotes and layout around it stay, and the problem is gone."""
    made = after(before)

    assert made == before.replace(old, new, 1)
    assert made != before
    assert not [finding for finding in lint(read_text(made)) if finding.fix]


@pytest.mark.parametrize(
    "before",
    [
        pytest.param(retriever("zzz: 1").text, id="a key that is like no other"),
        pytest.param(
            retriever("paginator: {type: NoPagination}\npaginater: {type: NoPagination}").text,
            id="a misspelt key beside the right one",
        ),
        pytest.param(
            requester("url_base: \"{{ config['start_date'] }}\"\npath: orders").text,
            id="a base that may end in a slash",
        ),
        pytest.param(
            requester("url_base: https://api.example.com\npath: \"{{ config['start_date'] }}\"").text,
            id="a path that may be a URL of its own",
        ),
        pytest.param(
            requester("url_base: https://api.example.com\npath: ../orders").text, id="a path that goes up"
        ),
        pytest.param(
            retriever("""
                requester:
                  url_base: https://api.example.com
                  path: orders
                paginator:
                  type: DefaultPaginator
                  page_token_option: {type: RequestPath}
                  pagination_strategy: {type: CursorPagination, cursor_value: "{{ response['next'] }}"}
            """).text,
            id="a path that answers replace",
        ),
        pytest.param(
            manifest("""
                definitions:
                  requester:
                    type: HttpRequester
                    url_base: https://api.example.com
                    path: orders
                streams:
                  - name: orders
                    primary_key: id
                    retriever:
                      requester: {$ref: "#/definitions/requester"}
                      record_selector: {extractor: {field_path: []}}
                  - name: lines
                    primary_key: id
                    retriever:
                      requester: {$ref: "#/definitions/requester", path: lines}
                      record_selector: {extractor: {field_path: []}}
            """).text,
            id="a requester that others change",
        ),
    ],
)
def test_what_a_person_must_decide_is_left_alone(before: str) -> None:
    """A fix never changes what is requested."""
    assert after(before) == before


def test_bytes_that_no_fix_names_stay(tmp_path: Path) -> None:
    """A byte order mark, carriage returns and a missing last line end among them."""
    path = tmp_path / "manifest.yaml"
    text = retriever("paginater: {type: NoPagination} # ü").text.replace("\n", "\r\n").rstrip("\r\n")
    path.write_bytes(b"\xef\xbb\xbf" + text.encode())

    assert fix_file(path) == 1
    assert path.read_bytes() == b"\xef\xbb\xbf" + text.replace("paginater", "paginator").encode()
    assert fix_file(path) == 0


def test_a_fix_that_would_make_an_error_is_not_made() -> None:
    """The right key may hold what does not go there."""
    before = retriever("paginater: 7").text

    assert after(before) == before
