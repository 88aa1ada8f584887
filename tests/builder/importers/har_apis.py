"""What the API behind each recording of `har/` does, as its makers would tell it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from tests.builder.importers.served import (
    Api,
    ListOf,
    Part,
    Record,
    Window,
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

Json = Any

SECRET = "s3cr3t-of-the-tests-0815"


def records(count: int, key: str = "id", **fields: Json) -> Callable[..., list[Record]]:
    """So many records, numbered from 1 on."""
    return lambda *parts: [
        {
            key: f"{''.join(parts)}{n}" if parts else n,
            "title": f"Number {n}",
            "created_at": moment(n),
            **fields,
        }
        for n in range(1, count + 1)
    ]


def one(name: str, path: str, made: ListOf, **more: Any) -> Api:
    """An API with one list, named as the recording names it: `METHOD host/path`."""
    host = name.split(" ")[1].split("/", maxsplit=1)[0]
    return Api(hosts=(f"https://{host}",), lists={name: replace(made, path=path)}, **more)


def listing(
    count: int, window: Window, answer: Callable[[Part], Json], *takes: str, key: str = "id", **more: Any
) -> ListOf:
    """A list of numbered records."""
    return ListOf("", records(count, key), window, answer, takes, **more)


def bare(part: Part) -> Json:
    """The records, and nothing around them."""
    return part.records


def with_token(records_at: str, token_at: str) -> Callable[[Part], Json]:
    """An envelope with the next token, null at the end."""
    return lambda part: {records_at: part.records, token_at: token(part.next_at)}


def _graph(part: Part) -> Json:
    info = {"hasNextPage": part.next_at is not None, "endCursor": token(part.asked.at + len(part.records))}
    edges = [{"node": record, "__typename": "TicketEdge"} for record in part.records]
    return {"data": {"tickets": {"edges": edges, "pageInfo": info}}}


def _django(part: Part) -> Json:
    following = part.url(page=part.number + 2) if part.next_at is not None else None
    return {"count": part.total, "next": following, "previous": None, "results": part.records}


def _odata(part: Part) -> Json:
    more = (
        {} if part.next_at is None else {"@odata.nextLink": part.url(**{"$skiptoken": token(part.next_at)})}
    )
    return {"@odata.context": "x", "value": part.records, **more}


def _posts() -> list[Record]:
    return [{"type": "posts", "id": str(n), "attributes": {"title": f"Number {n}"}} for n in range(1, 15)]


def _solr(part: Part) -> Json:
    found = {"numFound": part.total, "start": part.asked.at, "docs": part.records}
    return {"responseHeader": {"status": 0, "QTime": 3}, "response": found}


def _continued(part: Part) -> Answer:
    following = token(part.next_at)
    return Answer(part.records, headers={"X-Continuation": following} if following else {})


def _relative(part: Part) -> Json:
    following = f"/api/library/books?after={part.records[-1]['id']}" if part.next_at is not None else None
    return {"books": part.records, "paging": {"next": following}}


def _photos(part: Part) -> Json:
    inner = {"page": part.number + 1, "pages": part.pages, "perpage": 5, "photo": part.records}
    return {"photos": inner, "stat": "ok"}


def _projects() -> Api:
    window = by_page("page", "per_page", 4, 100)
    return Api(
        hosts=("https://work.example",),
        config={"api_token": SECRET},
        allows=bearer(SECRET),
        lists={
            "GET work.example/api/v1/projects": ListOf(
                "/api/v1/projects",
                lambda: [{"id": n, "name": f"Project {n}"} for n in range(1001, 1010)],
                window,
                lambda part: {"projects": part.records, "page": part.number + 1, "total_pages": part.pages},
                ("page", "per_page"),
            ),
            "GET work.example/api/v1/projects/{project_id}/tasks": ListOf(
                "/api/v1/projects/{}/tasks",
                lambda project: [
                    {"id": int(project) * 100 + n, "done": False}
                    for n in range(9 if project == "1002" else 2)
                ],
                window,
                lambda part: {"tasks": part.records, "page": part.number + 1, "total_pages": part.pages},
                ("page", "per_page"),
            ),
        },
    )


def _blog() -> Api:
    return Api(
        hosts=("https://blog.example",),
        lists={
            "GET blog.example/posts": ListOf(
                "/posts", records(13), by_offset("_start", "_limit", 5, 5),
                lambda part: Answer(part.records, headers={"X-Total-Count": str(part.total)}), ("_start", "_limit"),
            ),
            "GET blog.example/activity": ListOf(
                "/activity", records(30), by_page("p", "", 10, 10), bare, ("p",)
            ),
        },
        unreadable={"GET blog.example/activity": "recorded once, without any sign of a second page"},
    )  # fmt: skip


def _hits() -> list[Record]:
    return [{"_index": "articles", "_id": str(r["id"]), "_source": r} for r in records(17)()]


def _session(request: Received) -> bool:
    return request.headers.get("cookie") == f"sessionid={SECRET}"


APIS: Mapping[str, Api] = {
    "todo_cookie.har": one(
        "GET app.todo.example/api/todos", "/api/todos",
        listing(14, by_page("page", "limit", 5, 50), bare, "page", "limit"),
        config={"cookie": f"sessionid={SECRET}"}, allows=_session,
    ),
    "shop_offset.har": one(
        "GET api.shop.example/v3/orders", "/v3/orders",
        listing(11, by_offset("offset", "limit", 4, 4), lambda part: {"items": part.records, "total": part.total},
                "offset", "limit", "status"),
        config={"api_token": SECRET}, allows=bearer(SECRET),
    ),
    "feed_cursor.har": one(
        "GET social.example/api/feed", "/api/feed",
        listing(13, by_token("cursor", "count", 5, 20), with_token("data", "next_cursor"), "cursor", "count"),
        config={"csrf_token": SECRET}, allows=header("X-CSRF-Token", SECRET),
    ),
    "tickets_graphql.har": one(
        "POST desk.example/graphql", "/graphql",
        listing(12, by_token("variables.after", "variables.first", 5, 5), _graph, "operationName", "query",
                "variables.after", "variables.first", method="POST"),
    ),
    "commits_link.har": one(
        "GET git.example/api/commits", "/api/commits",
        listing(13, by_page("page", "per_page", 5, 5), lambda part: linked(part, part.records, page=part.number + 2),
                "page", "per_page", "branch"),
        config={"api_key": SECRET}, allows=header("Authorization", f"token {SECRET}"),
    ),
    "recipes_django.har": one(
        "GET recipes.example/api/recipes/", "/api/recipes/",
        listing(14, by_page("page", "", 6, 6), _django, "page", "format"),
    ),
    "articles_search.har": one(
        "POST search.example/articles/_search", "/articles/_search",
        ListOf("", _hits, by_offset("from", "size", 6, 6),
               lambda part: {"took": 4, "hits": {"total": {"value": part.total}, "hits": part.records}},
               ("from", "size", "query.match_all", "track_total_hits"), method="POST"),
    ),
    "catalogue_zero.har": one(
        "POST find.example/1/indexes/products/query", "/1/indexes/products/query",
        listing(14, by_page("page", "hitsPerPage", 5, 5, first=0),
                lambda part: {"hits": part.records, "page": part.number, "nbPages": part.pages, "nbHits": part.total},
                "page", "hitsPerPage", "query", key="objectID", method="POST"),
        config={"find_api_key": SECRET}, allows=header("X-Find-Api-Key", SECRET),
    ),
    "videos_token.har": one(
        "GET video.example/v3/playlistItems", "/v3/playlistItems",
        listing(12, by_token("pageToken", "maxResults", 5, 5), lambda part: {
            "kind": "list", "items": part.records, "pageInfo": {"totalResults": part.total},
            **({"nextPageToken": token(part.next_at)} if part.next_at is not None else {})},
            "pageToken", "maxResults", "key", "part"),
        config={"key": SECRET}, allows=lambda request: request.params.get("key") == SECRET,
    ),
    "people_odata.har": one(
        "GET graph.example/v1.0/people", "/v1.0/people",
        listing(12, by_token("$skiptoken", "", 5, 5), _odata, "$skiptoken", "$select"),
        config={"api_token": SECRET}, allows=bearer(SECRET),
    ),
    "posts_jsonapi.har": one(
        "GET press.example/jsonapi/posts", "/jsonapi/posts",
        ListOf("", _posts, by_page("page[number]", "page[size]", 5, 5), lambda part: {
            "data": part.records, "meta": {"total-pages": part.pages, "current-page": part.number + 1}},
            ("page[number]", "page[size]", "sort")),
    ),
    "timeline_last.har": one(
        "GET micro.example/api/v1/timeline", "/api/v1/timeline",
        ListOf("", lambda: records(15)()[::-1], by_last("before_id", "id", "limit", 6, 6),
               lambda part: {"statuses": part.records, "has_more": part.next_at is not None}, ("before_id", "limit")),
        config={"api_token": SECRET}, allows=bearer(SECRET),
    ),
    "projects_tasks.har": _projects(),
    "archive_base64.har": one(
        "GET archive.example/solr/select", "/solr/select",
        listing(13, by_offset("start", "rows", 5, 5), _solr, "start", "rows", "q", "wt"),
    ),
    "metrics_header.har": one(
        "GET plant.example/api/measurements", "/api/measurements",
        listing(12, by_token("continuation", "", 5, 5), _continued, "continuation", "site"),
    ),
    "table_form.har": one(
        "POST admin.example/ajax/users", "/ajax/users",
        listing(23, by_offset("start", "length", 10, 10), lambda part: {
            "draw": 1, "recordsTotal": part.total, "recordsFiltered": part.total, "data": part.records},
            "start", "length", "draw", "search[value]", method="POST"),
    ),
    "members_scim.har": one(
        "GET id.example/scim/v2/Users", "/scim/v2/Users",
        listing(12, by_offset("startIndex", "count", 5, 5, first=1), lambda part: {
            "totalResults": part.total, "startIndex": part.asked.at + 1, "itemsPerPage": 5, "Resources": part.records},
            "startIndex", "count"),
        config={"api_token": SECRET}, allows=bearer(SECRET),
    ),
    "books_relative.har": one(
        "GET library.example/api/library/books", "/api/library/books",
        listing(13, by_last("after", "id", "", 5, 5), _relative, "after"),
    ),
    "photos_rpc.har": one(
        "GET photo.example/services/rest/", "/services/rest/",
        listing(13, by_page("page", "per_page", 5, 5), _photos, "page", "per_page", "method", "format", "api_key"),
        config={"api_key": SECRET}, allows=lambda request: request.params.get("api_key") == SECRET,
    ),
    "blog_total.har": _blog(),
}  # fmt: skip
