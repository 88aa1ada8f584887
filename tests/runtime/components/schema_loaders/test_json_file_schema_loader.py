from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from penstock.components.schema_loaders import SCHEMA_LOADER
from penstock.errors import ConfigError
from penstock.testing.fakes import Fakes, component

ORDERS = {"type": "object", "properties": {"id": {"type": "integer"}}}


def write(folder: Path, files: dict[str, Any]) -> None:
    """Write files, each a JSON value, below a folder."""
    for name, value in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(value), encoding="utf-8")


def loaded(folder: Path, file_path: str = "") -> Any:
    """The schema of the stream `orders` of a manifest in this folder."""
    setting = f', file_path: "{file_path}"' if file_path else ""
    load = component(f"{{type: JsonFileSchemaLoader{setting}}}", SCHEMA_LOADER).build(
        Fakes({"name": "orders"}, folder=folder).resources()
    )
    return load()


@pytest.mark.parametrize(
    ("file_path", "place"),
    [
        pytest.param("", "schemas/orders.json", id="by the stream's name"),
        pytest.param("", "source_shop/schemas/orders.json", id="in a connector package beside the manifest"),
        pytest.param("./other/o.json", "other/o.json", id="at a path"),
        pytest.param("other/o.json", "other/o.json", id="with or without a dot"),
        pytest.param("/other/o.json", "other/o.json", id="or a slash, which is not the root of the disk"),
        pytest.param("other/{{ config['name'] }}.json", "other/orders.json", id="of the config"),
    ],
)
def test_the_schema_stands_in_a_file_beside_the_manifest(file_path: str, place: str, tmp_path: Path) -> None:
    write(tmp_path, {place: ORDERS})

    assert loaded(tmp_path, file_path) == ORDERS


def test_no_file_of_the_streams_name_says_nothing(tmp_path: Path) -> None:
    """A stream needs no schema; a file that the manifest names must be there."""
    assert loaded(tmp_path) == {}
    with pytest.raises(ConfigError, match="stream orders: there is no schema file at the given `file_path`"):
        loaded(tmp_path, "schemas/orders.json")


def test_a_file_outside_the_folder_is_not_read(tmp_path: Path) -> None:
    """A manifest from elsewhere must not read this machine's files."""
    write(tmp_path, {"secret.json": ORDERS, "manifest/schemas/x.json": {}})

    with pytest.raises(ConfigError, match="there is no schema file"):
        loaded(tmp_path / "manifest", "../secret.json")


def test_references_are_replaced_by_what_they_name(tmp_path: Path) -> None:
    """In the file itself, beside it, or in `shared/`. Keys beside a `$ref` win; `definitions` is left out."""
    write(
        tmp_path,
        {
            "schemas/orders.json": {
                "properties": {
                    "id": {"$ref": "#/definitions/id"},
                    "owner": {"$ref": "user.json"},
                    "lines": {
                        "type": "array",
                        "items": [{"$ref": "line.json#/properties/sku", "title": "SKU"}],
                    },
                    "path": {"$ref": "#/definitions/a~1b~0c"},
                },
                "definitions": {"id": {"type": "integer"}, "a/b~c": {"type": "null"}},
            },
            "schemas/shared/user.json": {"properties": {"id": {"$ref": "#/id"}}, "id": {"type": "string"}},
            "schemas/line.json": {"properties": {"sku": {"type": "string", "title": "sku"}}},
        },
    )

    assert loaded(tmp_path)["properties"] == {
        "id": {"type": "integer"},
        "owner": {"properties": {"id": {"type": "string"}}, "id": {"type": "string"}},
        "lines": {"type": "array", "items": [{"type": "string", "title": "SKU"}]},
        "path": {"type": "null"},
    }
    assert "definitions" not in loaded(tmp_path)


@pytest.mark.parametrize(
    ("reference", "told"),
    [
        pytest.param("#/definitions/none", "leads nowhere", id="to a place that is not there"),
        pytest.param("none.json", "names a file that is not there", id="to a file that is not there"),
        pytest.param("../secret.json", "names a file that is not there", id="out of the folder"),
        pytest.param("#/properties/id", "leads back to itself", id="to itself"),
        pytest.param("broken.json", "is not readable JSON", id="to a file that is no JSON"),
    ],
)
def test_a_reference_that_cannot_be_followed_is_told(reference: str, told: str, tmp_path: Path) -> None:
    write(
        tmp_path, {"schemas/orders.json": {"properties": {"id": {"$ref": reference}}}, "secret.json": ORDERS}
    )
    (tmp_path / "schemas/broken.json").write_text("{", encoding="utf-8")

    with pytest.raises(ConfigError, match=f"stream orders: .*{told}"):
        loaded(tmp_path)
