"""The API of a bookshop: customers by page, orders by cursor, the lines of each order. Everybody in it is made up."""

from __future__ import annotations

import datetime as dt
from typing import Any

from penstock.testing.fake_api import Answer, FakeApi, Received

Json = Any
TOKEN = "bookshop-demo-token"

_FIRST = (
    "Ada",
    "Björn",
    "Chidi",
    "Dana",
    "Eun-ji",
    "Farid",
    "Greta",
    "Hiro",
    "Ines",
    "Jonas",
    "Kira",
    "Luis",
)
_LAST = (
    "Okafor",
    "Lindqvist",
    "Moreau",
    "Tanaka",
    "Novak",
    "Haddad",
    "Silva",
    "Byrne",
    "Kovacs",
    "Weiss",
    "Ahmadi",
)
_TITLES = (
    "The Long Canal",
    "Notes on Rivers",
    "A Field of Reeds",
    "Tidal Clocks",
    "The Lock Keeper",
    "Low Water",
)
_CUSTOMERS, _ORDERS, _PAGE = 57, 240, 20
_BEGIN = dt.datetime(2026, 1, 5, 8, 30, tzinfo=dt.UTC)


def customers() -> list[dict[str, Json]]:
    """Customers, with the personal data that a shop has."""
    made = []
    for number in range(1, _CUSTOMERS + 1):
        first, last = _FIRST[number % len(_FIRST)], _LAST[number * 7 % len(_LAST)]
        made.append(
            {
                "id": number,
                "name": f"{first} {last}",
                "email": f"{first}.{last}{number}@example.org".lower().replace(" ", ""),
                "phone": f"+4420794600{number:02d}",
                "address": {
                    "street": f"{number * 3} Canal Street",
                    "city": "Leeds",
                    "postcode": f"LS{number % 9 + 1} 4AB",
                },
                "newsletter": number % 3 == 0,
                "updated_at": (_BEGIN + dt.timedelta(days=number * 2)).isoformat().replace("+00:00", "Z"),
            }
        )
    return made


def orders() -> list[dict[str, Json]]:
    """Orders of these customers, in the order in which they changed."""
    return [
        {
            "id": f"ord_{1000 + number}",
            "customer_id": number * 5 % _CUSTOMERS + 1,
            "status": ("paid", "shipped", "open", "returned")[number % 4],
            "total": round(7.5 + number * 13 % 190 + 0.25, 2),
            "currency": "GBP",
            "note": f"leave it with Dana Novak, +44207946{number:04d}" if number % 17 == 0 else None,
            "updated_at": (_BEGIN + dt.timedelta(hours=number * 9)).isoformat().replace("+00:00", "Z"),
        }
        for number in range(_ORDERS)
    ]


def open_bookshop(api: FakeApi) -> None:
    """Let an API be the bookshop's."""
    all_customers, all_orders = customers(), orders()

    def customers_page(request: Received) -> Answer | Json:
        page = int(request.params.get("page", "1"))
        size = min(int(request.params.get("per_page", _PAGE)), _PAGE)
        part = all_customers[(page - 1) * size : page * size]
        return {"data": part, "meta": {"page": page, "per_page": size, "total": len(all_customers)}}

    def orders_page(request: Received) -> Answer | Json:
        since = request.params.get("updated_since", "")
        until = request.params.get("updated_until", "9")
        fitting = [order for order in all_orders if since <= order["updated_at"] <= until]
        begin = int(request.params.get("after", "0"))
        part = fitting[begin : begin + _PAGE]
        following = begin + _PAGE if begin + _PAGE < len(fitting) else None
        return {"data": part, "paging": {"has_more": following is not None, "next": following}}

    def lines_of(number: int) -> list[dict[str, Json]]:
        return [
            {
                "line": line,
                "title": _TITLES[(number + line) % len(_TITLES)],
                "quantity": 1 + (number + line) % 3,
            }
            for line in range(1, 2 + number % 4)
        ]

    api.on("/customers", _for_members(customers_page))
    api.on("/orders", _for_members(orders_page))
    for number, order in enumerate(all_orders):
        api.on(f"/orders/{order['id']}/lines", _for_members(lambda request, n=number: lines_of(n)))


def _for_members(handler: Any) -> Any:
    """Only who shows the token gets an answer."""

    def answer(request: Received) -> Answer | Json:
        if request.headers.get("authorization") != f"Bearer {TOKEN}":
            return Answer({"error": "who are you?"}, 401, {"WWW-Authenticate": "Bearer"})
        return handler(request)

    return answer
