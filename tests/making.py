"""Documents and annotations for tests, complete but for what a test is about."""

from datetime import UTC, datetime
from typing import Any

from meoktong.models import (
    Annotation,
    Document,
    Evidence,
    Kind,
    Label,
    Moment,
    Precision,
    Quantity,
    TaggedDocument,
)

DAY = datetime(2022, 10, 17, 5, 12, tzinfo=UTC)
WORD = Evidence(part="text", start=0, end=2, sentence="카톡이 멈췄다.", rule="services.kakaotalk:카톡")


def document(url: str = "https://news.example/1", **changes: Any) -> Document:
    values: dict[str, Any] = {
        "url": url,
        "source": "example",
        "kind": Kind.NEWS,
        "title": "카톡 먹통에 가게들 한숨",
        "text": "카톡이 멈췄다. 주문을 받지 못했다.",
        "published_at": DAY,
        "published_precision": Precision.MINUTE,
        "published_origin": "import",
        "fetched_at": DAY,
    }
    if changes.get("published_at", DAY) is None:
        values |= {"published_precision": None, "published_origin": None, "published_reason": "no date"}
    return Document(**values | changes)


def annotation(**changes: Any) -> Annotation:
    values: dict[str, Any] = {
        "relevant": True,
        "relevance": (WORD,),
        "services_affected": (Label(id="kakaotalk", evidence=(WORD, WORD)),),
        "damages": (Label(id="order_failure", evidence=(WORD,)),),
        "status": Label(id="ongoing", evidence=(WORD,)),
        "outage_start": Moment(at=DAY, precision=Precision.MINUTE, evidence=(WORD,)),
        "quantities": (Quantity(kind="count", value=1254.0, high=None, text="1254건", evidence=WORD),),
        "tagger_version": "1",
        "catalog_hash": "c",
        "analyser": "mecab",
    }
    return Annotation(**values | changes)


def tagged(url: str = "https://news.example/1", note: Annotation | None = None, **changes: Any) -> TaggedDocument:
    return TaggedDocument(document=document(url, **changes), annotation=note or annotation())
