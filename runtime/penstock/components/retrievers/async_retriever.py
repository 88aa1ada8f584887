from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from penstock.components.decoders import DECODER
from penstock.components.decoders.json_decoder import JsonDecoder
from penstock.components.extractors import EXTRACTOR
from penstock.components.extractors.dpath_extractor import DpathExtractor
from penstock.components.extractors.response_to_file_extractor import ResponseToFileExtractor
from penstock.components.pagination import PAGINATOR
from penstock.components.partition_routers import PARTITION_ROUTER
from penstock.components.requesters import REQUESTER, Requester
from penstock.components.retrievers import JOB_STATUSES, RETRIEVER
from penstock.components.retrievers.http_jobs import Download, HttpJobs, with_target
from penstock.components.selectors import RECORD_SELECTOR
from penstock.expressions.forms import Text, number
from penstock.expressions.scope import Slice
from penstock.lean import dataclass
from penstock.records.cursor import Record
from penstock.records.jobs import JobSettings, JobSlice, Status, job_slots, run_jobs
from penstock.records.pages import SINGLE_PAGE, Decode, Paginator
from penstock.records.product import product_of
from penstock.records.resources import Resources
from penstock.records.select import Extract, Selector, Transform
from penstock.records.state import Work
from penstock.records.stream import ParentsRead, Retriever, Router, WindowTest
from penstock.registry import Buildable, component, field


@component(RETRIEVER)
class AsyncRetriever:
    """Ask the API for a job for each slice, wait until it is done, and download what it made.

    Templates of the later requests read `creation_response` and `polling_response`: the JSON of the answers, and their
    `headers` and `request`. Cursor, partition router and paginator put nothing into the request that creates a job:
    its templates do.
    """

    creation_requester: Buildable[Requester] = field(
        doc="Creates a job for a slice.", slot=REQUESTER, implied="HttpRequester"
    )
    polling_requester: Buildable[Requester] = field(
        doc="Asks how a job stands, every five seconds.", slot=REQUESTER, implied="HttpRequester"
    )
    status_extractor: Buildable[Extract] = field(
        doc="Finds the API's word for how the job stands.", slot=EXTRACTOR, implied="DpathExtractor"
    )
    status_mapping: Buildable[Mapping[str, Status]] = field(
        doc="What that word means.", slot=JOB_STATUSES, implied="AsyncJobStatusMap"
    )
    download_requester: Buildable[Requester] = field(
        doc="Downloads what a job made; its templates read `download_target`.",
        slot=REQUESTER,
        implied="HttpRequester",
    )
    record_selector: Buildable[Callable[[tuple[Transform, ...]], Selector]] = field(
        doc="What filters and changes the records; its extractor is not used.",
        slot=RECORD_SELECTOR,
        implied="RecordSelector",
    )
    download_target_extractor: Buildable[Extract] | None = field(
        default=None,
        doc="Finds what to download in the last polling answer; without it there is one download.",
        slot=EXTRACTOR,
        implied="DpathExtractor",
    )
    download_target_requester: Buildable[Requester] | None = field(
        default=None,
        doc="Asks for what to download, where the polling answer does not tell.",
        slot=REQUESTER,
        implied="HttpRequester",
    )
    download_extractor: Buildable[Extract] | None = field(
        default=None,
        doc="Finds the records in a download; all of it by default.",
        slot=EXTRACTOR,
        implied="DpathExtractor",
    )
    download_decoder: Buildable[Decode] | None = field(
        default=None, doc="What reads the body of a download; JSON by default.", slot=DECODER
    )
    download_paginator: Buildable[Paginator] | None = field(
        default=None,
        doc="What asks for page after page of a download; one page by default.",
        slot=PAGINATOR,
        implied="NoPagination",
    )
    abort_requester: Buildable[Requester] | None = field(
        default=None, doc="Stops a job that ran out of time.", slot=REQUESTER, implied="HttpRequester"
    )
    delete_requester: Buildable[Requester] | None = field(
        default=None, doc="Removes a job that was read.", slot=REQUESTER, implied="HttpRequester"
    )
    decoder: Buildable[Decode] | None = field(
        default=None, doc="What reads the other answers; JSON by default.", slot=DECODER
    )
    partition_router: Buildable[Router] | list[Buildable[Router]] | None = field(
        default=None,
        doc="What splits the stream into partitions; several give every combination.",
        slot=PARTITION_ROUTER,
    )
    polling_job_timeout: Text | None = field(
        default=None, doc="How long a job may take; 60 by default.", unit="minutes", examples=(30,)
    )
    failed_retry_wait_time_in_seconds: Text | None = field(
        default=None,
        doc="How long to wait before a job that failed is created again; not at all by default.",
        unit="seconds",
        examples=(60,),
    )

    def problems(self) -> Iterator[tuple[str, str]]:
        """A request for targets needs to be read."""
        if self.download_target_requester is not None and self.download_target_extractor is None:
            yield "download_target_requester", "this needs a `download_target_extractor`"

    def build(self, using: Resources) -> Callable[[tuple[Transform, ...]], Retriever]:
        routers = (
            self.partition_router if isinstance(self.partition_router, list) else [self.partition_router]
        )
        router = product_of([r.build(using) for r in routers if r is not None])
        jobs = self._jobs(using)
        settings = self._settings(using)
        select = self.record_selector.build(using)
        extract = (self.download_extractor or DpathExtractor(field_path=[])).build(using)
        download = Download(
            self.download_requester.build(using.for_jobs()),
            self._download_decoder(using),
            self.download_paginator.build(using) if self.download_paginator else SINGLE_PAGE,
            using.watch,
        )
        return lambda transforms: _Retriever(
            using, router, jobs, settings, download, replace(select(transforms), extract=extract)
        )

    def _jobs(self, using: Resources) -> HttpJobs:
        requests = using.for_jobs()
        targets = self.download_target_extractor
        return HttpJobs(
            using=using,
            decode=(self.decoder or JsonDecoder()).build(using),
            creation=self.creation_requester.build(requests),
            polling=self.polling_requester.build(requests),
            status=self.status_extractor.build(using),
            meaning=self.status_mapping.build(using),
            targets=targets.build(using) if targets is not None else None,
            targets_request=_built(self.download_target_requester, requests),
            abortion=_built(self.abort_requester, requests),
            deletion=_built(self.delete_requester, requests),
        )

    def _download_decoder(self, using: Resources) -> Decode:
        if isinstance(self.download_extractor, ResponseToFileExtractor):
            return self.download_extractor.decoder(using)
        return (self.download_decoder or JsonDecoder()).build(using)

    def _settings(self, using: Resources) -> JobSettings:
        scope = {"config": using.config}
        minutes, seconds = self.polling_job_timeout, self.failed_retry_wait_time_in_seconds
        return JobSettings(
            stream=using.stream.name,
            timeout_seconds=60 * (number(minutes(scope), "`polling_job_timeout`") if minutes else 60),
            retry_seconds=number(seconds(scope), "`failed_retry_wait_time_in_seconds`") if seconds else 0,
            slots=job_slots(using),
            monotonic=using.monotonic,
            sleep=using.sleep,
            log=using.log,
        )


def _built(requester: Buildable[Requester] | None, using: Resources) -> Requester | None:
    return requester.build(using) if requester is not None else None


@dataclass(frozen=True)
class _Retriever:
    using: Resources
    router: Router | None
    jobs: HttpJobs
    settings: JobSettings
    download: Download
    selector: Selector

    def gather(self, slices: Iterator[Work | ParentsRead]) -> Iterator[Work | ParentsRead]:
        return run_jobs(slices, self.jobs, self.settings)

    def read(self, slice_: Slice, test: WindowTest | None) -> Iterator[list[Record]]:
        """Download what the slice's job made; for a slice that has none yet, a job is run first.

        The cursor's test is not for jobs: what they made is what they were asked for.
        """
        if isinstance(slice_, JobSlice):
            yield from self._read(slice_)
            return
        for work in self.gather(iter([Work(slice_, slice_.cursor_slice, test)])):
            if isinstance(work, Work) and isinstance(work.slice, JobSlice):
                yield from self._read(work.slice)

    def _read(self, slice_: JobSlice) -> Iterator[list[Record]]:
        if slice_.error is not None:
            raise slice_.error
        for target in self.jobs.targets_of(slice_):
            yield from self.download.read(
                with_target(slice_, target), self.selector, self.using.config, self.using.stream.name
            )
        self.jobs.delete(slice_)
