"""The corpora that measurements are made on, and the measurements at a tiny size."""

import re
import sys
import tempfile
from collections import Counter
from itertools import islice, pairwise
from math import inf
from pathlib import Path

import pytest
from sqlalchemy import func, select

from meoktong import catalog
from meoktong.models import Kind, Precision, TaggedDocument
from meoktong.store.labels import labels_of
from pipelines.validate import validate

sys.path.insert(0, str(Path(__file__).parents[1] / "benchmarks"))

import driver
import scale
from corpus import HOUR, corpus

SIZE = 3000


@pytest.fixture(scope="module")
def documents() -> list[TaggedDocument]:
    return list(corpus(SIZE))


def test_a_corpus_is_the_same_for_the_same_seed(documents: list[TaggedDocument]) -> None:
    assert list(corpus(SIZE)) == documents
    assert list(islice(corpus(SIZE, seed=2), 5)) != documents[:5]


def test_documents_are_what_the_first_stage_lets_through(documents: list[TaggedDocument]) -> None:
    for item in documents:
        assert item.document.fetched_at
        assert validate(item.document, item.document.fetched_at) == item.document
    assert len({item.document.url for item in documents}) == len(documents) == SIZE


def test_labels_are_the_catalogs_and_their_evidence_stands_where_it_says(documents: list[TaggedDocument]) -> None:
    known = catalog.load()
    for item in documents:
        parts = {"title": item.document.title, "text": item.document.text}
        for label in (*item.annotation.services_affected, *item.annotation.services_mentioned):
            assert label.id in known.services
        for evidence in (each for earned in labels_of(item.annotation).values() for each in earned):
            surface = parts[evidence.part][evidence.start : evidence.end]
            assert surface
            assert evidence.rule.endswith(f":{surface}")
            assert surface in evidence.sentence
            assert evidence.sentence in parts[evidence.part]


def test_a_corpus_has_the_shape_that_measurements_need(documents: list[TaggedDocument]) -> None:
    texts = Counter(item.document.text for item in documents)
    assert 0.1 < 1 - len(texts) / SIZE < 0.25  # mirrors and retitled copies; others are shortened or edited
    services = Counter(label.id for item in documents for label in item.annotation.services_affected)
    assert services.most_common(1)[0][1] > 10 * services.most_common()[-1][1]
    assert any(item.document.comments for item in documents if item.document.kind is Kind.POST)
    assert not any(item.document.comments for item in documents if item.document.kind is Kind.NEWS)
    minutes = [item.document for item in documents if item.document.published_precision is Precision.MINUTE]
    published = [document.published_at for document in minutes if document.published_at]
    assert max(published).year - min(published).year == 6
    assert all(after - before > -HOUR for before, after in pairwise(published))
    weeks = Counter(f"{at:%G-%V}" for at in published)
    assert max(weeks.values()) > 5 * sum(weeks.values()) / len(weeks)  # a burst
    assert 0 < sum(item.document.published_at is None for item in documents) < 0.03 * SIZE


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_the_measurements_run(kind: str, capsys: pytest.CaptureFixture[str]) -> None:
    with tempfile.TemporaryDirectory(prefix="meoktong-scale-") as folder, scale.databases(kind, Path(folder)) as make:
        scale.measure(make, few=500, many=1000, minutes=inf)
        with make("bare") as bare, make("small") as small, bare.reading() as one, small.reading() as other:
            for key in (*driver.WRITTEN, *driver.GROUPED):  # the baseline inserts the same rows
                count = select(func.count()).select_from(key.class_)
                assert one.scalar(count) == other.scalar(count), key
    printed = capsys.readouterr().out
    assert re.search(r"import +\d\.\d\d of the driver's executemany", printed)
    assert re.search(r"stories +1,000 documents: .* of the small database", printed)
    assert printed.count("asking ") == len(scale.QUESTIONS)
    assert "counts" in printed.split("asking", 1)[1]  # the plans of what a trend reads
