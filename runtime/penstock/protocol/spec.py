"""Validates the user's config against the manifest's specification. The only importer of jsonschema."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from penstock.errors import ConfigError
from penstock.masking.shape import describe

Json = Any

_TECHNICAL = ("_limit", "_page_size")

_NOTES = (
    "$schema", "title", "description", "default", "examples", "format", "order", "group", "display_type", "hidden",
    "always_show", "multiline", "airbyte_secret", "airbyte_hidden", "pattern_descriptor", "$comment",
)  # fmt: skip
_PLAIN_KEYWORDS = frozenset({*_NOTES, "type", "properties", "required", "additionalProperties", "enum"})
_PYTHON_TYPES: Mapping[str, type] = {
    "object": dict,
    "string": str,
    "boolean": bool,
    "integer": int,
    "array": list,
}


def validate_config(config: Mapping[str, Json], specification: Mapping[str, Json]) -> None:
    """Raise ConfigError naming every field that is wrong; the fields' values are not told."""
    instance = {key: value for key, value in config.items() if key not in _TECHNICAL}
    hint = "`penstock spec` prints what the config may hold"
    require_fit(instance, specification, "the config", "the specification", hint)


def require_fit(value: Json, schema: Mapping[str, Json], what: str, whose: str, hint: str = "") -> None:
    """Raise ConfigError naming every part of a value that does not fit a schema; the parts' values are not told.

    `what` is the value and `whose` the schema, as the message names them.
    """
    if is_plainly_valid(value, schema):
        return
    import jsonschema
    from jsonschema.validators import validator_for

    validator_class = validator_for(schema, default=jsonschema.Draft202012Validator)
    try:
        validator_class.check_schema(dict(schema))
        errors = sorted(
            validator_class(dict(schema)).iter_errors(value), key=lambda e: list(map(str, e.path))
        )
    except jsonschema.SchemaError as error:
        place = "/".join(str(part) for part in error.absolute_path)
        raise ConfigError(f"{whose} in the manifest is not a JSON Schema, at `{place}`") from None
    if errors:
        told = dict.fromkeys(_told(error, what) for error in errors)
        raise ConfigError(f"{what} does not fit {whose}: " + "; ".join(told), hint=hint)


def is_plainly_valid(value: Json, schema: Mapping[str, Json]) -> bool:
    """Tell whether a value surely fits a schema of the commonest keywords alone; False says nothing.

    Most configs are checked here: importing jsonschema takes longer than starting the rest of Penstock.
    """
    if not isinstance(schema, Mapping) or not schema.keys() <= _PLAIN_KEYWORDS:
        return False
    kind = schema.get("type")
    if kind is not None and not any(_is(value, name) for name in ([kind] if isinstance(kind, str) else kind)):
        return False
    if "enum" in schema and not (isinstance(value, str) and value in schema["enum"]):
        return False
    if not isinstance(value, Mapping):
        return True
    properties = schema.get("properties", {})
    if schema.get("additionalProperties") not in (None, True) and not value.keys() <= properties.keys():
        return False
    if not all(name in value for name in schema.get("required", ())):
        return False
    return all(is_plainly_valid(value[name], child) for name, child in properties.items() if name in value)


def _is(value: Json, kind: str) -> bool:
    python = _PYTHON_TYPES.get(kind)
    return python is not None and isinstance(value, python) and (kind == "boolean") == isinstance(value, bool)


def _told(error: Any, what: str) -> str:
    place = ".".join(str(part) for part in error.absolute_path) or what
    schema = error.schema if isinstance(error.schema, Mapping) else {}
    keyword = error.validator
    if keyword == "required":
        missing = [name for name in error.validator_value if name not in error.instance]
        return f"{place} lacks {', '.join(f'`{name}`' for name in missing)}"
    if keyword == "type":
        return f"`{place}` should be {error.validator_value}, not {describe(error.instance)}"
    if keyword in ("enum", "const"):
        return f"`{place}` is not one of the allowed values"
    if keyword == "additionalProperties":
        extra = sorted(set(error.instance) - set(schema.get("properties", {})))
        return f"{place} has {len(extra)} field(s) that the specification does not know"
    if keyword in ("oneOf", "anyOf"):
        return f"`{place}` fits none of its {len(error.validator_value)} forms"
    if keyword == "pattern":
        described = f" ({meant})" if (meant := schema.get("pattern_descriptor")) else ""
        return f"`{place}` does not match the pattern {error.validator_value}{described}"
    bound = error.validator_value
    is_plain = isinstance(bound, int | float | str) and not isinstance(bound, bool)
    return f"`{place}` fails `{keyword}: {bound}`" if is_plain else f"`{place}` fails `{keyword}`"
