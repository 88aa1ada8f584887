from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from penstock.masking.classify import Guess, classify
from penstock.masking.privacy_classes import CLASSES

TEXT = {"type": ["null", "string"]}
NUMBER = {"type": "number"}


@pytest.mark.parametrize(
    ("path", "class_"),
    [
        ("billing_details.email", "email"),
        ("contactEmail", "email"),
        ("e_mail", "email"),
        ("EMail", "email"),
        ("email-address", "email"),
        ("emails[*].value", "email"),
        ("phoneNumber", "phone"),
        ("mobile", "phone"),
        ("phone_numbers[*].number", "phone"),
        ("dob", "birth_date"),
        ("date_of_birth", "birth_date"),
        ("birthDate", "birth_date"),
        ("ssn", "national_id"),
        ("street_line_1", "address"),
        ("shipping_address.line1", "address"),
        ("AddressLine2", "address"),
        ("zip", "postal_code"),
        ("postalCode", "postal_code"),
        ("city", "city"),
        ("note", "free_text"),
        ("body", "free_text"),
        ("ip_address", "ip"),
        ("lastLoginIP", "ip"),
        ("device.macAddress", "mac"),
        ("bank.iban", "iban"),
        ("card_number", "card"),
        ("access_token", "token"),
        ("username", "username"),
        ("linkedin_url", "username"),
        ("gender", "gender"),
        ("location.lat", "location"),
        ("salary", "financial"),
        ("nationality", "sensitive"),
        ("firstName", "name"),
        ("surname", "name"),
        ("customer.name", "name"),
        ("owner_name", "name"),
        ("created_by.name", "name"),
    ],
)
def test_a_name_tells_the_class_however_it_is_spelt(path: str, class_: str) -> None:
    """In snake, camel or kebab case, at any depth."""
    assert classify(path, TEXT).class_ == class_


@pytest.mark.parametrize(
    ("stream", "path", "class_"),
    [
        ("contacts", "name", "name"),
        ("customers", "attributes.name", "name"),
        ("contacts", "company.name", "public"),
        ("contacts", "fields[*].name", "public"),
        ("products", "name", "public"),
        ("orders", "product.name", "public"),
        ("orders", "plan_name", "public"),
        ("orders", "file_name", "public"),
        ("orders", "event_name", "public"),
        ("orders", "customer.name", "name"),
        ("widgets", "name", "unclassified"),
        ("products", "description", "public"),
        ("tickets", "description", "free_text"),
        ("customers", "tax_id", "national_id"),
        ("plans", "tax_id", "public"),
    ],
)
def test_a_name_depends_on_what_it_names(stream: str, path: str, class_: str) -> None:
    """The innermost thing around it decides, and the stream where there is none."""
    assert classify(path, TEXT, stream=stream).class_ == class_


@pytest.mark.parametrize(
    ("path", "schema"),
    [
        pytest.param("email", {"type": "boolean"}, id="true or false"),
        pytest.param("email", {"type": "integer"}, id="a number is no address"),
        pytest.param("email_count", TEXT, id="a count"),
        pytest.param("has_phone", TEXT, id="a flag"),
        pytest.param("phone_type", TEXT, id="a kind"),
        pytest.param("email_status", {"type": "string", "enum": ["sent"]}, id="one of a fixed list"),
        pytest.param("user_agent.name", TEXT, id="a browser"),
        pytest.param("created", {"type": "string", "format": "date-time"}, id="a moment"),
        pytest.param("error_message", TEXT, id="what a machine says"),
        pytest.param("weight", NUMBER, id="a number"),
        pytest.param("avatar_url", TEXT, id="a link"),
    ],
)
def test_what_only_speaks_of_something_personal_is_public(path: str, schema: Any) -> None:
    """A count of e-mails is no e-mail."""
    assert classify(path, schema, stream="contacts").class_ == "public"


def test_the_schema_has_the_last_word() -> None:
    """`x-privacy` is a fact that somebody wrote down."""
    schema = {"type": "string", "x-privacy": {"class": "public"}}

    assert classify("email", schema, ["ada@example.com"]) == Guess(
        "public", 1.0, "the schema says so, in `x-privacy`"
    )


def test_a_description_tells_what_a_name_does_not() -> None:
    """A short one: a long one may speak of anything."""
    schema = {"type": "string", "description": "E-mail address of the person"}

    assert classify("reach", schema).class_ == "email"
    assert classify("reach_id", schema).class_ == "public"


def test_values_tell_what_a_name_does_not() -> None:
    """Most of them must look alike."""
    addresses = [f"user{number}@example.com" for number in range(97)] + ["none", "-", "n/a"]

    guess = classify("contact_point", TEXT, addresses)

    assert guess.class_ == "email"
    assert guess.evidence == "97 of 100 values look like an e-mail"


def test_name_and_values_together_are_surer_than_either() -> None:
    """Both are told."""
    guess = classify("email", TEXT, ["ada@example.com"] * 5)

    assert guess.confidence > classify("email", TEXT).confidence
    assert guess.evidence == "the name `email`; 5 of 5 values look like an e-mail"


@pytest.mark.parametrize(
    ("path", "value"),
    [("email", "weekly"), ("mobile", "iOS"), ("ip", "intellectual"), ("card_number", "gold")],
)
def test_values_speak_against_a_name(path: str, value: str) -> None:
    """Where none of them looks like what the name says, nobody knows; a person must look."""
    guess = classify(path, TEXT, [value] * 5)

    assert guess.class_ == "unclassified"
    assert guess.evidence.endswith("but none of 5 values look like one")


def test_text_that_holds_something_personal_is_free_text() -> None:
    """Whatever its name is."""
    texts = ["nothing here", "all is well", "write to ada@example.com then"]

    guess = classify("column_7", TEXT, texts)

    assert (guess.class_, guess.evidence) == ("free_text", "1 of 3 values hold an e-mail")


@pytest.mark.parametrize(
    ("sample", "class_"),
    [
        (["Ada Lovelace", "Alan Turing"], "name"),
        (["1816", "1912"], "public"),
        (["a", "b"], "unclassified"),
        ([], "unclassified"),
    ],
)
def test_a_field_called_as_a_person_is_may_hold_an_id(sample: list[str], class_: str) -> None:
    """`owner` alone does not say which; its values do."""
    assert classify("owner", TEXT, sample).class_ == class_


@pytest.mark.parametrize(
    ("sample", "class_"),
    [
        (["2024-01-15T10:00:00", "17", "99.5%", "obj_1a2b", "4"], "public"),
        (["red", "green"] * 20, "public"),
        (["so", "many", "different", "words", "here"], "unclassified"),
    ],
)
def test_values_that_are_no_ones(sample: list[str], class_: str) -> None:
    """Ids, numbers, moments and a few words again and again."""
    assert classify("zork", TEXT, sample).class_ == class_


@given(
    st.text(max_size=12),
    st.lists(st.one_of(st.none(), st.integers(), st.text(min_size=4), st.emails()), max_size=8),
)
def test_no_guess_shows_a_value(path: str, samples: list[Any]) -> None:
    """Evidence names the field and counts; and no path or value makes it fail."""
    guess = classify("field", {}, samples)

    assert guess.class_ in {*CLASSES, "unclassified"}
    assert 0 <= guess.confidence <= 1
    assert not [text for text in samples if isinstance(text, str) and "@" in text and text in guess.evidence]
    assert classify(path, {}, samples).evidence


def test_each_class_has_a_mask_to_propose() -> None:
    """What is not classified has none."""
    assert classify("email", TEXT).mask["type"] == "Hmac"
    assert classify("zork", TEXT).mask == {}
