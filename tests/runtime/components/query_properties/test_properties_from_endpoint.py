from __future__ import annotations

from penstock.components.query_properties import PROPERTY_LIST
from penstock.testing.fakes import Fakes, component, json_response


def test_an_endpoint_names_the_fields() -> None:
    """One in each of its records; a record without a name gives none."""
    fakes = Fakes(
        {"key": "name"},
        answers=[json_response({"fields": [{"name": "a"}, {"label": "x"}, {"name": "b"}]})],
    )
    find = component(
        """
        type: PropertiesFromEndpoint
        property_field_path: ["{{ config['key'] }}"]
        retriever:
          requester: {url: https://e.com/fields}
          record_selector: {extractor: {field_path: [fields]}}
        """,
        PROPERTY_LIST,
    ).build(fakes.resources())

    assert not fakes.sent
    assert find() == ["a", "b"]
    assert [request.url for request in fakes.sent] == ["https://e.com/fields"]
