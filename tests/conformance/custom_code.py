"""Parts of connectors with Python of their own, which the tests of custom code share."""

from __future__ import annotations

import textwrap

IMPORTS = """
import base64
import csv
import hashlib
import io
import json
from dataclasses import InitVar, dataclass, field
from typing import Any, Dict, Iterable, List, Mapping, Optional, Union

import requests

from airbyte_cdk.models import FailureType
from airbyte_cdk.sources.declarative.auth.declarative_authenticator import DeclarativeAuthenticator, NoAuth
from airbyte_cdk.sources.declarative.auth.token import ApiKeyAuthenticator, BasicHttpAuthenticator
from airbyte_cdk.sources.declarative.decoders.decoder import Decoder
from airbyte_cdk.sources.declarative.decoders.json_decoder import JsonDecoder
from airbyte_cdk.sources.declarative.extractors.dpath_extractor import DpathExtractor
from airbyte_cdk.sources.declarative.extractors.record_extractor import RecordExtractor
from airbyte_cdk.sources.declarative.extractors.record_filter import RecordFilter
from airbyte_cdk.sources.declarative.interpolation.interpolated_string import InterpolatedString
from airbyte_cdk.sources.declarative.migrations.state_migration import StateMigration
from airbyte_cdk.sources.declarative.partition_routers.list_partition_router import ListPartitionRouter
from airbyte_cdk.sources.declarative.partition_routers.partition_router import PartitionRouter
from airbyte_cdk.sources.declarative.partition_routers.substream_partition_router import SubstreamPartitionRouter
from airbyte_cdk.sources.declarative.requesters.error_handlers.backoff_strategy import BackoffStrategy
from airbyte_cdk.sources.declarative.requesters.error_handlers.default_error_handler import DefaultErrorHandler
from airbyte_cdk.sources.declarative.requesters.error_handlers.error_handler import ErrorHandler
from airbyte_cdk.sources.declarative.requesters.http_requester import HttpRequester
from airbyte_cdk.sources.declarative.requesters.paginators.strategies.page_increment import PageIncrement
from airbyte_cdk.sources.declarative.requesters.paginators.strategies.pagination_strategy import PaginationStrategy
from airbyte_cdk.sources.declarative.requesters.requester import Requester
from airbyte_cdk.sources.declarative.retrievers.retriever import Retriever
from airbyte_cdk.sources.declarative.retrievers.simple_retriever import SimpleRetriever
from airbyte_cdk.sources.declarative.schema.json_file_schema_loader import JsonFileSchemaLoader
from airbyte_cdk.sources.declarative.schema.schema_loader import SchemaLoader
from airbyte_cdk.sources.declarative.transformations.transformation import RecordTransformation
from airbyte_cdk.sources.streams.http.error_handlers.response_models import ErrorResolution, ResponseAction
from airbyte_cdk.sources.types import Record, StreamSlice
from airbyte_cdk.sources.utils.transform import TransformConfig, TypeTransformer
"""

MANIFEST = """
version: 6.44.0
type: DeclarativeSource
check: {type: CheckStream, stream_names: [orders]}
spec: {type: Spec, connection_specification: {type: object, properties: {}}}
streams:
  - type: DeclarativeStream
    name: orders
    primary_key: id
    schema_loader: SCHEMA
    transformations: [TRANSFORMATIONS]
    retriever:
      type: SimpleRetriever
      requester: REQUESTER
      record_selector:
        type: RecordSelector
        extractor: EXTRACTOR
SELECTION
      paginator: PAGINATOR
RETRIEVAL
"""
REQUESTER = "{type: HttpRequester, url_base: URL, path: orders, http_method: GETMORE}"
PARTS = {
    "SCHEMA": "{type: InlineSchemaLoader, schema: {type: object, properties: {}}}",
    "TRANSFORMATIONS": "",
    "EXTRACTOR": "{type: DpathExtractor, field_path: []}",
    "SELECTION": "",
    "PAGINATOR": "{type: NoPagination}",
    "RETRIEVAL": "",
}
RECORDS = [
    {"id": 1, "name": "Ada Lovelace", "total": "1,5", "tags": ["a", "b"]},
    {"id": 2, "name": "Blaise Pascal", "total": "2", "tags": []},
    {"id": 3, "name": "Carl", "total": None, "tags": ["c"]},
]
CONFIG = {"key": "k-1234567", "regions": ["north", "south"]}


def manifest(**parts: str) -> str:
    """The manifest with some parts replaced; `MORE` is appended to the usual requester."""
    requester = parts.pop("REQUESTER", REQUESTER.replace("MORE", parts.pop("MORE", "")))
    text = MANIFEST.replace("REQUESTER", requester)
    for name, usual in PARTS.items():
        text = text.replace(name, parts.get(name, usual))
    return text


def code(text: str) -> str:
    """A components.py: the usual imports, and some classes."""
    return IMPORTS + textwrap.dedent(text)
