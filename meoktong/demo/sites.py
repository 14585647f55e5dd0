"""The two bundled sites: addresses -> pages, rendered in the markup of the programs that such sites run on."""

import gzip
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from http import HTTPStatus
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from meoktong.demo import content
from meoktong.demo.content import Article, Post, Served
from meoktong.demo.server import Answer
from meoktong.times import KST, now
from spiders.encoding import KOREAN
from spiders.replay.replay_board import ReplayBoard
from spiders.replay.replay_news import ReplayNews

FIRST = datetime(2022, 10, 18, 9, tzinfo=KST)  # the two moments at which the demo visits the sites
SECOND = datetime(2022, 10, 31, tzinfo=KST)
IN_FEED = 20
IN_LATEST = 10
ROWS = 15
BOARDS = {"free": "자유게시판", "food": "외식업 이야기"}
OLD_BOARD = "food"  # still in cp949, which it calls euc-kr
HTML = "text/html; charset={}"
XML = "application/xml; charset=utf-8"
PLAIN = "text/plain; charset=utf-8"
NOT_FOUND = Answer(status=HTTPStatus.NOT_FOUND, body="<h1>404</h1><p>페이지를 찾을 수 없습니다.</p>".encode())

_TEMPLATES = Environment(
    loader=PackageLoader("meoktong.demo"), autoescape=True, undefined=StrictUndefined, keep_trailing_newline=True
)


class ReplaySite(ABC):
    """A site as it stood at the moment `as_of`."""

    home: str
    robots: str

    def __init__(self, as_of: datetime) -> None:
        self.as_of = as_of
        self._put_up = now()

    def advance(self, as_of: datetime) -> None:
        """Publish everything up to `as_of`."""
        self.as_of = as_of
        self._put_up = now()

    def get(self, path: str, query: Mapping[str, str]) -> Answer:
        """The answer to a request."""
        if path == "/robots.txt":
            return Answer(body=self.robots.encode(), content_type=PLAIN)
        return self.page(path, query)

    @abstractmethod
    def page(self, path: str, query: Mapping[str, str]) -> Answer:
        """The answer to a request for anything but robots.txt."""

    def render(self, template: str, charset: str = "utf-8", **values: Any) -> bytes:
        """A page."""
        markup = _TEMPLATES.get_template(template).render(home=self.home, charset=charset, **values)
        return markup.encode(KOREAN if charset == "euc-kr" else charset)


class Newspaper(ReplaySite):
    """되새김일보."""

    home = ReplayNews.SOURCE.homepage
    robots = f"User-agent: *\nDisallow: /member/\nDisallow: /news/articlePrint.html\n\nSitemap: {home}sitemap.xml\n"

    def page(self, path: str, query: Mapping[str, str]) -> Answer:
        """Feed, sitemaps, articles and the old addresses of moved ones."""
        articles = [article for article in content.articles() if article.published <= self.as_of]
        listings: dict[str, Callable[[], bytes]] = {
            "/rss/allArticle.xml": lambda: self._listing("feed.xml", articles[:IN_FEED]),
            "/sitemap.xml": lambda: self.render("sitemap_index.xml"),
            "/sitemap/latest-news.xml": lambda: self._listing("sitemap.xml", articles[:IN_LATEST]),
            # Without a time in the gzip header, equal sitemaps are equal bytes.
            "/sitemap/2022-10.xml.gz": lambda: gzip.compress(self._listing("sitemap.xml", articles), mtime=0),
        }
        if path in listings:
            kind = "application/gzip" if path.endswith(".gz") else XML
            return Answer(body=listings[path](), content_type=kind, tagged=True)
        for article in articles:
            if path == f"/{article.id}" and article.served is Served.MOVED:
                return Answer(status=HTTPStatus.MOVED_PERMANENTLY, location=self._view(article))
            if path in ("/news/articleView.html", "/member/articleView.html") and query.get("idxno") == str(article.id):
                return self._article(article, articles)
        return NOT_FOUND

    def _article(self, article: Article, articles: Sequence[Article]) -> Answer:
        if article.served is Served.GONE:
            return NOT_FOUND
        if article.served is Served.WALL:
            return Answer(body=self.render("wall.html"))
        correction = article.correction if article.correction and article.correction.published <= self.as_of else None
        body = self.render(
            "article.html",
            article=article,
            url=self._view(article),
            paragraphs=(correction or article).paragraphs,
            modified=correction.published if correction else None,
            related=[other for other in articles if other.id != article.id and other.section == article.section][:5],
        )
        return Answer(body=body, modified=correction.published if correction else article.published)

    def _listing(self, template: str, articles: Sequence[Article]) -> bytes:
        return self.render(template, articles=articles, address=self._address, lastmod=self._lastmod)

    def _address(self, article: Article) -> str:
        """Where the listings say that an article is."""
        if article.served is Served.MOVED:
            return f"{self.home}{article.id}"
        if article.served is Served.MEMBERS:
            return f"{self.home}member/articleView.html?idxno={article.id}"
        return self._view(article)

    def _view(self, article: Article) -> str:
        return f"{self.home}news/articleView.html?idxno={article.id}"

    def _lastmod(self, article: Article) -> datetime:
        # A crawler asks again for a page that changed since it came, and it comes today, not in 2022: a correction
        # carries the time at which it was put up on this server.
        corrected = article.correction is not None and article.correction.published <= self.as_of
        return self._put_up if corrected else article.published


class Board(ReplaySite):
    """되새김 사장님마당."""

    home = ReplayBoard.SOURCE.homepage
    robots = "User-agent: *\nDisallow: /adm/\nDisallow: /bbs/write.php\nDisallow: /bbs/login.php\n"

    def page(self, path: str, query: Mapping[str, str]) -> Answer:
        """Lists and posts."""
        table = query.get("bo_table", "")
        if path != "/bbs/board.php" or table not in BOARDS:
            return NOT_FOUND
        charset = "euc-kr" if table == OLD_BOARD else "utf-8"
        posts = [post for post in content.posts() if post.board == table and post.published <= self.as_of]
        if "wr_id" not in query:
            body = self._list(table, posts, int(query.get("page", "1")), charset)
            return Answer(body=body, content_type=HTML.format(charset))
        post = next((post for post in posts if query["wr_id"] == str(post.id)), None)
        if post is None or post.served is Served.GONE:
            return Answer(body=self.render("missing.html"))
        body = self.render("post.html", charset, post=post, board=BOARDS[table], popular=posts[:5])
        return Answer(body=body, content_type=HTML.format(charset))

    def _list(self, table: str, posts: Sequence[Post], number: int, charset: str) -> bytes:
        fresh = [post for post in posts if not post.mark]
        rows = [post for post in posts if post.mark] + fresh[(number - 1) * ROWS : number * ROWS]
        return self.render(
            "list.html", charset, table=table, board=BOARDS[table], rows=rows, number=number, total=len(posts),
            last=-(-len(fresh) // ROWS),
        )  # fmt: skip
