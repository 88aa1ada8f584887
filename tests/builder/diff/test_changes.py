"""Each edit of a manifest: what is told of it, and the version to give."""

from __future__ import annotations

import pytest
from tests.builder.diff.shop import MANIFEST, changed, in_stream, reading

from penstock_builder.diff import Bump, Kind, ManifestDiff, diff


def diff_to(text: str) -> ManifestDiff:
    return diff(reading(MANIFEST, "old.yaml"), reading(text, "new.yaml"))


NEW_STREAM = """\
  - type: DeclarativeStream
    name: refunds
    primary_key: code
    retriever:
      type: SimpleRetriever
      requester: {type: HttpRequester, url: "https://refunds.example.com/v3/all"}
      record_selector: {$ref: "#/definitions/selector"}
spec:
"""


@pytest.mark.parametrize(
    ("text", "kind", "stream", "told", "bump"),
    [
        pytest.param(
            changed(("fields: [email]", "fields: [phone]")),
            "masking", "orders", "UNMASKED: `email` was masked (Redact) and now leaves in clear", "major",
            id="a field is unmasked",
        ),
        pytest.param(
            changed(("fields: [email]", "fields: [email, total]")),
            "masking", "orders", "`total` is masked now (Redact)", "minor",
            id="a field is masked",
        ),
        pytest.param(
            changed(("fields: [email]", "fields: [email, id]")),
            "masking", "orders", "`id` is masked now (Redact)", "major",
            id="a key is masked",
        ),
        pytest.param(
            changed(("domain: customer", "domain: client")),
            "masking", "orders", "`customer` is masked otherwise (Hmac with other settings or another key)", "minor",
            id="another domain of pseudonyms",
        ),
        pytest.param(
            changed(("env:SHOP_KEY", "env:OTHER_KEY")),
            "masking", "orders", "no longer join with those that are loaded", "minor",
            id="another masking key",
        ),
        pytest.param(
            changed(("mask: redact", "mask: nullify")),
            "masking", "orders", "`email` is masked otherwise (Redact → Nullify)", "minor",
            id="another technique",
        ),
        pytest.param(
            changed(("spec:\n", NEW_STREAM)), "streams", "refunds", "a new stream", "minor", id="a stream comes"
        ),
        pytest.param(
            MANIFEST[: MANIFEST.index("  - type: DeclarativeStream\n    name: regions")]
            + MANIFEST[MANIFEST.index("spec:\n") :],
            "streams", "regions", "the stream is gone", "major",
            id="a stream goes",
        ),
        pytest.param(
            changed(("name: regions", "name: areas")),
            "streams", "areas", "renamed from `regions` (a guess", "major",
            id="a stream is renamed",
        ),
        pytest.param(
            in_stream("orders", "primary_key: id", "primary_key: [id, at]"),
            "schema", "orders", "the primary key: `id` → `id`, `at`; DuckDB merges by the new key", "major",
            id="another primary key",
        ),
        pytest.param(
            in_stream("lines", ", note: {type: string}", ""),
            "schema", "lines", "the field `note` is gone; a DuckDB table that is added to keeps the column", "major",
            id="a field goes",
        ),
        pytest.param(
            in_stream("lines", "note: {type: string}", "note: {type: string}, sum: {type: integer}"),
            "schema", "lines", "a new field `sum` (integer); DuckDB adds a column BIGINT", "minor",
            id="a field comes",
        ),
        pytest.param(
            changed(('total: {type: [integer, "null"]}', 'total: {type: [number, "null"]}')),
            "schema", "orders", "(wider); a DuckDB column goes from BIGINT to DOUBLE", "minor",
            id="a wider type",
        ),
        pytest.param(
            in_stream("lines", "note: {type: string}", "note: {type: string, format: date-time}"),
            "schema", "lines", "string → date-time (narrower); a DuckDB column stays VARCHAR", "major",
            id="a narrower type",
        ),
        pytest.param(
            changed(('total: {type: [integer, "null"]}', "total: {type: boolean}")),
            "schema", "orders", "(another type); a DuckDB column goes from BIGINT to JSON", "major",
            id="an incompatible type",
        ),
        pytest.param(
            changed(('total: {type: [integer, "null"]}', "total: {type: integer}")),
            "schema", "orders", "the field `total` is no longer said to be null", "patch",
            id="no longer null",
        ),
        pytest.param(
            changed(("properties: {city: {type: string}}", "properties: {city: {type: integer}}")),
            "schema", "orders", "the field `address.city`: string → integer (another type)", "major",
            id="a field inside an object",
        ),
        pytest.param(
            changed(("    transformations:\n", "    transformations:\n      - type: KeysToLower\n")),
            "schema", "orders", "KeysToLower is new", "major",
            id="fields get other names",
        ),
        pytest.param(
            changed(
                ("    transformations:\n", "    transformations:\n      - {type: RemoveFields, field_pointers: [[at]]}\n")
            ),
            "schema", "orders", "the field `at` is removed from records", "major",
            id="a field is removed by a transformation",
        ),
        pytest.param(
            changed(("path: /orders}", "path: /v2/orders}")),
            "requests", "orders", "`requester.path`: `/orders` → `/v2/orders`", "patch",
            id="another path",
        ),
        pytest.param(
            changed(("{type: PageIncrement, page_size: 100}", "{type: OffsetIncrement, page_size: 100}")),
            "requests", "orders", "`paginator.pagination_strategy`: PageIncrement → OffsetIncrement", "patch",
            id="another paginator",
        ),
        pytest.param(
            in_stream("orders", "field_name: since", "field_name: from"),
            "requests", "orders", "`incremental_sync.start_time_option.field_name`: `since` → `from`", "patch",
            id="the cursor asks by another name",
        ),
        pytest.param(
            changed(("max_retries: 3", "max_retries: 5")),
            "requests", "", "`requester.error_handler.max_retries`: `3` → `5` (streams `orders`, `lines`, `events`, `regions`)",
            "patch",
            id="what all streams share is told once",
        ),
        pytest.param(
            changed(("      size: {type: integer}", "      size: {type: integer}\n      page: {type: string}")),
            "inputs", "", "a new optional input `page`", "minor",
            id="an optional input comes",
        ),
        pytest.param(
            changed(("required: [url, token]", "required: [url, token, size]")),
            "inputs", "", "the input `size` is required", "major",
            id="an input becomes required",
        ),
        pytest.param(
            changed(("size: {type: integer}", "size: {type: string}")),
            "inputs", "", "the input `size`: integer → string", "major",
            id="an input of another type",
        ),
        pytest.param(
            changed((", airbyte_secret: true", "")),
            "inputs", "", "the input `token` is no longer marked as a secret", "major",
            id="a secret loses its mark",
        ),
        pytest.param(
            changed(("      size: {type: integer}\n", "")),
            "inputs", "", "the input `size` is gone", "minor",
            id="an input goes",
        ),
    ],
)  # fmt: skip
def test_an_edit_is_told_with_its_version(text: str, kind: Kind, stream: str, told: str, bump: Bump) -> None:
    """By its kind, its stream, and the part of the version that goes up; nothing else changes more than that."""
    found = diff_to(text)

    assert [(c.kind, c.stream, c.bump) for c in found.changes if told in c.what] == [(kind, stream, bump)]
    assert found.version.bump == bump
    assert any(told in reason for reason in found.version.reasons)


def test_what_is_unmasked_comes_first() -> None:
    """Whatever else changed."""
    found = diff_to(changed(("fields: [email]", "fields: [phone]"), ("max_retries: 3", "max_retries: 5")))

    assert found.changes[0].what.startswith("UNMASKED")


def test_a_change_has_its_places_in_both_files() -> None:
    """What is new has none in the old one."""
    first = diff_to(changed(("path: /orders}", "path: /v2/orders}"))).changes[0]
    added = diff_to(changed(("spec:\n", NEW_STREAM))).changes[0]

    assert (str(first.old_span), str(first.new_span)) == ("old.yaml:21:58", "new.yaml:21:58")
    assert added.old_span is None
    assert str(added.new_span).startswith("new.yaml:")


SECRETS = [
    pytest.param(("X-Client: shop", "X-Client: s3cr3t-header"), id="a header"),
    pytest.param(("\"{{ config['token'] }}\"", "s3cr3t-token"), id="a token"),
    pytest.param(("path: /orders}", 'path: "/orders?api_key=s3cr3t"}'), id="a key in a path"),
    pytest.param(("\"{{ config['url'] }}\"", '"https://ada:s3cr3t@example.com"'), id="a password in a URL"),
    pytest.param(("path: /orders}", "path: /orders, request_parameters: {token: s3cr3t}}"), id="a parameter"),
    pytest.param(
        ("path: /orders}", "path: /orders, request_body_json: {a: {password: s3cr3t}}}"), id="deep in a body"
    ),
    pytest.param(
        ("path: /orders}", "path: /orders, request_parameters: {v: s3cr3t0123456789abcdef01}}"),
        id="a long key",
    ),
    pytest.param(
        ("size: {type: integer}", "size: {type: integer, default: s3cr3t}"), id="a default of an input"
    ),
]


@pytest.mark.parametrize("edit", SECRETS)
def test_what_may_be_a_secret_is_not_shown(edit: tuple[str, str]) -> None:
    """It changed, and where; in both directions."""
    old, new = reading(MANIFEST), reading(changed(edit))

    for found in (diff(old, new), diff(new, old)):
        assert found.changes
        assert "s3cr3t" not in str(found)


def test_a_policy_that_masks_less_is_told(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Policies belong to whoever runs a connector, and count as the manifest's masks do."""
    folder = tmp_path_factory.mktemp("policies")
    (folder / "old.yaml").write_text(
        "version: 1\nunclassified: drop\nclasses: {person: {mask: redact}}\n"
        "streams: {lines: {fields: {note: person}}}\n"
    )
    (folder / "new.yaml").write_text("version: 1\nclasses: {person: {mask: redact}}\n")
    same = reading(MANIFEST)

    found = diff(same, same, masking_old=folder / "old.yaml", masking_new=folder / "new.yaml")
    none = diff(same, same, masking_old=folder / "old.yaml", masking_new=folder / "old.yaml")

    told = {(change.stream, change.what.split(" (")[0]) for change in found.changes}
    assert ("lines", "UNMASKED: `note` was masked") in told
    assert ("lines", "UNMASKED: fields that no rule covers were held back") in told
    assert found.version.bump == "major"
    assert none.changes == ()


@pytest.mark.parametrize(
    "written",
    [
        pytest.param("metadata: {masking: {unclassified: drop}}\n", id="in place"),
        pytest.param(
            "metadata: {$ref: '#/own'}\nown: {masking: {unclassified: drop}}\n", id="by a reference"
        ),
    ],
)
def test_a_policy_that_leaves_the_manifest_is_told(written: str) -> None:
    """However it was written there, runs obeyed it."""
    found = diff(reading(MANIFEST + written), reading(MANIFEST))

    told = {change.what.split(" (")[0] for change in found.changes}
    assert "UNMASKED: fields that no rule covers were held back" in told


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("a: [", id="no YAML"),
        pytest.param("a: {$ref: '#/nowhere'}", id="a reference to nothing"),
        pytest.param("[]", id="no mapping"),
        pytest.param("", id="empty"),
    ],
)
def test_a_side_that_does_not_read_gives_its_problems(text: str) -> None:
    """There is nothing to compare."""
    found = diff(reading(text), reading(MANIFEST))

    assert found.changes == ()
    assert found.unread


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("incremental_sync:", "incremental_sync: 7 #"),
        ("retriever:\n      type: SimpleRetriever", "retriever: 3\n    other:\n      type: SimpleRetriever"),
        ("primary_key: id", "primary_key: {a: 1}"),
        ("required: [url, token]", "required: 7"),
        ("properties:\n          id: {type: integer}", "properties:\n          id: 5"),
        ("fields: [email]", "fields: 9"),
        ("partition_router:\n", "partition_router: [1]\n      x:\n"),
        ("type: DeclarativeSource", "type: Nothing"),
        ("cursor_field: at", "cursor_field: [1, {a: 2}]"),
        ("{type: Hmac, key: \"env:SHOP_KEY\", domain: customer}", "unheard_of"),
    ],
)  # fmt: skip
def test_a_manifest_that_half_reads_is_compared(old: str, new: str) -> None:
    """What does not read is left out, and nothing is raised, in either direction."""
    half = reading(changed((old, new)))
    whole = reading(MANIFEST)

    assert not half.can_run or half.found == ()
    diff(whole, half)
    diff(half, whole)
    assert diff(half, half).changes == ()
