from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

from penstock.components.requesters import REQUEST_OPTION, Injection
from penstock.expressions.forms import Text
from penstock.http.request import RequestOptions
from penstock.records.resources import Resources
from penstock.registry import component, field


@component(REQUEST_OPTION)
class RequestOption:
    """Put a value into a request parameter, a header, a form field or a field of the JSON body."""

    inject_into: Literal["request_parameter", "header", "body_data", "body_json"] = field(
        doc="The part of the request.", examples=("request_parameter", "body_json")
    )
    field_name: Text | None = field(
        default=None, doc="The name under which the value goes.", examples=("page",)
    )
    field_path: list[Text] | None = field(
        default=None,
        doc="The keys that lead to the value inside a JSON body.",
        examples=(["data", "viewer", "after"],),
    )

    def problems(self) -> Iterator[tuple[str, str]]:
        """Exactly one of `field_name` and `field_path`, the latter only for a JSON body."""
        if (self.field_name is None) == (not self.field_path):
            yield "field_name", "RequestOption needs either `field_name` or `field_path`"
        elif self.field_path and self.inject_into != "body_json":
            yield "field_path", "`field_path` needs `inject_into` to be body_json"

    def build(self, using: Resources) -> Injection:
        scope = {"config": using.config}
        parts = self.field_path or ([self.field_name] if self.field_name is not None else [])
        path = [part.text(scope) for part in parts]
        return Injection(_inject(self.inject_into, path), f"{self.inject_into} {'.'.join(path)}")


def _inject(where: str, path: list[str]) -> Any:
    name = path[-1]
    if where == "request_parameter":
        return lambda value: RequestOptions(params={name: value})
    if where == "header":
        return lambda value: RequestOptions(headers={name: value})
    if where == "body_data":
        return lambda value: RequestOptions(form={name: value})

    def into_json(value: Any) -> RequestOptions:
        made = value
        for key in reversed(path):
            made = {key: made}
        return RequestOptions(json=made)

    return into_json
