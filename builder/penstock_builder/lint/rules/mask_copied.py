from __future__ import annotations

from collections.abc import Iterator

from penstock.authoring import Placed, read_paths
from penstock_builder.lint import facts
from penstock_builder.lint.examples import stream
from penstock_builder.lint.rule import Found, Rule


def _check(tree: Placed) -> Iterator[Found]:
    for declared in facts.streams(tree):
        if not facts.masks(declared):
            continue
        for field in facts.added_fields(declared):
            target, value = facts.added_path(field), facts.text_node(field, "value")
            if value is None or target is None or facts.mask_of(declared, target) is not None:
                continue
            for path in sorted(read_paths(value.value)):
                if path[0] == "record" and len(path) > 1 and facts.mask_of(declared, path[1:]) is not None:
                    yield Found(
                        value,
                        f"this copies the masked field `{'.'.join(path[1:])}` into `{'.'.join(target)}`, which is not masked",
                        "mask the new field too",
                    )


def _lines(masked: str, mark: str) -> str:
    return f"""
        transformations:
          - type: AddFields
            fields:
              - path: [contact]
                value: "{{{{ record['email'] | lower }}}}"{mark}
          - {{type: MaskFields, fields: [{masked}], mask: redact}}
    """


RULE = Rule(
    "mask-copied",
    "warning",
    "A masked field is copied, in clear, into a field that no mask covers.",
    _check,
    fails=(stream(_lines("email", " # <-")),),
    passes=(stream(_lines("email, contact", "")),),
)
