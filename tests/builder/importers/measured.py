"""Runs an imported manifest against the API that it describes, and tells of each list whether it was read whole."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.builder.importers.served import Api, Server

import penstock
from penstock.destinations.memory import MemoryDestination
from penstock_builder.importers import Written

Json = Any


@dataclass(frozen=True, slots=True)
class Measured:
    """Of one list: why it does not count, empty where it does."""

    file: str
    listed: str
    why: str


def measure(file: str, written: Written, api: Api, folder: Path) -> list[Measured]:
    """Read every stream of a manifest from a server of the API, and judge each of the API's lists."""
    found: list[Measured] = []
    with Server(api) as server:
        text = written.text
        for host in api.hosts:
            text = text.replace(host, server.url)
        path = folder / f"{file}.manifest.yaml"
        path.write_text(text, encoding="utf-8")
        manifest = penstock.load(path)
        names = {origin: name for name, origin in written.origins.items()}
        for listed in api.lists:
            name = names.get(listed)
            why = "there is no stream of it" if name is None else _read(server, manifest, name, listed, api)
            known = api.unreadable.get(listed, "")
            found.append(Measured(file, listed, f"{why}: {known}" if why and known else why))
    return found


def _read(server: Server, manifest: penstock.Manifest, stream: str, listed: str, api: Api) -> str:
    """Why a list was not read whole, empty where it was."""
    server.given.clear()
    server.refused.clear()
    known = manifest.specification.get("properties", {})
    config: Mapping[str, Json] = {name: value for name, value in api.config.items() if name in known}
    try:
        destination = MemoryDestination()
        result, _ = penstock.read(manifest, config, destination, streams=[stream])
    except penstock.PenstockError as error:
        return str(error)
    if result.failures:
        return "; ".join(map(str, result.failures.values()))
    if server.refused:
        return f"the API refused: {server.refused[0]}"
    pages = server.given.get(listed, {})
    turned = [given for given in pages.values() if len(given) > 1 and given[0] != given[1] and given[1]]
    if not turned:
        return "no second page was read"
    wanted = Counter(
        json.dumps(record, sort_keys=True) for parts in pages for record in api.lists[listed].records(*parts)
    )
    got = Counter(json.dumps(dict(record), sort_keys=True) for record in destination.records[stream])
    if got != wanted:
        return f"{sum(got.values())} records came, {sum(wanted.values())} are there"
    return ""
