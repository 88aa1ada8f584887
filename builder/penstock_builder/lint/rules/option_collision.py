from __future__ import annotations

from collections.abc import Iterator

from penstock.authoring import Node, Placed
from penstock_builder.lint import facts
from penstock_builder.lint.examples import retriever
from penstock_builder.lint.rule import Found, Rule

_MAPS = {"request_parameters": "request_parameter", "request_headers": "header"}.items()


def _check(tree: Placed) -> Iterator[Found]:
    for declared in tree.find("SimpleRetriever"):
        requester = declared.part("requester")
        if requester is None or requester.type_name != "HttpRequester":
            continue
        written = dict(_written(requester))
        for option, whose in _options(declared, requester):
            name = facts.constant(option, "field_name") or ""
            place = str(option.value("inject_into"))
            known = written.get((place, name.lower() if place == "header" else name))
            if known is not None and name:
                yield Found(
                    known,
                    f"the {place.replace('_', ' ')} `{name}` is set here and by the {whose}, which no request may do",
                    f"take it out here, or from the {whose}",
                    at_key=True,
                )


def _written(requester: Placed) -> Iterator[tuple[tuple[str, str], Node]]:
    for field, place in _MAPS:
        for name, child in facts.entries(requester.get(field)).items():
            if child.value not in (None, "") and not facts.is_template(name) and not _may_be_empty(child):
                yield (place, name.lower() if place == "header" else name), child


def _may_be_empty(node: Node) -> bool:
    """Whether a template may come out empty, for then nothing is set."""
    return isinstance(node.value, str) and facts.is_template(node.value)


def _options(declared: Placed, requester: Placed) -> Iterator[tuple[Placed, str]]:
    paginator, stream = declared.part("paginator"), declared.holder(*facts.STREAM_TYPES)
    cursor = facts.cursor(stream) if stream is not None else None
    authenticator = requester.part("authenticator")
    for part, whose in ((paginator, "paginator"), (cursor, "cursor"), (authenticator, "authenticator")):
        for option in part.parts if part is not None else ():
            if option.type_name == "RequestOption":
                yield option, whose
    for router in declared.parts_in("partition_router"):
        for part in router.walk(other_streams=False):
            if part.type_name == "RequestOption":
                yield part, "partition router"


def _lines(name: str, mark: str) -> str:
    return f"""
        requester:
          url: https://api.example.com/orders
          request_parameters:
            {name}: 100{mark}
        paginator:
          type: DefaultPaginator
          page_token_option: {{type: RequestOption, inject_into: request_parameter, field_name: page}}
          page_size_option: {{type: RequestOption, inject_into: request_parameter, field_name: limit}}
          pagination_strategy: {{type: PageIncrement, page_size: 100}}
    """


RULE = Rule(
    "option-collision",
    "warning",
    "A parameter or header is set by the requester and by another component, which stops the request.",
    _check,
    fails=(retriever(_lines("limit", " # <-")),),
    passes=(retriever(_lines("sort", "")),),
)
