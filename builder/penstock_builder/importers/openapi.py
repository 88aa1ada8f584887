"""OpenAPI 3.0, 3.1 and Swagger 2.0, in JSON or YAML, in one file."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from penstock.authoring import ConfigError, ManifestError, counted, load_text, plain
from penstock_builder.detect.exchange import Exchange
from penstock_builder.importers.making.credentials import is_secret
from penstock_builder.importers.making.imported import (
    Imported,
    Importer,
    Input,
    LeftOut,
    Operation,
    Parameter,
)
from penstock_builder.importers.making.json_schemas import References, draft_07
from penstock_builder.importers.making.literals import literal, literal_parameter
from penstock_builder.importers.making.names import snake
from penstock_builder.importers.making.security import auths_of

Json = Any

_METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
_PLACES = ("query", "header", "path")
_NO_PARAMETERS = frozenset({"accept", "content-type", "authorization", "user-agent"})

_BESIDE_THE_PLACE = re.compile(r"(?<=://)[^/?#]*@|[?#].*")
"""Of a server's URL: a user with a password, a query, a fragment."""


def read_openapi(text: str) -> Imported:
    """The operations of a document. Raises ConfigError where the text is none."""
    document = decoded(text)
    version = (
        str(document.get("openapi") or document.get("swagger") or "") if isinstance(document, dict) else ""
    )
    if not re.match(r"3\.|2\.", version):
        raise ConfigError(
            "the file is not an OpenAPI document", hint="its first line would be such as `openapi: 3.1.0`"
        )
    return _Reader(document).imported()


def decoded(text: str) -> Json:
    """JSON or YAML as plain values. Raises ConfigError where it is neither."""
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        wrong = f"line {error.lineno}: {error.msg}"
    except ValueError:
        wrong = ""
    try:
        return plain(load_text(text, "the file"))
    except ManifestError as error:
        first = error.diagnostics[0]
        if not (wrong and text.lstrip().startswith("{")):
            wrong = f"line {first.span.line}: {first.message}"
        raise ConfigError("the file is neither JSON nor YAML", hint=wrong) from None


class _Reader:
    """Reads one document; `inputs` are those that its servers need."""

    def __init__(self, document: Mapping[str, Json]) -> None:
        self._document = document
        self._references = References(document)
        self._is_swagger = "swagger" in document
        self._inputs: dict[str, Input] = {}
        self._notes: list[str] = []

    def imported(self) -> Imported:
        operations: list[Operation] = []
        left_out: list[LeftOut] = []
        paths = self._references.mapping(self._document.get("paths"))
        for path, declared in paths.items():
            item = self._references.mapping(declared)
            for method in _METHODS:
                if method not in item:
                    continue
                origin = f"{method.upper()} {path}"
                operation = self._references.mapping(item[method])
                if method not in ("get", "post"):
                    left_out.append(LeftOut(origin, f"a {method.upper()} request is not a read"))
                elif not str(path).startswith("/"):
                    left_out.append(LeftOut(origin, "its path does not begin with a slash"))
                else:
                    operations.append(self._operation(method, str(path), item, operation))
        title = str(self._references.mapping(self._document.get("info")).get("title") or "")
        if self._references.outside:
            self._notes.append(
                f"not read: {counted(self._references.outside, 'reference')} into other files; "
                "bundle all into one document, and import that"
            )
        notes = tuple(dict.fromkeys(self._notes))
        return Imported(title, tuple(operations), tuple(self._inputs.values()), tuple(left_out), notes)

    def _operation(
        self, method: str, path: str, item: Mapping[str, Json], operation: Mapping[str, Json]
    ) -> Operation:
        parameters = self._parameters(item, operation)
        body, body_parameters = self._request_body(operation)
        response = self._response(operation)
        schema = self._content_schema(response)
        security = operation.get("security", self._document.get("security"))
        auths, note = auths_of(security, self._schemes(), self._references)
        if note:
            self._notes.append(note)
        return Operation(
            method=method.upper(),
            base_url=self._base_url(item, operation),
            path=path,
            origin=f"{method.upper()} {path}",
            name=str(operation.get("operationId") or operation.get("summary") or ""),
            parameters=(*parameters, *body_parameters),
            body=body,
            body_kind="json" if body is not None else "",
            schema=draft_07(schema, self._references) if schema is not None else None,
            response_headers=tuple(str(name) for name in self._references.mapping(response.get("headers"))),
            exchanges=tuple(self._examples(method, path, response)),
            auths=auths,
        )

    def _parameters(self, item: Mapping[str, Json], operation: Mapping[str, Json]) -> list[Parameter]:
        """The operation's own win over those of its path."""
        found: dict[tuple[str, str], Parameter] = {}
        for declared in [*_list(item.get("parameters")), *_list(operation.get("parameters"))]:
            given = self._references.mapping(declared)
            name, place = str(given.get("name")), given.get("in")
            if place not in _PLACES or (place == "header" and name.lower() in _NO_PARAMETERS):
                continue
            schema = self._parameter_schema(given)
            required = given.get("required") is True
            if place == "query" and isinstance(schema.get("properties"), dict):
                for inner, child in schema["properties"].items():
                    full = f"{name}[{inner}]" if given.get("style") == "deepObject" else str(inner)
                    found[full, "query"] = Parameter((full,), "query", dict(self._references.mapping(child)))
                continue
            found[name, str(place)] = Parameter(
                path=(name,),
                where=place,
                schema=schema,
                required=required,
                sent=_constant(name, schema) if required and place != "path" else None,
            )
        return list(found.values())

    def _parameter_schema(self, given: Mapping[str, Json]) -> dict[str, Json]:
        schema = dict(self._references.mapping(given.get("schema")))
        if not schema and isinstance(given.get("content"), dict):
            schema = dict(self._content_schema(given) or {})
        if self._is_swagger:
            schema = {k: v for k, v in given.items() if k not in ("name", "in", "required")}
        for part in _list(schema.get("allOf")):
            schema = {**self._references.mapping(part), **schema}
        for part in [*_list(schema.get("oneOf")), *_list(schema.get("anyOf"))]:
            if self._references.mapping(part).get("type") != "null":
                schema = {**self._references.mapping(part), **schema}
        for name in ("description", "example"):
            if name in given:
                schema[name] = given[name]
        return schema

    def _request_body(self, operation: Mapping[str, Json]) -> tuple[Json, list[Parameter]]:
        """The JSON body that a request carries, and the parameters in it."""
        declared = self._references.mapping(operation.get("requestBody"))
        schema = self._content_schema(declared)
        if self._is_swagger:
            inline = [self._references.mapping(p) for p in _list(operation.get("parameters"))]
            schema = next((p.get("schema") for p in inline if p.get("in") == "body"), None)
        if schema is None:
            return None, []
        return self._body_of(schema, (), 0)

    def _body_of(self, schema: Json, path: tuple[str, ...], level: int) -> tuple[Json, list[Parameter]]:
        """What of an object has to be sent, and all its single values as parameters."""
        found = self._references.mapping(schema)
        required = set(map(str, _list(found.get("required"))))
        merged: dict[str, Json] = dict(self._references.mapping(found.get("properties")))
        for part in _list(found.get("allOf")):
            inner = self._references.mapping(part)
            merged.update(self._references.mapping(inner.get("properties")))
            required |= set(map(str, _list(inner.get("required"))))
        body: dict[str, Json] = {}
        parameters: list[Parameter] = []
        for name, child in merged.items():
            here = self._references.mapping(child)
            if "properties" in here and level < 3:
                inside, more = self._body_of(here, (*path, str(name)), level + 1)
                parameters += more
                if name in required or inside:
                    body[str(name)] = inside
                continue
            value = _constant(str(name), here) if "const" in here or name in required else None
            if name in required and value is None:
                value = [] if here.get("type") == "array" else here.get("example")
            if value is not None:
                body[str(name)] = value
            parameters.append(Parameter((*path, str(name)), "body", dict(here), required=name in required))
        return body, parameters

    def _response(self, operation: Mapping[str, Json]) -> Mapping[str, Json]:
        responses = self._references.mapping(operation.get("responses"))
        for code in sorted(responses, key=lambda code: (str(code) != "200", str(code))):
            if re.fullmatch(r"2\d\d|2XX|default", str(code), re.IGNORECASE):
                return self._references.mapping(responses[code])
        return {}

    def _content_schema(self, holder: Mapping[str, Json]) -> Json:
        """The schema of the JSON that something holds; None where it holds none."""
        if "schema" in holder and "content" not in holder:
            return holder["schema"]
        media = self._json_media(holder)
        return media.get("schema") if media else None

    def _json_media(self, holder: Mapping[str, Json]) -> Mapping[str, Json]:
        content = self._references.mapping(holder.get("content"))
        for kind in sorted(content, key=lambda kind: ("json" not in kind, kind != "application/json")):
            if "json" in str(kind) or str(kind) == "*/*":
                return self._references.mapping(content[kind])
        return {}

    def _examples(self, method: str, path: str, response: Mapping[str, Json]) -> Iterator[Exchange]:
        media = self._json_media(response)
        examples = [media["example"]] if "example" in media else []
        several = self._references.mapping(media.get("examples")).values()
        examples += [self._references.mapping(declared).get("value") for declared in several]
        if self._is_swagger:
            examples += list(self._references.mapping(response.get("examples")).values())
        for body in examples:
            if isinstance(body, dict | list):
                yield Exchange(method.upper(), path, body=body)

    def _schemes(self) -> Json:
        if self._is_swagger:
            return self._document.get("securityDefinitions")
        return self._references.mapping(self._document.get("components")).get("securitySchemes")

    def _base_url(self, item: Mapping[str, Json], operation: Mapping[str, Json]) -> str:
        """The first server, its variables as expressions; one without a host is asked of the user."""
        if self._is_swagger:
            scheme = "https" if "https" in _list(self._document.get("schemes")) else "http"
            schemes = _list(self._document.get("schemes")) or ["https"]
            scheme = "https" if "https" in schemes else scheme
            host = self._document.get("host")
            base = literal(str(self._document.get("basePath") or "")).rstrip("/")
            return f"{scheme}://{literal(str(host))}{base}" if host else self._asked() + base
        for holder in (operation, item, self._document):
            servers = _list(holder.get("servers"))
            if servers:
                return self._server(self._references.mapping(servers[0]))
        return self._asked()

    def _server(self, server: Mapping[str, Json]) -> str:
        url = _BESIDE_THE_PLACE.sub("", str(server.get("url") or "")).rstrip("/")
        variables = self._references.mapping(server.get("variables"))

        def expression(found: re.Match[str]) -> str:
            declared = self._references.mapping(variables.get(found[1]))
            name = snake(found[1]) or "server"
            told = str(declared.get("description") or "").strip().split("\n")[0]
            enum = tuple(map(str, _list(declared.get("enum"))))
            default = declared.get("default")
            self._inputs.setdefault(
                name, Input(name, told, default=None if default is None else str(default), enum=enum)
            )
            return f"{{{{ config['{name}'] }}}}"

        made = re.sub(r"\{([^{}]*)\}", expression, url)
        return made if re.match(r"https?://", made) else self._asked() + made

    def _asked(self) -> str:
        self._inputs.setdefault(
            "base_url", Input("base_url", "Where the API is, such as https://api.example.com")
        )
        return "{{ config['base_url'] }}"


def _constant(name: str, schema: Mapping[str, Json]) -> Json:
    """The value of a parameter that can have but one, or has a default; as a parameter is written. A key has none."""
    enum = _list(schema.get("enum"))
    value = schema.get("const", schema.get("default", enum[0] if len(enum) == 1 else None))
    if isinstance(value, str):
        return None if is_secret(name, value) else literal_parameter(value)
    return value


def _list(value: Json) -> list[Json]:
    return value if isinstance(value, list) else []


IMPORTER = Importer("openapi", "An OpenAPI document (3.0, 3.1, Swagger 2.0), JSON or YAML.", read_openapi)
