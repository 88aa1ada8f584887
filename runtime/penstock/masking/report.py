"""What a run masked, as one JSON file: counts and paths, never a value or a key."""

from __future__ import annotations

import json
import threading
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from penstock.errors import ConfigError
from penstock.masking.automaton import MaskRule
from penstock.masking.masker import Tally

Json = Any

SAMPLE = 200
"""Records of a stream in which fields that no rule covers are looked for."""


class Report:
    """The report of one run. `policy_digest` is the SHA-256 of the policy's text, `key_ids` names the keys."""

    def __init__(self, path: str | None, run_id: str, policy_digest: str, key_ids: Sequence[str]) -> None:
        self._path = path.replace("{run_id}", run_id) if path else None
        self._head = {"version": 1, "run": run_id, "policy": f"sha256:{policy_digest}", "keys": list(key_ids)}
        self._streams: dict[str, StreamReport] = {}

    def stream(self, name: str) -> StreamReport:
        """The part of a stream."""
        return self._streams.setdefault(name, StreamReport())

    def as_json(self) -> Json:
        """The report, streams by name."""
        streams = {name: told.as_json() for name, told in sorted(self._streams.items())}
        return {**self._head, "streams": streams}

    def write(self) -> None:
        """Write the file, in one step. Raises ConfigError."""
        if self._path is None:
            return
        path = Path(self._path)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            new = path.with_name(f".{path.name}.new")
            new.write_text(json.dumps(self.as_json(), indent=2) + "\n", encoding="utf-8")
            new.replace(path)
        except OSError as error:
            raise ConfigError(f"the masking report {path} cannot be written: {error.strerror}") from None


class StreamReport:
    """What happened to one stream. Safe to use from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._rules: Sequence[tuple[str, MaskRule]] = ()
        self._masked: list[int] = []
        self._nulls: list[int] = []
        self._records = 0
        self._withheld: Counter[tuple[str, str]] = Counter()
        self._detected: Counter[str] = Counter()
        self._unclassified: dict[str, set[str]] = {}

    def open(self, rules: Sequence[tuple[str, MaskRule]]) -> None:
        """Name the paths that are counted, each with its rule."""
        self._rules = rules
        self._masked = [0] * len(rules)
        self._nulls = [0] * len(rules)

    @property
    def wants_sample(self) -> bool:
        """Whether fields that no rule covers are still looked for."""
        return self._records < SAMPLE

    def sample(self, uncovered: Iterable[tuple[str, str]]) -> None:
        """Note fields that no rule covers, each with its type."""
        with self._lock:
            for path, kind in uncovered:
                self._unclassified.setdefault(path, set()).add(kind)

    def count(self, tally: Tally, records: int) -> None:
        """Add what was counted in a batch."""
        with self._lock:
            self._records += records
            self._masked = [a + b for a, b in zip(self._masked, tally.masked, strict=True)]
            self._nulls = [a + b for a, b in zip(self._nulls, tally.nulls, strict=True)]
            self._detected.update(+tally.detected)

    def refuse(self, path: str, why: str, found: str) -> None:
        """Count a record that did not leave; `found` is the class of what a detector found in it, if that is why."""
        with self._lock:
            self._withheld[path, why] += 1
            if found:
                self._detected[found] += 1

    def as_json(self) -> Json:
        with self._lock:
            return {
                "records": self._records,
                "fields": [
                    {
                        "path": path,
                        "class": rule.class_name or None,
                        "technique": rule.technique.name,
                        "masked": masked,
                        "null": nulls,
                    }
                    for (path, rule), masked, nulls in zip(
                        self._rules, self._masked, self._nulls, strict=True
                    )
                ],
                "withheld": [
                    {"path": path, "why": why, "records": n}
                    for (path, why), n in sorted(self._withheld.items())
                ],
                "detected": dict(sorted(self._detected.items())),
                "unclassified": {path: sorted(kinds) for path, kinds in sorted(self._unclassified.items())},
            }


def differences(old: Mapping[str, Json], new: Mapping[str, Json]) -> list[str]:
    """What changed from one report to another, a sentence each: policy, keys, fields, techniques, what was withheld."""
    told = []
    if old.get("policy") != new.get("policy"):
        told.append("the policy changed")
    told += [f"key {key}: {word}" for key, word in _changes(old.get("keys", ()), new.get("keys", ()))]
    before, after = old.get("streams", {}), new.get("streams", {})
    told += [f"stream {name}: {word}" for name, word in _changes(before, after)]
    for name in sorted(before.keys() & after.keys()):
        told += [f"stream {name}: {text}" for text in _stream_changes(before[name], after[name])]
    return told


def _stream_changes(old: Json, new: Json) -> list[str]:
    before, after = ({f["path"]: f for f in told["fields"]} for told in (old, new))
    told = [f"`{path}` {word}" for path, word in _changes(before, after)]
    told += [
        f"`{path}`: {what} {before[path][what]} is now {after[path][what]}"
        for path in sorted(before.keys() & after.keys())
        for what in ("class", "technique")
        if before[path][what] != after[path][what]
    ]
    told += [
        f"`{path}` {'has a class or is gone' if word == 'gone' else 'has no class'}"
        for path, word in _changes(old["unclassified"], new["unclassified"])
    ]
    counts = [sum(w["records"] for w in told_["withheld"]) for told_ in (old, new)]
    if counts[0] != counts[1]:
        told.append(f"{counts[1]:,} records withheld, before {counts[0]:,}")
    return told


def _changes(old: Iterable[str], new: Iterable[str]) -> list[tuple[str, str]]:
    before, after = set(old), set(new)
    return [(name, "gone") for name in sorted(before - after)] + [
        (name, "new") for name in sorted(after - before)
    ]
