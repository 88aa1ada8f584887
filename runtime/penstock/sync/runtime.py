"""What a run stands on: the network, the clock, the secrets it must not tell."""

from __future__ import annotations

import contextlib
import random
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from penstock.expressions.macros import system_clock
from penstock.http.cache import ResponseCache
from penstock.http.request import Send
from penstock.http.retry import interruptible_sleep
from penstock.http.transport import Transport
from penstock.masking.exits import Log
from penstock.masking.keys import Key, find_key
from penstock.masking.policy import NO_POLICY
from penstock.masking.redactor import Redactor, secret_values
from penstock.plan.config import migrated, transformed
from penstock.plan.manifest import Manifest
from penstock.records.resources import Resources
from penstock.sync.limits import limits_from

Json = Any


@contextlib.contextmanager
def resources_for(
    manifest: Manifest,
    config: Mapping[str, Json],
    *,
    log: Log,
    redactor: Redactor,
    rate_limited: Callable[[str], None] = lambda stream: None,
    config_changed: Callable[[Mapping[str, Json]], None] = lambda config: None,
    config_migrated: Callable[[Mapping[str, Json]], None] | None = None,
    cursor_fields: Mapping[str, tuple[str, ...]] | None = None,
    catalog_schemas: Mapping[str, Mapping[str, Json]] | None = None,
    refuse_unreadable: bool = False,
    stop: threading.Event | None = None,
    key: Callable[[str], Key] = find_key,
    around: Callable[[Send], Send] = lambda send: send,
) -> Iterator[Resources]:
    """Give the real resources for a manifest and config; the connections close at the end.

    `around` may look at what is sent, or answer instead of the network. `key` gives masking keys.

    The config is the caller's own, or a copy where the manifest's rules rewrite it. Tokens that are good only once are
    put into it, and `config_changed` is told; of a config that the rules brought to another form for good,
    `config_migrated` is told, by default the same.
    """
    redactor.add(*secret_values(config, manifest.specification))
    transport = Transport(limits_from())
    try:
        using = Resources(
            config=config,
            send=around(transport),
            cache=ResponseCache(),
            clock=system_clock,
            monotonic=time.monotonic,
            sleep=interruptible_sleep(stop or threading.Event()),
            jitter=random.random,
            log=log,
            minted=redactor.add,
            rate_limited=rate_limited,
            key=key,
            folder=Path(manifest.folder),
            refuse_unreadable=refuse_unreadable,
            cursor_fields=cursor_fields or {},
            catalog_schemas=catalog_schemas or {},
        )
        saved = migrated(manifest, using)
        if saved is not config:
            (config_migrated or config_changed)(saved)
        current = transformed(manifest, replace(using, config=saved))
        redactor.add(*secret_values(current, manifest.specification))
        using = replace(using, config=current, config_changed=lambda: config_changed(current))
        yield replace(using, masking=manifest.policy.build(using) if manifest.policy else NO_POLICY)
    finally:
        transport.close()
