from __future__ import annotations

from tests.runtime.cli.project import Project

from penstock.testing.fake_api import FakeApi


def test_discover_prints_the_streams_in_the_manifests_order(project: Project, api: FakeApi) -> None:
    """With their schemas, keys and cursors; nothing is asked of the API."""
    outcome = project.run("discover")

    schema = {"type": "object", "properties": {"id": {"type": "integer"}}}
    (catalog,) = outcome.of_type("CATALOG")
    assert (outcome.exit_code, outcome.err) == (0, "")
    assert [(stream["name"], stream["json_schema"]) for stream in catalog["streams"]] == [
        ("orders", schema),
        ("people", schema),
    ]
    assert catalog["streams"][0]["default_cursor_field"] == ["at"]
    assert catalog["streams"][0]["source_defined_primary_key"] == [["id"]]
    assert catalog["streams"][1]["supported_sync_modes"] == ["full_refresh"]
    assert api.requests == []


def test_the_schemas_are_those_of_the_masked_records(project: Project) -> None:
    """Whoever makes tables from the catalog makes the right ones."""
    project.change(
        "    schema_loader:",
        "    transformations: [{ type: MaskFields, fields: [id], mask: redact }]\n    schema_loader:",
    )

    (catalog,) = project.run("discover").of_type("CATALOG")

    assert catalog["streams"][1]["json_schema"]["properties"]["id"] == {
        "type": "string",
        "x-masked": {"by": "Redact"},
    }
