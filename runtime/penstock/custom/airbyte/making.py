"""Which adapter is for which base, and how airbyte-cdk makes a class's instance."""

# pyright: reportMissingImports=false
# airbyte-cdk is a guest: not installed where types are checked

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import deepcopy
from typing import Any, TypeVar

from airbyte_cdk.sources.declarative.models import declarative_component_schema
from airbyte_cdk.sources.declarative.parsers.manifest_component_transformer import (
    ManifestComponentTransformer,
)
from airbyte_cdk.sources.declarative.parsers.model_to_component_factory import ModelToComponentFactory

from penstock.custom import bases
from penstock.custom.airbyte import reading, records, requesting, rules
from penstock.custom.airbyte.limits import bound_requests
from penstock.records.resources import Resources
from penstock.registry import FindClass, Given

Json = Any
Base = TypeVar("Base", bound=bases.Custom)

_ADAPTERS: Mapping[type[bases.Custom], tuple[str, Any]] = {
    bases.Authenticator: ("CustomAuthenticator", requesting.Authenticator),
    bases.BackoffStrategy: ("CustomBackoffStrategy", requesting.BackoffStrategy),
    bases.ConfigTransformation: ("CustomConfigTransformation", rules.ConfigTransformation),
    bases.Decoder: ("CustomDecoder", records.Decoder),
    bases.ErrorHandler: ("CustomErrorHandler", requesting.ErrorHandler),
    bases.PaginationStrategy: ("CustomPaginationStrategy", reading.PaginationStrategy),
    bases.PartitionRouter: ("CustomPartitionRouter", reading.PartitionRouter),
    bases.RecordExtractor: ("CustomRecordExtractor", records.RecordExtractor),
    bases.RecordFilter: ("CustomRecordFilter", records.RecordFilter),
    bases.Requester: ("CustomRequester", requesting.Requester),
    bases.Retriever: ("CustomRetriever", reading.Retriever),
    bases.SchemaLoader: ("CustomSchemaLoader", records.SchemaLoader),
    bases.SchemaNormalization: ("CustomSchemaNormalization", records.SchemaNormalization),
    bases.StateMigration: ("CustomStateMigration", rules.StateMigration),
    bases.Transformation: ("CustomTransformation", records.Transformation),
    bases.ValidationStrategy: ("CustomValidationStrategy", rules.ValidationStrategy),
}


def adapter_for(base: type[Base]) -> Callable[[Any, Resources, Given], Base] | None:
    """What makes one of ours of an instance of theirs."""
    return _ADAPTERS[base][1] if base in _ADAPTERS else None


def make(
    cls: type, base: type[bases.Custom], given: Given, using: Resources, handed: Mapping[str, Any]
) -> Any:
    """An instance of a class, made by airbyte-cdk's factory; `handed` is what the component around it would give."""
    bound_requests()
    model = _ADAPTERS[base][0]
    definition: dict[str, Json] = deepcopy({**given.definition, "type": model})
    definition = dict(ManifestComponentTransformer().propagate_types_and_parameters("", definition, {}))
    _name_classes(definition, given.find)
    definition["class_name"] = _full_name(cls)
    factory = ModelToComponentFactory()
    return factory.create_component(
        getattr(declarative_component_schema, model), definition, using.config, **handed
    )


def _name_classes(definition: Json, find: FindClass) -> None:
    """Put the names under which our modules are loaded in the place of the manifest's, for the factory to find."""
    for child in definition.values() if isinstance(definition, dict) else definition:
        if isinstance(child, dict | list):
            _name_classes(child, find)
    if not isinstance(definition, dict) or not str(definition.get("type", "")).startswith("Custom"):
        return
    if isinstance(name := definition.get("class_name"), str):
        definition["class_name"] = _full_name(find(name))


def _full_name(cls: type) -> str:
    return f"{cls.__module__}.{cls.__qualname__}"
