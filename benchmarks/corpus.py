"""Annotated corpora of any size for measurements: invented, the same for the same seed, made document by document.

    python benchmarks/corpus.py DATABASE_URL [--documents 10000] [--seed 1]

writes one into a database, stories included. What is realistic is what storing, grouping and counting depend on:
seven years, outages that come in bursts and die away, few services, sources and posters that do most (Zipf), one
document in five a copy (mirrored, retitled, shortened or edited), posts with comments, labels whose evidence stands
where it says. Sentences are words of Korean texts in any order; nobody should read them.
"""

import argparse
import hashlib
import re
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import accumulate, chain, islice, pairwise
from math import exp
from pathlib import Path
from random import Random
from typing import Any

import msgspec

from meoktong import catalog
from meoktong.models import (
    Annotation,
    Comment,
    Document,
    Evidence,
    Kind,
    Label,
    Moment,
    Precision,
    Quantity,
    TaggedDocument,
)
from meoktong.store import Store, connect
from meoktong.store.runs import RunStatus, finish, running
from meoktong.store.write import write
from meoktong.stories import assign
from meoktong.times import midnight_kst, to_kst

TESTS = Path(__file__).parents[1] / "tests"
WORDS = (TESTS / "gold" / "dev.jsonl", TESTS / "tagger" / "invented.jsonl")  # whose words are shuffled
START = datetime(2018, 1, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)
HOURS = 7 * 365 * 24
OUTAGES = 280  # that make bursts
IN_BURSTS = 0.4  # share of all documents
COPIES = 0.2
RELEVANT = 0.9, 0.25  # share of outage documents within bursts and outside
PAPERS, BOARDS, POSTERS = 20, 12, 100_000
BY_HOUR = (2, 1, 1, 1, 1, 2, 4, 6, 9, 10, 10, 9, 9, 10, 10, 10, 10, 9, 8, 7, 6, 5, 4, 3)  # how busy Korea's hours are
BATCH = 200  # documents in a transaction
NO_DATE = "the page has no date"

Choice = Callable[[Random], Any]


@dataclass(frozen=True, slots=True)
class Outage:
    """What the documents of a burst tell of."""

    start: datetime
    service: str
    cause: str


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence, and what the characters [start, end) of it earn: a label or an amount."""

    text: str
    start: int = 0
    end: int = 0
    field: str = ""
    value: Any = None


@dataclass(frozen=True, slots=True)
class Draft:
    """A document before it has an address: what copies are made from. The first sentence of `title` is all of it."""

    kind: Kind
    relevant: bool
    title: Sentence
    body: tuple[Sentence, ...]


def corpus(size: int, *, seed: int = 1) -> Iterator[TaggedDocument]:
    """`size` documents in the order in which they are published; memory does not depend on `size`."""
    writer = _Writer(Random(seed))
    for number, (hour, outage) in enumerate(_moments(size, Random(seed))):
        yield writer.document(number, hour, outage)


def fill(store: Store, documents: Iterator[TaggedDocument]) -> int:
    """Write `documents` and put them into stories, as a crawl does; how many there were."""
    done = 0
    with running(store, "corpus", options={}) as run:
        while batch := list(islice(documents, BATCH)):
            write(store, run, batch)
            assign(store)
            done += len(batch)
        finish(store, run, RunStatus.DONE)
    return done


def zipf(values: Sequence[Any], exponent: float = 1.0) -> Choice:
    """Draws the k-th of `values` with a probability proportional to 1 / k^exponent."""
    weights = list(accumulate(rank**-exponent for rank in range(1, len(values) + 1)))
    return lambda rng: rng.choices(values, cum_weights=weights)[0]


def _moments(size: int, rng: Random) -> Iterator[tuple[datetime, Outage | None]]:
    """The hour of each document and the burst that it belongs to."""
    known = catalog.load()
    service, cause = zipf(list(known.services)), zipf(list(known.causes))
    bursts: dict[int, list[tuple[float, Outage]]] = {}  # by hour, with weights
    largeness = [rank**-0.8 for rank in range(1, OUTAGES + 1)]
    of_all = sum(largeness)
    for large in largeness:
        first = rng.randrange(HOURS)
        lasts = rng.uniform(6, 48)  # hours after which a third of the interest is left
        outage = Outage(START + first * HOUR, service(rng), cause(rng))
        fading = [exp(-hour / lasts) for hour in range(int(6 * lasts))]
        faded = sum(fading)
        for hour, share in enumerate(fading):
            weight = IN_BURSTS * large / of_all * share / faded
            bursts.setdefault((first + hour) % HOURS, []).append((weight, outage))
    quiet = [BY_HOUR[(hour + 9) % 24] * (1 + hour / HOURS) for hour in range(HOURS)]  # twice as many in the end
    level = (1 - IN_BURSTS) / sum(quiet)
    weights = [quiet[hour] * level + sum(weight for weight, _ in bursts.get(hour, ())) for hour in range(HOURS)]
    all_weights = sum(weights)
    until = [round(size * share / all_weights) for share in accumulate(weights, initial=0.0)]
    for hour, (done, following) in enumerate(pairwise(until)):
        choices = [(quiet[hour] * level, None), *bursts.get(hour, ())]
        for _, outage in rng.choices(choices, [weight for weight, _ in choices], k=following - done):
            yield START + hour * HOUR, outage


class _Writer:
    """Writes documents one after the other; remembers the last few, of which others are copies."""

    def __init__(self, rng: Random) -> None:
        known = catalog.load()
        self._rng = rng
        self._words = _vocabulary()
        self._recent: deque[Draft] = deque(maxlen=400)
        self._service = zipf(list(known.services))
        self._damage = zipf(list(known.damages))
        self._cause = zipf(list(known.causes))
        self._industry = zipf(list(known.industries))
        self._papers = zipf([f"paper{number:02}" for number in range(1, PAPERS + 1)], 0.8)
        self._boards = zipf([f"board{number:02}" for number in range(1, BOARDS + 1)], 0.8)
        self._names = {
            label: entry.ko
            for label, entry in chain(
                known.services.items(), known.damages.items(), known.causes.items(), known.industries.items()
            )
        }

    def document(self, number: int, hour: datetime, outage: Outage | None) -> TaggedDocument:
        """The next one, published within `hour`."""
        rng = self._rng
        copied = bool(self._recent) and rng.random() < COPIES
        draft = self._copy(rng.choice(self._recent)) if copied else self._draft(hour, outage)
        self._recent.append(draft)
        post = draft.kind is Kind.POST
        source = (self._boards if post else self._papers)(rng)
        minute = hour + timedelta(minutes=rng.randrange(60))
        published, precision, reason = self._published(minute)
        text, offsets = _joined(draft.body)
        document = Document(
            url=f"https://{source}.example/{to_kst(minute):%Y/%m/%d}/{number}",
            source=source,
            kind=draft.kind,
            title=draft.title.text,
            text=text,
            published_at=published,
            published_precision=precision,
            published_origin=None if reason else "meta",
            published_reason=reason,
            author=self._poster() if post else f"{rng.choice(self._words)[:3]} 기자",
            comments=tuple(self._comment(minute) for _ in range(int(rng.expovariate(0.5)))) if post else (),
            fetched_at=minute + timedelta(minutes=rng.randrange(5, 90)),
        )
        return TaggedDocument(document=document, annotation=_annotation(draft, offsets))

    def _published(self, minute: datetime) -> tuple[datetime | None, Precision | None, str | None]:
        chance = self._rng.random()
        if chance < 0.01:
            return None, None, NO_DATE
        if chance < 0.06:
            return midnight_kst(to_kst(minute).date()), Precision.DAY, None
        return minute, Precision.MINUTE, None

    def _poster(self) -> str:
        number = int(self._rng.paretovariate(0.7)) % POSTERS
        return hashlib.sha256(f"poster {number}".encode()).hexdigest()

    def _comment(self, at: datetime) -> Comment:
        after = timedelta(minutes=self._rng.randrange(600))
        return Comment(text=self._plain(8).text, published_at=at + after, author=self._poster())

    def _draft(self, hour: datetime, outage: Outage | None) -> Draft:
        rng = self._rng
        kind = Kind.NEWS if rng.random() < 0.6 else Kind.POST
        plain = 1 + int(rng.expovariate(1 / 6 if kind is Kind.NEWS else 1 / 2.5))
        body = [self._plain(rng.randrange(6, 16)) for _ in range(min(plain, 40))]
        relevant = rng.random() < RELEVANT[outage is None]
        service = outage.service if outage else self._service(rng)
        if not relevant:
            body.insert(0, self._said("services_mentioned", service))
            return Draft(kind, relevant, self._plain(5), tuple(body))
        told = [self._said("services_affected", service), self._said("relevant", "", "먹통")]
        told += [self._said("damages", self._damage(rng)) for _ in range(rng.randrange(3))]
        told += [self._said("industries", self._industry(rng)) for _ in range(rng.randrange(2))]
        if rng.random() < 0.3:
            told.append(self._said("services_mentioned", self._service(rng)))
        if rng.random() < 0.4:
            told.append(self._said("causes", outage.cause if outage else self._cause(rng)))
        if rng.random() < 0.5:
            status, word = rng.choice((("ongoing", "먹통 상태"), ("partial", "일부 복구"), ("recovered", "복구 완료")))
            told.append(self._said("status", status, word))
        if rng.random() < 0.5:
            start = outage.start if outage else hour
            told.append(self._said("outage_start", start, f"{to_kst(start):%d일 %H시 %M분}부터"))
        if rng.random() < 0.4:
            won = rng.choice((5, 10, 30, 50, 100, 300, 1000, 20_000))
            told.append(self._said("quantities", won * 10_000.0, f"{won}만원 손해"))
        for sentence in told:
            body.insert(min(rng.randrange(4), len(body)), sentence)
        return Draft(kind, relevant, self._said("services_affected", service, short=True), tuple(body))

    def _copy(self, of: Draft) -> Draft:
        rng = self._rng
        chance, body, title = rng.random(), of.body, of.title
        if chance < 0.3:
            title = self._said(title.field, title.value, short=True) if title.field else self._plain(5)
        elif chance < 0.6:
            body = body[: max(4, round(len(body) * 0.7))]
        elif chance < 0.7:
            place = rng.randrange(len(body))
            if len(body) > 6 and not body[place].field:
                body = (*body[:place], self._plain(8), *body[place + 1 :])
        return Draft(of.kind, of.relevant, title, body)

    def _plain(self, words: int) -> Sentence:
        return Sentence(" ".join(self._rng.choices(self._words, k=words)) + ".")

    def _said(self, field: str, value: Any, words: str = "", *, short: bool = False) -> Sentence:
        """A sentence that earns `value`: by `words`, or by the name of the catalog's entry."""
        rng = self._rng
        words = words or self._names[value]
        before = " ".join(rng.choices(self._words, k=1 if short else rng.randrange(2, 6)))
        after = " ".join(rng.choices(self._words, k=rng.randrange(2, 6)))
        start = len(before) + 1
        return Sentence(f"{before} {words} {after}{'' if short else '.'}", start, start + len(words), field, value)


@cache
def _vocabulary() -> list[str]:
    """Words as often as they stand in the texts, and as many syllables thrown together: names, places, typos."""
    lines = chain.from_iterable(path.read_bytes().splitlines() for path in WORDS)
    texts = (msgspec.json.decode(line)["text"] for line in lines)
    words = [word for text in texts for word in re.findall("[가-힣]+", text)]
    rng = Random(0)
    syllables = "".join(words)
    return words + ["".join(rng.choices(syllables, k=rng.choice((2, 3, 3, 4)))) for _ in words[::8]]


def _joined(body: Sequence[Sentence]) -> tuple[str, list[int]]:
    """Three sentences to a paragraph, and where each begins."""
    pieces = [sentence.text + ("\n" if place % 3 == 2 else " ") for place, sentence in enumerate(body)]
    return "".join(pieces).rstrip(), list(accumulate((len(piece) for piece in pieces), initial=0))


def _annotation(draft: Draft, offsets: Sequence[int]) -> Annotation:
    found: dict[str, dict[Any, list[Evidence]]] = {}
    quantities = []
    places = [("title", 0, draft.title), *(("text", *each) for each in zip(offsets, draft.body, strict=False))]
    for part, offset, sentence in places:
        if not sentence.field:
            continue
        surface = sentence.text[sentence.start : sentence.end]
        evidence = Evidence(
            part=part,
            start=offset + sentence.start,
            end=offset + sentence.end,
            sentence=sentence.text,
            rule=f"{sentence.field}:{surface}",
        )
        if sentence.field == "quantities":
            quantities.append(Quantity(kind="money", value=sentence.value, high=None, text=surface, evidence=evidence))
        else:
            found.setdefault(sentence.field, {}).setdefault(sentence.value, []).append(evidence)

    def labels(field: str) -> tuple[Label, ...]:
        return tuple(Label(id=label, evidence=tuple(earned)) for label, earned in found.get(field, {}).items())

    start = next(iter(found.get("outage_start", {}).items()), None)
    return Annotation(
        relevant=draft.relevant,
        relevance=tuple(chain.from_iterable(found.get("relevant", {}).values())),
        services_affected=labels("services_affected"),
        services_mentioned=labels("services_mentioned"),
        damages=labels("damages"),
        causes=labels("causes"),
        industries=labels("industries"),
        status=next(iter(labels("status")), None),
        outage_start=start and Moment(at=start[0], precision=Precision.MINUTE, evidence=tuple(start[1])),
        quantities=tuple(quantities),
        tagger_version="corpus",
        catalog_hash=catalog.catalog_hash(),
        analyser="none",
    )


def main() -> None:
    """Fill the database named on the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("database", help="sqlite:///FILE or postgresql://USER@HOST/NAME")
    parser.add_argument("--documents", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with connect(options.database) as store:
        fill(store, corpus(options.documents, seed=options.seed))


if __name__ == "__main__":
    main()
