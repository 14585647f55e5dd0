"""`meoktong report`: what happened, for people to read."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import msgspec

from meoktong.cli._options import database_option, format_option, moment_option, print_rows, week_option
from meoktong.errors import ReportError, StoreError
from meoktong.settings import Settings
from meoktong.times import iso_kst, now

if TYPE_CHECKING:
    from meoktong.queries.weekly import Summary
    from meoktong.queries.weeks import Week
    from meoktong.reports.words import Language
    from meoktong.store import Store

COLUMNS = ("service", "name", "documents", "news", "posts", "stories", "authors", "previous", "mean")
SHORT = ("name", "documents", "stories", "previous", "mean")  # what fits a terminal


@click.group(epilog="\b\nExample:\n  meoktong report weekly")
def command() -> None:
    """Summaries to read and to publish."""


@command.command(
    epilog="\b\nExample:\n"
    "  meoktong report weekly\n"
    "  meoktong report weekly --week 2022-W42 --out public --lang en\n"
    "  meoktong report weekly --format json | jq '.services[0]'\n"
    "  meoktong report weekly --week 2022-W42 --as-of 2022-11-01"
)
@week_option("ISO week in Korea.  [default: the last that ended]")
@moment_option("as-of", "Give the report again as it was published last before this time.")
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), help="Folder.  [default: the setting `reports`]"
)
@click.option("--lang", type=click.Choice(["ko", "en"]), default="ko", show_default=True, help="Language of the files.")
@database_option
@format_option
@click.pass_obj
def weekly(
    settings: Settings,
    *,
    week: "Week | None",
    as_of: datetime | None,
    out: Path | None,
    lang: "Language",
    database: str,
    form: str,
) -> None:
    """Write a week's summary: a page, a workbook and CSV files.

    They go to OUT/<week>/, which is replaced whole: index.html, summary.xlsx and one CSV file a table. The same
    database gives the same bytes. On standard output come the week's services, or with --format json the whole summary;
    docs/report.md explains its keys.

    The figures are kept. With --as-of they are given again as they stood, and later corrections are counted
    (`meoktong corrections` lists them).
    """
    from meoktong.queries.freshness import sentence
    from meoktong.queries.weeks import last_complete_week
    from meoktong.reports.sentences import headline, warnings
    from meoktong.reports.weekly import write_weekly
    from meoktong.reports.words import Words
    from meoktong.store import connect

    week = week or last_complete_week(now())
    with connect(database, create=False) as store:
        found = _again(store, week, as_of) if as_of else _today(store, week)
    folder = write_weekly(found, out or Path(settings.reports), lang)
    if form == "json":
        click.echo(msgspec.json.format(msgspec.json.encode(found)).decode())
    else:
        words = Words(lang)
        rows: list[dict[str, Any]] = [
            {"service": t.id, "name": words.name(t.ko, t.en), **{c: getattr(t, c) for c in COLUMNS[2:]}}
            for t in found.services
        ]
        columns = COLUMNS if form == "csv" else SHORT
        print_rows(rows, form, columns=columns, title=f"{found.week}: {found.total.documents:,} documents")
        for line in filter(None, [headline(found, words), *warnings(found, words)]):
            click.echo(line, err=True)
    click.echo(sentence(found.freshness), err=True)
    click.echo(f"wrote {folder}", err=True)


def _today(store: "Store", week: "Week") -> "Summary":
    """The week as it counts now; its figures are kept for `_again`."""
    from meoktong.queries.weekly import summary
    from meoktong.store.reports import keep

    found = summary(store, week)
    try:
        keep(store, str(week), msgspec.json.decode(msgspec.json.encode(found)))
    except StoreError as error:  # a reader's database may be read-only
        click.echo(f"the figures are not kept: {error}", err=True)
    return found


def _again(store: "Store", week: "Week", as_of: datetime) -> "Summary":
    """The week as it was published."""
    from meoktong.queries.corrections import corrections
    from meoktong.queries.weekly import Summary
    from meoktong.store.reports import kept

    old = kept(store, str(week), as_of)
    if old is None:
        raise ReportError(f"no report of {week} was made before {iso_kst(as_of)}")
    made_at, figures = old
    later = len(corrections(store, made_at, first=week.start, end=week.end))
    told = f"; see meoktong corrections --week {week} --since {iso_kst(made_at)}" if later else ""
    click.echo(f"as published {iso_kst(made_at)}, {later} corrections since{told}", err=True)
    return msgspec.convert(figures, Summary)
