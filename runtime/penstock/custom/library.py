"""Finds and loads the Python of a connector: a `components.py`, a package `source_…`, or a module that is installed."""

from __future__ import annotations

import contextlib
import hashlib
import importlib
import importlib.util
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

from penstock.errors import ConfigError
from penstock.masking.exits import unlogged

MODULES = "penstock_custom_"
"""How modules made of a file are called; the rest of the name is a digest of the text, so that no two mix."""


class Library:
    """The classes that a manifest's `class_name` may mean: of one file, else of what lies around the manifest."""

    def __init__(self, folder: Path, file: Path | None = None) -> None:
        beside = folder / "components.py"
        self._folder = folder
        self._file = file or (beside if beside.is_file() else None)

    @classmethod
    def beside(cls, manifest: str | Path, file: str | Path | None) -> Library:
        """The library of a manifest's file; `file` is the one that was asked for, if one was."""
        return cls(Path(manifest).resolve().parent, Path(file).resolve() if file else None)

    def __call__(self, class_name: str) -> type:
        """The class of a dotted name; the code of its file runs now, if it did not yet. Raises ConfigError."""
        module_name, _, name = class_name.rpartition(".")
        if not module_name or not name:
            raise ConfigError(f"`{class_name}` is not of the form `components.ClassName`")
        found = self._from_file(name) or self._from_package(module_name, name)
        if found is None:
            looked = self._file.name if self._file else "a components.py beside the manifest"
            raise ConfigError(
                f"there is no class `{class_name}`",
                hint=f"looked in {looked} and among the packages; --components-path FILE names the file",
            )
        return found

    def _from_file(self, name: str) -> type | None:
        return None if self._file is None else _class_of(_module_of(self._file), name)

    def _from_package(self, module_name: str, name: str) -> type | None:
        """A class of a package that lies beside the manifest or around it, or that is installed."""
        package = module_name.partition(".")[0]
        homes = (self._folder, self._folder.parent, Path.cwd())
        home = next((str(home) for home in homes if (home / package / "__init__.py").is_file()), None)
        if home is not None and home not in sys.path:
            sys.path.append(home)
        try:
            with _loading(module_name):
                return _class_of(importlib.import_module(module_name), name)
        except ModuleNotFoundError as error:
            if error.name and module_name.startswith(error.name):
                return None
            raise _missing_module(error, module_name) from None


def _class_of(module: ModuleType, name: str) -> type | None:
    found = getattr(module, name, None)
    return found if isinstance(found, type) else None


def _module_of(file: Path) -> ModuleType:
    """The module of a file. Raises ConfigError where it cannot be loaded."""
    try:
        digest = hashlib.sha256(file.read_bytes()).hexdigest()[:16]
    except OSError as error:
        raise ConfigError(f"cannot read {file.name}: {error.strerror}") from None
    name = f"{MODULES}{digest}"
    if name in sys.modules:
        return sys.modules[name]
    spec = importlib.util.spec_from_file_location(name, file)
    if spec is None or spec.loader is None:
        raise ConfigError(f"{file.name} is not a Python file")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # dataclasses look their module up while it is made
    try:
        with _loading(file.name):
            spec.loader.exec_module(module)
    except BaseException as error:
        del sys.modules[name]
        if isinstance(error, ModuleNotFoundError):
            raise _missing_module(error, file.name) from None
        raise
    return module


@contextlib.contextmanager
def _loading(what: str) -> Iterator[None]:
    """Load code in silence. Raises ConfigError with the kind and line of what it raises, but for a missing module."""
    try:
        with unlogged():
            yield
    except ModuleNotFoundError:
        raise
    except Exception as error:  # noqa: BLE001 - it may raise anything, and its text may hold data
        line = f" at line {error.lineno}" if isinstance(error, SyntaxError) else ""
        raise ConfigError(f"{what} cannot be loaded: {type(error).__name__}{line}") from None


def _missing_module(error: ModuleNotFoundError, what: str) -> ConfigError:
    missing = str(error.name).partition(".")[0]
    hint = f"install what it needs beside Penstock: pip install {missing.replace('_', '-')}"
    return ConfigError(f"{what} imports `{missing}`, which is not installed", hint=hint)
