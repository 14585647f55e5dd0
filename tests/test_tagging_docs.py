"""docs/tagging.md: the sentences that it explains are read as it says."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from meoktong.coded import UNSTATED, coded
from meoktong.models import Document, Kind
from nlp.tagger import tag

PAGE = (Path(__file__).parents[1] / "docs" / "tagging.md").read_text(encoding="utf-8")
SENTENCE = re.compile(r"^[0-9]+\. (\(post\))?.*\n +> (.*)\n\n +`(.*)`$", re.MULTILINE)
SHORT = {
    "affected": "services_affected",
    "mentioned": "services_mentioned",
    "start": "outage_start",
    "end": "outage_end",
}


@pytest.mark.parametrize(("post", "text", "said"), SENTENCE.findall(PAGE))
def test_the_sentence_is_read_as_explained(post: str, text: str, said: str) -> None:
    document = Document(
        url="x",
        source="x",
        kind=Kind.POST if post else Kind.NEWS,
        title="",
        text=text,
        published_at=datetime(2025, 10, 16, 15, tzinfo=UTC),  # midnight in Seoul
    )
    found = coded(tag(document))
    read = {
        name: " ".join(value) if isinstance(value, list) else value
        for name, value in found.items()
        if name not in ("relevant", "quantities") and value not in ([], None, UNSTATED)
    }
    told = dict(field.split(": ", 1) for field in said.split("; "))
    assert read == {SHORT.get(name, name): value for name, value in told.items()}


def test_there_are_ten() -> None:
    assert len(SENTENCE.findall(PAGE)) == 10
