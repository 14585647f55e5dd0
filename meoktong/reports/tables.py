"""The tables of a weekly summary, as the workbook and the CSV files hold them: one definition for both."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from meoktong.queries.counted import names
from meoktong.queries.losses import Amount
from meoktong.queries.weekly import Summary, Tally
from meoktong.reports.sentences import headline, sentences, warnings
from meoktong.reports.words import Words

Value = str | int | float | date | datetime | None


@dataclass(frozen=True, slots=True)
class Table:
    """A table: `key` names its file, `title` its sheet. None in a row is an empty cell: nothing is known."""

    key: str
    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Value, ...], ...]


def tables(summary: Summary, words: Words) -> tuple[Table, ...]:
    """Every table of `summary`, in reading order, complete: nothing is cut off here but by the queries."""
    return (
        _overview(summary, words),
        _weeks(summary, words),
        _tallies("services", summary.services, words),
        _tallies("damages", summary.damages, words),
        _matrix(summary, words),
        _tallies("causes", summary.causes, words),
        _tallies("industries", summary.industries, words),
        _amounts("losses", summary.losses, words),
        _amounts("compensations", summary.compensations, words),
        _stories(summary, words),
        _coverage(summary, words),
        _freshness(summary, words),
    )


def service_names(ids: Iterable[str], words: Words) -> str:
    """The names of services, joined with commas."""
    return ", ".join(words.name(*names("services_affected", service)) for service in ids)


def kind(name: str, words: Words) -> str:
    """What readers call a kind of source or document; the word itself when they have none."""
    key = f"kind_{name}"
    return words(key) if words.has(key) else name


def _columns(words: Words, keys: str) -> tuple[str, ...]:
    return tuple(words(key) for key in keys.split())


def _overview(summary: Summary, words: Words) -> Table:
    told = [headline(summary, words), *sentences(summary, words), *warnings(summary, words)]
    state = summary.freshness
    rows: list[tuple[Value, ...]] = [
        (words("title"), summary.week),
        *(("", sentence) for sentence in told if sentence),
        (words("documents"), summary.total.documents),
        (words("news"), summary.total.news),
        (words("posts"), summary.total.posts),
        (words("distinct"), summary.total.stories),
        (words("outages"), summary.total.incidents),
        (words("authors"), summary.total.authors),
        (words("previous"), summary.previous),
        (words("mean"), summary.mean),
        (words("covered_days"), summary.covered_days),
        (words("undated"), state.undated),
        (words("last_good_run"), state.last_good_run_at),
        *((words("tagger"), tagging(t.tagger_version, t.catalog_hash, t.analyser, words)) for t in state.tagging),
    ]
    return Table("overview", words("this_week"), _columns(words, "item value"), tuple(rows))


def tagging(version: str, catalog_hash: str, analyser: str, words: Words) -> str:
    """Which tagger, catalog and analyser read the texts."""
    return words("tagger_value", tagger=version, catalog=catalog_hash, analyser=analyser)


def _weeks(summary: Summary, words: Words) -> Table:
    rows = tuple((w.week, w.first_day, w.covered_days, w.documents, w.stories, w.incidents) for w in summary.weeks)
    columns = ("ISO", *_columns(words, "first_day covered_days count distinct outages"))
    return Table("weeks", words("trend"), columns, rows)


def _tallies(key: str, tallies: Sequence[Tally], words: Words) -> Table:
    rows = tuple(
        (
            t.id,
            words.name(t.ko, t.en),
            t.documents,
            t.news,
            t.posts,
            t.stories,
            t.incidents,
            t.authors,
            t.previous,
            change(t),
            t.mean,
        )
        for t in tallies
    )
    columns = _columns(words, "id name count news posts distinct outages writers previous change mean")
    return Table(key, words(key), columns, rows)


def change(tally: Tally) -> int | None:
    """Documents more (or fewer) than the week before; None without material to compare with."""
    return None if tally.previous is None else tally.documents - tally.previous


def _matrix(summary: Summary, words: Words) -> Table:
    services = [t for t in summary.services if t.documents]
    cells = {(cell.damage, cell.service): cell.documents for cell in summary.damage_by_service}
    rows: list[tuple[Value, ...]] = [
        (words.name(d.ko, d.en), d.documents, *[cells.get((d.id, s.id), 0) for s in services])
        for d in summary.damages
        if d.documents
    ]
    columns = (*_columns(words, "damage count"), *(words.name(s.ko, s.en) for s in services))
    return Table("damage_by_service", words("matrix"), columns, tuple(rows))


def _amounts(key: str, found: Sequence[Amount], words: Words) -> Table:
    rows = tuple(
        (a.won, a.won_high, a.surface, a.sentence, a.title, a.source_name, a.published_at, a.url) for a in found
    )
    columns = _columns(words, "amount amount_high surface sentence headline source published url")
    return Table(key, words(key), columns, rows)


def _stories(summary: Summary, words: Words) -> Table:
    rows = tuple(
        (s.title, s.documents, s.sources, s.source_name, s.published_at, service_names(s.services, words), s.url)
        for s in summary.stories
    )
    columns = _columns(words, "headline count sources source published service url")
    return Table("stories", words("stories"), columns, rows)


def _coverage(summary: Summary, words: Words) -> Table:
    rows = tuple(
        (s.name, kind(s.kind, words), d.day, d.collected, d.outage, d.runs, words("yes" if d.covered else "no"))
        for s in summary.coverage
        for d in s.days
    )
    columns = _columns(words, "source source_kind day collected outage runs covered")
    return Table("coverage", words("coverage"), columns, rows)


def _freshness(summary: Summary, words: Words) -> Table:
    rows = tuple(
        (
            s.name,
            kind(s.kind, words),
            s.documents,
            s.last_published_at,
            s.last_run_at,
            s.last_run_status,
            s.last_good_run_at,
        )
        for s in summary.freshness.sources
    )
    columns = _columns(words, "source source_kind all_documents last_published last_run status last_good_run")
    return Table("freshness", words("freshness"), columns, rows)
