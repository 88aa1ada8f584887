from __future__ import annotations

from collections.abc import Iterator

from penstock.authoring import Placed
from penstock_builder.lint import facts
from penstock_builder.lint.examples import Example, manifest
from penstock_builder.lint.rule import Found, Rule


def _check(tree: Placed) -> Iterator[Found]:
    for link in tree.find("ParentStreamConfig"):
        node = facts.switched_on(link, "incremental_dependency")
        if node is None:
            continue
        child, parent = link.holder(*facts.STREAM_TYPES), link.part("stream")
        if child is not None and facts.cursor(child) is None:
            yield Found(
                node,
                "`incremental_dependency` has no effect: the stream that is split has no `incremental_sync`",
                "give the stream a cursor, or take `incremental_dependency` out",
                at_key=True,
            )
        elif parent is not None and parent.type_name == "DeclarativeStream" and facts.cursor(parent) is None:
            yield Found(
                node,
                "`incremental_dependency` has no effect: the parent stream has no `incremental_sync`",
                "give the parent a cursor, or take `incremental_dependency` out",
                at_key=True,
            )


_CURSOR = """{type: DatetimeBasedCursor, cursor_field: at, datetime_format: "%Y-%m-%d", start_datetime: "2024-01-01",
                          start_time_option: {type: RequestOption, inject_into: request_parameter, field_name: since}}"""


def _example(cursor: str, mark: str) -> Example:
    return manifest(f"""
        streams:
          - name: orders
            primary_key: id{cursor}
            retriever:
              requester: {{url: "https://api.example.com/orders/{{{{ stream_partition['order'] }}}}/lines"}}
              record_selector: {{extractor: {{field_path: []}}}}
              partition_router:
                type: SubstreamPartitionRouter
                parent_stream_configs:
                  - parent_key: id
                    partition_field: order
                    incremental_dependency: true{mark}
                    stream:
                      name: customers
                      primary_key: id
                      retriever:
                        requester: {{url: "https://api.example.com/orders"}}
                        record_selector: {{extractor: {{field_path: []}}}}
                      incremental_sync: {_CURSOR}
    """)


RULE = Rule(
    "incremental-dependency-unused",
    "warning",
    "An incremental dependency has no effect unless both the stream and its parent have a cursor.",
    _check,
    fails=(_example("", " # <-"),),
    passes=(_example(f"\n            incremental_sync: {_CURSOR}", ""),),
)
