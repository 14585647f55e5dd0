"""What happened in a week, in a few sentences that say no more than the numbers do."""

from collections.abc import Iterable, Iterator, Sequence

from meoktong.queries.weekly import Summary, Tally
from meoktong.reports.words import Words

NAMED = 3  # services or damages in one sentence
SMALL = 10  # texts in a week below which a percentage would sound like more than it is


def headline(summary: Summary, words: Words) -> str | None:
    """What an empty week is called; None for a week with something to tell."""
    if not summary.covered_days and not summary.total.documents:
        return words("nothing")
    return None if summary.total.documents else words("quiet")


def sentences(summary: Summary, words: Words) -> list[str]:
    """The week in sentences: how many texts, against earlier weeks, services, damages, the largest loss."""
    if not summary.total.documents:
        return [words("s_quiet", collected=summary.collected) if summary.covered_days else words("s_nothing")]
    told = [
        words(
            "s_total",
            first=words.day(summary.first_day, year=True),
            last=words.day(summary.last_day),
            documents=summary.total.documents,
            news=summary.total.news,
            posts=summary.total.posts,
            stories=summary.total.stories,
        ),
        " ".join(_comparison(summary, words)),
        _listed("s_services", summary.services, words),
        _listed("s_damages", summary.damages, words) or words("s_no_damages"),
    ]
    if summary.losses:
        largest = summary.losses[0]
        told.append(words("s_loss", amount=words.won(largest.won), source=largest.source_name))
    return [sentence for sentence in told if sentence]


def warnings(summary: Summary, words: Words) -> list[str]:
    """What a reader must know before trusting the numbers; empty when all is well."""
    found = []
    if 0 < summary.covered_days < 7:
        found.append(words("w_partial", days=summary.covered_days))
    before = summary.weeks[-2].covered_days
    if summary.total.documents and 0 < before < 7:
        found.append(words("w_previous", days=before))
    if summary.covered_days and summary.freshness.stale:
        found.append(words("w_stale"))
    if len(summary.freshness.tagging) > 1:
        found.append(words("w_mixed"))
    return found


def method(summary: Summary, words: Words) -> list[str]:
    """How the numbers came about and what they cannot say."""
    keys = ("m_week", "m_what", "m_not", "m_many", "m_copies", "m_change", "m_money", "m_tags")
    return [*(words(key) for key in keys), words("m_undated", undated=summary.freshness.undated)]


def enumerated(tallies: Iterable[Tally], words: Words) -> str:
    """카카오톡 30건, KT 18건"""
    return ", ".join(f"{words.name(t.ko, t.en)} {words('items', n=t.documents)}" for t in tallies)


def _comparison(summary: Summary, words: Words) -> Iterator[str]:
    now, before = summary.total.documents, summary.previous
    if before is None:
        yield words("s_gap")
    elif now == before:
        yield words("s_same")
    else:
        key, difference = ("s_up", now - before) if now > before else ("s_down", before - now)
        percent = words("s_percent", percent=f"{difference / before:.0%}") if before >= SMALL else ""
        yield words(key, previous=before, difference=difference, percent=percent)
    if summary.mean is not None:
        yield words("s_mean", weeks=summary.mean_weeks, mean=f"{summary.mean:,.1f}")


def _listed(key: str, tallies: Sequence[Tally], words: Words) -> str:
    named = [tally for tally in tallies if tally.documents][:NAMED]
    if not named:
        return ""
    return words(key if len(named) > 1 else f"{key}_one", list=enumerated(named, words))
