"""Airbyte's runtime as a base: what it understands is read from the base itself, so it is right for any version."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from penstock.authoring import ConfigError, Diagnostic, ManifestError, Reading, load_text, plain
from penstock_builder.image.base import Base
from penstock_builder.image.cache import Cache
from penstock_builder.image.layout import canonical
from penstock_builder.image.unpacking import find_in_layer, verified

_SCHEMA = "airbyte_cdk/sources/declarative/declarative_component_schema.yaml"

Language = Mapping[str, list[str]]
"""The fields of each component that a runtime has, by the component's type."""


def require_understood(reading: Reading, language: Language, *, masking: bool) -> None:
    """Raise ManifestError for all that Airbyte's runtime would pass over: masks would be, and data leave in clear."""
    found = list(_not_understood(reading, language))
    policy = reading.policy
    if policy is None and masking:
        policy = reading.root
    if policy is not None:
        hint = "build on our runtime, or without the policy"
        found.append(
            Diagnostic(
                "not-in-airbyte", "Airbyte's runtime passes over a masking policy", policy.key_span, hint
            )
        )
    if found:
        raise ManifestError(found)


def language_of(cache: Cache, base: Base) -> Language:
    """The components of the low-code language that a base understands. Raises ConfigError where it is not Airbyte's."""
    with cache.held("languages", base.digest) as (folder, made):
        note = folder / "language.json"
        if not made:
            note.write_bytes(canonical(_read(base)))
    language: Language = json.loads(note.read_bytes())
    return language


def _read(base: Base) -> dict[str, list[str]]:
    image = base.images[min(base.images)]
    for layer in reversed(image.layers):
        with verified(base.source, layer) as stream:
            text = find_in_layer(stream, _SCHEMA)
        if text is not None:
            schema = plain(load_text(text.decode(), _SCHEMA))
            components = {"DeclarativeSource": schema, **schema["definitions"]}
            return {name: sorted(told.get("properties", {})) for name, told in components.items()}
    raise ConfigError(
        "the base is not one of Airbyte's for declarative sources",
        hint="it is `airbyte/source-declarative-manifest`, as an OCI layout or archive",
    )


def _not_understood(reading: Reading, language: Language) -> Iterator[Diagnostic]:
    if reading.tree is None:
        return
    for part in reading.tree.walk():
        fields = language.get(part.type_name)
        if fields is None:
            yield Diagnostic(
                "not-in-airbyte",
                f"Airbyte's runtime in this base does not know {part.type_name}",
                part.span,
                "build on our runtime, or take a newer base",
            )
            continue
        for name, node in part.node.value.items():
            if name not in fields and part.spec.field(name) is not None and name not in part.node.given:
                yield Diagnostic(
                    "not-in-airbyte",
                    f"Airbyte's runtime in this base passes over `{name}` of {part.type_name}",
                    node.key_span,
                    "build on our runtime, or take a newer base",
                )
