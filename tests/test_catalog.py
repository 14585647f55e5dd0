"""The catalog: loaded strictly, and every service and cause proved by its own example sentences."""

import re
from pathlib import Path

import pytest
import taggers
import yaml

from meoktong import catalog
from meoktong.catalog import Struct, catalog_hash, load
from meoktong.errors import CatalogError
from meoktong.models import Annotation, Document, Kind
from nlp.patterns import compile_pattern
from nlp.tagger import tag

ROOT = Path(__file__).parents[1]


@pytest.fixture(autouse=True)
def _rules(monkeypatch: pytest.MonkeyPatch) -> None:
    taggers.by_rules_alone(monkeypatch)


def annotate(text: str) -> Annotation:
    return tag(Document(url="x", source="x", kind=Kind.POST, title="", text=text, published_reason="invented"))


def examples(entries: dict, wanted: str) -> list:
    return [
        pytest.param(id_, text, id=f"{id_}-{n}")
        for id_, entry in entries.items()
        for n, text in enumerate(getattr(entry.examples, wanted))
    ]


@pytest.mark.parametrize(("service", "text"), examples(load().services, "yes"))
def test_the_service_is_affected(service: str, text: str) -> None:
    assert service in [label.id for label in annotate(text).services_affected]


@pytest.mark.parametrize(("service", "text"), examples(load().services, "no"))
def test_the_service_is_not_affected(service: str, text: str) -> None:
    assert service not in [label.id for label in annotate(text).services_affected]


@pytest.mark.parametrize(("cause", "text"), examples(load().causes, "yes"))
def test_the_cause_is_stated(cause: str, text: str) -> None:
    assert cause in [label.id for label in annotate(text).causes]


@pytest.mark.parametrize(("cause", "text"), examples(load().causes, "no"))
def test_the_cause_is_not_stated(cause: str, text: str) -> None:
    assert cause not in [label.id for label in annotate(text).causes]


def test_every_service_and_cause_has_examples_of_both_kinds() -> None:
    entries = [*load().services.values(), *load().causes.values()]
    assert [e.id for e in entries if not e.examples.yes or not e.examples.no] == []


def test_every_example_that_denies_a_service_still_tells_of_an_outage_or_names_none() -> None:
    # otherwise "no" would be proved by a document that is not read at all
    relevant = [annotate(text).relevant for e in load().services.values() for text in e.examples.no]
    assert sum(relevant) > 0.8 * len(relevant)


def test_names_are_folded() -> None:
    names = [w for s in load().services.values() for w in (*s.words, *s.companies, *s.ambiguous)]
    assert [name for name in names if name != name.lower() or name != name.strip()] == []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("somebody:\n  ko: 누구\n  en: X\n  provider: somebody\n  group: x\n  wrods: [a]\n", "wrods"),
        ("somebody:\n  ko: 누구\n  en: X\n  group: x\n", "provider"),
        ("somebody:\n  ko: 누구\n  en: X\n  provider: somebody\n  group: x\n  words: 3\n", "words"),
        ("somebody:\n  ko: 누구\n  ko: 다시\n", "'ko' stands twice"),
        ("somebody: [", "services.yml"),
    ],
)
def test_a_wrong_file_is_refused_by_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, message: str
) -> None:
    (tmp_path / "services.yml").write_text(text, encoding="utf-8")
    monkeypatch.setattr(catalog, "files", lambda package: tmp_path)
    with pytest.raises(CatalogError, match=re.escape(message)) as caught:
        load.__wrapped__()
    assert "services.yml" in str(caught.value)


def test_a_file_of_ones_own_is_read_strictly(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Words(Struct, frozen=True):
        plain: tuple[str, ...]

    (tmp_path / "words.yml").write_text("plain: [가, 나]\n", encoding="utf-8")
    monkeypatch.setattr(catalog, "files", lambda package: tmp_path)
    assert catalog.read("words.yml", Words) == Words(plain=("가", "나"))


def test_the_hash_covers_names_and_contents(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalog, "files", lambda package: tmp_path)
    hashes = set()
    for name, content in [("a.yml", "1"), ("a.yml", "2"), ("b.yml", "1")]:
        (tmp_path / name).write_text(content, encoding="utf-8")
        hashes.add(catalog_hash.__wrapped__())
    assert len(hashes) == 3
    assert re.fullmatch("[0-9a-f]{64}", catalog_hash())


def test_no_catalog_id_is_a_literal_in_code() -> None:
    found = load()
    ids = {*found.services, *found.damages, *found.causes, *found.industries}
    # ids that are also ordinary English words, and mean those in code
    ids -= {"other", "game", "line", "fire", "power", "network", "unknown", "hardware", "software", "maintenance"}
    ids -= {"bank", "education", "healthcare", "retail", "transport", "finance", "streaming", "google", "naver", "daum"}
    ids -= {"meta"}  # a tag of HTML
    literal = re.compile("|".join(rf"[\"']{re.escape(id_)}[\"']" for id_ in sorted(ids)))
    code = [p for folder in ("meoktong", "nlp", "spiders", "pipelines") for p in (ROOT / folder).rglob("*.py")]
    hits = [(str(p.relative_to(ROOT)), m[0]) for p in code for m in literal.finditer(p.read_text(encoding="utf-8"))]
    assert hits == []


NEIGHBOURS = {"near", "unless", "before", "after", "not_before", "not_after"}  # compiled when first asked for


def neighbours(node: object) -> list[str]:
    """Every pattern under a key of NEIGHBOURS."""
    if isinstance(node, list):
        return [source for item in node for source in neighbours(item)]
    if not isinstance(node, dict):
        return []
    found = [value for key, value in node.items() if key in NEIGHBOURS]
    inside = [source for value in node.values() for source in neighbours(value)]
    return [*inside, *(source for value in found for source in (value if isinstance(value, list) else [value]))]


@pytest.mark.parametrize("path", sorted((ROOT / "meoktong" / "catalog").glob("*.yml")), ids=lambda path: path.name)
def test_every_pattern_compiles(path: Path) -> None:
    sources = neighbours(yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader))
    assert sources or path.name not in {"damages.yml", "services.yml", "causes.yml", "outages.yml", "status.yml"}
    for source in sources:
        compile_pattern(source)


def test_yaml_keys_are_never_read_as_booleans() -> None:
    for path in (ROOT / "meoktong" / "catalog").glob("*.yml"):
        document = yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader)
        assert all(isinstance(key, str) for key in document), path.name
