"""A loopback API that is fast enough never to be the bottleneck: every page is encoded before the first request.

    python benchmarks/server.py --port 8900 --records 1000000

    /customers?page=N       100 records a page; the page after the last is empty
    /events?since=..&until=..   records of a window of 2024, both bounds inclusive, one page
    /parents?page=N         the first 500 customers
    /customers/ID/notes     20 records of a parent

A prefix `/n1000` pretends that there are only 1,000 customers, `/wait50` answers after 50 ms.
"""

from __future__ import annotations

import argparse
import asyncio
import bisect
import contextlib
import datetime as dt
import gc
import random
from urllib.parse import parse_qsl

import orjson

PAGE = 100
PARENTS = 500
NOTES = 20
EVENTS = 100_000
YEAR = dt.datetime(2024, 1, 1, tzinfo=dt.UTC)
NAMES = ("Ada", "Grace", "Alan", "Edsger", "Barbara", "Donald", "Radia", "Ken", "Margaret", "Katherine")
PLACES = ("Berlin", "São Paulo", "Tōkyō", "Lagos", "Mumbai", "Toronto", "Zürich", "Kraków")


def customer(number: int, moment: int, random_: random.Random) -> dict[str, object]:
    """One record of some 700 bytes, nested as APIs nest them."""
    n = random_.getrandbits(62)
    first, last, place = NAMES[n % 10], NAMES[(n >> 4) % 10], PLACES[(n >> 8) % 8]
    return {
        "id": number,
        "uuid": f"{n:032x}",
        "first_name": first,
        "last_name": last,
        "email": f"{first.lower()}.{number}@example.com",
        "phone": f"+1-555-{n % 10_000_000:07d}",
        "company": f"{last} & {first} GmbH",
        "job_title": ("Engineer", "Nurse", "Analyst", "Pilot")[n % 4],
        "ip_address": f"10.{(n >> 8) % 256}.{(n >> 16) % 256}.{(n >> 24) % 256}",
        "is_active": bool(n & 1),
        "balance": (n % 10_000_000) / 100,
        "score": n % 1_000,
        "birth_date": f"{1950 + n % 55}-{1 + n % 12:02d}-{1 + n % 28:02d}",
        "website": None if n % 5 == 0 else f"https://www.example.com/u/{number}",
        "address": {
            "street": f"{n % 999} {last} Straße",
            "city": place,
            "postal_code": f"{n % 100_000:05d}",
            "geo": {"lat": (n % 1_800_000) / 10_000 - 90, "lng": (n % 3_600_000) / 10_000 - 180},
        },
        "tags": ["vip", "trial", "beta", "eu"][: 1 + n % 4],
        "notes": "Lorem ipsum dolor sit amet, consectetur adipiscing elit.",
        "updated_at": iso(moment),
    }


def iso(second: int) -> str:
    """A second of the year as the API writes it."""
    return (YEAR + dt.timedelta(seconds=second)).strftime("%Y-%m-%dT%H:%M:%SZ")


def answer(body: bytes, status: str = "200 OK") -> bytes:
    """A whole HTTP answer."""
    head = f"HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


class Data:
    """Every answer, ready to be sent."""

    def __init__(self, records: int) -> None:
        random_ = random.Random(42)
        self.records = records
        self.pages = [
            answer(
                wrapped([encoded(i + 1, i * 31, random_) for i in range(start, min(start + PAGE, records))])
            )
            for start in range(0, records, PAGE)
        ]
        self.seconds = sorted(86_400 * (i % 365) + 1 + random_.randrange(86_398) for i in range(EVENTS))
        self.events = [encoded(i + 1, second, random_) for i, second in enumerate(self.seconds)]
        self.notes = {
            parent: answer(
                wrapped(
                    [
                        orjson.dumps(
                            {"id": parent * 1_000 + k, "customer_id": parent, "body": "Lorem ipsum " * 10}
                        )
                        for k in range(NOTES)
                    ]
                )
            )
            for parent in range(1, PARENTS + 1)
        }

    def respond(self, target: str) -> tuple[bytes, float]:
        """The answer for a request target, and the seconds to wait before it is sent."""
        path, _, query = target.partition("?")
        params = dict(parse_qsl(query))
        parts = path.strip("/").split("/")
        limit, wait = self.records, 0.0
        while (parts[0][:1] == "n" and parts[0][1:].isdigit()) or parts[0].startswith("wait"):
            prefix = parts.pop(0)
            if prefix.startswith("wait"):
                wait = int(prefix[4:]) / 1_000
            else:
                limit = int(prefix[1:])
        if parts == ["customers"] or parts == ["parents"]:
            page = int(params.get("page", 1))
            most = min(limit, PARENTS if parts == ["parents"] else self.records)
            return (self.pages[page - 1] if (page - 1) * PAGE < most else answer(wrapped([]))), wait
        if parts == ["events"]:
            low = bisect.bisect_left(self.seconds, second_of(params["since"]))
            high = bisect.bisect_right(self.seconds, second_of(params["until"]))
            return answer(wrapped(self.events[low:high])), wait
        if len(parts) == 3 and parts[0] == "customers":
            return self.notes[int(parts[1])], wait
        return answer(b"{}", "200 OK" if parts == ["ready"] else "404 Not Found"), 0.0


def encoded(number: int, moment: int, random_: random.Random) -> bytes:
    """A record as JSON."""
    return orjson.dumps(customer(number, moment % 31_536_000, random_))


def wrapped(records: list[bytes]) -> bytes:
    """The body of a page."""
    return b'{"data":[' + b",".join(records) + b"]}"


def second_of(moment: str) -> int:
    """The second of the year that an ISO moment is."""
    return int((dt.datetime.fromisoformat(moment) - YEAR).total_seconds())


class Connection(asyncio.Protocol):
    """One client; requests have no body."""

    def __init__(self, data: Data) -> None:
        self._data = data
        self._received = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._received += data
        while (end := self._received.find(b"\r\n\r\n")) >= 0:
            line = self._received[: self._received.index(b"\r\n")]
            self._received = self._received[end + 4 :]
            body, wait = self._data.respond(line.split(b" ")[1].decode())
            asyncio.get_running_loop().call_later(wait, self._transport.write, body) if wait else self._write(
                body
            )

    def _write(self, body: bytes) -> None:
        self._transport.write(body)


async def main() -> None:
    """Serve until stopped."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--port", type=int, default=8900)
    parser.add_argument("--records", type=int, default=100_000)
    given = parser.parse_args()
    data = Data(given.records)
    gc.freeze()
    server = await asyncio.get_running_loop().create_server(lambda: Connection(data), "127.0.0.1", given.port)
    await server.serve_forever()


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(main())
