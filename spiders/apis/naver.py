"""Naver's search API: news, posts in cafes, blogs. New keys are of the API HUB; old ones work until 2027-06-30."""

from datetime import date
from typing import Any

from meoktong.models import Kind
from spiders.dates import parse_machine
from spiders.facts import Source
from spiders.search import Api, Hit, SearchSpider, Section

LAST_RESULT = 1000  # `start` ends here


class NaverSearch(SearchSpider):
    """Naver search. Both APIs speak the same language; only their addresses and headers differ."""

    name = "naver_search"
    SOURCE = Source(
        name_ko="네이버 검색 API",
        homepage="https://api.ncloud-docs.com/docs/home",
        hosts=("naverapihub.apigw.ntruss.com", "openapi.naver.com"),
    )
    APIS = (
        Api(
            slug="naver_apihub",
            name="NAVER API HUB",
            endpoint="https://naverapihub.apigw.ntruss.com/search/v1/",
            keys={"X-NCP-APIGW-API-KEY-ID": "NAVER_APIHUB_KEY_ID", "X-NCP-APIGW-API-KEY": "NAVER_APIHUB_KEY"},
            daily=25_000,
            refusals={
                401: "check NAVER_APIHUB_KEY_ID and NAVER_APIHUB_KEY; they are wrong, or their application is gone",
                403: "the application may not search: add the search API to it in the API HUB's console",
                429: "its quota is used up, by this key's calls from elsewhere too: go on after midnight in Korea",
            },
        ),
        Api(
            slug="naver_developers",
            name="Naver Developers",
            endpoint="https://openapi.naver.com/v1/search/",
            suffix=".json",
            keys={"X-Naver-Client-Id": "NAVER_CLIENT_ID", "X-Naver-Client-Secret": "NAVER_CLIENT_SECRET"},
            daily=25_000,
            refusals={
                401: "check NAVER_CLIENT_ID and NAVER_CLIENT_SECRET, and that the application has the search API",
                403: "the application may not search: add the search API to it in the developer centre",
                429: "its quota is used up, by this key's calls from elsewhere too: go on after midnight in Korea",
            },
            until=date(2027, 6, 30),
        ),
    )
    SECTIONS = (
        Section(path="news", kind=Kind.NEWS),
        Section(path="cafearticle", kind=Kind.POST),
        Section(path="blog", kind=Kind.POST),
    )
    SHOWN = 100
    LAST_PAGE = LAST_RESULT // SHOWN

    def parameters(self, query: str, page: int) -> dict[str, str | int]:
        """By date, a hundred at a time."""
        return {"query": query, "display": self.SHOWN, "start": (page - 1) * self.SHOWN + 1, "sort": "date"}

    def hits(self, answer: Any) -> tuple[list[Hit], bool]:
        """`originallink` is the publisher's page, `link` may be Naver's copy; blogs state the day, cafes no date."""
        found = [
            Hit(
                url=item.get("originallink") or item["link"],
                title=item["title"],
                snippet=item["description"],
                published=parse_machine(item.get("pubDate") or item.get("postdate") or ""),
                author=item.get("bloggername"),
            )
            for item in answer["items"]
        ]
        return found, answer["start"] + len(found) <= answer["total"]
