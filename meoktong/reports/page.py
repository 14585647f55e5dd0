"""A week as one self-contained HTML page: no script, no font, nothing fetched from elsewhere."""

import re
from collections.abc import Sequence
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined, Template
from markupsafe import Markup, escape

from meoktong.queries.losses import Amount
from meoktong.queries.weekly import Summary, Tally
from meoktong.reports import sentences
from meoktong.reports.tables import change, kind, service_names, tagging
from meoktong.reports.words import Words

SHOWN = 12  # rows of a table of services, damages ...; the others follow in one line
MATRIX = 8  # services in the matrix: what fits a telephone


def render(summary: Summary, words: Words, downloads: Sequence[str]) -> str:
    """The page. `downloads` are the names of the files beside it."""
    year, number = summary.week.split("-W")
    services = [t for t in summary.services if t.documents][:MATRIX]
    return _template().render(
        s=summary,
        w=words,
        week=words("week", year=year, number=str(int(number))),
        headline=sentences.headline(summary, words),
        sentences=sentences.sentences(summary, words),
        warnings=sentences.warnings(summary, words),
        method=sentences.method(summary, words),
        downloads=downloads,
        days=[
            (day, sum(s.days[n].outage for s in summary.coverage), any(s.days[n].covered for s in summary.coverage))
            for n, day in enumerate(d.day for d in summary.coverage[0].days)
        ]
        if summary.coverage
        else [],
        matrix_services=services,
        matrix_damages=[t for t in summary.damages if t.documents],
        cells={(c.damage, c.service): c.documents for c in summary.damage_by_service},
        shown=SHOWN,
        change=change,
        rest=lambda tallies: _rest(tallies, words),
        kind=lambda name: kind(name, words),
        service_names=lambda ids: service_names(ids, words),
        tagging=lambda t: tagging(t.tagger_version, t.catalog_hash[:12], t.analyser, words),
        marked=_marked,
        is_link=re.compile("https?://").match,
    )


@cache
def _template() -> Template:
    environment = Environment(
        loader=PackageLoader("meoktong.reports", "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("weekly.html.j2")


def _rest(tallies: Sequence[Tally], words: Words) -> str:
    """What stands below a table that shows only its first rows."""
    rest = [t for t in tallies[SHOWN:] if t.documents]
    return words("more", n=len(rest), list=sentences.enumerated(rest, words)) if rest else ""


def _marked(amount: Amount) -> Markup:
    """The sentence with the amount in it marked."""
    before, found, after = amount.sentence.partition(amount.surface)
    return Markup("{}<mark>{}</mark>{}").format(before, found, after) if found else escape(amount.sentence)
