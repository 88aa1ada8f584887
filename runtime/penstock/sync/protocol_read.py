"""`read` of the Airbyte protocol: the streams of a configured catalog, as messages."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from typing import Any

from penstock.destinations.jsonl import ProtocolDestination
from penstock.errors import ConfigError
from penstock.masking.redactor import Redactor
from penstock.plan.compile import compile_source
from penstock.plan.manifest import Manifest
from penstock.protocol.catalog import ConfiguredCatalog
from penstock.protocol.state import StreamStates
from penstock.protocol.stdio import Printer
from penstock.sync.read import read
from penstock.sync.runtime import resources_for

Json = Any


def read_to_protocol(
    manifest: Manifest,
    config: Mapping[str, Json],
    catalog: ConfiguredCatalog,
    states: StreamStates,
    printer: Printer,
    redactor: Redactor,
    config_migrated: Callable[[Mapping[str, Json]], None] | None = None,
) -> None:
    """Print the messages of a read. Raises ConfigError at the end where a stream failed, as the protocol has it.

    `config_migrated` is told of a config that the manifest's rules brought to another form.
    """
    destination = ProtocolDestination(printer)
    printer.log("INFO", "Starting syncing")
    stop = threading.Event()
    with resources_for(
        manifest,
        config,
        log=printer.log,
        redactor=redactor,
        rate_limited=destination.rate_limited,
        config_changed=printer.new_config,
        config_migrated=config_migrated,
        cursor_fields=catalog.cursor_fields,
        catalog_schemas=catalog.schemas,
        stop=stop,
    ) as using:
        plan = compile_source(manifest, using)
        for name in catalog.stream_names:
            if name not in plan.streams:
                destination.missing(name)
        chosen = [plan.streams[name] for name in catalog.stream_names if name in plan.streams]
        for stream in chosen:
            stream.schema()  # asked for before any record, as in the reference runtime
        result = read(
            chosen,
            states,
            destination,
            concurrency=plan.concurrency,
            monotonic=time.monotonic,
            stop=stop,
            ahead=using.ahead,
            masking=using.masking,
        )
    if not result.succeeded:
        told = "; ".join(f"{name}: {error.message}" for name, error in result.failures.items())
        raise ConfigError(f"these streams were not read to their end: {told}")
    printer.log("INFO", "Finished syncing")
