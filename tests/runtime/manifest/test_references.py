from __future__ import annotations

from textwrap import dedent
from typing import Any

import pytest

from penstock.diagnostics import Diagnostics, Span
from penstock.errors import ManifestError
from penstock.manifest.load import load_text
from penstock.manifest.node import Node, plain
from penstock.manifest.references import resolve_references


def resolve(text: str) -> tuple[Node, Diagnostics]:
    found = Diagnostics()
    return resolve_references(load_text(dedent(text), "shop.yaml"), found), found


@pytest.mark.parametrize(
    ("text", "made"),
    [
        pytest.param(
            "{there: {x: 1}, made: '#/there'}", {"x": 1}, id="a text that begins with #/ is a reference"
        ),
        pytest.param("{there: {x: 1}, made: {$ref: '#/there'}}", {"x": 1}, id="as is the value of $ref"),
        pytest.param("{there: 7, made: ['#/there', '#/there']}", [7, 7], id="items of lists are too"),
        pytest.param("{there: [4, 5], made: '#/there/1'}", 5, id="a number is an index into a list"),
        pytest.param("{there: {1: x}, made: '#/there/1'}", "x", id="or a key of a mapping"),
        pytest.param(
            "{there: {a/b: 1, a: {b: 2}}, made: '#/there/a/b'}", 1, id="a key with slashes wins over a path"
        ),
        pytest.param(
            "{there: {a: {b/c: 1}}, made: '#/there/a/b/c'}", 1, id="a key with slashes after a path"
        ),
        pytest.param("{there: {x: 1}, made: '#/there/'}", {"x": 1}, id="a slash at the end means nothing"),
        pytest.param("{there: '#/far', far: 7, made: '#/there'}", 7, id="a reference to a reference"),
        pytest.param("{made: '#fff'}", "#fff", id="a colour is no reference"),
        pytest.param(
            "{made: {config_overrides: {x: '#/nope'}}}",
            {"config_overrides": {"x": "#/nope"}},
            id="config_overrides are left alone",
        ),
        pytest.param(
            "{there: {x: 1}, made: {$ref: '#/there', x: 2, y: 3}}", {"x": 2, "y": 3}, id="sibling keys win"
        ),
        pytest.param(
            "{there: {x: {p: 1, q: 2}}, made: {$ref: '#/there', x: {p: 9}}}",
            {"x": {"p": 9}},
            id="only one level deep",
        ),
        pytest.param(
            "{there: {$parameters: {p: 1}}, made: {$ref: '#/there', $parameters: {q: 2}}}",
            {"$parameters": {"q": 2}},
            id="$parameters are a key like any other",
        ),
        pytest.param(
            "{far: {a: 1, b: 1}, there: {$ref: '#/far', b: 2}, made: {$ref: '#/there', c: 3}}",
            {"a": 1, "b": 2, "c": 3},
            id="references with siblings chain",
        ),
        pytest.param(
            "{there: 7, made: {$ref: '#/there', x: 2}}", 7, id="siblings of what is no mapping are dropped"
        ),
        pytest.param(
            "{made: {$ref: {x: 1}, y: 2}}", {"x": 1, "y": 2}, id="a $ref may hold the mapping itself"
        ),
        pytest.param("{made: {$ref: 7, y: 2}}", 7, id="or any value, which takes the place of all"),
        pytest.param(
            "{far: 7, there: {x: '#/far'}, made: {$ref: '#/there', y: '#/far'}}",
            {"x": 7, "y": 7},
            id="target and siblings are resolved",
        ),
    ],
)
def test_a_reference_gives_what_it_names(text: str, made: object) -> None:
    """`made` is what stands there once every reference is replaced."""
    root, found = resolve(text)

    assert plain(root)["made"] == made
    assert found.all == ()


def test_keys_of_the_target_come_before_new_siblings() -> None:
    """Parameters are sent in the order of their keys."""
    root, _ = resolve("{there: {b: 1, a: 1}, made: {c: 2, $ref: '#/there', a: 2}}")

    assert list(plain(root)["made"]) == ["b", "a", "c"]


def test_many_references_share_one_value() -> None:
    """What a reference names is resolved once, so that large definitions stay small in memory."""
    root, _ = resolve("{far: 1, there: {x: '#/far'}, a: '#/there', b: '#/there', c: {$ref: '#/there'}}")

    assert len({id(root.value[name].value) for name in ("there", "a", "b", "c")}) == 1


REUSED = """\
    base:
      path: /orders
    middle:
      $ref: "#/base"
    stream:
      $ref: "#/middle"
      name: orders
    """


def test_what_was_reached_knows_its_place_and_its_trail() -> None:
    """Values stay where they were written; `via` lists the `$ref` sites that led there, innermost first."""
    root, _ = resolve(REUSED)

    assert root.value["middle"].span == Span("shop.yaml", 2, 3)
    assert root.value["middle"].via == (Span("shop.yaml", 4, 9),)
    assert root.value["stream"].value["path"].span == Span("shop.yaml", 2, 9)
    assert root.value["stream"].value["name"].span == Span("shop.yaml", 7, 9)
    assert root.value["stream"].via == (Span("shop.yaml", 4, 9), Span("shop.yaml", 6, 9))


def test_a_mapping_with_siblings_stands_at_its_own_place() -> None:
    """It is a new mapping, so a problem with the whole of it is shown where it was put together."""
    root, _ = resolve(REUSED)

    assert root.value["stream"].span == Span("shop.yaml", 6, 3)
    assert root.value["stream"].key_span == Span("shop.yaml", 5, 1)


def test_every_undefined_reference_is_told_at_once() -> None:
    """The hint goes as far along the pointer as it can, and names the nearest key there."""
    _, found = resolve(
        """\
        definitions: {streams: {orders: {path: /orders}}}
        a: {$ref: "#/definitions/streams/order"}
        b: "#/definition/streams"
        c: "#/definitions/streams/orders/xyz"
        """
    )

    assert [str(problem) for problem in found.errors] == [
        "shop.yaml:2:11: error[undefined-reference] nothing is defined at `#/definitions/streams/order`\n"
        "  hint: did you mean `#/definitions/streams/orders`?",
        "shop.yaml:3:4: error[undefined-reference] nothing is defined at `#/definition/streams`\n"
        "  hint: did you mean `#/definitions`?",
        "shop.yaml:4:4: error[undefined-reference] nothing is defined at `#/definitions/streams/orders/xyz`\n"
        "  hint: `#/definitions/streams/orders` is the last part that exists",
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param(
            "a: {$ref: '#/a'}",
            "1:11: error[reference-cycle] `#/a` leads back to itself: #/a -> #/a",
            id="itself",
        ),
        pytest.param(
            "a: {b: '#/a'}",
            "1:8: error[reference-cycle] `#/a` leads back to itself: #/a -> #/a",
            id="its parent",
        ),
        pytest.param(
            "a: '#/'",
            "1:4: error[reference-cycle] `#/` leads back to itself: #/ -> #/",
            id="the whole manifest",
        ),
        pytest.param(
            "{a: '#/b', b: '#/c', c: '#/b'}",
            "1:25: error[reference-cycle] `#/b` leads back to itself: #/b -> #/c -> #/b",
            id="a ring",
        ),
    ],
)
def test_a_reference_that_leads_back_to_itself_is_an_error(text: str, message: str) -> None:
    """The message shows the ring, and nothing that only led to it."""
    _, found = resolve(text)

    assert [str(problem) for problem in found.errors] == [f"shop.yaml:{message}"]


def lines_of(**entries: Any) -> str:
    return "\n".join(f"{key}: {value}" for key, value in entries.items())


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(
            lines_of(a0=["x"] * 10, **{f"a{i}": [f"#/a{i - 1}"] * 10 for i in range(1, 7)}),
            id="references of references",
        ),
        pytest.param(
            lines_of(
                wide={f"k{i}": 1 for i in range(10_000)},
                many=[{"$ref": "#/wide", "name": i} for i in range(101)],
            ),
            id="many copies of one wide mapping",
        ),
    ],
)
def test_references_that_stand_for_too_many_values_are_refused(text: str) -> None:
    """A short text must not grow to more values than a manifest may have."""
    with pytest.raises(ManifestError) as raised:
        resolve(text)

    assert [problem.rule for problem in raised.value.diagnostics] == ["reference-bomb"]
