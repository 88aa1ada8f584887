from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.runtime.components.policies.policies import NEW, resources

from penstock.errors import ConfigError
from penstock.masking.batch import RawBatch
from penstock.masking.keys import find_key
from penstock.masking.sealing import Sealer
from penstock.plan.policy import load_policy
from penstock.sync.mask_reveal import reveal_lines

POLICY = """
unclassified: quarantine
keys: {people: {ref: env:NEW, id: p26}}
classes: {public: {mask: {type: Keep}}}
streams: {customers: {fields: {id: public}}}
"""


def test_a_record_with_something_unknown_is_put_aside(tmp_path: Path) -> None:
    """It is not lost: whoever has the key gets it back, and nobody else."""
    held = tmp_path / "held" / "customers.jsonl"
    (tmp_path / "policy.yaml").write_text(f"{POLICY}quarantine: {{to: '{held}', encrypt: people}}\n")
    masks = load_policy(tmp_path / "policy.yaml").build(resources()).for_stream("customers", [], dict)

    left = masks(
        RawBatch("customers", [{"id": 1}, {"id": 2, "contact": {"email": "ada@example.com"}}])
    ).records

    [line] = held.read_text().splitlines()
    aside = json.loads(line)
    assert left == [{"id": 1}]
    assert (aside["stream"], aside["path"], aside["why"]) == (
        "customers",
        "contact.email",
        "has no class in the policy",
    )
    assert Sealer(NEW, purpose="Quarantine").unseal(aside["record"])["contact"] == {
        "email": "ada@example.com"
    }
    assert held.stat().st_mode & 0o777 == 0o600


def test_a_policy_says_where_its_quarantine_is(tmp_path: Path) -> None:
    (tmp_path / "policy.yaml").write_text(POLICY)

    with pytest.raises(ConfigError, match="does not say where"):
        load_policy(tmp_path / "policy.yaml").build(resources())


def test_a_quarantined_record_is_revealed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By `penstock mask reveal`, with the keys of the policy."""
    monkeypatch.setenv("NEW", "Jq3-wZ8vX1pL6tR0yB5nK9dF2hG7mC4s")
    held = tmp_path / "held.jsonl"
    (tmp_path / "policy.yaml").write_text(f"{POLICY}quarantine: {{to: '{held}', encrypt: people}}\n")
    policy = load_policy(tmp_path / "policy.yaml")
    masks = policy.build(resources().with_key(find_key)).for_stream("customers", [], dict)
    masks(RawBatch("customers", [{"id": 2, "email": "ada@example.com"}]))

    [revealed] = reveal_lines(policy, held.read_text().splitlines())

    assert json.loads(revealed.line)["record"] == {"id": 2, "email": "ada@example.com"}
