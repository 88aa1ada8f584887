from __future__ import annotations

from penstock.testing.fake_api import FakeApi
from penstock.testing.fakes import run

MANIFEST = """
version: 6.44.0
check: {stream_names: [people]}
streams:
  - name: people
    transformations:
      - {class_name: components.Initials, to: "{{ config['to'] }}"}
      - {type: MaskFields, fields: [short], mask: drop}
    retriever:
      requester: {url: URL/people}
      record_selector: {extractor: {field_path: []}}
"""


def test_masks_come_after_a_class_of_the_connectors_own(api: FakeApi) -> None:
    """It reads clear values, and what it writes is masked like all else."""
    api.on("/people", [{"name": "Ada Lovelace"}])
    manifest = MANIFEST.replace("URL", api.url)

    clear = run(manifest, {"to": "initials"}).records["people"]
    masked = run(manifest, {"to": "short"}).records["people"]

    assert clear == [{"name": "Ada Lovelace", "initials": "AL"}]
    assert masked == [{"name": "Ada Lovelace"}]
