"""What tools for authors stand on: a manifest with its places, the registry, and a console that redacts.

The builder imports this module and `penstock`, nothing else of the runtime.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from penstock._version import DISTRIBUTION, __version__
from penstock.cli.console import Console, counted, human_session
from penstock.cli.folder import Folder
from penstock.cli.inputs import (
    config_saver,
    custom_code_options,
    find_class_in,
    masking_option,
    read_config,
    read_json,
)
from penstock.components.streams.declarative_source import SOURCE, DeclarativeSource
from penstock.diagnostics import Diagnostic, Diagnostics, Severity, Span
from penstock.errors import ConfigError, ManifestError, PaginationLoopError, PenstockError, StreamError
from penstock.expressions.dates import parse_duration, parser, resolution
from penstock.expressions.literals import coerce_text
from penstock.expressions.macros import clock_stands_at
from penstock.expressions.reads import COMPUTED, read_paths
from penstock.hints import did_you_mean, listed
from penstock.http.request import HttpRequest, HttpResponse, Send
from penstock.http.retry import Decision, Origin
from penstock.http.transport import FailureKind, TransportFailure, links_of
from penstock.lean import dataclass
from penstock.manifest.dump import write_document
from penstock.manifest.load import load_file, load_text
from penstock.manifest.node import Node, plain
from penstock.manifest.parameters import hand_down_parameters
from penstock.manifest.pieces import Entry, Piece, read_pieces
from penstock.manifest.references import resolve_references
from penstock.manifest.write import write_scalar
from penstock.masking.exits import private_directory
from penstock.masking.field_paths import FieldPath, PathSyntaxError, parse_field_path
from penstock.masking.keys import Key
from penstock.masking.redactor import Redactor, secret_values, written_forms
from penstock.masking.scrambling import scrambler
from penstock.masking.shape import MOST_KEYS, describe, is_plain_key
from penstock.masking.stand_ins import TELLING_TEXT, StandIns
from penstock.plan.manifest import (
    PACKAGED_POLICY,
    POLICY_FILE,
    Manifest,
    load_manifest,
    own_policy,
    parse_manifest,
    policy_beside,
    read_own_policy,
)
from penstock.plan.policy import load_policy, policy_at
from penstock.protocol.spec import require_fit
from penstock.protocol.state import parse_state
from penstock.registry import ComponentSpec, FieldSpec, all_components, find_component
from penstock.registry.component import components_of
from penstock.registry.decode import Decoder, Grammar, field_values
from penstock.registry.schema import manifest_schema, policy_schema
from penstock.registry.tree import Placed, component_tree
from penstock.sync.declared import stand_in
from penstock.sync.mask_change import Masks, PolicyText, mask_rules, read_policy
from penstock.sync.mask_draft import draft_policy
from penstock.sync.mask_preview import GONE
from penstock.sync.masked_fields import FieldView, FieldViews, masked_fields
from penstock.sync.preview import Planned, Preview, preview
from penstock.sync.sample import Sample, SampleLimits, Sampling
from penstock.sync.sample_told import Exchange, LogLine, PageSample, SliceSample, Wait
from penstock.sync.state_change import Outcome, dry_resources, state_outcome

if TYPE_CHECKING:
    from penstock.destinations import Destination
    from penstock.masking.exits import Log
    from penstock.sync.sample_to_duckdb import SamplesLoaded
    from penstock.sync.to_duckdb import SyncResult

Json = Any

__all__ = [
    "COMPUTED",
    "DISTRIBUTION",
    "GONE",
    "MOST_KEYS",
    "PACKAGED_POLICY",
    "POLICY_FILE",
    "TELLING_TEXT",
    "ComponentSpec",
    "ConfigError",
    "Console",
    "Decision",
    "Decoder",
    "Diagnostic",
    "Diagnostics",
    "Entry",
    "Exchange",
    "FailureKind",
    "FieldPath",
    "FieldSpec",
    "FieldView",
    "FieldViews",
    "Folder",
    "HttpRequest",
    "HttpResponse",
    "Json",
    "Key",
    "LogLine",
    "Manifest",
    "ManifestError",
    "Masks",
    "Node",
    "Origin",
    "Outcome",
    "PageSample",
    "PaginationLoopError",
    "PathSyntaxError",
    "PenstockError",
    "Piece",
    "Placed",
    "Planned",
    "PolicyText",
    "Preview",
    "Reading",
    "Redactor",
    "Sample",
    "SampleLimits",
    "Sampling",
    "Send",
    "Severity",
    "SliceSample",
    "Span",
    "StandIns",
    "StreamError",
    "TransportFailure",
    "Wait",
    "__version__",
    "all_components",
    "clock_stands_at",
    "coerce_text",
    "components_of",
    "config_saver",
    "counted",
    "custom_code_options",
    "describe",
    "did_you_mean",
    "draft_policy",
    "dry_resources",
    "field_schemas",
    "find_class_in",
    "find_component",
    "first_requests",
    "fitted_columns",
    "human_session",
    "is_plain_key",
    "links_of",
    "listed",
    "load_file",
    "load_manifest",
    "load_policy",
    "load_text",
    "manifest_schema",
    "mask_rules",
    "masked_fields",
    "masked_paths",
    "masking_option",
    "parse_duration",
    "parse_field_path",
    "parse_manifest",
    "parse_state",
    "parser",
    "plain",
    "policy_at",
    "policy_beside",
    "policy_schema",
    "private_directory",
    "read_config",
    "read_json",
    "read_loaded",
    "read_manifest",
    "read_paths",
    "read_pieces",
    "read_policy",
    "read_text",
    "require_fit",
    "resolution",
    "samples_to_duckdb",
    "scrambler",
    "secret_values",
    "stand_in",
    "state_outcome",
    "sync_to_duckdb",
    "write_document",
    "write_scalar",
    "written_forms",
]


@dataclass(frozen=True, slots=True)
class Reading:
    """A manifest as far as it could be read. `found` are the problems that reading it found.

    `root` is the manifest as written, None where the text is no YAML; `tree` its components after `$ref` and
    `$parameters`, None where those cannot be followed. `policy` is its own masking policy after `$ref`.
    """

    file: str
    folder: Path
    root: Node | None
    tree: Placed | None
    found: tuple[Diagnostic, ...]
    policy: Node | None = None

    @property
    def can_run(self) -> bool:
        """Whether nothing was found that stops it."""
        return not any(diagnostic.severity == "error" for diagnostic in self.found)


def read_manifest(path: str | Path) -> Reading:
    """Read a manifest file as far as possible; that there is none, or that it is no text, is a problem found too."""
    folder = Path(path).resolve().parent
    return read_loaded(lambda found: load_file(path, found=found), str(path), folder)


def read_text(text: str, file: str = "manifest.yaml", folder: Path | None = None) -> Reading:
    """Read manifest text as far as possible."""
    return read_loaded(lambda found: load_text(text, file, found), file, folder or Path.cwd())


def read_loaded(load: Callable[[Diagnostics], Node], file: str, folder: Path) -> Reading:
    """Read what `load` gives as far as possible; its warnings go into what it is given, and it raises ManifestError.

    Code that custom components name is not run, nor looked for.
    """
    found = Diagnostics()
    root = tree = policy = None
    try:
        root = load(found)
        if not isinstance(root.value, dict):
            found.error("wrong-type", f"a manifest is a mapping, not {describe(root.value)}", root.span)
        else:
            resolved = resolve_references(root, found)
            if not found.errors:
                policy = own_policy(resolved)
                read_own_policy(resolved, found)
                resolved = hand_down_parameters(resolved, Grammar(), found)
                Decoder(found, _unfound).component(resolved, SOURCE, "DeclarativeSource")
                tree = component_tree(resolved)
    except ManifestError as error:
        for diagnostic in error.diagnostics:
            found.add(diagnostic)
    except RecursionError:
        found.error("too-deep", "references lead too deep", Span(file, 1, 1))
    return Reading(file, folder, root, tree, found.all, policy)


def _unfound(name: str) -> type:
    raise ConfigError("the requests of a stream with custom code cannot be told")


def field_schemas(spec: ComponentSpec) -> dict[str, Json]:
    """JSON Schema of what each field of a component may hold, by name; a component is a `$ref` to its kind."""
    return {name: form.schema() for name, form in field_values(spec).items()}


def fitted_columns(old: Json, new: Json) -> Mapping[str, tuple[str, str]]:
    """What DuckDB's columns are before and after a table takes another schema, by name; "" where there was none."""
    from penstock.destinations.duckdb.fitting import fitted_columns as fitted

    return fitted(old, new)


def samples_to_duckdb(samplings: Iterable[Sampling], path: Path) -> SamplesLoaded:
    """Write the masked records of samples into a new DuckDB file. See `penstock.sync.sample_to_duckdb`."""
    from penstock.sync.sample_to_duckdb import samples_to_duckdb as load

    return load(samplings, path)


def sync_to_duckdb(
    manifest: Manifest,
    config: Mapping[str, Json],
    path: Path,
    *,
    log: Log,
    redactor: Redactor,
    streams: Sequence[str],
    watch: Callable[[Destination], Destination],
    config_changed: Callable[[Mapping[str, Json]], None],
    stop: threading.Event,
) -> SyncResult:
    """Sync streams into a DuckDB file, as `penstock sync` does. See `penstock.sync.to_duckdb`."""
    from penstock.sync.to_duckdb import sync_to_duckdb as sync

    return sync(
        manifest,
        config,
        path,
        log=log,
        redactor=redactor,
        streams=streams,
        watch=watch,
        config_changed=config_changed,
        stop=stop,
    )


def masked_paths(tree: Placed) -> list[tuple[Node, FieldPath]]:
    """The paths that a MaskFields masks, each with where it is written; those that do not read are left out."""
    written = tree.get("fields")
    found = []
    for node in written.value if written is not None and isinstance(written.value, list) else ():
        try:
            found.append((node, parse_field_path(str(node.value))))
        except PathSyntaxError:
            continue
    return found


def first_requests(
    reading: Reading,
    stream: str,
    config: Mapping[str, Json],
    saved: Mapping[str, Json],
    redactor: Redactor,
    most_slices: int = 10,
) -> Preview:
    """What the next sync of a stream would request first, for each slice. Nothing is sent, and nobody logs in.

    Raises ManifestError where the manifest cannot run, and ConfigError where config or state do not fit it.
    """
    if reading.root is None or not reading.can_run:
        raise ManifestError(reading.found)
    found = Diagnostics()
    resolved = hand_down_parameters(resolve_references(reading.root, found), Grammar(), found)
    source = Decoder(found, _unfound).component(without_authenticators(resolved), SOURCE, "DeclarativeSource")
    if found.errors or not isinstance(source, DeclarativeSource):
        raise ManifestError(found.all)
    tree = reading.tree
    for declared in tree.walk() if tree else ():
        if declared.spec.kind.name == "stream" and declared.value("name") == stream:
            if next(declared.find("SqlRetriever"), None) is not None:
                raise ConfigError(f"stream {stream} reads a database, so it sends no HTTP requests")
            break
    manifest = Manifest(source, reading.folder, found.all)
    return preview(manifest, stream, config, saved, redactor, most_slices)


def without_authenticators(node: Node) -> Node:
    """The tree without the components that prove who asks."""
    return _Stripper().strip(node)


class _Stripper:
    """Shared nodes stay shared: each is looked at once."""

    def __init__(self) -> None:
        self._done: dict[int, tuple[object, Json]] = {}

    def strip(self, node: Node) -> Node:
        value = node.value
        if not isinstance(value, dict | list):
            return node
        if id(value) not in self._done:
            made: Json
            if isinstance(value, list):
                made = [self.strip(child) for child in value]
            else:
                made = {key: self.strip(child) for key, child in value.items() if not _authenticates(child)}
            self._done[id(value)] = (value, made)
        return node.with_value(self._done[id(value)][1], node.given)


def _authenticates(node: Node) -> bool:
    written = node.get("type")
    spec = find_component(written.value) if written and isinstance(written.value, str) else None
    return spec is not None and spec.kind.name == "authenticator"
