from __future__ import annotations

from typing import Any, Literal

from penstock.registry import Kind, all_components, component, field
from penstock.registry.reference import reference

GREETING: Kind[str] = Kind("greeting", "A greeting.")


def test_a_component_has_a_page(registry: None) -> None:
    """Its help, a row for each field with all that was declared, and an example to copy."""

    @component(GREETING)
    class Hello:
        """Say hello,

        and mean it.
        """

        to: str = field(doc="Whom to greet.", scope=("record", "config"), examples=("Ada", "Eve"))
        tone: Literal["warm", "cold"] = field(default="warm", doc="Warm | cold.", deprecated="mood")
        times: int = field(default=1, doc="How often.", unit="greetings")
        moods: list[str] = field(default=[], doc="In which moods.")

        def build(self, using: Any) -> str:
            return f"Hello {self.to}"

    assert reference(["Hello"]) == (
        "## Hello\n"
        "\n"
        "Say hello, and mean it.\n"
        "\n"
        "| field | takes | default | meaning |\n"
        "|---|---|---|---|\n"
        "| `to` | text | required | Whom to greet. May read `config`, `record`. |\n"
        '| `tone` | text | `"warm"` | Warm \\| cold. Deprecated: use `mood`. |\n'
        "| `times` | a whole number | `1` | How often. In greetings. |\n"
        "| `moods` | a list of text |  | In which moods. |\n"
        "\n"
        "```yaml\n"
        "type: Hello\n"
        'to: "Ada"\n'
        "```\n"
    )


def test_a_component_without_fields_has_a_page(registry: None) -> None:
    """There is nothing to set."""

    @component(GREETING)
    class Nod:
        """Say nothing."""

    assert reference(["Nod"]) == "## Nod\n\nSay nothing.\n"


def test_the_whole_reference_lists_the_components_by_kind() -> None:
    """Every component has a page, and a link to it under its kind."""
    text = reference()

    assert text.startswith("# Components\n\n- **")
    assert "- **pagination_strategy**: " in text
    for name in all_components():
        assert f"\n## {name}\n" in text
        assert f"[{name}](#{name.lower()})" in text


def test_the_parts_of_a_policy_have_a_chapter() -> None:
    """After the components of manifests, which list none of them."""
    components, _, policies = reference().partition("\n# Masking policies\n")

    assert "\n## MaskingPolicy\n" in policies
    assert "MaskingPolicy" not in components
    assert "\n## Hmac\n" in components
