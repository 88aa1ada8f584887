"""Compiled Python for an image, made by the image's own Python: other versions compile to other bytes.

An image with a read-only root cannot keep what it compiles: without this each start compiles 300 files anew.
"""

from __future__ import annotations

import os
import struct
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from penstock.authoring import ConfigError
from penstock_builder.image.layers import Entry
from penstock_builder.image.layout import Platform
from penstock_builder.image.programs import ProgramError, run
from penstock_builder.image.unpacking import inside

_SCRIPT = """
import _imp, importlib._bootstrap_external as b, struct
take, give = open(0, "rb"), open(1, "wb")
while head := take.read(8):
    path, size = struct.unpack("<LL", head)
    path, source = take.read(path).decode(), take.read(size)
    try:
        code = compile(source, path, "exec", dont_inherit=True, optimize=0)
        packed = b._code_to_hash_pyc(code, _imp.source_hash(b._RAW_MAGIC_NUMBER, source), False)
    except (SyntaxError, ValueError):
        packed = b""
    give.write(struct.pack("<L", len(packed)) + bytes(packed))
"""
_MACHINES = {"x86_64": "amd64", "aarch64": "arm64"}.get
_NO_PYTHON = "the base has no Python that runs here"


@dataclass(frozen=True, slots=True)
class Interpreter:
    """A Python in an unpacked image, started by the loader of the image: it needs no container and no root."""

    root: Path
    python: Path
    version: str

    def command(self) -> list[str]:
        """What starts it. It imports nothing but the standard library of the image."""
        libraries = {file.parent for file in self.root.glob("usr/**/lib*.so.*") if "/python" not in str(file)}
        return [
            str(_loader(self.root, self.python)),
            "--library-path",
            ":".join(sorted(map(str, libraries))),
            str(self.python),
            "-S",
            "-s",
        ]

    def environment(self) -> dict[str, str]:
        """Without a seed the order of sets would differ from run to run."""
        home = self.python.parent.parent
        return {"PYTHONHOME": str(home), "PYTHONHASHSEED": "0", "PYTHONUTF8": "1", "LC_ALL": "C"}


def here() -> Platform:
    """The platform whose programs run here, were they made for Linux."""
    machine = os.uname().machine
    return Platform("linux", _MACHINES(machine, machine))


def find_python(root: Path, search: str, version: str) -> Interpreter:
    """The Python that an unpacked image finds on its path. Raises ConfigError where there is none, or no Linux."""
    for folder in search.split(":"):
        python = inside(root, PurePosixPath(folder) / "python3")
        if python.is_file():
            return Interpreter(root, python, version)
    raise ConfigError(_NO_PYTHON, hint="it needs a `python3` on its PATH")


def with_bytecode(entries: Sequence[Entry], python: Interpreter) -> list[Entry]:
    """The entries, and the compiled form of each `.py` that compiles; its source is never looked at again."""
    sources = sorted((entry for entry in entries if entry.path.endswith(".py")), key=lambda e: e.path)
    asked = bytearray()
    for source in sources:
        path = f"/{source.path}".encode()
        asked += struct.pack("<LL", len(path), len(source.data)) + path + source.data
    if not sys.platform.startswith("linux"):
        raise ConfigError(_NO_PYTHON, hint="build on Linux, or without bytecode")
    try:
        answer = run(
            [*python.command(), "-c", _SCRIPT],
            folder=Path("/"),
            environment=python.environment(),
            given=bytes(asked),
        )
    except ProgramError:
        raise ConfigError(
            _NO_PYTHON, hint="build on a machine of its platform, or without bytecode"
        ) from None
    compiled, position = [], 0
    for source in sources:
        (size,) = struct.unpack_from("<L", answer, position)
        data = answer[position + 4 : position + 4 + size]
        position += 4 + size
        if data:
            compiled.append(replace(source, path=_cached(source.path, python.version), data=data, mode=0o644))
    return [*entries, *compiled]


def _cached(path: str, version: str) -> str:
    """Where Python looks for the compiled form of a file (PEP 3147)."""
    source = PurePosixPath(path)
    return str(source.parent / "__pycache__" / f"{source.stem}.cpython-{version.replace('.', '')}.pyc")


def _loader(root: Path, program: Path) -> Path:
    """The loader that a program names in its ELF header (PT_INTERP)."""
    data = program.read_bytes()
    if data[:5] != b"\x7fELF\x02":
        raise ConfigError(_NO_PYTHON, hint="its `python3` is no 64-bit Linux program")
    start, size, count = *struct.unpack_from("<Q", data, 32), *struct.unpack_from("<HH", data, 54)
    for number in range(count):
        kind, _, offset, _, _, length = struct.unpack_from("<LLQQQQ", data, start + number * size)
        if kind == 3:
            return inside(root, PurePosixPath(data[offset : offset + length].rstrip(b"\0").decode()))
    raise ConfigError(_NO_PYTHON, hint="its `python3` names no loader")
