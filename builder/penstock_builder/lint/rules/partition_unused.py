from __future__ import annotations

import re
from collections.abc import Iterator

from penstock.authoring import Placed
from penstock_builder.lint import facts
from penstock_builder.lint.examples import retriever
from penstock_builder.lint.rule import Found, Rule


def _check(tree: Placed) -> Iterator[Found]:
    for declared in tree.find("SimpleRetriever", "AsyncRetriever"):
        routers = declared.parts_in("partition_router")
        if not routers or facts.runs_custom_code(declared):
            continue
        inside = [part for router in routers for part in router.walk(other_streams=False)]
        if any(part.get("request_option") or part.get("lazy_read_pointer") for part in inside):
            continue
        names = {
            facts.text(part, name) for part in inside for name in ("cursor_field", "partition_field")
        } - {""}
        read = {key for path in facts.paths_read(declared) for key in path}
        extra = set(re.findall(r"\w+", " ".join(str(part.value("extra_fields") or "") for part in inside)))
        if not read & (facts.SLICE_NAMES | names | extra):
            yield Found(
                declared.get("partition_router") or routers[0].node,
                "no request differs by partition, so each partition gives the same records again",
                "add a `request_option`, or read `stream_partition` in a template of the requester",
                at_key=True,
            )


RULE = Rule(
    "partition-unused",
    "warning",
    "A stream is split into partitions that no request tells apart.",
    _check,
    fails=(
        retriever("""
            partition_router: # <-
              type: ListPartitionRouter
              cursor_field: region
              values: [eu, us]
        """),
    ),
    passes=(
        retriever("""
            partition_router:
              type: ListPartitionRouter
              cursor_field: region
              values: [eu, us]
              request_option: {type: RequestOption, inject_into: request_parameter, field_name: region}
        """),
        retriever("""
            requester: {url: "https://{{ stream_partition.region }}.example.com/orders"}
            partition_router: {type: ListPartitionRouter, cursor_field: region, values: [eu, us]}
        """),
    ),
)
