from __future__ import annotations

import pytest
from tests.runtime.cli.project import Project

from penstock.testing.fake_api import Answer, FakeApi


def test_a_configuration_that_works_succeeds(project: Project, api: FakeApi) -> None:
    """One record of the manifest's check stream was read."""
    outcome = project.run("check")

    assert (outcome.exit_code, outcome.err) == (0, "")
    assert outcome.of_type("CONNECTION_STATUS") == [{"status": "SUCCEEDED"}]
    assert [request.path for request in api.requests] == ["/orders"]


def test_a_stream_without_records_works_too(project: Project, api: FakeApi) -> None:
    """An empty account is no error."""
    api.on("/orders", {"items": []})

    assert project.run("check").of_type("CONNECTION_STATUS") == [{"status": "SUCCEEDED"}]


@pytest.mark.parametrize(
    ("config", "reason"),
    [
        pytest.param({}, "the config lacks `url`", id="a missing field"),
        pytest.param({"url": 7}, "`url` should be string, not a number", id="a wrong type"),
        pytest.param(
            {"url": "http://127.0.0.1:1"},
            "cannot connect to 127.0.0.1:1: connection refused",
            id="an unreachable host",
        ),
        pytest.param({"url": "example.test"}, "the URL is not an http or https URL", id="no URL"),
    ],
)
def test_a_configuration_that_does_not_work_fails(project: Project, config: object, reason: str) -> None:
    """The answer is FAILED with its reason: the command itself did what it was asked, so it exits with 0."""
    project.write("config.json", config)

    outcome = project.run("check")

    (status,) = outcome.of_type("CONNECTION_STATUS")
    assert outcome.exit_code == 0
    assert status["status"] == "FAILED"
    assert reason in status["message"]


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        pytest.param(Answer("no", 401), "HTTP 401 Unauthorized", id="credentials refused"),
        pytest.param(Answer("no", 404), "HTTP 404 Not Found", id="a path that is not there"),
        pytest.param(Answer("no", 500), "HTTP 500", id="an API that fails"),
        pytest.param(
            Answer({"items": []}, truncate_at=5), "the answer broke off", id="a body that breaks off"
        ),
        pytest.param(
            Answer({"items": ["text"]}),
            "expected an object as a record, got text",
            id="records that are none",
        ),
    ],
)
def test_an_api_that_does_not_answer_well_fails_the_check(
    project: Project, api: FakeApi, answer: Answer, reason: str
) -> None:
    """With the stream that was tried."""
    api.on("/orders", answer)

    (status,) = project.run("check").of_type("CONNECTION_STATUS")

    assert status["message"].startswith("stream orders is not available: ")
    assert reason in status["message"]


def test_a_check_of_a_stream_that_is_not_there_fails(project: Project) -> None:
    """The manifest's author made a mistake, and the answer names it."""
    project.change("stream_names: [orders]", "stream_names: [order]")

    (status,) = project.run("check").of_type("CONNECTION_STATUS")

    assert status["status"] == "FAILED"
    assert "the manifest has no stream `order`" in status["message"]
    assert "did you mean `orders`?" in status["message"]
