from __future__ import annotations

from tests.command import run_command
from tests.runtime.cli.project import Project

from penstock.testing.fake_api import FakeApi

STATE = [
    {
        "type": "STREAM",
        "stream": {"stream_descriptor": {"name": "orders"}, "stream_state": {"at": "2024-01-20"}},
    }
]


def test_the_streams_are_listed(project: Project) -> None:
    """Where none is named."""
    outcome = run_command("explain", "manifest.yaml")

    assert (outcome.exit_code, outcome.err) == (0, "")
    assert [line.split()[0] for line in outcome.out.splitlines()] == ["orders", "people"]


def test_a_stream_is_explained(project: Project) -> None:
    """Without a config by its settings alone."""
    outcome = run_command("explain", "manifest.yaml", "--stream", "orders")

    assert (outcome.exit_code, outcome.err) == (0, "")
    assert "cursor_field: at" in outcome.out
    assert "nothing was sent" not in outcome.out


def test_a_state_shows_the_next_requests_and_sends_none(project: Project, api: FakeApi) -> None:
    """From where the last sync ended."""
    project.write("state.json", STATE)

    outcome = run_command(
        "explain", "manifest.yaml", "--stream", "orders", "--config", "config.json", "--state", "state.json"
    )

    assert outcome.exit_code == 0
    assert f"GET {api.url}/orders?since=2024-01-20\n" in outcome.out
    assert api.requests == []


def test_a_manifest_with_errors_is_told(project: Project) -> None:
    """As the other verbs do."""
    project.write("manifest.yaml", "a: {$ref: '#/nowhere'}")

    outcome = run_command("explain", "manifest.yaml", "--stream", "orders")

    assert outcome.exit_code == 1
    assert "error[undefined-reference]" in outcome.err
