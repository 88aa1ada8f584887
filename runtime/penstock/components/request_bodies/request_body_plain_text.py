from __future__ import annotations

from penstock.components.request_bodies import REQUEST_BODY, MakeBody, text_body
from penstock.components.requesters import SCOPE
from penstock.expressions.forms import Text
from penstock.records.resources import Resources
from penstock.registry import component, field


@component(REQUEST_BODY)
class RequestBodyPlainText:
    """A text, sent without a content type. One that comes out as a mapping is sent as a form."""

    value: Text = field(doc="The text.", scope=SCOPE, examples=("status=open",))

    def build(self, using: Resources) -> MakeBody:
        return lambda scope: text_body(self.value.template, scope)
