"""`meoktong demo`: the whole job, on two bundled sites."""

from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.table import Table

from meoktong.cli._options import database_option
from meoktong.models import Outcome
from meoktong.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from meoktong.demo.play import Affected, Visit

SHOWN = 10  # services in the closing table
HARMS = 2  # kinds of damage named for each


@click.command(
    epilog="\b\nExample:\n  meoktong demo\n  meoktong demo --database sqlite:///data/demo.db --out /tmp/reports"
)
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), help="Folder.  [default: the setting `reports`]"
)
@database_option
@click.pass_obj
def command(settings: Settings, out: Path | None, database: str) -> None:
    """Crawl two bundled sites, tag and store what they say, write weekly summaries.

    A newspaper and a merchants' board, served on this machine, tell of October 2022: the outage of 15 October is real,
    two smaller ones and all shops are invented. They are crawled twice over HTTP by `meoktong crawl`, as they stood on
    18 October and on 31 October, so that the second crawl finds news and a correction. A second demo finds nothing new.

    Refuses a database that holds documents of other sources.
    """
    from meoktong.demo import play  # Scrapy is slow to import, and --help must be fast
    from meoktong.store import connect

    with connect(database) as store:
        play.refuse_foreign(store)
        visits = []
        with play.replay(database) as visit:
            for as_of in play.VISITS:
                click.echo(f"Crawling the replay sites as of {as_of:%Y-%m-%d %H:%M} ...", err=True)
                visits.append(visit(as_of))
                click.echo(f"  {visits[-1].outcomes.total()} pages listed, {visits[-1].new} new", err=True)
        click.echo("Writing the weekly summaries ...", err=True)
        folders = list(play.write_reports(store, out or Path(settings.reports)))
        services = play.affected(store)
    console = Console()
    console.print(_outcomes(visits), _services(services))
    if not any(visit.new for visit in visits):
        click.echo("Nothing new: every page was read in an earlier run.\n")
    click.echo(_next(folders, "" if database == settings.database else f" --database {database}"))


def _outcomes(visits: "Sequence[Visit]") -> Table:
    table = Table("outcome", title="Pages by outcome; docs/outcomes.md explains the words", title_justify="left")
    for visit in visits:
        table.add_column(f"{visit.as_of:%d %B}", justify="right")
    for outcome in Outcome:
        if any(visit.outcomes[outcome] for visit in visits):
            table.add_row(outcome, *(str(visit.outcomes[outcome]) for visit in visits))
    table.add_section()
    table.add_row("all", *(str(visit.outcomes.total()) for visit in visits))
    return table


def _services(services: "Sequence[Affected]") -> Table:
    table = Table("service", title="What was down, and the harm told of", title_justify="left")
    for name in ("documents", "stories", "posts"):
        table.add_column(name, justify="right")
    table.add_column("damage (documents)")
    for each in services[:SHOWN]:
        harm = ", ".join(f"{name} {documents}" for name, documents in each.damages[:HARMS])
        table.add_row(each.service, *map(str, (each.count.documents, each.count.stories, each.count.posts)), harm)
    return table


def _next(folders: "Sequence[Path]", elsewhere: str) -> str:
    """What to do now. `elsewhere` is the option that names the database, when it is not the usual one."""
    return f"""Read {", ".join(f"{folder}/index.html" for folder in folders)}

Next, to copy:
  # what became of every page, and why
  meoktong funnel{elsewhere}
  # the week of the great outage in English
  meoktong report weekly --week {folders[1].name} --lang en{elsewhere}
  # every source that is described
  meoktong sources{elsewhere}
  # a real one, apart from the demo's documents
  meoktong crawl hani --database sqlite:///data/collected.db"""
