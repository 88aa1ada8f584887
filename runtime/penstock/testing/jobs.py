"""An API that makes reports by jobs: POST /jobs creates one, GET /jobs/<id> tells how it stands, with what to download."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from penstock.testing.fake_api import Answer, FakeApi, Received

Json = Any
Script = Mapping[str, Sequence[Sequence[Json] | Answer]]
"""For each report the jobs that are created for it in turn, the last again and again: the statuses that polling tells
in turn, or an Answer that refuses to create it. A status may be an Answer too."""


def two_files(report: str, number: int) -> Json:
    """One record in each of two files."""
    return [{"id": f"{report}{number}"}]


def offer_jobs(api: FakeApi, script: Script, file: Callable[[str, int], Json] = two_files) -> None:
    """Serve the reports of a script.

    The JSON body of POST /jobs names the `report`; the job's `id` is the report and its attempt, such as `a-2`. `file`
    gives what is at /files/<report>/1 and /files/<report>/2, the `urls` that polling tells. Jobs take POST to
    /jobs/<id>/abort and /jobs/<id>/delete. Forgetting `api.requests` starts the script again.
    """

    def create(request: Received) -> Json:
        report = request.json["report"]
        jobs = script[report]
        attempt = sum(r.path == "/jobs" and r.json["report"] == report for r in api.requests)
        statuses = jobs[min(attempt, len(jobs)) - 1]
        if isinstance(statuses, Answer):
            return statuses
        job = f"{report}-{attempt}"
        api.on(
            f"/jobs/{job}", lambda polled: _told(report, _in_turn(statuses, api.paths().count(polled.path)))
        )
        for verb in ("abort", "delete"):
            api.on(f"/jobs/{job}/{verb}", {}, "POST")
        return {"id": job}

    api.on("/jobs", create, "POST")
    for report in script:
        for number in (1, 2):
            api.on(f"/files/{report}/{number}", file(report, number))


def _in_turn(statuses: Sequence[Json], number: int) -> Json:
    return statuses[min(number, len(statuses)) - 1]


def _told(report: str, status: Json) -> Json:
    if isinstance(status, Answer):
        return status
    return {"status": status, "urls": [f"files/{report}/{number}" for number in (1, 2)]}
