"""The canaries' source as others publish it, and the masking policy that stands beside it."""

from __future__ import annotations

import re

from tests.leaks.outcomes import Break

from penstock.testing.canary import CanarySource, canary, person
from penstock.testing.fake_api import FakeApi

POLICY_FILE = "policy.yaml"
NO_OTHER_KEY = "unlike-any-other: 7Yt2Wq9Zx4Lm"

POLICY = """\
version: 1
unclassified: keep
on_error: drop_record
keys: { people: { ref: "env:PENSTOCK_MASKING_KEY", id: p26 } }
classes:
  person: { mask: { type: Hmac, key: people, domain: person } }
  phone: { mask: { type: Partial, keep_last: 2 } }
  text: { mask: redact }
  public: { mask: { type: Keep } }
streams:
  "*":
    fields: { id: public, updated_at: public, kind: public, owner: person, "**.ip_address": text }
  people:
    fields:
      name: { mask: drop }
      email: person
      card: { mask: nullify }
      "contacts[*].phone": phone
      address: text
      tags: text
      raw: { parse: json, class: text }
  visits: { fields: { subject: person } }
  calls: { fields: { who: person, subject: person } }
state: { encrypt: people }
quarantine: { to: "out/aside-{run_id}.jsonl", encrypt: people }
report: "out/masking-{run_id}.json"
"""

CALLS = """\
  - type: DeclarativeStream
    name: calls
    retriever:
      type: SimpleRetriever
      requester:
        $ref: "#/definitions/requester"
        path: calls
        request_parameters: { of: "{{ stream_partition['who'] }}" }
      record_selector: { type: RecordSelector, extractor: { type: DpathExtractor, field_path: [calls] } }
      partition_router:
        type: SubstreamPartitionRouter
        parent_stream_configs:
          - { stream: { $ref: "#/streams/0" }, parent_key: email, partition_field: who }
    incremental_sync: { $ref: "#/streams/0/incremental_sync" }
    transformations: [{ type: AddFields, fields: [{ path: [who], value: "{{ stream_partition['who'] }}" }] }]
    schema_loader: { $ref: "#/definitions/id" }
"""
"""A stream with a partition for each e-mail address, which is in its requests and its state."""


def public_source(source: CanarySource, api: FakeApi) -> CanarySource:
    """The source without its masks, with the stream `calls`, and with the policy beside it."""
    api.on(
        "/calls", {"calls": [{"id": 1, "updated_at": "2024-01-03T00:00:00Z", "subject": canary("subject")}]}
    )
    (source.folder / POLICY_FILE).write_text(POLICY)
    bare = re.sub(r"^.*\btype: (MaskFields|Hmac)\b.*\n", "", source.manifest, flags=re.MULTILINE)
    return source.written(bare + CALLS, source.config)


def deciding(*changes: tuple[str, str]) -> Break:
    """The policy says something else in some places: pairs of old text and new."""

    def break_(source: CanarySource, api: FakeApi) -> CanarySource:
        file = source.folder / POLICY_FILE
        text = file.read_text()
        for old, new in changes:
            assert old in text
            text = text.replace(old, new)
        file.write_text(text)
        return source

    return break_


def knowing(**fields: object) -> Break:
    """Each of the people has these fields too."""

    def break_(source: CanarySource, api: FakeApi) -> CanarySource:
        api.on("/people", {"people": [{**person(), **fields}]})
        return source

    return break_


def both(first: Break, second: Break) -> Break:
    """One thing and then the other."""
    return lambda source, api: second(first(source, api), api)
