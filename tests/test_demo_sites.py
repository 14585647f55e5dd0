"""The demo's sites behave like real ones: conditional requests, redirects, gzip, cp949, pinned and promoted rows."""

import gzip
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from datetime import timedelta
from email.message import Message

import pytest

from meoktong.demo.server import serving
from meoktong.demo.sites import FIRST, SECOND, Board, Newspaper
from meoktong.times import now
from spiders.feeds import parse_feed, parse_sitemap
from spiders.lists import parse_list
from spiders.replay.replay_board import ReplayBoard
from spiders.replay.replay_news import ReplayNews

NEWS, BOARD = "http://www.replay-news.example", "http://www.replay-board.example"
CORRECTED = f"{NEWS}/news/articleView.html?idxno=120119"

Ask = Callable[..., tuple[int, Message, bytes]]


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *arguments: object) -> None:
        return None


@pytest.fixture
def newspaper() -> Newspaper:
    return Newspaper(FIRST)


@pytest.fixture
def ask(newspaper: Newspaper) -> Iterator[Ask]:
    sites = {"www.replay-news.example": newspaper, "www.replay-board.example": Board(SECOND)}
    with serving(sites) as proxy:
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({"http": proxy}), _Stay)

        def get(url: str, **headers: str) -> tuple[int, Message, bytes]:
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            try:
                with opener.open(urllib.request.Request(url, headers=named), timeout=10) as answer:
                    return answer.status, answer.headers, answer.read()
            except urllib.error.HTTPError as error:
                with error:
                    return error.code, error.headers, error.read()

        yield get


def test_an_article_is_not_sent_twice_until_it_changes(ask: Ask, newspaper: Newspaper) -> None:
    status, headers, body = ask(CORRECTED)
    assert (status, headers["Last-Modified"]) == (200, "Sun, 16 Oct 2022 08:00:00 GMT")
    assert ask(CORRECTED, If_None_Match=headers["ETag"])[::2] == (304, b"")
    assert ask(CORRECTED, If_Modified_Since=headers["Last-Modified"])[::2] == (304, b"")
    newspaper.advance(SECOND)
    status, later, corrected = ask(CORRECTED, If_None_Match=headers["ETag"], If_Modified_Since=headers["Last-Modified"])
    assert (status, later["Last-Modified"]) == (200, "Wed, 19 Oct 2022 01:30:00 GMT")
    assert corrected != body


def test_a_feed_is_not_sent_twice(ask: Ask) -> None:
    _, headers, _ = ask(ReplayNews.FEEDS[0])
    assert ask(ReplayNews.FEEDS[0], If_None_Match=headers["ETag"])[0] == 304
    assert ask(ReplayNews.FEEDS[0], If_None_Match='"another"')[0] == 200


def test_the_sitemap_index_leads_to_every_article_and_dates_the_correction(ask: Ask, newspaper: Newspaper) -> None:
    newspaper.advance(SECOND)
    index = parse_sitemap(ask(ReplayNews.SITEMAPS[0])[2], ReplayNews.SITEMAPS[0])
    (latest, _), (archive, _) = index.children
    body = ask(archive)[2]
    assert gzip.decompress(body).startswith(b"<?xml")
    pages = {page.url: page for page in parse_sitemap(body, archive, ReplayNews.SOURCE).pages}
    assert len(parse_sitemap(ask(latest)[2], latest).pages) == 10
    assert {entry.url for entry in parse_feed(ask(ReplayNews.FEEDS[0])[2], archive, ReplayNews.SOURCE)} < set(pages)
    (corrected,) = (page for page in pages.values() if page.modified_at)
    assert corrected.url == CORRECTED
    assert corrected.modified_at is not None
    assert now() - corrected.modified_at < timedelta(minutes=5)


def test_a_moved_article_redirects(ask: Ask, newspaper: Newspaper) -> None:
    newspaper.advance(SECOND)
    status, headers, _ = ask(f"{NEWS}/120207")
    assert (status, headers["Location"]) == (301, f"{NEWS}/news/articleView.html?idxno=120207")


def test_the_old_board_is_cp949_under_another_name(ask: Ask) -> None:
    _, headers, body = ask(f"{BOARD}/bbs/board.php?bo_table=food&wr_id=6101")
    assert headers["Content-Type"] == "text/html; charset=euc-kr"
    assert "똠얌꿍" in body.decode("cp949")
    with pytest.raises(UnicodeDecodeError):
        body.decode("euc-kr")


def test_pinned_and_promoted_rows_are_on_every_list_and_are_no_fresh_posts(ask: Ask) -> None:
    (listing, _) = ReplayBoard.LISTS
    counts = []
    for number in (1, 2, 3):
        url = listing.url.replace("{page}", str(number))
        body = ask(url)[2]
        assert "게시판 이용 규칙" in body.decode()
        assert "권리금 없이 넘긴 후기" in body.decode()
        fresh = parse_list(listing, body, url, ReplayBoard.SOURCE, fetched_at=now())
        assert all("규칙" not in (entry.title or "") and "권리금" not in (entry.title or "") for entry in fresh)
        counts.append(len(fresh))
    assert counts == [15, 9, 0]


def test_the_server_answers_for_its_own_hosts_only(ask: Ask) -> None:
    assert ask("http://elsewhere.example/")[0] == 502
    assert ask(f"{NEWS}/nothing-here")[0] == 404
    assert ask(f"{BOARD}/bbs/board.php?bo_table=none")[0] == 404
