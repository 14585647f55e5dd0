"""Search APIs, end to end on a loopback server that speaks their protocols: results, pages, refusals, quota, keys."""

import gzip
import json
from collections.abc import Iterator
from datetime import timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest
from loopback import Site, answers, article, crawl, finish, outage, outcomes, running, serving
from searching import DEVELOPERS, HUB, ID, KAKAO, REST, SECRET, Search, begin
from sqlalchemy import select

from meoktong.models import Kind
from meoktong.store import connect, quota
from meoktong.store.schema import ApiCalls, Document, DocumentVersion, Source
from meoktong.times import now, to_kst
from spiders.archives.warc import read_warc

QUERY = "카카오톡 먹통"
HOUR = timedelta(hours=1)


@pytest.fixture
def api() -> Iterator[Search]:
    with Search() as site, running(site):
        yield site


@pytest.fixture
def papers() -> Iterator[Site]:
    with serving() as site:
        yield site


def news(url: str, number: int = 1, *, age: timedelta = HOUR, link: str | None = None) -> dict[str, Any]:
    return {
        "title": f"<b>카카오톡</b> &quot;<b>먹통</b>&quot; {number}보",
        "originallink": url,
        "link": link or url,
        "description": f"{number}번째 소식. <b>카카오톡</b>이 <b>먹통</b>이라 주문을 받지 못했다 &lt;사진&gt;...",
        "pubDate": format_datetime(to_kst(now() - age)),
    }


def cafe(number: int) -> dict[str, Any]:
    return {
        "title": f"<b>카카오톡</b> <b>먹통</b>이라 예약을 못 받아요 {number}",
        "link": f"http://cafe.naver.com/jangsa/{number}",
        "description": f"{number}번 글 <b>톡채널</b>이 <b>안돼</b>서 예약 손님을 놓쳤어요 010-1234-5678 ...",
        "cafename": "사장님 모임",
        "cafeurl": "http://cafe.naver.com/jangsa",
    }


def stored(url: str) -> dict[str, tuple[Any, ...]]:
    """(source, kind, extent, title, text, published, precision, origin, reason, author) by address."""
    query = (
        select(
            Document.url,
            Source.slug,
            Document.kind,
            Document.extent,
            Document.title,
            DocumentVersion.text,
            Document.published_at,
            Document.published_precision,
            Document.published_origin,
            Document.published_reason,
            Document.author,
        )
        .join(Source, Source.id == Document.source_id)
        .join(DocumentVersion, DocumentVersion.document_id == Document.id)
        .where(DocumentVersion.number == Document.version)
    )
    with connect(url) as store, store.reading() as connection:
        return {row[0]: tuple(row[1:]) for row in connection.execute(query)}


def calls(url: str) -> dict[str, int]:
    with connect(url) as store:
        return quota.calls_today(store)


@pytest.mark.parametrize(("keys", "counted"), [(HUB, "naver_apihub"), (DEVELOPERS, "naver_developers")])
def test_naver_brings_pages_where_allowed_and_snippets_elsewhere(
    api: Search, papers: Site, tmp_path: Path, sqlite_url: str, keys: dict[str, str], counted: str
) -> None:
    papers.pages |= {
        "/open": outage(1),
        "/forbidden": outage(2),
        "/wall": answers(403),
        "/gone": answers(410),
        "/empty": article("사진만"),
        "/broken": answers(500),
        "/blog/9": outage(9),
        "/robots.txt": b"User-agent: *\nDisallow: /forbidden\n",
    }
    paths = ("/open", "/forbidden", "/wall", "/gone", "/empty", "/broken")
    api.served["news", QUERY] = [news(papers.url + path, n) for n, path in enumerate(paths)]
    api.served["news", QUERY] += [news(papers.url + "/old", 8, age=timedelta(days=30))]
    api.served["cafearticle", QUERY] = [cafe(1), cafe(2)]
    blog = {"title": "블로그", "link": papers.url + "/blog/9", "description": "글", "bloggername": "홍길동네"}
    api.served["blog", QUERY] = [{**blog, "postdate": f"{to_kst(now()):%Y%m%d}"}]
    status, row, errors = finish(begin(api, sqlite_url, tmp_path, "naver_search", keys=keys))
    assert (status, row["discovered"]) == (0, 9), errors
    assert row["message"] is None
    found = outcomes(sqlite_url, papers.url)
    assert all(len(words) == 1 for words in found.values())
    assert {url for url, words in found.items() if words == ["gone"]} == {"/gone"}  # taken down, kept in no form
    assert {word for url, (word,) in found.items() if url != "/gone"} <= {"stored", "off-topic"}
    assert set(found) == {*paths, "/blog/9", "https://cafe.naver.com/jangsa/1", "https://cafe.naver.com/jangsa/2"}
    assert {"/forbidden", "/old"} & set(papers.paths()) == set()
    assert calls(sqlite_url) == {counted: 3}
    documents = stored(sqlite_url)
    extents = {url.removeprefix(papers.url): document[2] for url, document in documents.items()}
    assert {path for path, extent in extents.items() if extent == "full"} == {"/open", "/blog/9"}
    assert {extent for path, extent in extents.items() if path not in ("/open", "/blog/9")} == {"snippet"}
    host = papers.url.removeprefix("http://")
    source, kind, _, title, text, published, precision, origin, reason, author = documents[papers.url + "/wall"]
    assert (source, kind, title, author) == (host, "news", '카카오톡 "먹통" 2보', None)
    assert text == "2번째 소식. 카카오톡이 먹통이라 주문을 받지 못했다 <사진>..."
    assert now() - published < 2 * HOUR
    assert (precision, origin, reason) == ("minute", "listing", None)
    source, kind, _, title, text, published, _, _, reason, author = documents["https://cafe.naver.com/jangsa/1"]
    assert (source, kind, published, reason) == ("naver_cafe", "post", None, "the search API states no date")
    assert "010-1234-5678" not in text
    assert documents[papers.url + "/blog/9"][1] == "post"  # what a blog's page says of itself counts for nothing
    assert documents[papers.url + "/blog/9"][9] != "홍길동네"


def test_kakao_brings_pages_and_snippets(api: Search, papers: Site, tmp_path: Path, sqlite_url: str) -> None:
    papers.pages |= {"/1": outage(1), "/2": outage(2), "/3": outage(3), "/robots.txt": b"User-agent: *\nDisallow: /2\n"}
    today = f"{to_kst(now()):%Y-%m-%d}"

    def result(url: str, stamp: str, **more: str) -> dict[str, str]:
        text = f"<b>카톡</b>이 &#39;<b>먹통</b>&#39;이라 주문을 못 받았다 {url[-2:]}"
        return {"title": "<b>카톡</b> 먹통", "contents": text, "url": url, "datetime": stamp, **more}

    api.served["web", QUERY] = [
        result(papers.url + "/1", f"{today}T00:00:00.000+09:00"),
        result(papers.url + "/2", f"{today}T00:00:00.000+09:00"),
        result("http://cafe.daum.net/sosang/AbC/77?svc=cafeapi", f"{today}T00:00:00.000+09:00"),
        result("mailto:nobody", f"{today}T00:00:00.000+09:00"),
    ]
    api.served["blog", QUERY] = [result(papers.url + "/3", f"{today}T00:01:02.000+09:00", blogname="가게 일기")]
    api.served["cafe", QUERY] = [
        result("http://cafe.daum.net/sosang/AbC/78", f"{today}T00:01:02.000+09:00", cafename="소상공인")
    ]
    status, row, errors = finish(begin(api, sqlite_url, tmp_path, "kakao_search", keys=KAKAO))
    assert (status, row["discovered"]) == (0, 5), errors
    documents = stored(sqlite_url)
    assert {url.removeprefix(papers.url): document[:3] for url, document in documents.items()} == {
        "/1": (papers.url.removeprefix("http://"), "news", "full"),
        "/2": (papers.url.removeprefix("http://"), "news", "snippet"),
        "/3": (papers.url.removeprefix("http://"), "post", "full"),
        "https://cafe.daum.net/sosang/AbC/77": ("daum_cafe", "post", "snippet"),
        "https://cafe.daum.net/sosang/AbC/78": ("daum_cafe", "post", "snippet"),
    }
    assert documents[papers.url + "/2"][4] == "카톡이 '먹통'이라 주문을 못 받았다 /2"
    assert documents[papers.url + "/2"][6] == "day"  # midnight sharp is how the API writes a day
    assert documents["https://cafe.daum.net/sosang/AbC/78"][6] == "minute"
    assert calls(sqlite_url) == {"kakao_developers": 3}


def test_results_are_read_to_the_documented_end_or_as_far_back_as_was_asked(
    api: Search, tmp_path: Path, sqlite_url: str
) -> None:
    old = [news(f"{api.url}/{n}", n, age=timedelta(hours=n)) for n in range(250)]  # ten days
    api.served["news", QUERY] = old
    api.served["cafearticle", QUERY] = [cafe(n) for n in range(1200)]
    nothing = ("--limit", "100000")

    def starts(section: str) -> list[int]:
        return [int(asked["start"]) for path, asked in api.searches() if path == f"/hub/{section}"]

    finish(begin(api, sqlite_url, tmp_path, "naver_search", *nothing, keys=HUB))
    assert starts("news") == [1, 101]  # a week ends within the second page
    assert starts("cafearticle") == [1]  # without dates only the newest
    api.asked.clear()
    since = f"{to_kst(now()) - timedelta(days=30):%Y-%m-%d}"
    _, row, errors = finish(begin(api, sqlite_url, tmp_path, "naver_search", "--since", since, keys=HUB))
    assert starts("news") == [1, 101, 201], errors
    assert starts("cafearticle") == list(range(1, 1000, 100))
    assert {asked["display"] for _, asked in api.searches()} == {"100"}
    assert row["discovered"] == 250 + 1000


def test_kakao_stops_at_its_last_page(api: Search, tmp_path: Path, sqlite_url: str) -> None:
    stamp = f"{to_kst(now()):%Y-%m-%d}T00:01:02.000+09:00"
    api.served["cafe", QUERY] = [
        {"title": "먹통", "contents": f"글 {n}", "url": f"http://cafe.daum.net/a/b/{n}", "datetime": stamp}
        for n in range(2600)
    ]
    status, row, errors = finish(begin(api, sqlite_url, tmp_path, "kakao_search", keys=KAKAO))
    pages = [int(asked["page"]) for path, asked in api.searches() if path == "/kakao/cafe"]
    assert (status, pages) == (0, list(range(1, 51))), errors
    assert row["discovered"] == 2500


@pytest.mark.parametrize(("status", "advice"), [(401, "check NAVER_APIHUB_KEY_ID"), (403, "may not search"), (429, "")])
def test_a_refusal_is_explained_once_and_ends_the_calls(
    api: Search, tmp_path: Path, sqlite_url: str, status: int, advice: str
) -> None:
    api.pages["/hub/news"] = answers(status, b"no")
    asked = ",".join(f"{n} 먹통" for n in range(40))
    ended, row, errors = finish(begin(api, sqlite_url, tmp_path, "naver_search", keys=HUB, queries=asked))
    assert (ended, row["status"]) == (5, "failed")
    assert row["message"].startswith(f"NAVER API HUB answered {status}: ")
    assert advice in row["message"]
    assert "\n" not in row["message"]
    assert errors == ""
    assert len(api.asked) <= 4  # those that were under way


def test_a_quota_is_shared_by_runs_and_what_it_allowed_is_kept(api: Search, tmp_path: Path, database_url: str) -> None:
    api.served["cafearticle", "0 먹통"] = [cafe(1)]
    asked = ",".join(f"{n} 먹통" for n in range(10))
    with connect(database_url) as store, store.writing() as connection:
        day = to_kst(now()).date()
        connection.execute(store.insert(ApiCalls).values(api="naver_apihub", day=day, calls=24_980))
    status, row, errors = finish(begin(api, database_url, tmp_path, "naver_search", keys=HUB, queries=asked))
    assert (status, row["status"]) == (0, "done"), errors
    assert row["message"].startswith(f"NAVER API HUB: the 25,000 calls of {day} are used up")
    assert row["message"].endswith("; 10 searches were left out")
    assert len(api.asked) == 20
    status, row, errors = finish(begin(api, database_url, tmp_path, "naver_search", keys=HUB, queries=asked))
    assert (status, row["status"]) == (5, "failed")
    assert "are used up" in row["message"]
    assert errors == ""
    assert len(api.asked) == 20
    assert calls(database_url) == {"naver_apihub": 25_000}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"<html>maintenance</html>",
        b'{"items": null}',
        b'{"items": [{"title": 1}], "start": 1}',
        b"\xff",
    ],
)
def test_an_answer_that_is_none_is_a_failure_of_its_search_alone(
    api: Search, tmp_path: Path, sqlite_url: str, body: bytes
) -> None:
    api.pages["/hub/news"] = answers(200, body, content_type="application/json")
    api.served["cafearticle", QUERY] = [cafe(1)]
    status, row, errors = finish(begin(api, sqlite_url, tmp_path, "naver_search", keys=HUB))
    assert (status, row["discovered"]) == (0, 1), errors
    assert row["message"].startswith("1 of 3 listings could not be read: NAVER API HUB: not the documented answer")
    assert errors == ""


def test_a_second_run_asks_again_only_for_what_may_be_had(
    api: Search, papers: Site, tmp_path: Path, sqlite_url: str
) -> None:
    papers.pages |= {"/open": outage(1), "/late": answers(500)}
    api.served["news", QUERY] = [news(papers.url + path, n) for n, path in enumerate(("/open", "/late"))]
    api.served["cafearticle", QUERY] = [cafe(1)]
    finish(begin(api, sqlite_url, tmp_path, "naver_search", keys=HUB))
    before = stored(sqlite_url)
    assert before[papers.url + "/late"][2] == "snippet"
    papers.pages["/late"] = outage(2)
    api.served["cafearticle", QUERY] = [{**cafe(1), "description": "다른 검색어로 잘린 <b>먹통</b> 글"}]
    papers.asked.clear()
    status, row, errors = finish(begin(api, sqlite_url, tmp_path, "naver_search", keys=HUB))
    assert (status, row["outcomes"]) == (0, {"seen": 2, "updated": 1}), errors
    after = stored(sqlite_url)
    assert after[papers.url + "/late"][2] == "full"
    assert {url: document for url, document in after.items() if not url.endswith("/late")} == {
        url: document for url, document in before.items() if not url.endswith("/late")
    }
    papers.pages["/late"] = answers(403)  # a text that was had is not given up for a snippet
    crawl(sqlite_url, "--page", papers.url + "/late")
    assert stored(sqlite_url)[papers.url + "/late"] == after[papers.url + "/late"]


def test_pages_of_closed_communities_are_never_fetched_whatever_leads_there(
    papers: Site, tmp_path: Path, sqlite_url: str
) -> None:
    papers.pages["/moved"] = answers(302, location="http://cafe.naver.com/jangsa/7")
    papers.pages["/feed.xml"] = (
        f"<rss version='2.0'><channel><item><title>1</title><link>{papers.url}/moved</link></item>"
        "<item><title>2</title><link>https://m.cafe.daum.net/sosang/AbC/9</link></item></channel></rss>"
    ).encode()
    crawl(sqlite_url, "--feed", papers.url + "/feed.xml")
    crawl(sqlite_url, "--page", "https://cafe.naver.com/jangsa/8")
    assert outcomes(sqlite_url, papers.url) == {  # a request would end as unreachable
        "/moved": ["robots"],
        "https://cafe.daum.net/sosang/AbC/9": ["robots"],
        "https://cafe.naver.com/jangsa/8": ["robots"],
    }
    assert stored(sqlite_url) == {}


def test_a_recording_knows_what_the_search_said_of_a_page(
    api: Search, papers: Site, tmp_path: Path, sqlite_url: str
) -> None:
    papers.pages["/9"] = outage(9)
    found = {"title": "글", "link": papers.url + "/9", "description": "글", "postdate": f"{to_kst(now()):%Y%m%d}"}
    api.served["blog", QUERY] = [found]
    file = tmp_path / "search.warc.gz"
    finish(begin(api, sqlite_url, tmp_path, "naver_search", "--warc", str(file), keys=HUB))
    with file.open("rb") as stream:
        ((url, document),) = read_warc(stream)
    source, kind, _, title, text, *_ = stored(sqlite_url)[url]
    assert (document.source, document.kind, document.title, document.text) == (source, Kind.POST, title, text)
    assert kind == "post"


def test_keys_stay_in_the_headers(api: Search, tmp_path: Path, sqlite_url: str) -> None:
    elsewhere = f"{api.url}/elsewhere"
    api.pages["/hub/blog"] = answers(302, location=elsewhere)
    api.served["cafearticle", QUERY] = [cafe(1)]
    ended = []
    for number, (source, keys) in enumerate(
        [("naver_search", HUB), ("kakao_search", KAKAO), ("kakao_search", {"KAKAO_REST_API_KEY": f"{REST}-wrong"})]
    ):
        file = tmp_path / f"{number}.warc.gz"
        process = begin(api, sqlite_url, tmp_path, source, "-vv", "--warc", str(file), keys=keys)
        out, errors = process.communicate(timeout=100)
        ended.append(json.loads(out)[0]["status"])
        told = out.encode() + errors.encode() + gzip.decompress(file.read_bytes())
        assert b"X-NCP" not in told
        assert not any(key.encode() in told for key in (ID, SECRET, REST))
        assert b"LedgerMiddleware" in told  # there was something to be found
    assert ended == ["done", "nothing-new", "failed"]
    for file in tmp_path.glob("meoktong.db*"):
        assert not any(key.encode() in file.read_bytes() for key in (ID, SECRET, REST))
    assert elsewhere not in api.paths()
    assert "/elsewhere" not in api.paths()
