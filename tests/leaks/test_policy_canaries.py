"""A policy beside a manifest that others publish guards every exit, whatever goes wrong."""

from __future__ import annotations

import json
import logging  # noqa: TID251 - what others log with
import signal
import subprocess
from pathlib import Path

import pytest
from tests.command import PROCESS
from tests.leaks.outcomes import WRONG_ANSWERS, WRONG_INPUTS, WRONG_MANIFESTS, Break, changing, seen, writing
from tests.leaks.policies import NO_OTHER_KEY, both, deciding, knowing

from penstock.masking.keys import Key
from penstock.masking.sealing import Sealer
from penstock.testing.canary import (
    MASKED,
    SECRETS,
    CanarySource,
    Leave,
    canary,
    core,
    person,
    sightings,
)
from penstock.testing.fake_api import Answer, FakeApi, Received

ADDRESS = f"{core('email')}@example.org"
FLOOR = ("report:", "floor: { never_in_clear: [email, card] }\nreport:")
EMPTY: tuple[object, ...] = (None, {}, [])
QUARANTINED = ("unclassified: keep", "unclassified: quarantine")


def test_no_canary_leaves_a_public_manifest_under_a_policy(
    public: CanarySource, api: FakeApi, everything_that_leaves: Leave
) -> None:
    """Records, states with partition keys, catalogs, logs, tables, reports and what a Python program gets are masked."""
    leaving = everything_that_leaves(public)

    assert seen(leaving) == {}
    assert leaving["read, standard output"].count(b'"type":"RECORD"') == 5
    assert b"p26_" in leaving["tables"]
    assert b"penstock_sealed" in leaving["tables"]
    assert b'"technique": "Hmac"' in leaving["files"]
    assert {*SECRETS, "email"} - {"database_url"} == set(sightings(repr(api.requests).encode()))


def test_without_the_policy_every_canary_would_be_seen(
    public: CanarySource, everything_that_leaves: Leave
) -> None:
    """The control: the manifest itself masks nothing."""
    (public.folder / "policy.yaml").unlink()

    leaving = everything_that_leaves(public)

    found = {where: set(names) for where, names in seen(leaving).items()}
    exits = ("files", "read, standard output", "tables", "python")
    assert found == {where: {*MASKED, *({"card"} if where != "files" else ())} for where in exits}


def silent(source: CanarySource, api: FakeApi) -> CanarySource:
    """The API does not answer in time."""
    api.on("/people", lambda request: Answer(person(), delay_seconds=0.4))
    return source.changed("max_retries: 0 }", "max_retries: 0 }\n    read_timeout_in_seconds: 0.1")


def without_key(source: CanarySource, api: FakeApi) -> CanarySource:
    """The key is not where the policy says."""
    return deciding(("PENSTOCK_MASKING_KEY", "NO_SUCH_KEY"))(source, api)


def sealed_elsewhere(source: CanarySource, api: FakeApi) -> CanarySource:
    """The saved state is sealed with a key that the policy does not know."""
    sealed = Sealer(Key(NO_OTHER_KEY.encode(), "p99")).seal({"updated_at": canary("name")})
    stream = {"stream_descriptor": {"name": "people"}, "stream_state": sealed}
    return writing("state.json", json.dumps([{"type": "STREAM", "stream": stream}]))(source, api)


def odd_everywhere(source: CanarySource, api: FakeApi) -> CanarySource:
    """Fields that nobody spoke of, at every depth, and keys that are data."""
    odd = {ADDRESS: {core("note"): [canary("note")]}, "by": [{ADDRESS: None}, {ADDRESS: {}}, {ADDRESS: []}]}
    return knowing(odd=odd, contacts=[{"phone": canary("phone"), "of": odd}])(source, api)


ONLY_A_POLICY_HAS = [
    pytest.param(
        both(deciding(("unclassified: keep", "unclassified: fail")), knowing(nick=canary("name"))),
        "the field `nick` has no class in the policy",
        id="unclassified: fail",
    ),
    pytest.param(
        both(deciding(("unclassified: keep", "unclassified: quarantine")), knowing(nick=canary("name"))),
        '"why": "has no class in the policy"',
        id="unclassified: quarantine",
    ),
    pytest.param(
        both(deciding(QUARANTINED), knowing(penstock_sealed=canary("name"))),
        '"path":"penstock_sealed"',
        id="unclassified: quarantine, and a record that calls itself sealed",
    ),
    pytest.param(
        both(deciding(("unclassified: keep", "unclassified: drop")), knowing(nick=canary("name"))),
        '"nick": [',
        id="unclassified: drop",
    ),
    *(
        pytest.param(
            both(deciding(("unclassified: keep", f"unclassified: {word}")), odd_everywhere),
            "odd.<key>",
            id=f"unclassified: {word}, and keys that are data",
        )
        for word in ("fail", "quarantine", "drop")
    ),
    pytest.param(
        both(deciding(FLOOR), knowing(comment=f"write to {ADDRESS}!")),
        "the field `comment` holds what looks like `email`, which never leaves in clear",
        id="a floor class in a text",
    ),
    pytest.param(
        both(deciding(FLOOR), knowing(comment={"of": [{ADDRESS: ADDRESS}]})),
        "the field `comment.of[*].<key>` holds what looks like `email`",
        id="a floor class under a key that is data",
    ),
    pytest.param(
        both(deciding(FLOOR), knowing(address={ADDRESS: 1})),
        "the field `address.<key>` holds what looks like `email`",
        id="a floor class as a key of a masked field",
    ),
    *(
        pytest.param(
            both(deciding(("unclassified: keep", "unclassified: fail")), knowing(by={ADDRESS: empty})),
            "the field `by.<key>` has no class",
            id=f"a key that is data, over {empty}",
        )
        for empty in EMPTY
    ),
    pytest.param(
        both(deciding(FLOOR), knowing(id=ADDRESS)),
        "the field `id` holds what looks like `email`",
        id="a floor class in a field that the policy keeps",
    ),
    pytest.param(
        both(deciding(("address: text", "address: { mask: { type: IpPrefix } }")), knowing()),
        "holds what its mask cannot take",
        id="on_error: drop_record",
    ),
    pytest.param(
        both(
            deciding(("drop_record", "fail"), ("address: text", "address: { mask: { type: IpPrefix } }")),
            knowing(),
        ),
        "the field `address.street` holds what its mask cannot take",
        id="on_error: fail",
    ),
    pytest.param(deciding(("streams:", "strems:")), "strems", id="a misspelt word in the policy"),
    pytest.param(deciding(("email: person", "email: persona")), "persona", id="no such class"),
    pytest.param(deciding(("version: 1", "version: 1: 2")), "policy.yaml", id="no YAML"),
    pytest.param(
        deciding(("email: person", "email: person\n      $.email: text")),
        "two masks claim",
        id="two rules for a field",
    ),
    pytest.param(
        deciding(FLOOR, ("person: {", "email: { mask: { type: Keep } }\n  person: {")),
        "keeps in clear what its floor forbids",
        id="a policy that loosens its floor",
    ),
    pytest.param(without_key, "NO_SUCH_KEY is not set", id="no key"),
    pytest.param(
        changing("id: { type: integer }", "id: { type: integer, x-privacy: { class: nothing } }"),
        "the policy has no such class",
        id="a class in a schema that the policy does not know",
    ),
    pytest.param(sealed_elsewhere, "sealed with another key", id="a state under another key"),
    pytest.param(
        both(deciding(("out/masking", "catalog.json/masking")), knowing()),
        "cannot be written",
        id="no place for the report",
    ),
    pytest.param(silent, "no answer in time", id="no answer in time"),
    pytest.param(
        changing("path: calls", "path: \"calls/{{ stream_partition['who'] }}\""),
        "HTTP 404",
        id="a partition key in the path of a refused request",
    ),
]


@pytest.mark.parametrize(
    ("break_", "told"), [*WRONG_ANSWERS, *WRONG_MANIFESTS, *WRONG_INPUTS, *ONLY_A_POLICY_HAS]
)
def test_no_canary_leaves_under_a_policy_when_something_goes_wrong(
    public: CanarySource, api: FakeApi, everything_that_leaves: Leave, break_: Break, told: str
) -> None:
    """Errors name places and shapes, and the message that is looked for shows that it did go wrong."""
    leaving = everything_that_leaves(break_(public, api))

    assert seen(leaving) == {}
    assert any(told.encode() in output.replace(b"\\n", b"\n") for output in leaving.values())


def test_libraries_log_nothing_of_a_run_under_a_policy(
    public: CanarySource, caplog: pytest.LogCaptureFixture, everything_that_leaves: Leave
) -> None:
    """With everything logged, neither URLs with partition keys nor records are heard."""
    caplog.set_level(logging.DEBUG)

    everything_that_leaves(public)

    assert sightings(caplog.text.encode()) == []


@pytest.mark.parametrize("path", ["/orders", "/calls"])
def test_a_killed_run_leaves_nothing_in_its_files(public: CanarySource, api: FakeApi, path: str) -> None:
    """Database, write-ahead log and whatever else lies about when a run is killed in its midst."""
    api.on("/people", {"people": [{**person(), "id": i} for i in range(2_500)]})
    started: list[subprocess.Popen[bytes]] = []

    def kill(request: Received) -> Answer:
        started[0].send_signal(signal.SIGKILL)
        return Answer({"orders": [], "calls": []}, delay_seconds=0.2)

    api.on(path, kill)
    command = ["sync", "manifest.yaml", "--config", "config.json", "--to", "out/w.duckdb"]
    process = subprocess.Popen(
        [*PROCESS, *command, "--masking", "policy.yaml"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    started.append(process)
    said = b"".join(process.communicate(timeout=120))

    assert process.returncode == -signal.SIGKILL
    files = {file.name: file.read_bytes() for file in Path("out").rglob("*") if file.is_file()}
    assert seen({"said": said, **files}) == {}
    assert "w.duckdb" in files
