"""The values behind what reversible masks made, for whoever has the keys of the policy."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from penstock.errors import ConfigError
from penstock.expressions.macros import system_clock
from penstock.hints import did_you_mean, listed
from penstock.http.cache import ResponseCache
from penstock.http.request import HttpRequest, HttpResponse
from penstock.lean import dataclass
from penstock.masking.automaton import second_name
from penstock.masking.coverage import Coverage
from penstock.masking.exits import Level
from penstock.masking.field_paths import FieldPath, PathSyntaxError, Segment, parse_field_path
from penstock.masking.keys import find_key
from penstock.masking.policy import Policy
from penstock.masking.techniques import Technique, UnmaskableError
from penstock.plan.policy import LoadedPolicy
from penstock.records.resources import Resources

Json = Any

REVERSIBLE = "only Encrypt and FormatPreserving can be reversed"


@dataclass(frozen=True, slots=True)
class Revealed:
    """What a line came to: the line with its value in clear; or why not, with the number of the line and no value."""

    line: str = ""
    problem: str = ""


def reveal_lines(policy: LoadedPolicy, lines: Iterable[str], class_name: str = "") -> Iterator[Revealed]:
    """The values behind lines, in order; empty lines are passed over.

    A line is `{"stream": …, "path": …, "value": …}`; with `class_name` it is a value of that class, and nothing else.
    A line of a quarantine file is given with its record.
    Raises ConfigError where a key is missing, or what is asked for cannot be reversed.
    """
    revealer = _Revealer(_built(policy))
    reveal = revealer.of_class(class_name) if class_name else revealer.of_record
    for number, line in enumerate(lines, 1):
        text = line.rstrip("\r\n")
        if not text.strip():
            continue
        try:
            yield Revealed(reveal(text))
        except (UnmaskableError, ValueError) as error:
            why = str(error) if isinstance(error, UnmaskableError) else _NO_LINE
            yield Revealed(problem=f"line {number}: {why}")


_NO_LINE = 'a line is an object such as {"stream": "orders", "path": "email", "value": "…"}'


class _Revealer:
    def __init__(self, policy: Policy) -> None:
        self._policy = policy
        self._coverage: dict[str, Coverage] = {}

    def of_class(self, name: str) -> Callable[[str], str]:
        """What reveals values of a class: text as it is."""
        known = self._policy.classes.get(name)
        if known is None:
            hint = did_you_mean(name, self._policy.classes) or f"there are {listed(self._policy.classes)}"
            raise ConfigError(f"the policy has no class `{name}`", hint=hint)
        _require_reversible(known.technique, f"the class `{name}`")
        techniques = [known.technique, *known.previous.values()]

        def reveal(text: str) -> str:
            made = _first(techniques, text)
            return made if isinstance(made, str) else json.dumps(made)

        return reveal

    def of_record(self, text: str) -> str:
        """The value of a line that says where it is from."""
        given = json.loads(text)
        aside = self._policy.quarantine
        if isinstance(given, dict) and isinstance(given.get("record"), dict) and aside is not None:
            return json.dumps({**given, "record": aside.opened(given["record"])}, ensure_ascii=False)
        if not isinstance(given, dict) or not {"stream", "path", "value"} <= given.keys():
            raise ValueError
        stream, path = given["stream"], given["path"]
        if not isinstance(stream, str) or not isinstance(path, str):
            raise ValueError  # noqa: TRY004 - as any line that is not of this form
        clear = _first(self._techniques(stream, path), given["value"]) if given["value"] is not None else None
        return json.dumps({**given, "value": clear}, ensure_ascii=False)

    def _techniques(self, stream: str, written: str) -> list[Technique]:
        """What may have masked a field: with the key of today, and those before; that of a second field alone."""
        try:
            path = parse_field_path(written)
        except PathSyntaxError:
            raise ValueError from None
        coverage = self._coverage.get(stream)
        if coverage is None:
            coverage = self._coverage[stream] = Coverage(self._policy.rules_for(stream, {}))
        rule = coverage.rule_at(path)
        if rule is None or rule.technique.reveal is None:
            second = self._second(coverage, path)
            if second is not None:
                return [second]
        where = f"the field `{written}` of stream {stream}"
        if rule is None:
            raise ConfigError(
                f"no rule of the policy is for {where}",
                hint="where the schema gives its class, use --class NAME",
            )
        _require_reversible(rule.technique, where)
        return [rule.technique, *rule.previous.values()]

    def _second(self, coverage: Coverage, path: FieldPath) -> Technique | None:
        """What an older key made, in a field such as `email__p25`."""
        *around, last = path
        for ending in range(len(last.name)):
            field, key_id = last.name[:ending], last.name[ending + 2 :]
            if field and second_name(field, key_id) == last.name:
                rule = coverage.rule_at((*around, Segment("name", field)))
                if rule is not None and key_id in rule.previous:
                    return rule.previous[key_id]
        return None


def _require_reversible(technique: Technique, what: str) -> None:
    if technique.reveal is None:
        raise ConfigError(
            f"{what} is masked with {technique.name}, which nobody can reverse", hint=REVERSIBLE
        )


def _first(techniques: Iterable[Technique], value: Json) -> Json:
    """What the first of the techniques that can makes of a value. Raises UnmaskableError of the first of all."""
    refused: UnmaskableError | None = None
    for technique in techniques:
        try:
            if technique.reveal is not None:
                return value if value == "" else technique.reveal(value)
        except UnmaskableError as error:
            refused = refused or error
    raise refused or UnmaskableError("cannot be reversed")


def _built(policy: LoadedPolicy) -> Policy:
    """The policy with its real keys. No manifest is needed, and nothing is sent."""
    using = Resources(
        config={},
        send=_refuse,
        cache=ResponseCache(),
        clock=system_clock,
        monotonic=time.monotonic,
        sleep=time.sleep,
        jitter=random.random,
        log=_silent,
        minted=_forget,
        rate_limited=_forget,
        key=find_key,
        folder=Path.cwd(),
    )
    made = policy.build(using).policy
    assert made is not None
    return made


def _refuse(request: HttpRequest) -> HttpResponse:
    raise ConfigError("a policy sends nothing")


def _silent(level: Level, text: str) -> None:
    """There is nothing to tell."""


def _forget(text: str) -> None:
    """There is no run to tell."""
