from __future__ import annotations

import textwrap
from collections.abc import Callable

import pytest

from penstock.destinations.memory import MemoryDestination
from penstock.testing.fake_api import FakeApi
from penstock.testing.fakes import run

MANIFEST = """
type: DeclarativeSource
version: 7.0.0
check: {{type: CheckStream, stream_names: [orders]}}
streams:
  - type: DeclarativeStream
    name: orders
    retriever:
      requester: {{type: HttpRequester, url: {url}/orders}}
      record_selector: {{extractor: {{field_path: [items]}}}}
      paginator:
{paginator}
"""


@pytest.fixture
def read_orders(api: FakeApi) -> Callable[[str], MemoryDestination]:
    """Reads the stream `orders`, the `items` at `/orders` of the fake API, with a given paginator."""

    def read(paginator: str) -> MemoryDestination:
        indented = textwrap.indent(textwrap.dedent(paginator), " " * 8)
        return run(MANIFEST.format(url=api.url, paginator=indented))

    return read
