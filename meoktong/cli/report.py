"""`meoktong report`: what happened, for people to read."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import msgspec

from meoktong.cli._options import database_option, format_option, print_rows
from meoktong.settings import Settings
from meoktong.times import now

if TYPE_CHECKING:
    from meoktong.queries.weeks import Week
    from meoktong.reports.words import Language

COLUMNS = ("service", "name", "documents", "news", "posts", "stories", "authors", "previous", "mean")
SHORT = ("name", "documents", "stories", "previous", "mean")  # what fits a terminal


@click.group(epilog="\b\nExample:\n  meoktong report weekly")
def command() -> None:
    """Summaries to read and to publish."""


def _week(_context: click.Context, _option: click.Parameter, value: str | None) -> "Week":
    from meoktong.queries.weeks import last_complete_week, parse_week  # slow, --help must be fast

    if value is None:
        return last_complete_week(now())
    try:
        return parse_week(value)
    except ValueError as error:
        raise click.BadParameter(str(error)) from None


@command.command(
    epilog="\b\nExample:\n"
    "  meoktong report weekly\n"
    "  meoktong report weekly --week 2022-W42 --out public --lang en\n"
    "  meoktong report weekly --format json | jq '.services[0]'"
)
@click.option("--week", callback=_week, metavar="YYYY-Www", help="ISO week in Korea.  [default: the last that ended]")
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), help="Folder.  [default: the setting `reports`]"
)
@click.option("--lang", type=click.Choice(["ko", "en"]), default="ko", show_default=True, help="Language of the files.")
@database_option
@format_option
@click.pass_obj
def weekly(settings: Settings, *, week: "Week", out: Path | None, lang: "Language", database: str, form: str) -> None:
    """Write a week's summary: a page, a workbook and CSV files.

    They go to OUT/<week>/, which is replaced whole: index.html, summary.xlsx and one CSV file a table. The same
    database gives the same bytes. On standard output come the week's services, or with --format json the whole summary;
    docs/report.md explains its keys.
    """
    from meoktong.queries.weekly import summary
    from meoktong.reports.sentences import headline, warnings
    from meoktong.reports.weekly import write_weekly
    from meoktong.reports.words import Words
    from meoktong.store import connect

    with connect(database) as store:
        found = summary(store, week)
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
    click.echo(f"wrote {folder}", err=True)
