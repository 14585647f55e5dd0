"""Kakao's Daum search API: web pages, blogs, posts in cafes. News are among the web pages."""

from dataclasses import replace
from typing import Any

from meoktong.models import Kind, Precision
from meoktong.times import midnight_kst, to_kst
from spiders.dates import Moment, parse_machine
from spiders.facts import Source
from spiders.search import Api, Hit, SearchSpider, Section


class KakaoSearch(SearchSpider):
    """Daum search, by a REST key of Kakao Developers."""

    name = "kakao_search"
    SOURCE = Source(
        name_ko="카카오 다음 검색 API",
        homepage="https://developers.kakao.com/docs/latest/ko/daum-search/common",
        hosts=("dapi.kakao.com",),
    )
    APIS = (
        Api(
            slug="kakao_developers",
            name="Kakao Daum search",
            endpoint="https://dapi.kakao.com/v2/search/",
            keys={"Authorization": "KAKAO_REST_API_KEY"},
            prefix="KakaoAK ",
            daily=30_000,  # the limit of one section; all together may have 50,000
            refusals={
                401: "check KAKAO_REST_API_KEY: it must be the REST API key of an application at Kakao Developers",
                403: "the application may not search: look at its permitted addresses and services at Kakao Developers",
                429: "its quota of the day or month is used up: the application's quota page says when it goes on",
            },
        ),
    )
    SECTIONS = (
        Section(path="web", kind=Kind.NEWS, mixed=True),
        Section(path="blog", kind=Kind.POST),
        Section(path="cafe", kind=Kind.POST),
    )
    SHOWN = 50
    LAST_PAGE = 50

    def parameters(self, query: str, page: int) -> dict[str, str | int]:
        """By date, fifty at a time."""
        return {"query": query, "size": self.SHOWN, "page": page, "sort": "recency"}

    def hits(self, answer: Any) -> tuple[list[Hit], bool]:
        """`blogname` is the blog's name, which often is its owner's."""
        found = [
            Hit(
                url=item["url"],
                title=item["title"],
                snippet=item["contents"],
                published=_moment(item.get("datetime") or ""),
                author=item.get("blogname"),
            )
            for item in answer["documents"]
        ]
        return found, not answer["meta"]["is_end"]


def _moment(stamp: str) -> Moment | None:
    """Midnight to the millisecond stands for a day: that is how the API writes one of which it knows no time."""
    moment = parse_machine(stamp)
    if moment and moment.at == midnight_kst(to_kst(moment.at).date()):
        return replace(moment, precision=Precision.DAY)
    return moment
