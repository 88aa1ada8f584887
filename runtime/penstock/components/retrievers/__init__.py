"""Retrievers: how the records of one slice are read."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from penstock.records.jobs import Status
from penstock.records.select import Transform
from penstock.records.stream import Retriever
from penstock.registry import Kind

RETRIEVER: Kind[Callable[[tuple[Transform, ...]], Retriever]] = Kind(
    "retriever", "Reads the records of a stream.", custom="CustomRetriever"
)
JOB_STATUSES: Kind[Mapping[str, Status]] = Kind(
    "job_statuses", "What an API's words for the state of a job mean."
)
