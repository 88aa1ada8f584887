"""A wheel: the connector's files as a Python package, and a command that runs them."""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import re
from collections.abc import Iterable, Mapping, Sequence

from penstock.authoring import DISTRIBUTION, ConfigError, __version__
from penstock_builder.package.archive import write_archive

_MODULE = '''\
"""{name} {version}: a connector that Penstock runs."""

from pathlib import Path

from penstock.cli.connector import run_connector


def main() -> None:
    """Run `{name} spec|check|discover|read`."""
    run_connector("{name}", "{version}", Path(__file__).parent, allow_custom_code={allows})
'''
_COMMAND = re.compile(r"[a-z][a-z0-9]*([._-]+[a-z0-9]+)*")
_STEPS: Mapping[str, str] = {"alpha": "a", "beta": "b", "rc": "rc", "dev": ".dev"}
_VERSION = re.compile(r"([0-9]+\.[0-9]+\.[0-9]+)(?:-(alpha|beta|rc|dev)\.?([0-9]+))?")


def write_wheel(
    command: str,
    version: str,
    files: Sequence[tuple[str, bytes]],
    epoch: int,
    *,
    summary: str,
    license_name: str,
    extras: Iterable[str] = (),
    allow_custom_code: bool = False,
) -> tuple[str, bytes]:
    """Name and bytes of a wheel with the command `source-…`, to be run by this version of Penstock.

    `version` is a semantic one. `extras` are those of Penstock that the connector needs. Raises ConfigError for a
    command or version that Python's packages cannot have (packaging.python.org, binary distribution format).
    """
    if not _COMMAND.fullmatch(command):
        raise ConfigError(
            "a wheel cannot have a command of this name",
            hint="such as `source-orders`: lower case, beginning with a letter",
        )
    numbered, package = public_version(version), re.sub(r"[._-]+", "_", command)
    module = _MODULE.format(name=command, version=version, allows=allow_custom_code).encode()
    info = f"{package}-{numbered}.dist-info"
    wanted = f"[{','.join(sorted(extras))}]" if extras else ""
    told = {
        "Metadata-Version": "2.3",
        "Name": command,
        "Version": numbered,
        "Summary": summary,
        "License": license_name,
        "Requires-Python": ">=3.11",
        "Requires-Dist": f"{DISTRIBUTION}{wanted}=={__version__}",
    }
    built = {
        "Wheel-Version": "1.0",
        "Generator": f"penstock {__version__}",
        "Root-Is-Purelib": "true",
        "Tag": "py3-none-any",
    }
    members = [
        (f"{package}/__init__.py", module),
        *((f"{package}/{name}", data) for name, data in files),
        (f"{info}/METADATA", _headers(told)),
        (f"{info}/WHEEL", _headers(built)),
        (f"{info}/entry_points.txt", f"[console_scripts]\n{command} = {package}:main\n".encode()),
    ]
    members.append((f"{info}/RECORD", _record(members, f"{info}/RECORD")))
    return f"{package}-{numbered}-py3-none-any.whl", write_archive(members, epoch)


def public_version(version: str) -> str:
    """A semantic version as Python's packages write it: `1.2.0-rc.1` is `1.2.0rc1`. Raises ConfigError."""
    found = _VERSION.fullmatch(version)
    if found is None:
        raise ConfigError(
            "a wheel cannot have this version",
            hint="such as 1.2.0, or 1.2.0-rc.1 with alpha, beta, rc or dev and a number",
        )
    numbers, step, count = found.groups()
    return numbers if step is None else f"{numbers}{_STEPS[step]}{int(count)}"


def _headers(told: Mapping[str, str]) -> bytes:
    return "".join(f"{name}: {' '.join(text.split())}\n" for name, text in told.items() if text).encode()


def _record(members: Iterable[tuple[str, bytes]], own: str) -> bytes:
    """The list of all files, with digest and size of each but its own."""
    written = io.StringIO()
    lines = csv.writer(written, lineterminator="\n")
    lines.writerows([name, f"sha256={_urlsafe(data)}", len(data)] for name, data in members)
    lines.writerow([own, "", ""])
    return written.getvalue().encode()


def _urlsafe(data: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
