"""다음 뉴스: the heading is the paper's logo, the number in the address is a time, paragraphs can be div elements."""

from spiders.base import NewsSpider
from spiders.facts import Expect, Selectors, Source


class DaumNews(NewsSpider):
    """Article pages at v.daum.net. They are reached through the search API, so no listing is crawled."""

    name = "daum_news"
    SOURCE = Source(
        name_ko="다음 뉴스",
        homepage="https://v.daum.net/",
        hosts=("v.daum.net", "news.v.daum.net", "v.media.daum.net"),
        rewrites=((r"^https?://(?:news\.)?v\.(?:media\.)?daum\.net/v/(\d+).*", r"https://v.daum.net/v/\1"),),
    )
    EXPECT = Expect(floor=0, ceiling=100_000, quiet=True)
    PAGES = (
        Selectors(
            seen="2026-09",
            evidence="others' code, and a part of a page of November 2023",
            reported=True,
            title=".tit_view",
            published=".info_view .num_date",
            author=".info_view .txt_info",
            body=".article_view section, .article_view",
            drop="figure, .layer_summary, .txt_caption, [dmcf-ptype=figcaption]",
        ),
    )
