"""The reference of the languages of manifests and of masking policies as Markdown, derived from the registry."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

from penstock.expressions.filters import FILTERS
from penstock.expressions.macros import MACROS
from penstock.registry.component import ComponentSpec, all_components, components_of
from penstock.registry.decode import field_values
from penstock.registry.field import FieldSpec
from penstock.registry.schema import ROOT
from penstock.registry.values import Value


def reference(names: Iterable[str] = ()) -> str:
    """The pages of some components, or of all with a list of them by kind in front."""
    components = all_components()
    chosen = list(names)
    if chosen:
        return "\n\n".join(_page(components[name]) for name in chosen) + "\n"
    manifest = components_of(ROOT)
    policy = {name: spec for name, spec in components.items() if name not in manifest}
    return (
        "\n\n".join(
            [
                *_chapter("Components", manifest),
                *_chapter("Masking policies", policy),
                *_expressions(),
            ]
        )
        + "\n"
    )


def _chapter(title: str, components: Mapping[str, ComponentSpec]) -> list[str]:
    """A list of some components by kind, and their pages."""
    contents = []
    for kind in sorted(
        {spec.kind.name: spec.kind for spec in components.values()}.values(), key=lambda k: k.name
    ):
        links = [f"[{n}](#{n.lower()})" for n, spec in components.items() if spec.kind == kind]
        contents.append(f"- **{kind.name}**: {kind.doc} {', '.join(links)}")
    return [f"# {title}", "\n".join(contents), *(_page(spec) for spec in components.values())]


def _expressions() -> list[str]:
    """What templates may call, besides Jinja's own."""
    parts = ["# Expressions", "Text in `{{ … }}` is evaluated; besides Jinja's own there are these."]
    for title, known in (("Functions", MACROS), ("Filters", FILTERS)):
        rows = [
            f"| `{name}` | {_cell((made.__doc__ or '').split(chr(10))[0])} |"
            for name, made in sorted(known.items())
        ]
        parts.append("\n".join([f"## {title}\n", "| name | gives |", "|---|---|", *rows]))
    return parts


def _page(spec: ComponentSpec) -> str:
    parts = [f"## {spec.type_name}", " ".join(spec.help.split())]
    if spec.fields:
        forms = field_values(spec)
        rows = [_row(f, forms[f.name]) for f in spec.fields]
        parts.append("\n".join(["| field | takes | default | meaning |", "|---|---|---|---|", *rows]))
    examples = [f"{f.name}: {_yaml(f.examples[0])}" for f in spec.fields if f.examples]
    if examples:
        parts.append("```yaml\n" + "\n".join([f"type: {spec.type_name}", *examples]) + "\n```")
    return "\n\n".join(parts)


def _row(field: FieldSpec, form: Value) -> str:
    default = (
        "required"
        if field.required
        else ""
        if field.default in (None, [], {})
        else f"`{_yaml(field.default)}`"
    )
    return f"| `{field.name}` | {_cell(form.words)} | {default} | {_cell(field.help)} |"


def _yaml(value: object) -> str:
    """A value as flow-style YAML; JSON is that."""
    return json.dumps(value, ensure_ascii=False)


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
