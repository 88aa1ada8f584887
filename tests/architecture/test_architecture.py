"""The rules of the house, read off the source: what may import what, and what no file may hold."""

from __future__ import annotations

import ast
import functools
import operator
import re
import sys
from collections.abc import Iterator, Mapping
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

import penstock
from penstock.registry import ComponentSpec, all_components

ROOT = Path(__file__).parents[2]
PACKAGES = ("runtime/penstock", "builder/penstock_builder", "ui/penstock_ui")
SOURCES = {
    path.relative_to(ROOT).as_posix(): path for package in PACKAGES for path in (ROOT / package).rglob("*.py")
}

LAYERS = (
    {"_version", "lean", "errors", "diagnostics", "hints"},
    {"masking"},
    {"protocol"},
    {"manifest"},
    {"expressions"},
    {"registry"},
    {"http", "records", "sql"},
    {"custom"},
    {"components"},
    {"plan"},
    {"destinations"},
    {"sync"},
    {"api"},
    {"testing", "cli", "authoring"},
    {"__main__"},
)
"""The parts of `penstock`, lowest first; an import may only point down, or stay on its floor."""

GUESTS = {"airbyte_cdk", "requests"}
"""Libraries that we never install: used where they are found, by custom code that is written on them."""

DOORS: Mapping[str, tuple[str, ...]] = {
    "airbyte_cdk": ("runtime/penstock/custom/airbyte/",),
    "anyascii": ("runtime/penstock/components/transformations/keys_to_snake_case.py",),
    "click": (
        "runtime/penstock/cli/",
        "builder/penstock_builder/verbs/",
        "builder/penstock_builder/image_verbs/",
        "ui/penstock_ui/verb.py",
    ),
    "cryptography": (
        "runtime/penstock/components/authenticators/jwt_authenticator.py",
        "runtime/penstock/components/masks/encrypt.py",
        "runtime/penstock/masking/keys.py",
        "runtime/penstock/masking/sealing.py",
    ),
    "duckdb": ("runtime/penstock/destinations/duckdb/", "builder/penstock_builder/data/"),
    "faker": ("runtime/penstock/components/masks/fake.py",),
    "ffx": ("runtime/penstock/components/masks/format_preserving.py",),
    "httpx": ("runtime/penstock/http/client.py", "builder/penstock_builder/image/registry_http.py"),
    "ijson": ("runtime/penstock/components/decoders/json_items_decoder.py",),
    "isodate": ("runtime/penstock/expressions/dates.py",),
    "jinja2": ("runtime/penstock/expressions/",),
    "jwt": ("runtime/penstock/components/authenticators/jwt_authenticator.py",),
    "jsonpath_ng": ("runtime/penstock/masking/field_paths.py",),
    "jsonschema": ("runtime/penstock/protocol/spec.py", "builder/penstock_builder/image/metadata.py"),
    "phonenumbers": ("runtime/penstock/masking/detectors/phone.py",),
    "pyarrow": ("runtime/penstock/destinations/", "builder/penstock_builder/data/"),
    "requests": ("runtime/penstock/custom/airbyte/",),
    "rich": ("runtime/penstock/cli/",),
    "sqlalchemy": ("runtime/penstock/sql/",),
    "stdnum": ("runtime/penstock/masking/detectors/",),
    "streamlit": ("ui/penstock_ui/",),
    "xmltodict": ("runtime/penstock/components/decoders/xml_decoder.py",),
    "yaml": ("runtime/penstock/manifest/",),
}
"""Where each library comes in. Nobody else knows of it, so that it can be replaced."""


def tree(file: str) -> ast.Module:
    return ast.parse(SOURCES[file].read_text(encoding="utf-8"))


def imports(file: str) -> Iterator[str]:
    """The full names of the modules that a file imports, wherever in it."""
    for node in ast.walk(tree(file)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file} imports relatively"
            assert node.module is not None
            names = (f"{node.module}.{alias.name}" for alias in node.names)
            yield from names if node.module == "penstock" else [node.module]


def part(module: str) -> str:
    """The part of the house that a module of ours is in: `penstock.http.retry` is in `http`."""
    return ([*module.split("."), ""])[1]


def floor(name: str) -> int:
    return next(number for number, parts in enumerate(LAYERS) if name in parts)


@pytest.mark.parametrize("file", [file for file in SOURCES if file.startswith("runtime/penstock/")])
def test_an_import_points_down(file: str) -> None:
    """What is low in the house can be understood, tested and replaced without what is above."""
    relative = file.removeprefix("runtime/penstock/")
    here = relative.split("/")[0].removesuffix(".py")
    if here == "__init__":  # the package's own door; it loads nothing before it is asked
        return

    above = {
        module
        for module in imports(file)
        if module.startswith("penstock.")
        and part(module) in set().union(*LAYERS)
        and floor(part(module)) > floor(here)
    }

    assert not above


def test_every_part_has_a_floor() -> None:
    """A new folder is put on a floor before anything may be built in it."""
    parts = {file.removeprefix("runtime/penstock/").split("/")[0].removesuffix(".py") for file in SOURCES
             if file.startswith("runtime/")}  # fmt: skip

    assert parts - {"__init__"} == set().union(*LAYERS)


def test_the_runtime_stands_alone() -> None:
    """`penstock` knows neither the builder nor the screens; the builder uses only what is made for it."""
    for file in SOURCES:
        for module in imports(file):
            if file.startswith("runtime/"):
                assert module.split(".")[0] not in {"penstock_builder", "penstock_ui", "streamlit"}
            if file.startswith("builder/"):
                private = module.startswith("penstock.") and part(module) != "authoring"
                assert not private or module.removeprefix("penstock.") in penstock.__all__, (
                    f"{file} imports {module}"
                )


@pytest.mark.parametrize("library", DOORS)
def test_a_library_has_one_door(library: str) -> None:
    """Each library is imported in one place, and somewhere."""
    users = {file for file in SOURCES if library in {module.split(".")[0] for module in imports(file)}}

    assert all(user.startswith(DOORS[library]) for user in users), users
    assert users or library == "streamlit"


def test_every_library_is_declared() -> None:
    """What is imported is in `pyproject.toml`, by name; nothing comes along by chance."""
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    requirements = [
        *project["dependencies"],
        *functools.reduce(operator.iadd, project["optional-dependencies"].values(), []),
    ]
    declared = {re.split(r"[\[><=]", requirement)[0] for requirement in requirements}
    imported = {module.split(".")[0] for file in SOURCES for module in imports(file)}
    foreign = imported - sys.stdlib_module_names - {"penstock", "penstock_builder", "penstock_ui"} - GUESTS
    distributions = packages_distributions()

    undeclared = {
        name for name in foreign if not declared & {d.lower() for d in distributions.get(name, [name])}
    }

    assert not undeclared


@pytest.mark.parametrize("file", SOURCES)
def test_a_file_holds_one_idea(file: str) -> None:
    """At most 400 lines."""
    assert len(SOURCES[file].read_text(encoding="utf-8").splitlines()) <= 400


@pytest.mark.parametrize("file", SOURCES)
def test_nothing_is_printed_past_the_exits(file: str) -> None:
    """Text leaves through `masking/exits.py`, which redacts it; so no `print`, no logging, no bare stream."""
    for node in ast.walk(tree(file)):
        assert not (
            isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"
        )
    if file != "runtime/penstock/masking/exits.py":
        assert not {"logging", "tempfile"} & set(imports(file))
        assert not re.search(r"\bsys\.(stdout|stderr)\b", SOURCES[file].read_text(encoding="utf-8"))


@pytest.mark.parametrize("file", SOURCES)
def test_only_the_masker_mints_masked_records(file: str) -> None:
    """`MaskedRecords(` is the stamp that lets records leave, and `masking/masker.py` alone has it."""
    stamps = [
        node
        for node in ast.walk(tree(file))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "MaskedRecords"
    ]

    assert not stamps or file == "runtime/penstock/masking/masker.py"


@pytest.mark.parametrize("file", SOURCES)
def test_no_module_keeps_state(file: str) -> None:
    """Two runs in one process share nothing, but the registry of components."""
    mutable = (ast.List, ast.Dict, ast.Set, ast.ListComp, ast.DictComp, ast.SetComp)
    kept: dict[str, str] = {}
    for node in tree(file).body:
        if isinstance(node, ast.Assign) and isinstance(node.value, mutable):
            kept |= {ast.unparse(target): "" for target in node.targets}
        elif isinstance(node, ast.AnnAssign) and isinstance(node.value, mutable):
            kept[ast.unparse(node.target)] = ast.unparse(node.annotation)
    constants = {"__all__", "REGISTRY"} | {
        name for name, kind in kept.items() if kind.startswith(("Mapping", "Sequence"))
    }

    assert kept.keys() <= constants


@pytest.mark.parametrize("spec", all_components().values(), ids=lambda spec: spec.type_name)
def test_a_component_is_where_its_name_says(spec: ComponentSpec) -> None:
    """`CursorPagination` is in `pagination/cursor_pagination.py`, alone, and its tests mirror it."""
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", spec.type_name).lower()
    family, module = spec.cls.__module__.split(".")[-2:]
    neighbours = [other for other in all_components().values() if other.cls.__module__ == spec.cls.__module__]

    assert module.rstrip("_") == words
    assert neighbours == [spec]
    assert (ROOT / f"tests/runtime/components/{family}/test_{words}.py").is_file()


def test_no_module_hides_another() -> None:
    """No file of ours is called like a module of the standard library or a library: tracebacks stay readable."""
    names = {Path(file).stem for file in SOURCES} - {"__init__"}
    libraries = set(DOORS) | {"orjson"}

    assert not names & libraries
    assert not names & set(sys.stdlib_module_names) - STDLIB_WORDS


STDLIB_WORDS = {"select", "stat", "types"}
"""Words of the trade that the standard library uses too; ours are inside packages, and named in full."""
