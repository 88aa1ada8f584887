from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from penstock.diagnostics import Span
from penstock.manifest.node import Node, Source, fresh, plain

SHOP = Source("shop.yaml", "stream:\n  path: /orders\n")

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
)


@given(json_values)
def test_fresh_nodes_give_back_their_value(value: object) -> None:
    """`plain` undoes `fresh`: JSON that a resolver makes goes through the same decoder as what was written."""
    assert plain(fresh(value, Node(None, SHOP, 2, 9))) == value


@given(json_values)
def test_fresh_nodes_stand_where_the_node_they_are_made_from_stands(value: object) -> None:
    """A problem with a made value is shown at what it was made from."""
    made = [fresh(value, Node(None, SHOP, line=2, col=9, key_line=2, key_col=3))]

    for node in made:
        assert (node.span, node.key_span) == (Span("shop.yaml", 2, 9), Span("shop.yaml", 2, 3))
        if isinstance(node.value, dict | list):
            made.extend(node.value.values() if isinstance(node.value, dict) else node.value)


def test_the_place_of_a_key_is_that_of_the_value_where_there_is_no_key() -> None:
    """Items of a list have no key."""
    assert Node("first", SHOP, line=4, col=5).key_span == Span("shop.yaml", 4, 5)


def test_get_finds_children_of_mappings_only() -> None:
    """Anything else has no keys, and asking is no error."""
    path = Node("/orders", SHOP, 2, 9)

    assert Node({"path": path}, SHOP, 1, 1).get("path") is path
    assert Node({"path": path}, SHOP, 1, 1).get("name") is None
    assert path.get("path") is None


def test_a_node_remembers_the_references_that_led_to_it_innermost_first() -> None:
    """A value reached over two `$ref` stays at its place, takes the key of the last, and knows both."""
    value = Node("/orders", SHOP, line=2, col=9)
    inner = Node("#/path", SHOP, line=5, col=8)
    outer = Node("#/stream", SHOP, line=8, col=8, key_line=8, key_col=3)

    reached = value.reached_from(inner).reached_from(outer)

    assert reached.span == value.span
    assert reached.key_span == Span("shop.yaml", 8, 3)
    assert reached.via == (inner.span, outer.span)


def test_another_value_and_another_key_leave_the_place_alone() -> None:
    """Passes replace values and move them under other keys; the trail stays."""
    node = Node("/orders", SHOP, 2, 9, via=(Span("shop.yaml", 5, 8),))
    other = Node(None, SHOP, line=7, col=20, key_line=7, key_col=11)

    moved = node.with_value("/refunds", frozenset({"path"})).at_key_of(other)

    assert (moved.value, moved.given) == ("/refunds", frozenset({"path"}))
    assert (moved.span, moved.key_span) == (node.span, other.key_span)
    assert moved.via == node.via
