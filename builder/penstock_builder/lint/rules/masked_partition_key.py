from __future__ import annotations

from collections.abc import Iterator

from penstock.authoring import Placed
from penstock_builder.lint import facts
from penstock_builder.lint.examples import Example, manifest
from penstock_builder.lint.rule import Found, Rule


def _check(tree: Placed) -> Iterator[Found]:
    for link in tree.find("ParentStreamConfig"):
        parent, key = link.part("stream"), facts.constant_node(link, "parent_key")
        if parent is None or key is None:
            continue
        if facts.mask_of(parent, tuple(key.value.split("/"))) is not None:
            yield Found(
                key,
                f"`{key.value}` is masked in the parent stream, and its clear value stands in URLs and in the saved state",
                "split the stream by a key that need not be masked",
            )


def _example(field: str, mark: str) -> Example:
    return manifest(f"""
        streams:
          - name: orders
            primary_key: id
            retriever:
              requester: {{url: "https://api.example.com/people/{{{{ stream_partition['person'] }}}}/orders"}}
              record_selector: {{extractor: {{field_path: []}}}}
              partition_router:
                type: SubstreamPartitionRouter
                parent_stream_configs:
                  - parent_key: email{mark}
                    partition_field: person
                    stream:
                      name: people
                      primary_key: id
                      retriever:
                        requester: {{url: "https://api.example.com/people"}}
                        record_selector: {{extractor: {{field_path: []}}}}
                      transformations:
                        - {{type: MaskFields, fields: [{field}], mask: redact}}
    """)


RULE = Rule(
    "masked-partition-key",
    "warning",
    "A masked field of a parent names the partitions of a stream, so its clear value stands in the saved state.",
    _check,
    fails=(_example("email", " # <-"),),
    passes=(_example("phone", ""),),
)
