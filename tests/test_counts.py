"""Counts kept by period: whatever is written, they are what counting the documents themselves gives."""

import random
from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, timedelta

import pytest
from making import WORD, annotation, tagged
from sqlalchemy import func, select, update
from weekdata import money as won

from meoktong import derived, incidents
from meoktong.models import Kind, Label, TaggedDocument
from meoktong.queries.cells import Cell, Choice, read, stored
from meoktong.queries.counted import Count, Counted, counted, total
from meoktong.queries.counting import ALL, EVER, SOURCE, By, labels_of
from meoktong.queries.losses import Amount, Role, money
from meoktong.store import Store, connect
from meoktong.store.runs import start_run
from meoktong.store.schema import Document
from meoktong.store.schema_counts import CountRow, StaleMonth
from meoktong.store.stale import TOTALS
from meoktong.store.write import write
from meoktong.stories import assign
from meoktong.times import KST, to_kst

SERVICES = ("kakaotalk", "kakao_pay", "kakao_t", "kt", "baemin")
DAMAGES = ("order_failure", "payment_failure", "sales_loss")
LOST = "이 가게는 하루 만에 {}만원 손해를 봤다고 했다."
BODY = (
    "동네 상가 사람들은 {}번째 아침부터 손님을 받지 못해 발을 굴렀고 저녁이 되어서야 {}시에 숨을 돌렸다고 입을 모았다."
)
FIRST = datetime(2022, 9, 26, 0, 0, tzinfo=KST)
WHOLE = (date(2022, 1, 1), date(2023, 1, 1))


def corpus(chance: random.Random, size: int) -> list[TaggedDocument]:
    """Documents of two months with copies, posters, money, off-topic ones and ones without a date."""

    def some(ids: Sequence[str], most: int) -> tuple[Label, ...]:
        return tuple(Label(id=each, evidence=(WORD,)) for each in chance.sample(ids, chance.randint(0, most)))

    found = []
    for number in range(size):
        post = chance.random() < 0.4
        text = BODY.format(chance.randint(1, size // 3), chance.randint(1, 3))
        amount = chance.randint(1, 4) * 10_000
        stated = (won(amount * 10_000, f"{amount}만원", LOST.format(amount)),) if chance.random() < 0.3 else ()
        note = annotation(
            relevant=chance.random() < 0.8,
            services_affected=some(SERVICES, 3),
            damages=some(DAMAGES, 2),
            outage_start=None,
            quantities=stated,
        )
        at = FIRST + timedelta(minutes=chance.randint(0, 60 * 24 * 60)) if chance.random() < 0.95 else None
        found.append(
            tagged(
                f"https://x.example/{number}",
                note,
                source=chance.choice(("board", "café") if post else ("daily", "hani")),
                kind=Kind.POST if post else Kind.NEWS,
                author=f"h{chance.randint(1, 5)}" if post else "기자",
                text=text,
                published_at=at,
            )
        )
    return found


def store_all(store: Store, items: Sequence[TaggedDocument]) -> None:
    run = start_run(store, f"import-{items[0].document.url}", options={})
    write(store, run, items)
    assign(store)
    incidents.refresh(store)


def period(by: By, day: date) -> date:
    if by is By.WEEK:
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if by is By.MONTH else day


def expected(
    documents: Sequence[Counted], stated: Sequence[Amount], by: By, one: Choice, other: Choice
) -> dict[object, object]:
    """By period and labels, counted document by document."""
    groups: dict[tuple[date, object, object], list[Counted]] = defaultdict(list)
    for document in documents:
        if document.published_at is None:
            continue
        labels = list(labels_of(document))
        day = period(by, to_kst(document.published_at).date())
        for a in labels:
            for b in labels:
                if a[0] == one[0] and one[1] in (None, a[1]) and b[0] == other[0] and other[1] in (None, b[1]):
                    groups[day, a, b].append(document)
    return {key: (total(found), *sums({d.document_id for d in found}, stated)) for key, found in groups.items()}


def sums(documents: set[int], stated: Sequence[Amount]) -> list[float]:
    first: dict[tuple[int, float], Amount] = {}
    for amount in stated:
        if amount.document_id in documents:
            first.setdefault((amount.story_id, amount.won), amount)
    return [sum(a.won for a in first.values() if a.role is role) for role in MONEY]


MONEY = (Role.LOSS, Role.CLAIMED, Role.COMPENSATION)


def found(store: Store, by: By, one: Choice, other: Choice) -> dict[object, object]:
    with store.reading() as connection:
        cells = read(connection, by, *WHOLE, one, other)
    return {
        (c.first_day, c.one, c.other): (c.count, c.loss, c.claimed, c.compensation) for c in cells if c.count.documents
    }


PAIRS: list[tuple[Choice, Choice]] = [
    (ALL, ALL),
    (ALL, ("service", None)),
    (ALL, ("provider", None)),
    (("service", "kakaotalk"), ("damage", None)),
    (("damage", "sales_loss"), ("service", None)),
    (("source", "daily"), ("provider", None)),
    (("service", "kt"), ("service", None)),
    (("damage", None), ("service", None)),
    (("service", None), ("service", None)),
]


def same(store: Store) -> None:
    with store.reading() as connection:
        everything = counted(connection)
        stated = money(connection, everything)
    for by in By:
        for one, other in PAIRS:
            assert found(store, by, one, other) == expected(everything, stated, by, one, other), (by, one, other)
    with store.reading() as connection:
        (ever,) = read(connection, EVER, TOTALS, TOTALS)
        collected = connection.scalar(select(func.count()).select_from(Document))
        days = read(connection, By.DAY, *WHOLE, ALL, (SOURCE, None))
        dated = connection.scalar(select(func.count(Document.published_at)))
    assert ever.count == total(everything)
    assert ever.collected == collected
    assert sum(cell.collected for cell in days) == dated


def stale(store: Store) -> int:
    with store.reading() as connection:
        return connection.scalar(select(func.count()).select_from(StaleMonth)) or 0


def test_kept_counts_are_those_of_the_documents(store: Store) -> None:
    chance = random.Random(1)  # a sample, not a secret
    items = corpus(chance, 90)
    store_all(store, items[:60])
    same(store)  # nothing is kept yet
    derived.refresh(store)
    assert stale(store) == 0
    same(store)
    # more documents, and corrections of known ones: other dates, other labels, other texts
    again = [tagged(i.document.url, c.annotation) for i, c in zip(items[:8], corpus(chance, 90), strict=False)]
    moved = [
        TaggedDocument(document=c.document, annotation=i.annotation)
        for i, c in zip(items[8:16], corpus(chance, 90)[8:16], strict=True)
    ]
    store_all(store, [*items[60:], *again, *moved])
    assert stale(store) > 0
    same(store)  # part is kept, part is counted
    derived.refresh(store)
    same(store)
    before = rows(store)
    assert derived.recount(store) >= 3
    assert rows(store) == before
    same(store)


def rows(store: Store) -> list[Cell]:
    with store.reading() as connection:
        return [cell for by in (*By, EVER) for cell in read(connection, by, date.min, date.max, ALL, ("service", None))]


def test_a_query_reads_what_is_kept(store: Store) -> None:
    """Else the test above would prove nothing."""
    store_all(store, corpus(random.Random(1), 30))
    derived.refresh(store)
    with store.writing() as connection:
        connection.execute(update(CountRow).values(documents=1000, news=1000))
    with store.reading() as connection:
        assert {cell.count.documents for cell in read(connection, By.DAY, *WHOLE)} == {1000}


def test_an_author_counts_once_for_an_incident(store: Store) -> None:
    def post(number: float, service: str, author: str = "h1") -> TaggedDocument:
        at = FIRST + timedelta(days=20 * number)
        note = annotation(services_affected=(Label(id=service, evidence=(WORD,)),), outage_start=None)
        url = f"https://x.example/{number}"
        return tagged(
            url, note, kind=Kind.POST, author=author, source="board", text=BODY.format(number, number), published_at=at
        )

    store_all(store, [post(0, "kakaotalk"), post(0.1, "kakaotalk"), post(4, "kt"), post(4.1, "kt", "h2")])
    with store.reading() as connection:
        (cell,) = read(connection, EVER, TOTALS, TOTALS)
    assert cell.count == Count(documents=4, news=0, posts=4, stories=cell.count.stories, authors=3, incidents=2)


@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_cells_are_looked_up_by_key(sqlite_url: str, one: Choice, other: Choice) -> None:
    with connect(sqlite_url) as store, store.reading() as connection:
        query = stored(By.DAY, *WHOLE, one, other).compile(connection, compile_kwargs={"literal_binds": True})
        plan = [row[-1] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {query}")]
    assert any(step.startswith("SEARCH counts USING PRIMARY KEY") for step in plan)
    assert not [step for step in plan if step.startswith("SCAN")]
