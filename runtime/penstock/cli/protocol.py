"""The frame of the protocol's verbs: messages on standard output, errors as TRACE, exit code 0 or 1."""

from __future__ import annotations

import contextlib
import functools
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from penstock.cli.ending import stoppable
from penstock.cli.inputs import (
    config_option,
    find_class_in,
    find_manifest,
    manifest_options,
    masking_option,
    read_config,
    save_config,
)
from penstock.diagnostics import Diagnostic, told_briefly
from penstock.errors import PenstockError, as_told
from penstock.masking.exits import stdout
from penstock.masking.redactor import Redactor
from penstock.protocol import messages
from penstock.protocol.stdio import Printer

if TYPE_CHECKING:
    from penstock.plan.manifest import Manifest
    from penstock.records.resources import Resources

Json = Any


class Session:
    """One protocol verb while it runs."""

    def __init__(self) -> None:
        self.redactor = Redactor()
        self.printer = Printer(stdout(self.redactor))

    def warn(self, warnings: tuple[Diagnostic, ...]) -> None:
        """Log what the reference runtime would accept in silence."""
        for text in told_briefly(warnings):
            self.printer.log("WARN", text)

    @contextlib.contextmanager
    def opened(
        self,
        manifest_path: str | None,
        config: str,
        components_path: str | None,
        masking: str | None,
        *,
        allow_custom_code: bool,
    ) -> Iterator[tuple[Manifest, Resources]]:
        """Read manifest and config; give the manifest, and what a run of it stands on."""
        from penstock.plan.manifest import load_manifest
        from penstock.sync.runtime import resources_for

        path = find_manifest(manifest_path)
        find_class = find_class_in(path, components_path, allow_custom_code=allow_custom_code)
        manifest = load_manifest(path, find_class=find_class, masking=masking)
        self.warn(manifest.warnings)
        with resources_for(
            manifest,
            read_config(config),
            log=self.printer.log,
            redactor=self.redactor,
            config_changed=self.printer.new_config,
            config_migrated=self.saver(config),
        ) as using:
            yield manifest, using

    def saver(self, path: str) -> Callable[[Mapping[str, Json]], None]:
        """What saves a config that the manifest's rules changed: in its file, and with the platform."""

        def save(config: Mapping[str, Json]) -> None:
            try:
                save_config(path, config)
            except OSError as error:
                self.printer.log("WARN", f"the changed config is not saved in its file: {error.strerror}")
            self.printer.new_config(config)

        return save

    def fail(self, error: PenstockError) -> None:
        """Print what went wrong, and exit with 1."""
        now = time.time_ns() // 1_000_000
        self.printer.message(
            messages.trace_error(error.message, error.failure_type, now, internal=error.hint)
        )
        sys.exit(1)


@contextlib.contextmanager
def session() -> Iterator[Session]:
    """Run a verb: an error becomes a TRACE message; a closed pipe, Ctrl-C or SIGTERM an exit code."""
    current = Session()
    with stoppable():
        try:
            yield current
        except BrokenPipeError:
            sys.exit(141)
        except Exception as error:  # noqa: BLE001 - a traceback could hold data
            current.fail(as_told(error))


def on_source(work: Callable[[Session, Manifest, Resources], None]) -> Callable[..., None]:
    """Make a verb of what works on a configured source: it gets `--config` and the options of a manifest."""

    @config_option
    @masking_option
    @manifest_options
    @functools.wraps(work)
    def verb(
        config: str,
        masking: str | None,
        manifest_path: str | None,
        components_path: str | None,
        *,
        allow_custom_code: bool,
    ) -> None:
        with session() as current:
            opened = current.opened(
                manifest_path, config, components_path, masking, allow_custom_code=allow_custom_code
            )
            with opened as (manifest, using):
                work(current, manifest, using)

    return verb
