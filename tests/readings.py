"""Texts as the tagger reads them, and times as the tests write them."""

from datetime import datetime

from hypothesis import strategies as st

from meoktong.models import Document, Kind, Moment, Precision
from meoktong.times import KST
from nlp import status, times
from nlp.morphology import analyser
from nlp.text import Reading

MONDAY = datetime(2022, 10, 17, 14, 12, tzinfo=KST)


def reading(text: str, published: datetime | None, kind: Kind = Kind.NEWS, title: str = "") -> Reading:
    document = Document(
        url="https://news.example/1",
        source="t",
        kind=kind,
        title=title,
        text=text,
        published_at=published,
        published_precision=Precision.MINUTE if published else None,
        published_reason=None if published else "no-date",
    )
    return Reading(document, analyser("mecab"))


def shown(moment: Moment | None) -> str | None:
    if moment is None:
        return None
    return moment.at.strftime("%Y-%m-%d" if moment.precision is Precision.DAY else "%Y-%m-%dT%H:%M")


def pieces(*words: str) -> st.SearchStrategy[str]:
    """Texts of up to forty pieces: of `words`, spaces, line ends and anything."""
    return st.lists(st.sampled_from([*words, " ", "\n"]) | st.text(max_size=3), max_size=40).map("".join)


def standing(text: str, kind: Kind = Kind.NEWS) -> str:
    """The status of a text by rules alone."""
    read = reading(text, None, kind)
    start, end = times.outage_times(read)
    label = status.by_rules(read, start, end) or status.complaint(read, start)
    return label.id if label else "unstated"
