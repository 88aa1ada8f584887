from __future__ import annotations

from pathlib import Path

import pytest
from tests.runtime.components.policies.policies import resources

from penstock.errors import ConfigError, ManifestError
from penstock.masking.batch import RawBatch
from penstock.plan.policy import load_policy

POLICY = """
version: 1
unclassified: drop
keys:
  people: {ref: env:NEW, id: p26, previous: [{id: p25, ref: env:OLD, until: "2030-01-01"}]}
classes:
  email: {detect: email, mask: {type: Hmac, key: people, domain: person}}
  public: {mask: {type: Keep}}
streams:
  "*": {fields: {"**.email": email}}
  customers: {fields: {id: public}}
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "policy.yaml"
    path.write_text(text)
    return path


def test_a_policy_masks_the_streams_of_a_run(tmp_path: Path) -> None:
    """By class and by path; a field that nothing covers goes; an older key writes beside."""
    masking = load_policy(written(tmp_path, POLICY)).build(resources())

    masks = masking.for_stream("customers", [], dict)
    [record] = masks(
        RawBatch("customers", [{"id": 7, "contact": {"email": "ada@example.com"}, "note": "x"}])
    ).records

    assert record["id"] == 7
    assert {name: value[:4] for name, value in record["contact"].items()} == {
        "email": "p26_",
        "email__p25": "p25_",
    }
    assert "note" not in record


@pytest.mark.parametrize(
    ("text", "place"),
    [
        pytest.param("version: 2\n", "1:10", id="another version"),
        pytest.param("classes: {email: {masks: redact, mask: redact}}\n", "1:19", id="a word misspelt"),
        pytest.param("unclassified: hide\n", "1:15", id="no option"),
        pytest.param("streams: {a: {fields: {'a..b': email}}}\n", "1:23", id="no path"),
        pytest.param("- streams\n", "1:1", id="no mapping"),
    ],
)
def test_what_is_wrong_with_a_policy_is_told_with_its_place(tmp_path: Path, text: str, place: str) -> None:
    """Other than in a manifest an unknown word is an error: data would leave in clear."""
    with pytest.raises(ManifestError, match=f"policy.yaml:{place}"):
        load_policy(written(tmp_path, text))


@pytest.mark.parametrize(
    ("policy", "told"),
    [
        pytest.param(
            "classes: {email: {mask: {type: Keep}}}\nfloor: {never_in_clear: [email]}",
            "class `email`",
            id="by a class",
        ),
        pytest.param(
            "classes: {email: {mask: redact}}\nfloor: {never_in_clear: [email]}\n"
            "streams: {a: {fields: {b: {class: email, mask: {type: Keep}}}}}",
            "Keep for `b`, policy for streams `a`",
            id="by a field",
        ),
        pytest.param("floor: {never_in_clear: [shoe_size]}", "classes that there are not", id="by no class"),
    ],
)
def test_nothing_in_a_policy_loosens_its_floor(tmp_path: Path, policy: str, told: str) -> None:
    with pytest.raises(ConfigError, match=told):
        load_policy(written(tmp_path, policy)).build(resources())


def test_the_digest_tells_whether_a_policy_says_something_else(tmp_path: Path) -> None:
    """Comments and the order of keys say nothing."""
    first = load_policy(written(tmp_path, POLICY)).digest

    same = load_policy(written(tmp_path, "# reviewed\n" + POLICY)).digest
    other = load_policy(written(tmp_path, POLICY.replace("drop", "fail"))).digest

    assert first == same != other
