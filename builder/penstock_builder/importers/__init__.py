"""Importers: from a curl command, an OpenAPI document, a HAR file or a Postman collection to a manifest.

Each form is one file of this folder, which holds its `IMPORTER`; `making/` turns what they read into a manifest.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from urllib.parse import parse_qsl, urlsplit

from penstock.authoring import ConfigError
from penstock_builder.importers.making.credentials import Sent, Vault, operation_of
from penstock_builder.importers.making.depth import bounded_depth
from penstock_builder.importers.making.imported import Imported, Importer
from penstock_builder.importers.making.manifest import Written, write

__all__ = ["Written", "all_importers", "import_text", "read", "starter"]


@lru_cache(maxsize=1)
def all_importers() -> Mapping[str, Importer]:
    """The forms that can be read, by name."""
    names = sorted(module.name for module in pkgutil.iter_modules(__path__) if not module.ispkg)
    found: list[Importer] = [importlib.import_module(f"{__name__}.{name}").IMPORTER for name in names]
    return {importer.name: importer for importer in found}


@bounded_depth()
def read(form: str, text: str) -> Imported:
    """What a text in one of the forms holds. Raises ConfigError where it is not that."""
    return all_importers()[form].read(text)


def import_text(form: str, text: str) -> Written:
    """A manifest of a text in one of the forms. Raises ConfigError where it is not that, or gives no stream."""
    return write(read(form, text))


def starter(name: str, url: str) -> Written:
    """A manifest of one list, of which nothing but its URL is known. Raises ConfigError where that is none."""
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        raise ConfigError("the URL cannot be read") from None
    if not usable:
        raise ConfigError("the URL is not an http or https URL")
    vault = Vault()
    sent = Sent("GET", url, query=parse_qsl(parts.query, keep_blank_values=True))
    made = operation_of(sent, parts.path.rstrip("/"), f"GET {parts.hostname}", vault, is_chosen=True)
    return write(Imported("", (replace(made, stream_name=name),), secrets=vault.secrets))
