"""Databases for tests: SQLite files, and a real PostgreSQL in a temporary directory while the session of tests lasts."""

from __future__ import annotations

import itertools
import os
import pwd
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import pytest

NewDatabase = Callable[..., str]
"""Makes a database, runs statements in it, and gives its URL."""

OWNERS = ("postgres", "nobody")
"""Who may own the cluster where the tests run as root: initdb refuses root."""

SETTINGS = (
    "listen_addresses=",
    "fsync=off",
    "full_page_writes=off",
    "max_connections=20",
    "shared_buffers=16MB",
)


@dataclass(frozen=True)
class Postgres:
    """A server that listens on a socket in `folder`, and on no port."""

    folder: Path
    _numbers: Iterator[int] = field(default_factory=itertools.count)

    def new(self, *statements: str) -> str:
        """Make a user with a schema of their own, run statements there, and give the URL."""
        name = f"test_{next(self._numbers)}"
        self.run(self.url("owner"), f"CREATE ROLE {name} LOGIN", f"CREATE SCHEMA AUTHORIZATION {name}")
        self.run(self.url(name), *statements)
        return self.url(name)

    def url(self, user: str) -> str:
        """The URL of the database, for a user."""
        return f"postgresql://{user}@/postgres?host={quote(str(self.folder), safe='')}"

    def run(self, url: str, *statements: str) -> list[tuple[object, ...]]:
        """Run statements, each committed at once; gives the rows of the last one."""
        import psycopg

        rows: list[tuple[object, ...]] = []
        with psycopg.connect(url, autocommit=True) as connection:
            for statement in statements:
                cursor = connection.execute(statement.encode())
                rows = cursor.fetchall() if cursor.description else []
        return rows


@pytest.fixture
def new_sqlite(tmp_path: Path) -> NewDatabase:
    """Makes SQLite files."""
    numbers = itertools.count()

    def new(*statements: str) -> str:
        path = tmp_path / f"test_{next(numbers)}.sqlite"
        connection = sqlite3.connect(path)
        for statement in statements:
            connection.execute(statement)
        connection.commit()
        connection.close()
        return f"sqlite:///{path}"

    return new


@pytest.fixture(params=["sqlite", "postgresql"])
def new_database(request: pytest.FixtureRequest, new_sqlite: NewDatabase) -> NewDatabase:
    """Makes databases of every kind, by statements that all understand: each test runs once for each kind."""
    return new_sqlite if request.param == "sqlite" else request.getfixturevalue("postgres").new


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A PostgreSQL server of this session's own."""
    from tests.conftest import missing

    programs = _programs()
    owner = _owner()
    if programs is None or owner is None:
        missing("PostgreSQL")
        return
    # A short name: the path of a socket has some 100 characters at most.
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    os.chown(folder, owner.pw_uid, owner.pw_gid)
    options = " ".join(f"-c {setting}" for setting in (*SETTINGS, f"unix_socket_directories={folder}"))
    pg_ctl: list[str | Path] = [programs / "pg_ctl", "-D", folder / "data", "-w"]
    try:
        new_cluster = f"-D {folder / 'data'} -U owner -A trust -E UTF8 --no-sync"
        _run(owner, programs / "initdb", *new_cluster.split())
        _run(owner, *pg_ctl, "-o", options, "-l", folder / "log", "start")
        yield Postgres(folder)
        _run(owner, *pg_ctl, "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _run(owner: pwd.struct_passwd, *command: str | Path) -> None:
    """Run a program as the owner, which only root needs to say."""
    user, group = (owner.pw_uid, owner.pw_gid) if os.geteuid() == 0 else (None, None)
    groups: list[int] | None = None if user is None else []
    subprocess.run(
        command, check=True, stdout=subprocess.DEVNULL, cwd="/", user=user, group=group, extra_groups=groups
    )


def _programs() -> Path | None:
    """The folder with initdb, pg_ctl and postgres."""
    found = [Path(path) for path in (shutil.which("initdb"),) if path]
    found += sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), reverse=True)
    folders = [path.resolve().parent for path in found]
    return next((folder for folder in folders if (folder / "pg_ctl").exists()), None)


def _owner() -> pwd.struct_passwd | None:
    if os.geteuid() != 0:
        return pwd.getpwuid(os.geteuid())
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    return next((known[name] for name in OWNERS if name in known), None)
