"""A small database whose every weekly figure can be counted by hand: the week 2022-W42 and the four before."""

from datetime import datetime
from typing import Any

from making import WORD, annotation, tagged
from sqlalchemy import insert, select

from meoktong.models import Evidence, Kind, Label, Quantity, TaggedDocument
from meoktong.store import Store
from meoktong.store.runs import RunStatus, finish, start_run
from meoktong.store.schema import CrawlRun, Source
from meoktong.store.write import write
from meoktong.stories import assign

LOSS = "이 가게는 하루 만에 1억2천만원 손해를 봤다고 했다."
RANGE = "하루 30만~40만원을 날렸습니다."
COUPON = "회사는 5천원 쿠폰을 지급했다."
LONG = "동네 상가 사람들은 아침부터 손님을 받지 못해 발을 굴렀고 저녁이 되어서야 숨을 돌렸다고 입을 모았다."


def money(value: float, surface: str, sentence: str, high: float | None = None) -> Quantity:
    evidence = Evidence(part="text", start=0, end=1, sentence=sentence, rule="quantities.money")
    return Quantity(kind="money", value=value, high=high, text=surface, evidence=evidence)


def made(
    name: str,
    at: str | None,
    *,
    services: str = "",
    damages: str = "",
    amounts: tuple[Quantity, ...] = (),
    note: dict[str, Any] | None = None,
    **changes: Any,
) -> TaggedDocument:
    """A document called `name`, published `at` (Korea's clock), with labels named in one string each.

    Its text is too short to be a copy.
    """

    def labels(ids: str) -> tuple[Label, ...]:
        return tuple(Label(id=each, evidence=(WORD,)) for each in ids.split())

    values = {"services_affected": labels(services), "damages": labels(damages), "quantities": amounts}
    changes = {"source": "daily", "title": f"{name} 제목", "text": f"{name}, 짧은 글.", **changes}
    published = datetime.fromisoformat(f"{at}+09:00") if at else None
    return tagged(f"https://x.example/{name}", annotation(**values | (note or {})), published_at=published, **changes)


def news() -> list[TaggedDocument]:
    n1 = {"services": "kakaotalk kakao_pay", "damages": "order_failure payment_failure"}
    lost = (money(1.2e8, "1억2천만원", LOSS),)
    text = f"{LOSS} {LONG} 카카오톡과 카카오페이가 함께 멈춘 탓이다."
    paid = (money(5000, "5천원", COUPON), money(2e12, "2조원", "시가총액 2조원이 사라졌다."))
    return [
        made("first", "2022-10-17T00:00", text=text, amounts=lost, **n1),
        made("copy", "2022-10-18T14:00", text=text, amounts=lost, **n1),
        made("taxi", "2022-10-23T23:59", services="kt", damages="sales_loss"),
        # the same text read by a newer tagger: its labels are the ones that count
        made("taxi", "2022-10-23T23:59", services="kakao_t", damages="sales_loss", amounts=paid, note=newer()),
        made("nothing", "2022-10-20T09:00", services="kakaotalk", note={"relevant": False}),
        made("next", "2022-10-24T00:00", services="kakaotalk"),
        made("before", "2022-10-14T10:00", services="kakaotalk"),
        made("again", "2022-10-15T10:00", services="kakaotalk"),
        made("other", "2022-10-16T23:59", services="kt"),
        made("quiet", "2022-09-28T10:00", note={"relevant": False}),
        *(made(f"old{letter}", "2022-09-20T10:00", services="kakaotalk") for letter in "abcd"),
        made("undated", None, services="kakaotalk"),
    ]


def newer() -> dict[str, str]:
    return {"tagger_version": "2"}


def posts() -> list[TaggedDocument]:
    post = {"kind": Kind.POST, "source": "board"}
    lost = (money(3e5, "30만~40만원", RANGE, high=4e5),)
    food = {"industries": (Label(id="food_service", evidence=(WORD,)),)}
    return [
        made("p1", "2022-10-18T09:00", services="kakaotalk", damages="sales_loss", amounts=lost, author="h1", **post),
        made("p2", "2022-10-19T09:00", services="kt", author="h1", **post),
        # a correction: the newest version is the one that counts
        made("p2", "2022-10-19T09:00", services="kakaotalk", author="h1", text="고친 글.", **post),
        made("p3", "2022-10-19T10:00", services="baemin", damages="order_failure", author=None, note=food, **post),
    ]


def fill(store: Store) -> None:
    """Write it all. Collected in the week: Monday to Thursday and Sunday; a crawl on Friday found nothing new."""
    for slug, name, kind, items in (("daily", "한낮일보", "news", news()), ("board", "장터게시판", "board", posts())):
        run = start_run(store, slug, name=name, kind=kind, options={})
        for item in items:
            write(store, run, [item])
        finish(store, run, RunStatus.DONE)
    assign(store)
    with store.writing() as connection:
        board = connection.scalar(select(Source.id).where(Source.slug == "board"))
        runs = ((21, RunStatus.NOTHING_NEW), (22, RunStatus.FAILED))
        for day, status in runs:
            at = datetime.fromisoformat(f"2022-10-{day}T12:00+09:00")
            values = {"started_at": at, "finished_at": at, "status": status, "options": {}, "version": "0"}
            connection.execute(insert(CrawlRun).values(source_id=board, **values))
