"""The answers of a test read, kept in memory: the stream can be read again, edited, without asking the API anew."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable

from penstock.authoring import HttpRequest, HttpResponse, Send


class Answers:
    """Answers as they came, clear and in memory alone. What was not asked before is asked of the network, and kept."""

    def __init__(self) -> None:
        self._kept: dict[Hashable, list[HttpResponse]] = defaultdict(list)

    def around(self, network: Send) -> Send:
        """A network for one run: it gives kept answers in their order, and asks for what there is none of."""
        given: dict[Hashable, int] = defaultdict(int)

        def send(request: HttpRequest) -> HttpResponse:
            key = _key(request)
            kept = self._kept[key]
            number = given[key]
            given[key] += 1
            if number < len(kept):
                return _again(kept[number], request)
            answer = network(request)
            kept.append(_again(answer, request))
            return answer

        return send


def _key(request: HttpRequest) -> Hashable:
    content, content_type = request.content()
    headers = frozenset((name.lower(), str(value)) for name, value in request.options.headers.items())
    return request.method, request.full_url(), headers, content, content_type


def _again(answer: HttpResponse, request: HttpRequest) -> HttpResponse:
    """The same answer, unread. Its body is whole: a test read never streams."""
    return HttpResponse(
        answer.status, answer.headers, answer.body, url=answer.url, links=answer.links, request=request
    )
