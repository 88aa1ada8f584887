"""Reads single answers of 2 GB, as a stream, and shows the peak memory of the reader.

    python benchmarks/large_bodies.py             # 2 GB each
    python benchmarks/large_bodies.py --megabytes 200

A loopback server makes the bodies while it sends them; `penstock read` reads them as any other answer. The number of
records is checked. Fails where the peak is over 256 MB.
"""

from __future__ import annotations

import argparse
import base64
import json
import os
import random
import struct
import subprocess
import sys
import tempfile
import threading
import time
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

PENSTOCK = [sys.executable, "-c", "from penstock.cli.main import main; main()"]
MOST_MB = 256
BLOCK_ROWS = 4_000
MANIFEST = """
version: 6.44.0
type: DeclarativeSource
check: {type: CheckStream, stream_names: [json]}
spec: {type: Spec, connection_specification: {type: object, properties: {}}}
streams:
"""
STREAM = """
  - type: DeclarativeStream
    name: NAME
    primary_key: id
    schema_loader: {type: InlineSchemaLoader, schema: {type: object, properties: {}}}
    retriever:
      type: SimpleRetriever
      requester: {type: HttpRequester, url: URL/NAME}
      decoder: DECODER
      record_selector: {type: RecordSelector, extractor: {type: DpathExtractor, field_path: []}}
"""
DECODERS = {
    "json": "{type: JsonItemsDecoder, items_path: data.users}",
    "jsonl": "{type: JsonlDecoder}",
    "csv": "{type: CsvDecoder}",
    "gzip-csv": "{type: GzipDecoder, decoder: {type: CsvDecoder}}",
}
NAMES = ("id", "name", "email", "city", "notes")


def rows() -> list[dict[str, str]]:
    """A block of records that do not compress well, as real ones with keys and texts do not."""
    source = random.Random(7)

    def text(size: int) -> str:
        return base64.b64encode(source.randbytes(size)).decode()

    return [dict(zip(NAMES, (str(n), *map(text, (9, 15, 6, 150))), strict=True)) for n in range(BLOCK_ROWS)]


@dataclass(frozen=True)
class Body:
    """A body in pieces: `head`, `block` as often as it takes, `tail`. A block holds `BLOCK_ROWS` records."""

    head: bytes
    block: bytes
    tail: bytes
    times: int

    def pieces(self) -> Iterator[bytes]:
        yield self.head
        for n in range(self.times):
            yield self.block.removesuffix(b",") if n == self.times - 1 else self.block
        yield self.tail


def body(name: str, size: int) -> Body:
    """The body of a stream, of about `size` bytes as it is sent."""
    made = rows()
    lines = [json.dumps(row).encode() for row in made]
    if name == "json":
        block = b",".join(lines) + b","
        return Body(b'{"version": 1, "data": {"users": [', block, b"]}}", size // len(block))
    if name == "jsonl":
        block = b"\n".join(lines) + b"\n"
        return Body(b"", block, b"", size // len(block))
    head = (",".join(NAMES) + "\n").encode()
    plain = b"".join((",".join(row.values()) + "\n").encode() for row in made)
    if name == "csv":
        return Body(head, plain, b"", size // len(plain))
    block = flushed(plain)
    times = size // len(block)
    crc, length = zlib.crc32(head), len(head) + times * len(plain)
    for _ in range(times):
        crc = zlib.crc32(plain, crc)
    tail = zlib.compressobj(wbits=-15).flush() + struct.pack("<II", crc, length & 0xFFFFFFFF)
    return Body(b"\x1f\x8b\x08\0\0\0\0\0\0\xff" + flushed(head), block, tail, times)


def flushed(data: bytes) -> bytes:
    """A deflate block that can stand anywhere in a gzip file, as often as one likes."""
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(data) + packer.flush(zlib.Z_FULL_FLUSH)


class Server(ThreadingHTTPServer):
    """Serves the bodies by name."""

    def __init__(self, bodies: dict[str, Body]) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.bodies = bodies


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        assert isinstance(self.server, Server)
        made = self.server.bodies[self.path.strip("/")]
        self.send_response(200)
        self.send_header("Content-Length", str(sum(map(len, made.pieces()))))
        self.end_headers()
        for piece in made.pieces():
            self.wfile.write(piece)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        """Stay silent."""


@dataclass(frozen=True)
class Read:
    """One read: records, wall and CPU seconds, peak memory in MB."""

    records: int
    seconds: float
    cpu: float
    peak_mb: float


def read(folder: Path, url: str, name: str) -> Read:
    """Read a stream as `penstock read` does, counting the records that it prints."""
    manifest = folder / "manifest.yaml"
    manifest.write_text(
        MANIFEST + STREAM.replace("NAME", name).replace("URL", url).replace("DECODER", DECODERS[name])
    )
    stream = {"name": name, "json_schema": {}, "supported_sync_modes": ["full_refresh"]}
    catalog = folder / "catalog.json"
    configured = {"stream": stream, "sync_mode": "full_refresh", "destination_sync_mode": "append"}
    catalog.write_text(json.dumps({"streams": [configured]}))
    config = folder / "config.json"
    config.write_text("{}")
    arguments = ["read", "--manifest-path", manifest, "--config", config, "--catalog", catalog]
    started = time.monotonic()
    process = subprocess.Popen([*PENSTOCK, *map(str, arguments)], stdout=subprocess.PIPE)
    assert process.stdout is not None
    others = records = 0
    for line in process.stdout:
        if line.startswith(b'{"type":"RECORD"'):
            records += 1
        else:
            others += 1
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = status
    if status:
        sys.exit(f"{name}: the read failed")
    return Read(records, time.monotonic() - started, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def main() -> None:
    """Print a table; fail where records are missing or memory is over the limit."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--megabytes", type=int, default=2_000, help="size of each body as it is sent")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(DECODERS)}")
    given = parser.parse_args()
    names = given.names or ["json", "gzip-csv"]
    bodies = {name: body(name, given.megabytes * 1_000_000) for name in names}
    server = Server(bodies)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(f"{'body':<9} {'MB sent':>8} {'records':>11} {'wall s':>8} {'CPU s':>8} {'MB/s':>6} {'peak MB':>8}")
    failed = False
    with tempfile.TemporaryDirectory() as folder:
        for name, made in bodies.items():
            found = read(Path(folder), f"http://127.0.0.1:{server.server_address[1]}", name)
            size = sum(map(len, made.pieces())) / 1e6
            expected = made.times * BLOCK_ROWS
            failed |= found.records != expected or found.peak_mb > MOST_MB
            print(
                f"{name:<9} {size:>8,.0f} {found.records:>11,} {found.seconds:>8.1f} {found.cpu:>8.1f} "
                f"{size / found.seconds:>6.1f} {found.peak_mb:>8.0f}"
                + ("" if found.records == expected else f"  expected {expected:,} records"),
                flush=True,
            )
    sys.exit(int(failed))


if __name__ == "__main__":
    main()
