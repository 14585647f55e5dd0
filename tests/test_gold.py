"""The project's own gold set is well-formed: what the codebook forbids cannot slip in unseen."""

import json
import re
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from meoktong import catalog

GOLD = Path(__file__).parent / "gold"
SHARED = Path(__file__).parents[2] / "shared" / "gold" / "dev.jsonl"
LONG = 12  # letters: shorter phrases are everybody's
HALVES = ("dev", "heldout")
WHOLE = (*HALVES, "mixed", "fresh", "plain", "posts")  # whose amounts and times are coded too
SHORT = ("short", "lookalikes")
SERVICES = ("services_affected", "services_mentioned")
LABELS = (*SERVICES, "damages", "causes", "industries")
GROUPED = {"incident", "background"}  # of the halves alone
FIELDS = {
    *("id", "url", "kind", "title", "published", "text", "dup_of", "relevant", "status"),
    *("outage_start", "outage_end", "quantities"),
    *LABELS,
}


def documents(half: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (GOLD / f"{half}.jsonl").read_text(encoding="utf-8").splitlines()]


def each(*halves: str) -> list[Any]:
    return [pytest.param(document, id=document["id"]) for half in halves for document in documents(half)]


def amount(quantity: dict[str, Any]) -> tuple[Any, ...]:
    return quantity["kind"], quantity["value"], quantity.get("high")


def test_at_least_330_documents_with_unique_ids_urls_and_titles() -> None:
    everything = [document for half in WHOLE for document in documents(half)]
    assert len(everything) >= 330
    for field in ("id", "url", "title"):
        assert len({document[field] for document in everything}) == len(everything)


def test_the_halves_are_grouped_by_incident() -> None:
    assert all(set(row) >= GROUPED for half in HALVES for row in documents(half))


@pytest.mark.parametrize("half", HALVES)
def test_each_half_mixes_news_and_posts_outages_and_lookalikes(half: str) -> None:
    rows = documents(half)
    news = sum(row["kind"] == "news" for row in rows)
    irrelevant = sum(not row["relevant"] for row in rows)
    assert 0.6 < news / len(rows) < 0.8
    assert 0.2 < irrelevant / len(rows) < 0.3


@pytest.mark.parametrize("document", each(*WHOLE))
def test_fields_and_catalog_ids(document: dict[str, Any]) -> None:
    known = catalog.load()
    assert set(document) - GROUPED == FIELDS
    assert document["kind"] in {"news", "post"}
    assert document["url"] == f"https://gold.example/{document['id']}"
    assert document["status"] in {"ongoing", "partial", "recovered", "unstated"}
    for field in LABELS:
        ids = known.services if field in SERVICES else getattr(known, field)
        assert len(set(document[field])) == len(document[field]), field
        assert not set(document[field]) - set(ids), field
    assert not set(document["services_affected"]) & set(document["services_mentioned"])


@pytest.mark.parametrize("document", each(*WHOLE))
def test_dates_parse_and_an_outage_ends_after_it_began(document: dict[str, Any]) -> None:
    times = {f: document[f] and datetime.fromisoformat(document[f]) for f in ("outage_start", "outage_end")}
    if document["published"]:
        datetime.fromisoformat(document["published"])
    if times["outage_start"] and times["outage_end"] and len(document["outage_end"]) > len("2022-10-15"):
        assert times["outage_start"] < times["outage_end"]


@pytest.mark.parametrize("document", each(*WHOLE))
def test_every_amount_stands_in_the_document_once(document: dict[str, Any]) -> None:
    amounts = [amount(quantity) for quantity in document["quantities"]]
    assert len(set(amounts)) == len(amounts)
    for quantity in document["quantities"]:
        assert quantity["kind"] in {"money", "percent", "duration", "count"}
        assert quantity["text"] in f"{document['title']}\n{document['text']}"
        assert quantity.get("high", quantity["value"] + 1) > quantity["value"]


@pytest.mark.parametrize("document", [p for p in each(*WHOLE) if not p.values[0]["relevant"]])
def test_what_tells_of_no_outage_is_coded_as_nothing(document: dict[str, Any]) -> None:
    empty = ("services_affected", "damages", "causes", "industries", "quantities", "background")
    assert {field: document.get(field, []) for field in empty} == {field: [] for field in empty}
    assert document["status"] == "unstated"
    assert {document.get(field) for field in ("outage_start", "outage_end", "incident")} == {None}


@pytest.mark.parametrize("half", HALVES)
def test_a_copy_follows_its_original_and_tells_of_the_same_incident(half: str) -> None:
    earlier: dict[str, dict[str, Any]] = {}
    for row in documents(half):
        if row["dup_of"]:
            assert earlier[row["dup_of"]]["incident"] == row["incident"]
        earlier[row["id"]] = row


def letters(text: str) -> str:
    return re.sub(r"[\W_]", "", text.lower())


@pytest.mark.skipif(not SHARED.is_file(), reason="the codebook's documents in ../shared/gold are not here")
def test_no_sentence_stands_in_the_codebooks_documents() -> None:
    rows = [json.loads(line) for line in SHARED.read_text(encoding="utf-8").splitlines()]
    theirs = "|".join(letters(row[field]) for row in rows for field in ("title", "text"))
    coded = (line.partition("\t")[2] for line in (GOLD / "sentences.tsv").read_text(encoding="utf-8").splitlines())
    texts = (row[field] for half in (*WHOLE, *SHORT) for row in documents(half) for field in ("title", "text"))
    ours = [*coded, *(piece for text in texts for piece in re.split(r"(?<=[.?!])\s+|\n", text))]
    assert [one for one in ours if len(letters(one)) >= LONG and letters(one) in theirs] == []
