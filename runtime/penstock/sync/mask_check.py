"""Whether a masking policy covers every field of a manifest, and what else in it may not be meant. Nothing is read."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from penstock.diagnostics import Diagnostic, Diagnostics, Severity, Span
from penstock.errors import ConfigError, ManifestError, PenstockError
from penstock.hints import did_you_mean, listed
from penstock.lean import dataclass
from penstock.manifest.load import load_file
from penstock.manifest.node import Node
from penstock.manifest.references import resolve_references
from penstock.masking.automaton import MaskRule
from penstock.masking.coverage import Coverage, meets, path_text, told_types
from penstock.masking.field_paths import Segment
from penstock.masking.policy import KEEP, Masking, Policy, StreamMasks, StreamRules
from penstock.masking.redactor import Redactor
from penstock.plan.manifest import Manifest, own_policy
from penstock.plan.policy import policy_at
from penstock.sync.declared import Declared, declared_source

Json = Any


@dataclass(frozen=True, slots=True)
class Finding:
    """A problem; where it is one of a field, with the field's stream, its path and its types."""

    diagnostic: Diagnostic
    stream: str = ""
    path: str = ""
    types: tuple[str, ...] = ()


def policy_text(policy_file: str | Path | None, manifest_file: str | Path) -> Node:
    """The text of a policy: of its file, else `metadata.masking` of the manifest. Raises ManifestError and ConfigError."""
    if policy_file is not None:
        return load_file(policy_file)
    node = own_policy(resolve_references(load_file(manifest_file), Diagnostics()))
    if node is None:
        raise ConfigError("there is no masking policy", hint="give --masking FILE")
    return node


def check_masking(
    manifest: Manifest,
    text: Node,
    config: Mapping[str, Json] | None = None,
    redactor: Redactor | None = None,
    config_changed: Callable[[Mapping[str, Json]], None] = lambda config: None,
) -> list[Finding]:
    """What is wrong with a policy for a manifest, in the order of its text; an error means data at risk.

    The keys need not be at hand. Raises ConfigError where the config does not fit.
    """
    try:
        loaded = policy_at(text, Diagnostics())
    except ManifestError as error:  # in a policy a warning stops the run as well
        return [Finding(replace(problem, severity="error")) for problem in error.diagnostics]
    said = _Said(text)
    findings = list(said.problems())
    if findings:
        return findings
    opened = declared_source(manifest, config, redactor=redactor or Redactor(), config_changed=config_changed)
    with opened as source:
        try:
            masking, policy = source.masking(loaded)
        except ConfigError as error:
            return [said.finding("contradiction", error.message, said.floor(), error.hint, "error")]
        findings += [said.finding("not-checked", note, text.span, "give --config") for note in source.notes]
        streams = [_Checked.of(stream, masking, policy, said, findings) for stream in source.streams]
        known = [stream for stream in streams if stream is not None]
        findings += _idle(policy, said, known, some_unknown=len(known) < len(streams) or bool(source.notes))
    return sorted(findings, key=lambda f: (f.diagnostic.span.line, f.diagnostic.span.col))


class _Said:
    """What a policy says, and where."""

    def __init__(self, root: Node) -> None:
        self.root = root

    def finding(
        self, rule: str, message: str, span: Span, hint: str = "", severity: Severity = "warning"
    ) -> Finding:
        return Finding(Diagnostic(rule, message, span, hint, severity))

    def problems(self) -> Iterator[Finding]:
        """Names that stand for nothing."""
        classes, keys = self._names("classes"), self._names("keys")
        for node in self._class_names():
            if node.value not in classes:
                hint = did_you_mean(node.value, classes) or f"the classes are {listed(sorted(classes))}"
                yield self._error("unknown-class", f"the policy has no class `{node.value}`", node, hint)
        for node in self._key_names():
            if ":" not in node.value and node.value not in keys:
                hint = did_you_mean(node.value, keys) or "name it under `keys`"
                yield self._error("unknown-key", f"the policy has no key `{node.value}`", node, hint)

    def _error(self, rule: str, message: str, at: Node, hint: str) -> Finding:
        return self.finding(rule, message, at.span, hint, "error")

    def _names(self, key: str) -> set[str]:
        node = self.root.get(key)
        return set(node.value) if node is not None and isinstance(node.value, dict) else set()

    def _class_names(self) -> Iterator[Node]:
        for _, fields in self.fields():
            for said in fields.values():
                node = said if isinstance(said.value, str) else said.get("class")
                if node is not None and isinstance(node.value, str) and node.value:
                    yield node

    def _key_names(self) -> Iterator[Node]:
        holders = [said for _, fields in self.fields() for said in fields.values()]
        classes = self.root.get("classes")
        holders += classes.value.values() if classes is not None and isinstance(classes.value, dict) else ()
        for holder in holders:
            mask = holder.get("mask")
            key = mask.get("key") if mask is not None else None
            if key is not None and isinstance(key.value, str):
                yield key
        state = self.root.get("state")
        sealing = state.get("encrypt") if state is not None else None
        if sealing is not None and isinstance(sealing.value, str):
            yield sealing

    def _streams(self) -> Mapping[str, Node]:
        streams = self.root.get("streams")
        return streams.value if streams is not None and isinstance(streams.value, dict) else {}

    def floor(self) -> Span:
        """Where the floor is; the beginning of the policy where it has none."""
        return (self.root.get("floor") or self.root).span

    def fields(self) -> Iterator[tuple[Node, Mapping[str, Node]]]:
        """What is said of each pattern of streams, and of the fields there."""
        for stream in self._streams().values():
            fields = stream.get("fields")
            yield stream, fields.value if fields is not None and isinstance(fields.value, dict) else {}

    def of_stream(self, name: str) -> Span:
        """Where the stream is spoken of; the beginning of the policy where it is not."""
        fitting = [node for pattern, node in self._streams().items() if _fits(name, pattern)]
        return fitting[-1].key_span if fitting else self.root.span

    def of_rule(self, rule: MaskRule, stream: str) -> Span:
        """Where a rule of the policy is written; where its stream is spoken of for another."""
        for pattern, node in self._streams().items():
            fields = node.get("fields")
            if not _fits(stream, pattern) or fields is None:
                continue
            for path, said in fields.value.items():
                if f"for `{path}`, policy for streams `{pattern}`" in rule.where:
                    span: Span = said.key_span
                    return span
        return self.of_stream(stream)


@dataclass(frozen=True, slots=True)
class _Checked:
    """A stream, its schema and where its rules apply."""

    stream: Declared
    schema: Json
    coverage: Coverage
    masks: StreamMasks

    @classmethod
    def of(
        cls, stream: Declared, masking: Masking, policy: Policy, said: _Said, findings: list[Finding]
    ) -> _Checked | None:
        """The stream, and its own findings; None where its fields cannot be known."""
        span = said.of_stream(stream.name)
        try:
            schema = stream.schema()
        except PenstockError as error:
            message = f"stream {stream.name}: its schema cannot be had: {error.message}"
            findings.append(said.finding("not-checked", message, span, error.hint, "error"))
            return None
        try:
            masks = masking.for_stream(stream.name, stream.own, stream.schema)
            made = cls(stream, schema, Coverage(stream.rules(policy)), masks)
        except ConfigError as error:
            message = (
                error.message if stream.name in error.message else f"stream {stream.name}: {error.message}"
            )
            findings.append(said.finding("contradiction", message, span, error.hint, "error"))
            return None
        findings += made._uncovered(span)
        findings += made._cursor(policy, said)
        findings += made._primary_key(said)
        return made if made.places else None

    @property
    def places(self) -> Sequence[Any]:
        """The fields of the schema."""
        return self.coverage.places(self.schema)

    def _uncovered(self, span: Span) -> Iterator[Finding]:
        name = self.stream.name
        if not self.places:
            yield Finding(
                Diagnostic(
                    "no-fields",
                    f"stream {name}: its schema declares no fields, so none is checked",
                    span,
                    "declare them, or let the policy's `unclassified` say what becomes of them",
                    "warning",
                ),
                name,
            )
        for place in self.places:
            if place.rule is None:
                message = (
                    f"stream {name}: no rule and no class covers `{place.told}` ({told_types(place.types)})"
                )
                hint = "give it a class under `fields`; `public` where anyone may see it"
                yield Finding(
                    Diagnostic("unclassified", message, span, hint, "error"), name, place.told, place.types
                )

    def _cursor(self, policy: Policy, said: _Said) -> Iterator[Finding]:
        cursor = self.stream.plan.cursor
        if cursor is None or policy.seal is not None:
            return
        rule = self._rule_of(*cursor.field.split("."))
        if rule is not None and rule.technique.name != KEEP:
            message = f"stream {self.stream.name}: the cursor field `{cursor.field}` is masked, and its clear value stands in the saved state"
            hint = "seal states with `state: {encrypt: <key>}`"
            span = said.of_rule(rule, self.stream.name)
            yield Finding(
                Diagnostic("masked-cursor", message, span, hint, "warning"), self.stream.name, cursor.field
            )

    def _primary_key(self, said: _Said) -> Iterator[Finding]:
        for names in self.stream.plan.primary_key or ():
            rule, path = self._rule_of(*names), ".".join(names)
            if rule is not None and not self.masks.keeps_apart(path):
                message = f"stream {self.stream.name}: {rule.technique.name} on the primary key `{path}` makes different rows equal"
                hint = "Hmac and Encrypt keep keys apart"
                span = said.of_rule(rule, self.stream.name)
                yield Finding(
                    Diagnostic("blurred-key", message, span, hint, "warning"), self.stream.name, path
                )

    def _rule_of(self, *names: str) -> MaskRule | None:
        return self.coverage.rule_at(tuple(Segment("name", name) for name in names))


def _fits(stream: str, pattern: str) -> bool:
    return StreamRules(pattern, ()).fits(stream)


def _idle(
    policy: Policy, said: _Said, streams: Sequence[_Checked], *, some_unknown: bool
) -> Iterator[Finding]:
    """Rules that meet no field of any schema."""
    for told, (node, fields) in zip(policy.streams, said.fields(), strict=True):
        fitting = [one for one in streams if told.fits(one.stream.name)]
        if not fitting:
            if not some_unknown:
                hint = did_you_mean(told.pattern, [one.stream.name for one in streams])
                message = f"the manifest has no stream `{told.pattern}`"
                yield said.finding("unknown-stream", message, node.key_span, hint)
            continue
        idle = [
            number
            for number, rule in enumerate(told.rules)
            if not any(meets(rule.paths[0], one.schema) for one in fitting)
        ]
        spans = [child.key_span for child in fields.values()]
        for number in idle:
            path = path_text(told.rules[number].paths[0])
            message = f"the path `{path}` meets no field of a schema (streams `{told.pattern}`)"
            hint = "it may be misspelt; a field that no schema tells of can still come"
            yield said.finding("idle-rule", message, spans[number], hint)
