"""What a newcomer gets wrong with a policy first is told so that it can be put right."""

from __future__ import annotations

import json

import pytest
from tests.warehouse import Warehouse

from penstock.testing.fake_api import FakeApi

MANIFEST = """
version: 7.0.0
check: {stream_names: [customers]}
streams:
  - name: customers
    schema_loader: {type: InlineSchemaLoader, schema: {}}
    retriever:
      requester: {url: "{{ config['url'] }}/customers"}
      record_selector: {extractor: {field_path: []}}
"""
GOOD = "classes: {email: {mask: redact}}\nreport: told.json\nstreams: {customers: {fields: {email: email}}}\n"


@pytest.mark.parametrize(
    ("policy", "code", "told"),
    [
        pytest.param(None, 1, "policy.yaml:1:1: error[unreadable] cannot read the file", id="no file"),
        pytest.param(
            GOOD.replace("classes", "clases"), 1, "policy.yaml cannot be used: 1 error", id="a word"
        ),
        pytest.param(GOOD.replace("email: email", "email: emial"), 1, "did you mean `email`?", id="a class"),
        pytest.param(GOOD.replace("customers", "custmers"), 0, "did you mean `customers`?", id="a stream"),
    ],
)
def test_a_first_mistake_is_told(
    warehouse: Warehouse, api: FakeApi, policy: str | None, code: int, told: str
) -> None:
    """A stream that is not there may be one of another connector, so it is a warning."""
    api.on("/customers", [{"email": "ada@example.test"}])
    if policy is not None:
        (warehouse.folder / "policy.yaml").write_text(policy)

    end = warehouse.sync(MANIFEST, "--masking", "policy.yaml", config={"url": api.url})

    assert end.code == code
    assert told in end.err


def test_a_policy_that_is_not_given_is_told_at_the_sync(warehouse: Warehouse, api: FakeApi) -> None:
    """It lies beside the manifest; the builder obeys it there, and a run does not."""
    api.on("/customers", [{"email": "ada@example.test"}])
    (warehouse.folder / "policy.yaml").write_text(GOOD)

    end = warehouse.sync(MANIFEST, config={"url": api.url})

    assert "warning[policy-not-given]" in end.err
    assert "--masking " in end.err


def test_a_sync_leaves_its_report(warehouse: Warehouse, api: FakeApi) -> None:
    api.on("/customers", [{"email": "ada@example.test"}])
    (warehouse.folder / "policy.yaml").write_text(GOOD)

    warehouse.sync(MANIFEST, "--masking", "policy.yaml", config={"url": api.url})

    told = json.loads((warehouse.folder / "told.json").read_text())
    assert told["streams"]["customers"]["fields"][0]["masked"] == 1
