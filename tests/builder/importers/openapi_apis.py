"""What the API behind each file of `openapi/` does, as its documentation tells it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping

from tests.builder.importers.served import (
    Api,
    ListOf,
    Part,
    Record,
    WrongRequestError,
    basic,
    bearer,
    by_last,
    by_offset,
    by_page,
    by_token,
    header,
    linked,
    moment,
    token,
)

from penstock.testing.fake_api import Answer, Received

SECRET = "s3cr3t-of-the-tests"
START = "2020-01-01T00:00:00Z"


def _since(name: str, field: str) -> Callable[[Received, Record], bool]:
    def keep(request: Received, record: Record) -> bool:
        wanted = request.params.get(name)
        return wanted is None or str(record[field]) >= wanted

    return keep


def _epoch(number: int) -> int:
    return int(dt.datetime(2024, 1, 1, tzinfo=dt.UTC).timestamp()) + number * 3600


def _bookshop() -> Api:
    page = by_page("page", "per_page", 20, 50)
    takes = ("page", "per_page", "genre")
    books = [{"id": n, "title": f"Book {n}", "author": {"name": f"Author {n % 7}"}} for n in range(1, 124)]
    return Api(
        hosts=("https://api.bookshop.example",),
        config={"api_token": SECRET},
        allows=bearer(SECRET),
        lists={
            "GET /books": ListOf("/v1/books", lambda: books, page, lambda part: part.records, takes),
            "GET /books/{id}/reviews": ListOf(
                "/v1/books/{}/reviews",
                lambda book: [
                    {"id": int(book) * 1000 + n, "stars": n % 5} for n in range(61 if book == "7" else 1)
                ],
                page,
                lambda part: part.records,
                takes,
            ),
        },
    )


def _payments() -> Api:
    takes = ("limit", "starting_after", "ending_before", "created[gte]", "created[lte]", "created[lt]")

    def answer(part: Part) -> Record:
        return {"object": "list", "url": "/v1", "has_more": part.next_at is not None, "data": part.records}

    def keep(request: Received, record: Record) -> bool:
        at = int(record["created"])
        return (
            int(request.params.get("created[gte]", 0)) <= at <= int(request.params.get("created[lte]", 9e9))
        )

    return Api(
        hosts=("https://api.payments.example",),
        config={"username": "sk_test", "password": "", "start_date": START},
        allows=basic("sk_test", ""),
        lists={
            "GET /v1/charges": ListOf(
                "/v1/charges",
                lambda: [{"id": f"ch_{n:04}", "amount": n, "created": _epoch(900 - n)} for n in range(230)],
                by_last("starting_after", "id", "limit", 10, 100),
                answer,
                takes,
                keep=keep,
            ),
            "GET /v1/charges/{charge}/refunds": ListOf(
                "/v1/charges/{}/refunds",
                lambda charge: [{"id": f"re_{charge}_{n}"} for n in range(140 if charge == "ch_0009" else 0)],
                by_last("starting_after", "id", "limit", 10, 100),
                answer,
                ("limit", "starting_after"),
            ),
        },
    )


def _crm() -> Api:
    def answer(part: Part) -> Record:
        after = token(part.next_at)
        return {"results": part.records} | (
            {"paging": {"next": {"after": after, "link": "?after"}}} if after else {}
        )

    return Api(
        hosts=("https://api.crm.example",),
        config={"client_id": "me", "client_secret": SECRET, "refresh_token": "r"},
        allows=bearer("fresh"),
        also={"/oauth/v1/token": lambda request: {"access_token": "fresh", "expires_in": 1800}},
        lists={
            "GET /crm/v3/objects/contacts": ListOf(
                "/crm/v3/objects/contacts",
                lambda: [{"id": str(n), "properties": {"n": str(n)}, "archived": False} for n in range(24)],
                by_token("after", "limit", 10, 100),
                answer,
                ("limit", "after", "archived"),
            ),
            "GET /crm/v3/owners": ListOf(
                "/crm/v3/owners",
                lambda: [{"id": str(n), "email": None} for n in range(1100)],
                by_token("after", "limit", 100, 500),
                answer,
                ("limit", "after", "email"),
            ),
        },
    )


def _northwind() -> Api:
    def window(params: Mapping[str, object], records: object) -> tuple[int, int]:
        if "$top" in params:
            raise WrongRequestError("`$top` limits the whole answer, and then there is no link")
        return int(str(params.get("$skip", 0))), 30

    def answer(part: Part) -> Record:
        more = {} if part.next_at is None else {"@odata.nextLink": part.url(**{"$skip": part.next_at})}
        return {"@odata.context": "$metadata", "value": part.records, **more}

    takes = ("$skip", "$count")
    customers = [{"CustomerID": f"C{n:04}", "CompanyName": f"Company {n}"} for n in range(70)]
    products = [{"ProductID": n, "ProductName": f"Product {n}"} for n in range(90)]
    return Api(
        hosts=("https://services.northwind.example",),
        config={"ocp_apim_subscription_key": SECRET},
        allows=header("Ocp-Apim-Subscription-Key", SECRET),
        lists={
            "GET /Customers": ListOf("/odata/v4/Customers", lambda: customers, window, answer, takes),
            "GET /Products": ListOf("/odata/v4/Products", lambda: products, window, answer, takes),
        },
    )


def _articles() -> Api:
    window = by_page("page[number]", "page[size]", 25, 40)

    def answer(part: Part) -> Record:
        following = part.url(**{"page[number]": part.number + 2}) if part.next_at is not None else None
        return {
            "data": part.records,
            "links": {"self": part.url(), "next": following},
            "included": [{"type": "x", "id": "1"}],
        }

    def keep(request: Received, record: Record) -> bool:
        return bool(record["attributes"]["updatedAt"] >= request.params.get("filter[updatedAt][gte]", ""))

    articles = [
        {"type": "articles", "id": f"a{n}", "attributes": {"updatedAt": moment(n)}} for n in range(95)
    ]
    return Api(
        hosts=("https://articles.example",),
        lists={
            "GET /articles": ListOf(
                "/api/articles", lambda: articles, window, answer,
                ("page[number]", "page[size]", "filter[updatedAt][gte]", "include"), keep=keep,
            ),
            "GET /articles/{articleId}/comments": ListOf(
                "/api/articles/{}/comments",
                lambda article: [{"type": "comments", "id": f"{article}-{n}"} for n in range(90 if article == "a5" else 2)],
                window, answer, ("page[number]", "page[size]"),
            ),
        },
    )  # fmt: skip


def _orders() -> Api:
    window = by_page("page", "size", 20, 30, first=0)

    def answer(name: str) -> Callable[[Part], Record]:
        def made(part: Part) -> Record:
            links = {"self": {"href": part.url()}}
            if part.next_at is not None:
                links["next"] = {"href": part.url(page=part.number + 1)}
            return {"_links": links, "_embedded": {name: part.records}, "page": {"number": part.number}}

        return made

    return Api(
        hosts=("https://{{ config['tenant'] }}.orders.example",),
        config={"tenant": "acme", "version": "v2", "api_key": SECRET},
        allows=lambda request: request.params.get("api_key") == SECRET,
        lists={
            "GET /orders": ListOf(
                "/v2/orders", lambda: [{"orderNumber": f"O-{n}"} for n in range(70)], window, answer("orders"),
                ("page", "size", "api_key"),
            ),
            "GET /orders/{orderNumber}/lines": ListOf(
                "/v2/orders/{}/lines",
                lambda order: [{"lineNumber": n, "sku": order} for n in range(40 if order == "O-3" else 1)],
                window, answer("orderLines"), ("page", "size", "api_key"),
            ),
        },
    )  # fmt: skip


def _identities() -> Api:
    def answer(part: Part) -> Record:
        return {
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:ListResponse"],
            "totalResults": part.total,
            "startIndex": part.asked.at + 1,
            "itemsPerPage": len(part.records),
            "Resources": part.records,
        }

    window, takes = by_offset("startIndex", "count", 10, 50, first=1), ("startIndex", "count", "filter")
    return Api(
        hosts=("https://scim.example",),
        config={"api_token": SECRET},
        allows=bearer(SECRET),
        lists={
            "GET /Users": ListOf(
                "/scim/v2/Users",
                lambda: [{"id": f"u{n}", "userName": f"n{n}"} for n in range(120)],
                window,
                answer,
                takes,
            ),
            "GET /Groups": ListOf(
                "/scim/v2/Groups",
                lambda: [{"id": f"g{n}", "members": []} for n in range(100)],
                window,
                answer,
                takes,
            ),
        },
    )


def _helpdesk() -> Api:
    window, takes = by_page("page", "per_page", 60, 60), ("page", "per_page", "sort_by")

    def answer(name: str) -> Callable[[Part], Record]:
        def made(part: Part) -> Record:
            following = part.url(page=part.number + 2) if part.next_at is not None else None
            return {name: part.records, "next_page": following, "previous_page": None, "count": part.total}

        return made

    return Api(
        hosts=("https://{{ config['subdomain'] }}.helpdesk.example",),
        config={"subdomain": "acme", "username": "me@acme.example/token", "password": SECRET},
        allows=basic("me@acme.example/token", SECRET),
        also={"/api/v2/brands.json": lambda request: {"brands": [{"id": 1, "name": "One"}]}},
        lists={
            "GET /api/v2/tickets.json": ListOf(
                "/api/v2/tickets.json", lambda: [{"id": n, "status": "open"} for n in range(1, 140)], window,
                answer("tickets"), takes,
            ),
            "GET /api/v2/tickets/{ticket_id}/comments.json": ListOf(
                "/api/v2/tickets/{}/comments.json",
                lambda ticket: [{"id": int(ticket) * 100 + n} for n in range(90 if ticket == "4" else 1)],
                window, answer("comments"), takes,
            ),
        },
    )  # fmt: skip


def _forge() -> Api:
    page = by_page("page", "per_page", 30, 100)
    takes = ("page", "per_page")
    repos = {"penguins": 65, "otters": 2}
    return Api(
        hosts=("https://api.forge.example",),
        config={"forge_token": SECRET, "start_date": START},
        allows=header("X-Forge-Token", SECRET),
        lists={
            "GET /orgs": ListOf(
                "/orgs",
                lambda: [
                    {"id": n, "login": "penguins" if n == 1 else "otters" if n == 2 else f"o{n}"}
                    for n in range(1, 70)
                ],
                by_last("since", "id", "per_page", 30, 100),
                lambda part: linked(part, part.records, since=part.records[-1]["id"]),
                ("since", "per_page"),
            ),
            "GET /orgs/{org}/repos": ListOf(
                "/orgs/{}/repos",
                lambda org: [
                    {"id": len(org) * 1000 + n, "name": f"{org}-{n}"} for n in range(repos.get(org, 0))
                ],
                page,
                lambda part: linked(part, part.records, page=part.number + 2),
                (*takes, "type"),
            ),
            "GET /orgs/{org}/repos/{repo}/issues": ListOf(
                "/orgs/{}/repos/{}/issues",
                lambda org, repo: [
                    {"id": f"{repo}#{n}", "number": n, "updated_at": moment(n)}
                    for n in range(63 if repo == "otters-1" else 1)
                ],
                page,
                lambda part: linked(part, part.records, page=part.number + 2),
                (*takes, "since", "state"),
                keep=_since("since", "updated_at"),
            ),
        },
    )


def _chat() -> Api:
    def answer(name: str) -> Callable[[Part], Record]:
        return lambda part: {
            "ok": True,
            name: part.records,
            "has_more": part.next_at is not None,
            "response_metadata": {"next_cursor": token(part.next_at) or ""},
        }

    return Api(
        hosts=("https://chat.example",),
        config={"access_token": SECRET, "channel": "C1"},
        allows=bearer(SECRET),
        lists={
            "GET /conversations.list": ListOf(
                "/api/conversations.list", lambda: [{"id": f"C{n}", "name": f"c{n}"} for n in range(90)],
                by_token("cursor", "limit", 40, 200), answer("channels"), ("cursor", "limit", "exclude_archived"),
            ),
            "GET /conversations.history": ListOf(
                "/api/conversations.history", lambda: [{"ts": f"17100{n:05}.0002", "text": "hi"} for n in range(120)],
                by_token("cursor", "limit", 20, 50), answer("messages"), ("channel", "cursor", "limit", "oldest"),
                keep=lambda request, record: request.params.get("channel") == "C1",
            ),
        },
    )  # fmt: skip


def _catalogue() -> Api:
    return Api(
        hosts=("https://search.catalogue.example",),
        config={"api_key": SECRET},
        allows=header("X-API-Key", SECRET),
        lists={
            "POST /products/search": ListOf(
                "/products/search",
                lambda: [{"sku": f"S{n}", "title": f"T{n}"} for n in range(100)],
                by_token("page.cursor", "page.size", 10, 40),
                lambda part: {
                    "hits": {"total": part.total, "items": part.records},
                    "facets": [{"name": "brand"}],
                    "next_cursor": token(part.next_at),
                },
                ("query", "page.cursor", "page.size"),
                method="POST",
            ),
            "POST /audit/query": ListOf(
                "/audit/query",
                lambda: [{"entryId": n, "action": "read"} for n in range(130)],
                by_offset("from", "size", 25, 50),
                lambda part: {"total": part.total, "entries": part.records},
                ("from", "size", "actor"),
                method="POST",
            ),
        },
    )


def _warehouse() -> Api:
    def allows(request: Received) -> bool:
        return request.params.get("apikey") == SECRET

    window = by_offset("offset", "limit", 25, 50)
    return Api(
        hosts=("https://warehouse.example",),
        config={"apikey": SECRET, "start_date": START},
        allows=allows,
        lists={
            "GET /stock": ListOf(
                "/rest/3/stock", lambda: [{"stockId": n, "changedOn": moment(n)} for n in range(120)], window,
                lambda part: {"totalCount": part.total, "stockList": part.records},
                ("offset", "limit", "apikey", "changedSince"), keep=_since("changedSince", "changedOn"),
            ),
            "GET /locations": ListOf(
                "/rest/3/locations", lambda: [{"code": f"L{n}"} for n in range(75)], window, lambda part: part.records,
                ("offset", "limit", "apikey"),
            ),
        },
    )  # fmt: skip


def _sensors() -> Api:
    def answer(part: Part) -> Answer:
        following = token(part.next_at)
        return Answer(part.records, headers={"X-Next-Cursor": following} if following else {})

    window, takes = by_token("cursor", "limit", 5, 20), ("cursor", "limit")
    return Api(
        hosts=("https://sensors.example",),
        config={"api_token": f"Key {SECRET}", "api_key": f"Key {SECRET}"},
        allows=header("Authorization", f"Key {SECRET}"),
        lists={
            "GET /devices": ListOf(
                "/v1/devices", lambda: [{"uuid": f"d-{n}", "label": None} for n in range(50)], window, answer, takes
            ),
            "GET /devices/{deviceId}/readings": ListOf(
                "/v1/devices/{}/readings",
                lambda device: [{"at": moment(n), "celsius": n, "of": device} for n in range(45 if device == "d-2" else 1)],
                window, answer, takes,
            ),
        },
    )  # fmt: skip


def _fleet() -> Api:
    def answer(part: Part) -> Record:
        return {
            "content": part.records, "number": part.number, "totalPages": part.pages, "last": part.next_at is None,
            "pageable": {"sort": []},
        }  # fmt: skip

    return Api(
        hosts=("https://fleet.example",),
        lists={
            "GET /api/vehicles": ListOf(
                "/api/vehicles", lambda: [{"id": n, "plate": f"P{n}"} for n in range(55)],
                by_page("page", "size", 20, 25, first=0), answer, ("page", "size", "sort"),
            ),
            "GET /api/vehicles/{id}/trips": ListOf(
                "/api/vehicles/{}/trips",
                lambda vehicle: [{"tripId": f"{vehicle}/{n}"} for n in range(41 if vehicle == "8" else 1)],
                by_page("page", "size", 20, 100, first=0), answer, ("page", "size"),
            ),
        },
    )  # fmt: skip


def _erp() -> Api:
    def linked_window(params: Mapping[str, object], records: object) -> tuple[int, int]:
        if "$top" in params:
            raise WrongRequestError("`$top` limits the whole answer, and then there is no link")
        return int(str(params.get("$skip", 0))), 40

    def answer(part: Part) -> Record:
        more = {} if part.next_at is None else {"__next": part.url(**{"$skip": part.next_at})}
        return {"d": {"results": part.records, **more}}

    base = "/sap/opu/odata/sap/API_BUSINESS_PARTNER/A_BusinessPartner"
    return Api(
        hosts=("https://{{ config['host'] }}:{{ config['port'] }}",),
        config={"host": "erp.example", "port": "443", "username": "u", "password": SECRET},
        allows=basic("u", SECRET),
        lists={
            "GET /A_BusinessPartner": ListOf(
                base, lambda: [{"BusinessPartner": f"{n}A"} for n in range(90)], linked_window, answer,
                ("$skip", "$inlinecount"),
            ),
            "GET /A_BusinessPartner('{BusinessPartner}')/to_BusinessPartnerAddress": ListOf(
                base + "('{}')/to_BusinessPartnerAddress",
                lambda partner: [{"AddressID": f"{partner}-{n}"} for n in range(110 if partner == "3A" else 1)],
                by_offset("$skip", "$top", 50, 50), lambda part: {"d": {"results": part.records}}, ("$skip", "$top"),
            ),
        },
    )  # fmt: skip


def _adverts() -> Api:
    def allows(request: Received) -> bool:
        return request.params.get("app_id") == "me" and request.headers.get("app-key") == SECRET

    def campaigns(part: Part) -> Record:
        meta = {"page": part.number + 1, "total_pages": part.pages, "total": part.total}
        return {"status": "OK", "response": {"rows": part.records, "meta": meta}}

    def creatives(part: Part) -> Record:
        following = part.number + 2 if part.next_at is not None else None
        return {"status": "OK", "response": {"next_page": following, "creatives": part.records}}

    return Api(
        hosts=("https://ads.example",),
        config={"app_id": "me", "app_key": SECRET},
        allows=allows,
        lists={
            "GET /campaigns": ListOf(
                "/api/rest/v7/campaigns", lambda: [{"campaign_id": n} for n in range(45)], by_page("page", "", 20, 20),
                campaigns, ("account_type", "page", "app_id"),
                keep=lambda request, record: request.params.get("account_type") == "standard",
            ),
            "GET /creatives": ListOf(
                "/api/rest/v7/creatives", lambda: [{"id": n} for n in range(120)],
                by_page("page_number", "page_length", 10, 50), creatives, ("page_number", "page_length", "app_id"),
            ),
        },
    )  # fmt: skip


def _eventlog() -> Api:
    events = [{"id": n * 3, "kind": "x", "at": moment(n)} for n in range(1, 75)]

    def by_range(params: Mapping[str, object], records: object) -> tuple[int, int]:
        return 0, 25

    return Api(
        hosts=("https://log.example",),
        lists={
            "GET /events": ListOf(
                "/events", lambda: events, by_last("after_id", "id", "limit", 10, 30), lambda part: part.records,
                ("after_id", "limit", "kind"),
            ),
            "GET /archive": ListOf("/archive", lambda: events, by_range, lambda part: Answer(part.records, 206)),
        },
        unreadable={"GET /archive": "the next page is asked for by a `Range` header, which no paginator can count in"},
    )  # fmt: skip


def _calendars() -> Api:
    def answer(part: Part) -> Record:
        following = token(part.next_at)
        return {"kind": "list", "items": part.records, "defaultReminders": []} | (
            {"nextPageToken": following} if following else {"nextSyncToken": "later"}
        )

    window = by_token("pageToken", "maxResults", 10, 25)
    return Api(
        hosts=("https://www.calendars.example", "https://auth.calendars.example"),
        config={"client_id": "me", "client_secret": SECRET, "start_date": START, "calendar_id": "primary"},
        allows=bearer("fresh"),
        also={"/token": lambda request: {"access_token": "fresh", "expires_in": 3600}},
        lists={
            "GET /users/me/calendarList": ListOf(
                "/calendar/v3/users/me/calendarList", lambda: [{"id": f"c{n}"} for n in range(60)], window, answer,
                ("pageToken", "maxResults"),
            ),
            "GET /calendars/{calendarId}/events": ListOf(
                "/calendar/v3/calendars/{}/events",
                lambda calendar: [
                    {"id": f"{calendar}-{n}", "updated": moment(n)} for n in range(60 if calendar in ("primary", "c3") else 1)
                ],
                window, answer, ("pageToken", "maxResults", "updatedMin", "orderBy"), keep=_since("updatedMin", "updated"),
            ),
        },
    )  # fmt: skip


def _films() -> Api:
    def info(part: Part) -> Record:
        end = token(part.asked.at + len(part.records))
        return {"hasNextPage": part.next_at is not None, "endCursor": end}

    window, takes = by_token("after", "first", 5, 15), ("first", "after")
    return Api(
        hosts=("https://films.example",),
        lists={
            "GET /films": ListOf(
                "/films", lambda: [{"id": f"f{n}", "title": "t"} for n in range(40)], window,
                lambda part: {"pageInfo": info(part), "edges": [{"cursor": "x", "node": record} for record in part.records]},
                takes,
            ),
            "GET /films/{filmId}/cast": ListOf(
                "/films/{}/cast", lambda film: [{"id": f"{film}-{n}"} for n in range(31 if film == "f1" else 1)], window,
                lambda part: {"pageInfo": info(part), "nodes": part.records}, takes,
            ),
        },
    )  # fmt: skip


def _invoices() -> Api:
    def invoices(part: Part) -> Record:
        paging = {"PAGE_NO": part.number + 1, "PAGE_COUNT": part.pages}
        return {"RESULT": {"CODE": 0}, "INVOICE_LIST": part.records, "PAGING": paging}

    return Api(
        hosts=("{{ config['base_url'] }}",),
        config={"session": SECRET, "base_url": "https://billing.example"},
        allows=header("Cookie", f"SESSION={SECRET}"),
        also={"/ws/billing/getLedger": lambda request: {"RESULT": {"CODE": 0}}},
        lists={
            "GET /getInvoiceList": ListOf(
                "/ws/billing/getInvoiceList", lambda: [{"INVOICE_NO": f"I{n}"} for n in range(50)],
                by_page("pageNo", "recordsPerPage", 20, 20), invoices, ("pageNo", "recordsPerPage"),
            ),
            "GET /getCustomerList": ListOf(
                "/ws/billing/getCustomerList", lambda: [{"CUSTOMER_NO": n} for n in range(40)],
                by_offset("startRow", "maxRows", 15, 15), lambda part: {"RESULT": {}, "CUSTOMER_LIST": part.records},
                ("startRow", "maxRows"),
            ),
        },
    )  # fmt: skip


APIS: Mapping[str, Api] = {
    "adverts.json": _adverts(),
    "articles_jsonapi.yaml": _articles(),
    "bookshop.yaml": _bookshop(),
    "calendars.yaml": _calendars(),
    "catalogue_search.json": _catalogue(),
    "chat_rpc.yaml": _chat(),
    "crm.yaml": _crm(),
    "erp_odata2.yaml": _erp(),
    "eventlog.yaml": _eventlog(),
    "films_relay.yaml": _films(),
    "fleet_spring.json": _fleet(),
    "forge.json": _forge(),
    "helpdesk.yaml": _helpdesk(),
    "identities_scim.yaml": _identities(),
    "invoices_examples.json": _invoices(),
    "northwind_odata.json": _northwind(),
    "orders_hal.json": _orders(),
    "payments.json": _payments(),
    "sensors.yaml": _sensors(),
    "warehouse_swagger2.yaml": _warehouse(),
}
