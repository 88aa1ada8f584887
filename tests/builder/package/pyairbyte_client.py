"""Run by the Python that has PyAirbyte: a sync into a cache of its own; and messages, held to the protocol's models.

`sync EXECUTABLE CONFIG CACHE` prints what PyAirbyte read and has; `validate` reads lines from standard input.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path


def sync(executable: str, config: str, cache: str) -> dict[str, object]:
    import airbyte
    from airbyte.caches import DuckDBCache

    source = airbyte.get_source(
        "source-orders", config=json.loads(Path(config).read_text()), local_executable=Path(executable)
    )
    source.check()
    source.select_all_streams()
    result = source.read(cache=DuckDBCache(db_path=cache))
    rows = result["orders"].to_pandas()
    return {
        "streams": source.get_available_streams(),
        "read": result.processed_records,
        "rows": len(rows),
        "ids": sorted(int(number) for number in rows["id"]),
        "columns": sorted(name for name in rows.columns if not name.startswith("_airbyte")),
    }


def validate() -> dict[str, list[str]]:
    """Kinds of the messages of each run. Ends with an error at a line that is none, to pydantic's models or the CDK's."""
    return {run: [_kind(line) for line in lines] for run, lines in json.load(sys.stdin).items()}


def _kind(line: str) -> str:
    from airbyte_cdk.models import AirbyteMessageSerializer
    from airbyte_protocol.models import AirbyteMessage

    message = json.loads(line)
    known = AirbyteMessageSerializer.dump(AirbyteMessageSerializer.load(message))
    for field in message.keys() - {"type"}:
        unknown = message[field].keys() - known[field].keys()
        assert not unknown, f"the protocol knows no {unknown} in {field}"
    return str(AirbyteMessage.model_validate_json(line).type.value)


if __name__ == "__main__":
    done = sync(*sys.argv[2:]) if sys.argv[1] == "sync" else validate()
    os.write(1, json.dumps(done).encode() + b"\n")
