"""Grouping only what a change touches gives what grouping everything gives, in whatever order documents come."""

import random
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from making import annotation, document
from sqlalchemy import select, text
from test_incidents import FIRE, keep

from meoktong import incidents
from meoktong.errors import IncidentError
from meoktong.incidents.accounts import load_where
from meoktong.incidents.decisions import decisions
from meoktong.incidents.grouping import group
from meoktong.models import Evidence, Label, Moment, Precision, TaggedDocument
from meoktong.queries.incidents import incidents as listed
from meoktong.store import Store
from meoktong.store.schema_incidents import Incident, IncidentDocument
from meoktong.store.stale import mark_changed
from meoktong.times import now

SERVICES = ["kakaotalk", "kakao_pay", "kt", "baemin", "aws", "naver_pay"]
CAUSES = ["fire", "power", "network", "third_party"]


def some(chance: random.Random, number: int, texts: int) -> TaggedDocument:
    """A document at random: some state a start, some recall a date, some are copies of others."""
    start = FIRE + timedelta(days=chance.choice([0, 0, 1, 2, 40, 300]), minutes=chance.choice([0, 5, 300, 520, 700]))
    recalled = FIRE + timedelta(days=chance.choice([0, 1, 40, 300]))
    named = (
        f"{recalled.year}년 {recalled.month}월 {recalled.day}일",
        f"{recalled.year}년 10월",
        f"{recalled.day}일에도",
    )
    said = chance.choice(["", "", *named, f"{recalled.year}년 하반기에", "지난해 말에도", "지 얼마 안 돼"])
    evidence = Evidence(part="text", start=number % 7, end=9, sentence=f"{said} 먹통이었다.", rule="test")
    precision = chance.choice([Precision.MINUTE, Precision.DAY])
    moment = Moment(
        at=start if precision == Precision.MINUTE else start.replace(hour=0, minute=0),
        precision=precision,
        evidence=(evidence,),
    )
    seed = chance.randrange(texts)
    body = "".join(chr(0xAC00 + (seed * 977 + i * 131) % 11172) for i in range(60))
    published = chance.choice([start, recalled]) + timedelta(
        days=chance.choice([0, 1, 3, 6, 20, 45, 120, 420]), hours=2
    )
    return TaggedDocument(
        document=document(
            f"https://news.example/{number}",
            text=body,
            published_at=chance.choice([published, published, published, None]),
            external_id=f"d{number}",
        ),
        annotation=annotation(
            services_affected=tuple(
                Label(id=each, evidence=(evidence,)) for each in chance.sample(SERVICES, chance.choice([0, 1, 1, 1, 2]))
            ),
            causes=tuple(
                Label(id=each, evidence=(evidence,)) for each in chance.sample(CAUSES, chance.choice([0, 1, 1, 2]))
            ),
            outage_start=chance.choice([moment, moment, None]),
            outage_end=chance.choice(
                [None, Moment(at=start + timedelta(hours=3), precision=precision, evidence=(evidence,))]
            ),
        ),
    )


def stored(store: Store) -> list[Any]:
    """What the incidents are, without their names."""
    with store.reading() as connection:
        rows = connection.execute(select(Incident)).all()
        members = connection.execute(
            select(IncidentDocument.incident_id, IncidentDocument.document_id, IncidentDocument.role)
        ).all()
    roles = {row.id: sorted((m.role, m.document_id) for m in members if m.incident_id == row.id) for row in rows}
    return sorted([roles[row.id], row.provider, *map(str, row[3:13])] for row in rows)


@pytest.mark.parametrize("seed", range(3))
def test_only_the_neighbourhood_is_enough(store: Store, monkeypatch: pytest.MonkeyPatch, seed: int) -> None:
    monkeypatch.setattr(incidents, "MOST", 0)  # never all of them
    chance = random.Random(seed)
    for step in range(12):
        for _ in range(chance.choice([1, 1, 3])):
            keep(store, [some(chance, chance.randrange(40), texts=30)])
        if chance.random() < 0.3:
            with store.writing() as connection:
                changed = {"now": chance.random() < 0.3, "id": chance.randrange(1, 20)}
                known = connection.execute(
                    text("UPDATE annotations SET relevant = :now WHERE document_id = :id"), changed
                ).rowcount
                mark_changed(connection, [changed["id"]] if known else [])
        incidents.refresh(store)
        if step % 4 == 3:
            decide(store, chance)
        with store.reading() as connection:
            found = group([*load_where(connection).values()], decisions(connection))
        whole = sorted(
            sorted([*(("background", d) for d in g.background), *(("main", d) for d in g.documents)]) for g in found
        )
        assert [row[0] for row in stored(store)] == whole
    before, ids = stored(store), sorted(each.id for each in listed(store))
    incidents.rebuild(store)
    assert stored(store) == before
    assert sorted(each.id for each in listed(store)) == ids


def decide(store: Store, chance: random.Random) -> None:
    """A person merges two incidents, or takes a document out of one."""
    found = listed(store)
    if len(found) > 1 and chance.random() < 0.5:
        one, other = chance.sample(found, 2)
        incidents.merge(store, one.id, other.id, "kim", now())
    elif large := [each for each in found if len(each.documents) > 1]:
        chosen = chance.choice(large)
        with suppress(IncidentError):  # all of its documents may be copies of one text
            incidents.split(store, chosen.id, chosen.documents[:1], "kim", now())
