"""Manifests for the differential tests of cursors, routers and streams, put together from a few words."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from tests.conformance.differential import Result

Json = Any

SINCE = "start_time_option: {type: RequestOption, inject_into: request_parameter, field_name: since}"
UNTIL = "end_time_option: {type: RequestOption, inject_into: request_parameter, field_name: until}"
LOADER = "{type: InlineSchemaLoader, schema: {type: object, properties: {}}}"


def manifest(*streams: str, more: str = "") -> str:
    """A manifest of these streams."""
    return "\n".join(
        [
            "version: 6.44.0",
            "type: DeclarativeSource",
            "check: {type: CheckStream, stream_names: [orders]}",
            "spec: {type: Spec, connection_specification: {type: object, properties: {}}}",
            f"streams: [{', '.join(streams)}]",
            more,
        ]
    )


def stream(
    name: str = "orders",
    *,
    sync: str = "",
    router: str = "",
    path: str = "",
    more: str = "",
    retriever: str = "",
) -> str:
    """A stream of the list at its path; `more` are further settings of it, `retriever` of what reads it."""
    requester = f'{{type: HttpRequester, url_base: URL, path: "{path or name}", http_method: GET}}'
    selector = "{type: RecordSelector, extractor: {type: DpathExtractor, field_path: []}}"
    parts = f"requester: {requester}, record_selector: {selector}"
    parts += f", partition_router: {router}" if router else ""
    parts += f", {retriever}" if retriever else ""
    text = f"type: DeclarativeStream, name: {name}, primary_key: id, schema_loader: {LOADER}"
    text += f", retriever: {{type: SimpleRetriever, {parts}}}"
    text += f", incremental_sync: {sync}" if sync else ""
    return f"{{{text}{', ' + more if more else ''}}}"


def days(settings: str = "", *, start: str = "2024-01-01", end: str = "2024-01-31") -> str:
    """A cursor of the field `at` that counts in days."""
    text = f'type: DatetimeBasedCursor, cursor_field: at, datetime_format: "%Y-%m-%d", {SINCE}, {UNTIL}'
    text += f', start_datetime: "{start}", end_datetime: "{end}"'
    return f"{{{text}{', ' + settings if settings else ''}}}"


def values(*names: str, option: bool = True) -> str:
    """A router of these values, as `team`."""
    put = ", request_option: {type: RequestOption, inject_into: request_parameter, field_name: team}"
    return f"{{type: ListPartitionRouter, cursor_field: team, values: [{', '.join(names)}]{put if option else ''}}}"


def parent(of: str, settings: str = "", *, option: bool = True) -> str:
    """A router of the records of a stream, as `team`."""
    put = "request_option: {type: RequestOption, inject_into: request_parameter, field_name: team}, "
    link = f"type: ParentStreamConfig, parent_key: id, partition_field: team, {put if option else ''}"
    link += f"{settings + ', ' if settings else ''}stream: {of}"
    return f"{{type: SubstreamPartitionRouter, parent_stream_configs: [{{{link}}}]}}"


def steady(result: Result) -> Result:
    """A result without what depends on the time that a run took: how long it was, in whole seconds, is in its state."""
    return replace(result, states=_steady(result.states))


def _steady(state: Json) -> Json:
    if isinstance(state, dict):
        return {k: _steady(v) if k != "lookback_window" else min(v, 1) for k, v in state.items()}
    return [_steady(item) for item in state] if isinstance(state, list) else state
