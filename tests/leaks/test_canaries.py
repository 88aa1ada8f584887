"""Nothing that must not leave does, by any exit, whatever goes wrong.

The source is `penstock/testing/canary.py`: its secrets and its masked values stand nowhere else, so a search of all
that leaves for any form of any of them tells.
"""

from __future__ import annotations

import pytest
from tests.leaks.outcomes import (
    WRONG_ANSWERS,
    WRONG_INPUTS,
    WRONG_MANIFESTS,
    Break,
    changing,
    filtered,
    seen,
)

from penstock.testing.canary import (
    MASKED,
    SECRETS,
    CanarySource,
    Leave,
    sightings,
)
from penstock.testing.fake_api import FakeApi


def test_no_canary_leaves_when_all_goes_well(
    source: CanarySource, api: FakeApi, everything_that_leaves: Leave
) -> None:
    """Records, states, catalogs, logs, tables and what a Python program gets are masked."""
    leaving = everything_that_leaves(source)

    assert seen(leaving) == {}
    assert b'"type":"RECORD"' in leaving["read, standard output"]
    assert b"k1_" in leaving["tables"]
    assert set(sightings(repr(api.requests).encode())) == {*SECRETS} - {"database_url"}


def test_every_canary_would_be_seen(source: CanarySource, everything_that_leaves: Leave) -> None:
    """The control: without masks all masked values leave, by records, tables, files and from Python."""
    leaving = everything_that_leaves(source.unmasked())

    found = {where: set(names) for where, names in seen(leaving).items()}
    everything = {*MASKED, "card"}
    assert (
        found.pop("files") | {"card"} == everything
    )  # the file packs numbers, so the tables are looked at too
    assert found == dict.fromkeys(("read, standard output", "tables", "python"), everything)


WRONG_MASKS = [
    pytest.param(changing("domain: person", "domain: person, key: 'env:NO'"), "env:NO", id="no masking key"),
    pytest.param(
        changing("fields: [card]", "fields: [email]"), "two masks claim", id="two masks for a field"
    ),
]


@pytest.mark.parametrize(("break_", "told"), [*WRONG_ANSWERS, *WRONG_MANIFESTS, *WRONG_MASKS, *WRONG_INPUTS])
def test_no_canary_leaves_when_something_goes_wrong(
    source: CanarySource, api: FakeApi, everything_that_leaves: Leave, break_: Break, told: str
) -> None:
    """Errors name places and shapes, and the message that is looked for shows that it did go wrong."""
    leaving = everything_that_leaves(break_(source, api))

    assert seen(leaving) == {}
    assert any(told.encode() in output.replace(b"\\n", b"\n") for output in leaving.values())


def test_a_secret_in_the_message_of_an_author_is_redacted(
    source: CanarySource, api: FakeApi, everything_that_leaves: Leave
) -> None:
    """What the manifest's own error messages put in is taken out, from Python too."""
    message = "action: FAIL, http_codes: [400], error_message: \"no access for {{ config['password'] }}!\""
    leaving = everything_that_leaves(filtered(message)(source, api))

    assert seen(leaving) == {}
    assert b"no access for ****!" in leaving["check, standard output"]
    assert b"no access for ****!" in leaving["sync, standard error"]
