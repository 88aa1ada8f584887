from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from tests.builder.testing.shop import MANIFEST as SHOP
from tests.builder.testing.shop import STREAMS, open_shop
from tests.command import Outcome, run_command
from tests.runtime.cli.project import Project

from penstock.testing.canary import MASKING_KEY, sightings
from penstock.testing.fake_api import FakeApi

RECORD = ("test", "manifest.yaml", "--record", "--stream", "orders", "--config", "config.json")

CASES = """\
cases:
  - name: orders come
    stream: orders
    given:
      config: { url: https://api.test }
      responses: [{ path: /orders, answer: { json: { items: [{ id: 1, at: 2024-01-02 }] } } }]
    expect:
      records: [{ id: 1, at: 2024-01-02 }]
  - name: people fail
    stream: people
    given:
      config: { url: https://api.test }
      responses: [{ path: /people, answer: { status: 404 } }]
    expect:
      error: HTTP 404
"""


def recorded(*more: str) -> Outcome:
    outcome = run_command(*RECORD, *more)
    assert outcome.exit_code == 0, outcome.err
    return outcome


def test_a_read_is_recorded_and_replayed(project: Project, api: FakeApi) -> None:
    """It lies beside the manifest, says what it holds, and needs neither the API nor the config again."""
    said = recorded("--name", "two of them").err
    Path("config.json").unlink()
    asked = len(api.requests)

    outcome = run_command("test", "manifest.yaml")

    assert said == (
        "recorded 1 request and 2 records in cases/orders-two-of-them.yaml: all was read\n"
        "look through it before you share it\n"
    )
    assert outcome.exit_code == 0
    assert outcome.out == ""
    assert outcome.err.splitlines()[0].startswith(
        "ok      orders-two-of-them  (cases/orders-two-of-them.yaml:1, "
    )
    assert outcome.err.splitlines()[1].startswith("1 passed in ")
    assert len(api.requests) == asked


def test_recordings_and_cases_run_together(project: Project) -> None:
    """Those in cases.yaml and in the folder cases; a filter chooses by name."""
    recorded()
    project.write("cases.yaml", CASES)

    every, some, none = (
        run_command("test", "manifest.yaml", *more)
        for more in ((), ("--filter", "people*"), ("--filter", "nobody"))
    )

    assert [line.split("  (")[0] for line in every.err.splitlines()[:-1]] == [
        "ok      orders come",
        "ok      people fail",
        "ok      orders",
    ]
    assert some.err.splitlines()[-1].startswith("1 passed in ")
    assert (none.exit_code, none.err) == (1, "error: none of 3 tests has a name with 'nobody'\n")


def test_a_failure_is_told_and_fails(project: Project) -> None:
    """By exit code, in words, and for CI in JUnit XML."""
    project.write("cases.yaml", CASES.replace("records: [{ id: 1", "records: [{ id: 2"))

    outcome = run_command("test", "manifest.yaml", "--junit", "report.xml")

    assert outcome.exit_code == 1
    assert "FAILED  orders come  (cases.yaml:2, " in outcome.err
    assert "        record 1: `id`: expected 2, got 1\n" in outcome.err
    assert "1 passed, 1 failed in " in outcome.err
    root = ET.parse("report.xml").getroot()
    assert (root.get("tests"), root.get("failures")) == ("2", "1")


def test_an_update_shows_the_difference_and_writes_it(project: Project) -> None:
    """What is written by hand stays as it is, and fails on."""
    recorded()
    project.write("cases.yaml", CASES.replace("records: [{ id: 1", "records: [{ id: 2"))
    project.change("name: start_time_option", "") if False else project.change(
        "field_name: since", "field_name: from"
    )

    updating = run_command("test", "manifest.yaml", "--update")
    after = run_command("test", "manifest.yaml", "cases/orders.yaml")

    assert updating.exit_code == 1
    assert 'the parameter `since`: expected "2024-01-01", got nothing' in updating.err
    assert "        updated cases/orders.yaml\n" in updating.err
    assert "        written by hand, so it is not updated\n" in updating.err
    assert after.exit_code == 0
    assert "from=2024-01-01" in Path("cases/orders.yaml").read_text()


def test_without_tests_it_says_how_to_make_one(project: Project) -> None:
    """Both ways."""
    outcome = run_command("test", "manifest.yaml")

    assert outcome.exit_code == 1
    assert outcome.err == (
        "error: there are no tests beside manifest.yaml\n"
        "  hint: record one: penstock test manifest.yaml --record --stream NAME --config FILE; "
        "or write one, into a cases.yaml beside the manifest\n"
    )


def test_wrong_usage_is_told(project: Project) -> None:
    """With the exit code of wrong usage."""
    assert run_command("test", "manifest.yaml", "--record").exit_code == 2
    assert run_command("test").exit_code == 2


def test_a_recording_is_not_replaced_by_chance(project: Project) -> None:
    """Somebody may have edited it."""
    recorded()

    again, replaced = run_command(*RECORD), run_command(*RECORD, "--update")

    assert again.exit_code == 1
    assert again.err.startswith("error: cases/orders.yaml is there already\n")
    assert replaced.exit_code == 0


def test_a_broken_file_is_told_with_its_places(project: Project) -> None:
    """Every file's, all at once; nothing runs."""
    (project.folder / "cases").mkdir()
    project.write("cases.yaml", CASES.replace("stream: orders", "steam: orders"))
    project.write("cases/other.yaml", "cases: 7\n")

    outcome = run_command("test", "manifest.yaml")

    assert outcome.exit_code == 1
    assert "cases.yaml:3:5: error[unknown-field] a case has no field `steam`" in outcome.err
    assert "did you mean `stream`?" in outcome.err
    assert "cases/other.yaml:1:8: error[wrong-type] cases takes a list, not a number" in outcome.err


def test_a_masking_policy_goes_with_the_recording(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is named in the file, from where the file lies; its key is needed for the read and not for the replay."""
    project.write(
        "policy.yaml",
        "version: 1\nstreams: { orders: { fields: { at: { mask: { type: Hmac, key: 'env:K', domain: d } } } } }\n",
    )
    monkeypatch.setenv("K", MASKING_KEY)
    recorded("--masking", "policy.yaml")
    monkeypatch.delenv("K")

    outcome = run_command("test", "manifest.yaml")

    assert outcome.exit_code == 0, outcome.err
    text = Path("cases/orders.yaml").read_text()
    assert "masking: ../policy.yaml\n" in text
    assert "2024-01-02" not in text


@pytest.mark.parametrize("name", ["policy.yaml", "masking.yaml"])
def test_nothing_is_recorded_past_a_policy(project: Project, api: FakeApi, name: str) -> None:
    """A recording is shared. Its author believes that the policy beside the manifest masks it, and nothing is asked."""
    policy = "version: 1\nstreams: { orders: { fields: { at: { mask: redact } } } }\n"
    project.write(name, policy)
    asked = len(api.requests)

    refused = run_command(*RECORD)

    assert refused.exit_code == 1
    assert refused.err == (
        f"error: the masking policy {name} lies beside the manifest, and is not given: the recording would hold in clear "
        f"what it masks\n  hint: give it: --masking {name}; to record without it, move it away\n"
    )
    assert len(api.requests) == asked
    assert not Path("cases").exists()
    recorded("--masking", name)


def test_a_policy_that_is_a_broken_link_is_not_passed_over_either(project: Project) -> None:
    """What it led to masked something."""
    Path("policy.yaml").symlink_to("gone.yaml")

    refused = run_command(*RECORD)

    assert (refused.exit_code, Path("cases").exists()) == (1, False)
    assert "--masking policy.yaml" in refused.err


def test_an_update_under_a_policy_names_it(project: Project) -> None:
    """It passes under that policy alone, and so it is the one that the next run takes."""
    recorded()
    project.write("policy.yaml", "version: 1\nstreams: { orders: { fields: { at: { mask: redact } } } }\n")

    updated = run_command("test", "manifest.yaml", "--update", "--masking", "policy.yaml")
    again = run_command("test", "manifest.yaml")

    assert (updated.exit_code, again.exit_code) == (0, 0), updated.err + again.err
    text = Path("cases/orders.yaml").read_text()
    assert "masking: ../policy.yaml\n" in text
    assert "2024-01-02" not in text


def test_what_is_masked_by_now_is_out_of_the_file_after_an_update(project: Project) -> None:
    """The answers, too: the file says of itself that they hold stand-ins. It passes at once, and again."""
    recorded()
    assert "2024-01-02" in Path("cases/orders.yaml").read_text()
    text = Path("manifest.yaml").read_text()
    mask = "transformations: [{ type: MaskFields, fields: [at], mask: redact }]"
    Path("manifest.yaml").write_text(
        text.replace("    primary_key: id\n", f"    primary_key: id\n    {mask}\n", 1)
    )

    updated, again = run_command("test", "manifest.yaml", "--update"), run_command("test", "manifest.yaml")

    assert (updated.exit_code, again.exit_code) == (0, 0), updated.err + again.err
    assert "2024-01-02" not in Path("cases/orders.yaml").read_text()


@pytest.mark.parametrize("stream", STREAMS)
def test_no_exit_of_the_verb_tells_a_canary(
    project: Project, api: FakeApi, monkeypatch: pytest.MonkeyPatch, stream: str
) -> None:
    """Neither the recording, nor what is said, nor failures of a manifest that changed since, nor JUnit XML."""
    monkeypatch.setenv("PENSTOCK_MASKING_KEY", MASKING_KEY)
    project.write("manifest.yaml", SHOP)
    project.write("config.json", open_shop(api))
    record = ("test", "manifest.yaml", "--record", "--stream", stream, "--config", "config.json")

    said = [run_command(*record), run_command("test", "manifest.yaml", "--junit", "passed.xml")]
    changed = SHOP.replace("fields: [email]", "fields: [e_mail]").replace(
        "fields: [subject]", "fields: [subjekt]"
    )
    project.write(
        "manifest.yaml",
        changed.replace("account:", "of_account:").replace("field_name: key", "field_name: k"),
    )
    said.append(run_command("test", "manifest.yaml", "--junit", "failed.xml"))

    assert [outcome.exit_code for outcome in said] == [0, 0, 1]
    files = b"".join(file.read_bytes() for file in [*Path("cases").iterdir(), *Path().glob("*.xml")])
    assert sightings(files) == []
    assert sightings("".join(outcome.out + outcome.err for outcome in said).encode()) == []
    assert json.loads(Path("config.json").read_text())


def test_a_policy_that_is_not_there_fails_its_test_alone(project: Project) -> None:
    """The others run, and all of them are in the report."""
    Path("cases.yaml").write_text(CASES.replace("    given:", "    given:\n      masking: gone.yaml", 1))

    outcome = run_command("test", "manifest.yaml", "--junit", "report.xml")

    assert outcome.exit_code == 1
    assert "FAILED  orders come" in outcome.err
    assert "gone.yaml:1:1: error[unreadable]" in outcome.err
    assert "1 passed, 1 failed" in outcome.err
    assert ET.parse("report.xml").getroot().attrib["tests"] == "2"


def test_a_file_without_tests_is_told(project: Project) -> None:
    """As that, and not as a name that none of them has."""
    Path("cases.yaml").write_text("cases: []\n")

    outcome = run_command("test", "manifest.yaml")

    assert (outcome.exit_code, outcome.err) == (1, "error: there are no tests in cases.yaml\n")


@pytest.mark.parametrize("option", ["--stream", "--config", "--state", "--name"])
def test_options_of_recording_are_not_ignored(project: Project, option: str) -> None:
    """Without --record they would choose nothing: whoever wants the tests of a stream gives a --filter."""
    Path("cases.yaml").write_text(CASES)

    outcome = run_command("test", "manifest.yaml", option, "orders")

    assert outcome.exit_code == 2
    assert f"{option} goes with --record" in outcome.err


def test_a_recording_that_cannot_be_written_is_told(project: Project) -> None:
    """With its place, and not as a fault of ours."""
    Path("cases").write_text("not a folder")

    new = run_command(*RECORD)

    assert new.exit_code == 1
    assert new.err.startswith("error: cannot write cases/orders.yaml: ")
