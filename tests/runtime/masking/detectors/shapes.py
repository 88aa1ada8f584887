"""Values of everyday records that are nobody's: what no detector may take for personal."""

from __future__ import annotations

import datetime as dt

from hypothesis import strategies as st

DIGITS = "0123456789"

UUIDS = st.uuids().map(str)
DIGESTS = st.sampled_from([32, 40, 64]).flatmap(lambda n: st.text("0123456789abcdef", min_size=n, max_size=n))
DAYS = st.dates(dt.date(1950, 1, 1), dt.date(2060, 1, 1))
MOMENTS = st.integers(600_000_000, 2_500_000_000).map(
    lambda at: dt.datetime.fromtimestamp(at + 0.25, dt.UTC).replace(tzinfo=None)
)
DATES = st.one_of(
    DAYS.map(dt.date.isoformat),
    DAYS.map(lambda day: day.strftime("%d.%m.%Y")),
    DAYS.map(lambda day: day.strftime("%m/%d/%Y")),
    DAYS.map(lambda day: day.strftime("%m-%d-%y")),
    MOMENTS.map(lambda at: at.isoformat() + "Z"),
    MOMENTS.map(str),
)
SECONDS = st.integers(900_000_000, 2_400_000_000)
PRICES = st.decimals(0, 10_000_000, places=2, allow_nan=False).flatmap(
    lambda price: st.sampled_from([str(price), f"${price}", f"{price:,}", f"{price} EUR", f"-{price}"])
)
VERSIONS = st.lists(st.integers(0, 99), min_size=2, max_size=3).map(lambda parts: ".".join(map(str, parts)))
SHORT_IDS = st.integers(0, 99_999_999)
ORDER_NUMBERS = st.builds("{}-{}".format, st.sampled_from(["ORD", "INV", "SO", "#"]), SHORT_IDS)

NOBODYS = st.one_of(
    UUIDS, DIGESTS, DATES, SECONDS, SECONDS.map(str), PRICES, VERSIONS, SHORT_IDS, ORDER_NUMBERS
)
"""What a check digit or a form keeps apart for certain."""

LONG_IDS = st.one_of(
    SECONDS.map(lambda at: at * 1000 + 123),
    st.integers(10**8, 10**19 - 1),
    st.integers(9, 19).flatmap(lambda n: st.text(DIGITS, min_size=n, max_size=n)),
)
"""Long bare numbers: one in ten has a right check digit by chance, so some are taken for what they are not."""
