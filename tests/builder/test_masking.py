"""The masking of a draft: what decides on each field, and masks as a manifest says them."""

from __future__ import annotations

from pathlib import Path

import pytest

from penstock.authoring import ConfigError, FieldView, Json, ManifestError, Redactor, policy_beside
from penstock_builder.draft import Draft
from penstock_builder.masking import Grid, filtered, grid, mask_of, techniques, write_policy
from penstock_builder.moves import mask_fields

HEAD = """\
version: "6.0.0"
type: DeclarativeSource
check: { type: CheckStream, stream_names: [people] }
streams:
"""
STREAM = """\
  - type: DeclarativeStream
    name: %s
    retriever:
      type: SimpleRetriever
      requester: { type: HttpRequester, url: "https://api.test/people" }
      record_selector: { type: RecordSelector, extractor: { type: DpathExtractor, field_path: [] } }
    schema_loader:
      type: InlineSchemaLoader
      schema: { type: object, properties: { %s } }
"""
PERSON = {"email": "ada@example.org", "count": 3, "extra": {"phone": "+442079460123"}}


@pytest.fixture
def draft(tmp_path: Path) -> Draft:
    """One stream; its schema tells of an e-mail address and a number."""
    return Draft.new(
        tmp_path, text=HEAD + STREAM % ("people", "email: { type: string }, count: { type: integer }")
    )


def field(found: Grid, path: str) -> FieldView:
    return next(each for each in found.fields if each.path == path)


def test_fields_come_from_schemas_and_from_what_was_read(draft: Draft) -> None:
    """A value is told by its shape; an object that no schema declares may hold more."""
    found = grid(draft, {"people": [PERSON]})

    assert [each.path for each in found.fields] == ["email", "count", "extra", "extra.phone"]
    assert [each.is_declared for each in found.fields] == [True, True, False, False]
    assert field(found, "email").shape == "text of 15 characters, looks like an e-mail address"
    assert (found.decided, found.exposed) == (1, 2)


def test_a_mask_of_the_manifest_decides(draft: Draft) -> None:
    """What leaves is shown as it would be now, without another read."""
    mask_fields(draft, [("people", "email", "redact")])

    email = field(grid(draft, {"people": [PERSON]}), "email")

    assert (email.by, email.technique, email.after, email.is_masked) == ("manifest", "Redact", "***", True)
    assert email.is_decided
    assert not email.looks_personal


def test_a_policy_beside_the_manifest_decides(draft: Draft) -> None:
    """Its rules are named; what it says of fields without one too."""
    draft.path.with_name("policy.yaml").write_text(
        "version: 1\nunclassified: drop\nclasses: { mail: { mask: nullify } }\nstreams: { people: { fields: { email: mail } } }\n"
    )

    found = grid(draft, {"people": [PERSON]})

    assert found.policy == "policy.yaml"
    assert (field(found, "email").by, field(found, "email").technique) == ("policy", "Nullify")
    assert field(found, "email").class_name == "mail"
    assert (field(found, "extra.phone").by, field(found, "extra.phone").otherwise) == ("", "drop")
    assert not field(found, "extra.phone").looks_personal


def test_a_missing_key_is_told_and_another_stands_in(draft: Draft, monkeypatch: pytest.MonkeyPatch) -> None:
    """What it makes is of the right kind."""
    monkeypatch.delenv("NO_SUCH_KEY", raising=False)
    mask_fields(draft, [("people", "email", {"type": "Hmac", "domain": "person", "key": "env:NO_SUCH_KEY"})])

    found = grid(draft, {"people": [PERSON]})

    assert found.missing_keys == ["NO_SUCH_KEY"]
    assert str(field(found, "email").after).startswith("k1")


def test_a_thousand_fields_are_looked_at(tmp_path: Path) -> None:
    """Those of streams that were not read too."""
    names = ", ".join(f"field_{n}: {{ type: string }}" for n in range(100))
    draft = Draft.new(tmp_path, text=HEAD + "".join(STREAM % (f"s{n}", names) for n in range(10)))

    found = grid(draft, {"s0": [{f"field_{n}": f"text {n}" for n in range(100)}] * 50})

    assert len(found.fields) == 1_000


def test_fields_are_filtered(draft: Draft) -> None:
    fields = grid(draft, {"people": [PERSON]}).fields

    assert [f.path for f in filtered(fields, words="PHONE")] == ["extra.phone"]
    assert [f.path for f in filtered(fields, classes=["email"])] == ["email"]
    assert filtered(fields, streams=["others"]) == []
    assert len(filtered(fields, unmasked=True)) == 4


@pytest.mark.parametrize(
    ("type_name", "settings", "said"),
    [
        ("Redact", {"text": "***"}, "redact"),
        ("Redact", {"text": "gone"}, {"type": "Redact", "text": "gone"}),
        ("Truncate", {"keep_first": 2, "to": None}, {"type": "Truncate", "keep_first": 2}),
        ("IpPrefix", {}, {"type": "IpPrefix"}),
        (
            "Hmac",
            {"domain": "p", "key": "env:PENSTOCK_MASKING_KEY", "normalize": []},
            {"type": "Hmac", "domain": "p"},
        ),
    ],
)
def test_a_mask_is_said_as_shortly_as_it_can_be(
    draft: Draft, type_name: str, settings: dict[str, Json], said: Json
) -> None:
    """Settings that are as by default are left out; the manifest reads it."""
    assert mask_of(type_name, settings) == said

    mask_fields(draft, [("people", "email", said)])
    assert draft.reading.can_run


@pytest.mark.parametrize(
    ("type_name", "settings", "told"),
    [
        ("Hmac", {}, "needs `domain`"),
        ("Hmac", {"domain": "p", "key": "a-key-in-clear"}, "named by reference"),
        ("Hmac", {"domain": "p", "length": 3}, "16 to 52 characters"),
        ("Generalize", {}, "give one of"),
    ],
)
def test_a_mask_that_cannot_be_is_refused(type_name: str, settings: dict[str, Json], told: str) -> None:
    """Before it is written; a key is not repeated."""
    with pytest.raises(ConfigError) as raised:
        mask_of(type_name, settings)

    assert told in raised.value.message
    assert "a-key-in-clear" not in str(raised.value)


def test_every_mask_of_the_registry_can_be_chosen() -> None:
    assert {"Redact", "Hmac", "Keep", "ScanText"} <= set(techniques())


def test_a_policy_is_drafted_once(draft: Draft) -> None:
    """Without values for the config schemas alone tell; what is there is not replaced."""
    write_policy(draft, None, Redactor())

    assert policy_beside(draft.path) == draft.path.with_name("policy.yaml")
    assert grid(draft, {}).policy == "policy.yaml"
    with pytest.raises(ConfigError, match="is there already"):
        write_policy(draft, None, Redactor())


POLICY = "version: 1\nunclassified: keep\nstreams: { people: { fields: { email: { mask: redact } } } }\n"


def test_the_policy_of_a_package_is_in_force(draft: Draft) -> None:
    """A package carries it under another name: who unpacks one and opens it loses nothing."""
    draft.path.with_name("masking.yaml").write_text(POLICY)

    found = grid(draft, {"people": [PERSON]})

    assert found.policy == "masking.yaml"
    assert field(found, "email").technique == "Redact"


def test_the_policy_of_the_author_comes_first(draft: Draft) -> None:
    """It is the one that is edited here."""
    draft.path.with_name("masking.yaml").write_text(POLICY)
    draft.path.with_name("policy.yaml").write_text(POLICY.replace("redact", "nullify"))

    found = grid(draft, {"people": [PERSON]})

    assert found.policy == "policy.yaml"
    assert field(found, "email").technique == "Nullify"


@pytest.mark.parametrize("name", ["policy.yaml", "masking.yaml"])
@pytest.mark.parametrize("what", ["a link that leads nowhere", "a folder"])
def test_a_policy_that_cannot_be_read_is_not_no_policy(draft: Draft, name: str, what: str) -> None:
    """To pass it over would leave every field in clear."""
    file = draft.path.with_name(name)
    file.mkdir() if what == "a folder" else file.symlink_to("gone.yaml")

    with pytest.raises(ManifestError, match=name):
        grid(draft, {})


def test_no_policy_is_drafted_over_that_of_a_package(draft: Draft) -> None:
    """It would be obeyed no more."""
    draft.path.with_name("masking.yaml").write_text(POLICY)

    with pytest.raises(ConfigError, match=r"masking\.yaml is there already"):
        write_policy(draft, None, Redactor())

    assert not draft.path.with_name("policy.yaml").exists()
