"""Pseudonyms join across connectors within a domain, and through a change of keys."""

from __future__ import annotations

from tests.runtime.sync.policies import FAR, OVER, hmac, key, office, synced, table_manifest, write_policy
from tests.warehouse import Warehouse

from penstock.testing.fake_api import FakeApi

__all__ = ["office"]

CUSTOMERS = [{"id": i, "name": f"c{i}"} for i in range(1, 31)]
ORDERS = [{"id": f"o{i}", "customer_id": i % 40, "total": i} for i in range(1, 101)]
JOINED = sum(1 <= order["customer_id"] <= 30 for order in ORDERS if isinstance(order["customer_id"], int))
"""Orders of a customer that there is; of 100, as customers 31 to 39 and 0 are not there."""

JOIN = "SELECT count(*) FROM customers c JOIN orders o ON c.{} = o.{}"


def load_both(office: Warehouse, api: FakeApi, option_of_customers: str, orders: dict[str, object]) -> None:
    """Sync customers by the policy that is written, then orders by one with these fields."""
    api.on("/customers", CUSTOMERS)
    api.on("/orders", ORDERS)
    synced(office, table_manifest("customers"), option_of_customers, api.url)
    synced(office, table_manifest("orders"), write_policy(office.folder, orders), api.url)


def test_customers_and_orders_join_as_before(office: Warehouse, api: FakeApi) -> None:
    """Two connectors, each with a policy of its own, share a key and a domain."""
    option = write_policy(office.folder, {"id": hmac("customer"), "name": {"mask": "drop"}})

    load_both(office, api, option, {"customer_id": hmac("customer")})

    assert office.query(JOIN.format("id", "customer_id")) == [(JOINED,)]
    assert office.query("SELECT count(DISTINCT id), min(length(id)) FROM customers") == [(30, 30)]


def test_nothing_joins_across_domains(office: Warehouse, api: FakeApi) -> None:
    """The same key, and another domain."""
    option = write_policy(office.folder, {"id": hmac("customer")})

    load_both(office, api, option, {"customer_id": hmac("client")})

    assert office.query(JOIN.format("id", "customer_id")) == [(0,)]


def rotated(until: str) -> object:
    """The key of this year, and that of the last until a day."""
    return {**key(2026), "previous": [key(2025, until=until)]}


def test_in_the_window_of_a_rotation_old_and_new_join(office: Warehouse, api: FakeApi) -> None:
    """What was loaded with the old key joins the second column, and what has both joins by either."""
    option = write_policy(office.folder, {"id": hmac("customer")}, keys=key(2025))
    load_both(office, api, option, {})
    fields = {"customer_id": hmac("customer")}
    option = write_policy(office.folder, fields, keys=rotated(FAR))

    synced(office, table_manifest("orders"), option, api.url)

    assert office.query(JOIN.format("id", "customer_id__p25")) == [(JOINED,)]
    assert office.query(JOIN.format("id", "customer_id")) == [(0,)]
    option = write_policy(office.folder, {"id": hmac("customer")}, keys=rotated(FAR))
    synced(office, table_manifest("customers"), option, api.url)
    assert office.query(JOIN.format("id", "customer_id")) == [(JOINED,)]
    assert office.query(JOIN.format("id__p25", "customer_id__p25")) == [(JOINED,)]


def test_after_the_window_only_the_new_key_joins(office: Warehouse, api: FakeApi) -> None:
    """The old key is not even looked for, so that it may be thrown away."""
    api.on("/customers", CUSTOMERS)
    api.on("/orders", ORDERS)
    for name, fields in (
        ("customers", {"id": hmac("customer")}),
        ("orders", {"customer_id": hmac("customer")}),
    ):
        keys = {**key(2026), "previous": [{"ref": "env:THROWN_AWAY", "id": "p25", "until": OVER}]}
        synced(office, table_manifest(name), write_policy(office.folder, fields, keys=keys), api.url)

    columns = office.query("SELECT column_name FROM duckdb_columns() WHERE table_name = 'customers'")

    assert office.query(JOIN.format("id", "customer_id")) == [(JOINED,)]
    assert not [name for (name,) in columns if "__" in name]
