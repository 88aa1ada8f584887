from __future__ import annotations

from typing import Any

import pytest
from tests.command import Outcome
from tests.runtime.cli.project import Project

from penstock.testing.fake_api import Answer, FakeApi

Json = Any


def statuses(outcome: Outcome, stream: str) -> list[str]:
    """The statuses of a stream, in order."""
    told = [trace["stream_status"] for trace in outcome.of_type("TRACE") if trace["type"] == "STREAM_STATUS"]
    return [status["status"] for status in told if status["stream_descriptor"]["name"] == stream]


def kinds(outcome: Outcome) -> list[str]:
    """The types of all messages but LOG, in order."""
    return [message["type"] for message in outcome.messages if message["type"] != "LOG"]


def errors(outcome: Outcome) -> list[Json]:
    return [trace["error"] for trace in outcome.of_type("TRACE") if trace["type"] == "ERROR"]


def test_a_stream_is_started_read_and_completed(project: Project) -> None:
    """STARTED, RUNNING before the first record, the records, COMPLETE, and its state last."""
    project.write("catalog.json", {"streams": [{"stream": {"name": "orders"}}]})

    outcome = project.run("read")

    assert (outcome.exit_code, outcome.err) == (0, "")
    assert kinds(outcome) == ["TRACE", "TRACE", "RECORD", "RECORD", "STATE", "TRACE", "STATE"]
    assert statuses(outcome, "orders") == ["STARTED", "RUNNING", "COMPLETE"]
    assert [record["data"]["id"] for record in outcome.of_type("RECORD")] == [1, 2]
    assert outcome.of_type("STATE")[-1]["stream"]["stream_state"] == {"at": "2024-01-03"}


def test_the_states_count_all_records(project: Project) -> None:
    """Each tells how many records came since the one before."""
    outcome = project.run("read")

    counts = [state["sourceStats"]["recordCount"] for state in outcome.of_type("STATE")]
    assert sum(counts) == len(outcome.of_type("RECORD")) == 3


def test_only_the_streams_of_the_catalog_are_read(project: Project, api: FakeApi) -> None:
    """Whatever else the manifest has."""
    project.write("catalog.json", {"streams": [{"stream": {"name": "people"}}]})

    outcome = project.run("read")

    assert {record["stream"] for record in outcome.of_type("RECORD")} == {"people"}
    assert [request.path for request in api.requests] == ["/people"]


def test_a_read_goes_on_from_its_state(project: Project, api: FakeApi) -> None:
    """The states that one read printed are what the next one is given."""
    project.write("catalog.json", {"streams": [{"stream": {"name": "orders"}}]})
    first = project.run("read")
    project.write("state.json", [message for message in first.messages if message["type"] == "STATE"])

    project.run("read", "--state", "state.json")

    assert [request.params["since"] for request in api.requests] == ["2024-01-01", "2024-01-03"]


def test_a_stream_that_fails_does_not_stop_the_others(project: Project, api: FakeApi) -> None:
    """It is INCOMPLETE with its error; the exit code is 1, and the last message sums up."""
    api.on("/orders", Answer("no", 401))

    outcome = project.run("read")

    assert outcome.exit_code == 1
    assert statuses(outcome, "orders") == ["STARTED", "INCOMPLETE"]
    assert statuses(outcome, "people") == ["STARTED", "RUNNING", "COMPLETE"]
    of_stream, of_read = errors(outcome)
    assert of_stream["stream_descriptor"] == {"name": "orders"}
    assert of_stream["failure_type"] == "config_error"
    assert of_read["message"].startswith("these streams were not read to their end: orders: ")


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        pytest.param(
            Answer("<html>", headers={"Content-Type": "text/html"}), "got 6 bytes of HTML", id="a web page"
        ),
        pytest.param(Answer('{"items": ['), "expected JSON, got 11 bytes of", id="JSON that breaks off"),
    ],
)
def test_an_answer_that_is_no_json_holds_no_records(
    project: Project, api: FakeApi, answer: Answer, problem: str
) -> None:
    """As in the reference runtime, but not in silence: a WARN tells."""
    api.on("/orders", answer)

    outcome = project.run("read")

    warnings = [log["message"] for log in outcome.of_type("LOG") if log["level"] == "WARN"]
    assert outcome.exit_code == 0
    assert statuses(outcome, "orders") == ["STARTED", "COMPLETE"]
    assert problem in warnings[0]


def test_a_stream_that_is_not_there_is_incomplete(project: Project) -> None:
    """The others are read."""
    project.write("catalog.json", {"streams": [{"stream": {"name": "gone"}}, {"stream": {"name": "people"}}]})

    outcome = project.run("read")

    assert statuses(outcome, "gone") == ["INCOMPLETE"]
    assert statuses(outcome, "people") == ["STARTED", "RUNNING", "COMPLETE"]


def test_a_state_that_does_not_fit_is_handed_back(project: Project) -> None:
    """The stream is INCOMPLETE, nothing of it is read, and its state is not lost."""
    saved = {"at": "yesterday"}
    stream = {"stream_descriptor": {"name": "orders"}, "stream_state": saved}
    project.write("state.json", [{"type": "STREAM", "stream": stream}])

    outcome = project.run("read", "--state", "state.json")

    states = [state["stream"] for state in outcome.of_type("STATE")]
    assert outcome.exit_code == 1
    assert [state["stream_state"] for state in states if state["stream_descriptor"]["name"] == "orders"] == [
        saved
    ]
    assert "does not fit the cursor's formats" in errors(outcome)[0]["message"]


@pytest.mark.parametrize(
    ("file", "content", "problem"),
    [
        pytest.param(
            "config.json", "{", "config.json:1:2: the config is not JSON", id="a config that is no JSON"
        ),
        pytest.param(
            "config.json", [1], "the config config.json is not a JSON object", id="a config that is a list"
        ),
        pytest.param(
            "config.json", {"url": 7}, "`url` should be string, not a number", id="a config that does not fit"
        ),
        pytest.param(
            "config.json", b"\xff", "the config config.json is not UTF-8 text", id="a config that is no text"
        ),
        pytest.param(
            "config.json", "[" * 99_999, "the config config.json is nested too deep", id="a deep config"
        ),
        pytest.param("catalog.json", "", "catalog.json:1:1: the catalog is not JSON", id="an empty catalog"),
        pytest.param(
            "catalog.json", {}, "the catalog has no list of `streams`", id="a catalog without streams"
        ),
        pytest.param(
            "state.json", "{,}", "state.json:1:2: the state is not JSON", id="a state that is no JSON"
        ),
        pytest.param(
            "state.json", [7], "the state is not a list of state messages", id="a state of no messages"
        ),
    ],
)
def test_an_input_that_cannot_be_read_is_told(
    project: Project, file: str, content: Json, problem: str
) -> None:
    """By one TRACE, before anything is asked of the API; the exit code is 1."""
    project.write("state.json", [])
    project.write(file, content)

    outcome = project.run("read", "--state", "state.json")

    (error,) = errors(outcome)
    assert (outcome.exit_code, outcome.err) == (1, "")
    assert problem in error["message"]
    assert error["failure_type"] == "config_error"
    assert outcome.of_type("RECORD") == []
