"""A loopback server that speaks the protocols of Naver's and Kakao's search APIs, and `meoktong crawl` on it.

It knows the documented limits and refuses what the APIs refuse; `served` are the results of a section for a query.
"""

import json
import subprocess
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from loopback import Handler, Page, Site, start

ID, SECRET, REST = "id-Xk29fQ", "secret-Zr81mW", "rest-Lp55tB"
HUB = {"NAVER_APIHUB_KEY_ID": ID, "NAVER_APIHUB_KEY": SECRET}
DEVELOPERS = {"NAVER_CLIENT_ID": ID, "NAVER_CLIENT_SECRET": SECRET}
KAKAO = {"KAKAO_REST_API_KEY": REST}
NAMES = [*HUB, *DEVELOPERS, *KAKAO]
HEADERS = {
    "/hub/": {"X-NCP-APIGW-API-KEY-ID": ID, "X-NCP-APIGW-API-KEY": SECRET},
    "/developers/": {"X-Naver-Client-Id": ID, "X-Naver-Client-Secret": SECRET},
    "/kakao/": {"Authorization": f"KakaoAK {REST}"},
}
PATHS = {
    "/hub/": ("news", "cafearticle", "blog"),
    "/developers/": ("news.json", "cafearticle.json", "blog.json"),
    "/kakao/": ("web", "blog", "cafe"),
}
# As `meoktong crawl`, but asking for little and in a hurry: the whole set of queries is thousands.
FEW = """
import sys, spiders.search
asked = sys.argv.pop(1).split(",")
spiders.search.queries = lambda kind: iter(asked)
spiders.search.SearchSpider.PACE = {"delay": 0}
import meoktong.cli
meoktong.cli.main()
"""


class Search(Site):
    """Results by (section, query); `refuse` answers in place of results, `asked` has what was asked."""

    def __init__(self) -> None:
        super().__init__()
        self.served: dict[tuple[str, str], list[dict[str, Any]]] = {}
        self.refuse: Callable[[Handler, str], bool] = lambda handler, section: False
        for home, sections in PATHS.items():
            for section in sections:
                self.pages[home + section] = self._answer

    def page(self, path: str) -> Page | None:
        return self.pages.get(path) or self.pages.get(path.partition("?")[0])

    def searches(self) -> list[tuple[str, dict[str, str]]]:
        """(section, parameters) of each call, in their order."""
        found = []
        for path, _, _ in self.asked:
            parts = urlsplit(path)
            if parts.path in self.pages and parts.query:
                found.append((parts.path, {name: values[0] for name, values in parse_qs(parts.query).items()}))
        return found

    def _answer(self, handler: Handler) -> None:
        parts = urlsplit(handler.path)
        home, section = parts.path[: parts.path.index("/", 1) + 1], parts.path.rpartition("/")[2]
        if self.refuse(handler, section):
            return
        if any(handler.headers.get(name) != value for name, value in HEADERS[home].items()):
            error(handler, 401, handler.headers.get("Authorization") or "Authentication failed")
            return
        asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
        results = self.served.get((section.removesuffix(".json"), asked["query"]), [])
        (kakao if home == "/kakao/" else naver)(handler, asked, results)


def naver(handler: Handler, asked: Mapping[str, str], results: Sequence[Any]) -> None:
    display, first = int(asked["display"]), int(asked["start"])
    if not (1 <= display <= 100 and 1 <= first <= 1000 and asked["sort"] == "date"):
        error(handler, 400, "Invalid display, start or sort value")
        return
    shown = results[first - 1 : first - 1 + display]
    answer(handler, {"total": len(results), "start": first, "display": len(shown), "items": shown})


def kakao(handler: Handler, asked: Mapping[str, str], results: Sequence[Any]) -> None:
    size, page = int(asked["size"]), int(asked["page"])
    if not (1 <= size <= 50 and 1 <= page <= 50 and asked["sort"] == "recency"):
        error(handler, 400, "page or size is out of range")
        return
    shown = results[(page - 1) * size : page * size]
    meta = {"total_count": len(results), "pageable_count": len(results), "is_end": page * size >= len(results)}
    answer(handler, {"meta": meta, "documents": shown})


def answer(handler: Handler, body: Any) -> None:
    handler.answer(200, json.dumps(body, ensure_ascii=False).encode(), content_type="application/json;charset=UTF-8")


def error(handler: Handler, status: int, message: str) -> None:
    body = {"errorMessage": message, "errorCode": "024", "errorType": "AccessDeniedError", "message": message}
    handler.answer(status, json.dumps(body).encode(), content_type="application/json")


def begin(
    site: Search,
    database: str,
    folder: Path,
    source: str,
    *arguments: str,
    keys: Mapping[str, str],
    queries: str = "카카오톡 먹통",
    **settings: str,
) -> "subprocess.Popen[str]":
    """`meoktong crawl` of a search source at `site`, as a process; to be finished by `loopback.finish`."""
    naver = "developers" if "NAVER_CLIENT_ID" in keys else "hub"
    (folder / "meoktong.toml").write_text(
        f'[endpoints]\nnaver_search = "{site.url}/{naver}/"\nkakao_search = "{site.url}/kakao/"\n', encoding="utf-8"
    )
    program = ("-c", FEW, queries)
    return start(
        database, source, *arguments, program=program, cwd=folder, keys=dict.fromkeys(NAMES, "") | keys, **settings
    )
