"""`meoktong crawl`: fetch what is new, tag it, store it."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from meoktong.cli._exits import Exit
from meoktong.cli._options import database_option, format_option, print_rows
from meoktong.cli._progress import progress
from meoktong.cli._scrapy import fetch_options, scrapy_settings
from meoktong.errors import SettingsError
from meoktong.funnel import Stage, funnel
from meoktong.models import Outcome
from meoktong.settings import Settings

if TYPE_CHECKING:
    from meoktong.crawl.report import Report
    from meoktong.crawl.runner import Target
    from spiders.base import SourceSpider

COLUMNS = ("source", "discovered", "fetched", "stored", "updated", "off-topic", "dropped", "status")
KEYS = (*COLUMNS, "message", "outcomes")
NAMED = (Outcome.STORED, Outcome.UPDATED, Outcome.OFF_TOPIC)
HELD = "held"
DAY = click.DateTime(["%Y-%m-%d"])
LEVELS = ("INFO", "DEBUG")


@click.command(
    epilog="\b\nExample:\n"
    "  meoktong crawl                                   every described source\n"
    "  meoktong crawl hani chosun --since 2026-11-01    two of them, nothing older\n"
    "  meoktong crawl --feed https://example.org/rss    a site that nobody has described\n"
    "  meoktong crawl hani -s DOWNLOAD_DELAY=5          with a Scrapy setting"
)
@click.argument("slugs", nargs=-1, metavar="[SLUG]...")
@click.option("--feed", metavar="URL", help="Crawl the feed of an undescribed site.")
@click.option("--sitemap", metavar="URL", help="Crawl the sitemap of an undescribed site.")
@click.option("--page", metavar="URL", help="Fetch one page of any site.")
@click.option("--since", type=DAY, metavar="DATE", help="Nothing published before this day in Korea.")
@click.option("--until", type=DAY, metavar="DATE", help="Nothing published after this day in Korea.")
@click.option(
    "--limit",
    type=click.IntRange(min=1),
    metavar="N",
    help="Fetch at most N pages of each source; the rest waits for the next run.",
)
@click.option(
    "--warc",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Record all that is fetched as a WARC file (gzipped); it holds pages unmasked.",
)
@fetch_options
@click.option("-v", "--verbose", count=True, help="Log what Scrapy does; -vv logs everything.")
@database_option
@format_option
@click.pass_obj
def command(
    settings: Settings,
    *,
    slugs: tuple[str, ...],
    feed: str | None,
    sitemap: str | None,
    page: str | None,
    since: datetime | None,
    until: datetime | None,
    limit: int | None,
    warc: Path | None,
    allow_private: bool,
    overrides: tuple[str, ...],
    verbose: int,
    database: str,
    form: str,
) -> int:
    """Fetch what is new from the sources, tag it, store it.

    Without SLUG, every described source that lists its pages. Pages that an interrupted run left come first; a page
    that was read before is asked for again only when it may have been corrected. Ctrl-C stops in good order: what is
    fetched is stored, and the next run takes up the rest.

    JSON keys: source, discovered, fetched, stored, updated, off-topic, dropped, status (done, nothing-new, failed,
    interrupted, held), message, outcomes (pages by outcome word; they add up to discovered).

    Exit status: 0 done, 3 nothing new, 4 some sources failed, 5 all failed, 75 another run holds the source,
    130 interrupted.
    """
    from meoktong.crawl.policy import Window  # Scrapy is slow to import, and --help must be fast
    from meoktong.crawl.runner import Options, run

    if since and until and since > until:
        raise click.UsageError("--since is after --until")
    targets = _targets(slugs, {"feed": feed, "sitemap": sitemap, "page": page}, settings, since)
    options = Options(
        window=Window(since=since.date() if since else None, until=until.date() if until else None),
        limit=limit,
        allow_private=allow_private,
        warc=warc,
        scrapy={**({"LOG_LEVEL": LEVELS[min(verbose, 2) - 1]} if verbose else {}), **scrapy_settings(overrides)},
    )
    if not settings.contact and not allow_private:
        click.echo("meoktong: `contact` is not set: the sites that are crawled cannot reach you", err=True)
    with progress() as show:
        reports = run(targets, database, settings=settings, options=options, show=show)
    rows = [_row(report) for report in reports]
    print_rows(rows, form, columns={"table": COLUMNS, "csv": KEYS[:-1], "json": KEYS}[form])
    if form == "table":
        for row in rows:
            click.echo("".join(f"{row['source']}: {note}\n" for note in _notes(row)), nl=False)
    return exit_status(reports)


def exit_status(reports: Sequence["Report"]) -> Exit:
    """What a scheduler is told of a crawl."""
    from meoktong.store.runs import RunStatus

    ran = {report.status for report in reports if report.status is not None}
    if not ran:
        return Exit.BUSY
    if RunStatus.INTERRUPTED in ran:
        return Exit.INTERRUPTED
    if RunStatus.FAILED in ran:
        return Exit.ALL_FAILED if len(ran) == 1 else Exit.PARTLY_FAILED
    return Exit.NOTHING_NEW if ran == {RunStatus.NOTHING_NEW} else Exit.DONE


def _targets(
    slugs: Iterable[str], generic: dict[str, str | None], settings: Settings, since: datetime | None
) -> list["Target"]:
    from spiders.base import all_sources
    from spiders.generic import GenericSpider
    from spiders.search import SearchSpider

    sources = all_sources()
    arguments = {key: value for key, value in generic.items() if value is not None}
    slugs = dict.fromkeys(slugs)
    if arguments and slugs:
        raise click.UsageError(f"give sources or --{next(iter(arguments))}, not both")
    if arguments:
        return [_target(GenericSpider, arguments)]
    unknown = [slug for slug in slugs if slug not in sources]
    if unknown:
        raise click.BadParameter(f"no source {', '.join(unknown)}; there are: {', '.join(sources)}", param_hint="SLUG")
    closed = [slug for slug in slugs if sources[slug].CLOSED]
    if closed:
        raise click.UsageError(f"{', '.join(closed)} is a closed community: search APIs bring what may be read of it")
    strange = [slug for slug in settings.endpoints if not issubclass(sources.get(slug, GenericSpider), SearchSpider)]
    if strange:
        raise SettingsError(f"[endpoints]: no search API is called {', '.join(strange)}")
    unlisted = [slug for slug in slugs if not sources[slug].has_listings()]
    if unlisted:
        raise click.UsageError(f"{', '.join(unlisted)} has no listing to crawl; fetch its pages with --page URL")
    unready = {slug: spider.unready() for slug, spider in sources.items() if spider.unready()}
    if slugs:
        told = [f"{slug}: {unready[slug]}" for slug in slugs if slug in unready]
        if told:
            raise SettingsError("; ".join(told))
        chosen = [sources[slug] for slug in slugs]
    else:
        if unready:
            click.echo(f"meoktong: left out, no keys: {', '.join(unready)}; meoktong doctor says what to do", err=True)
        chosen = [s for s in sources.values() if s.has_listings() and not s.replay and s.name not in unready]
    return [_target(spider, _search_arguments(spider, settings, since)) for spider in chosen]


def _search_arguments(spider: "type[SourceSpider]", settings: Settings, since: datetime | None) -> dict[str, str]:
    """What a search API is told: how far back to go, and through which gateway."""
    from spiders.search import SearchSpider

    if not issubclass(spider, SearchSpider):
        return {}
    told = {"since": f"{since:%Y-%m-%d}" if since else "", "endpoint": settings.endpoints.get(spider.name, "")}
    return {name: value for name, value in told.items() if value}


def _target(spider: "type[SourceSpider]", arguments: dict[str, str]) -> "Target":
    from meoktong.crawl.runner import Target

    try:
        spider(**arguments)
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    return Target(spider=spider, arguments=arguments)


def _row(report: "Report") -> dict[str, Any]:
    """The numbers add up: discovered is stored, updated, off-topic and dropped."""
    named: dict[str, int] = {outcome: report.outcomes.get(outcome, 0) for outcome in NAMED}
    discovered = sum(report.outcomes.values())
    return {
        "source": report.source,
        "discovered": discovered,
        "fetched": funnel(report.outcomes).stages[Stage.FETCHED],
        **named,
        "dropped": discovered - sum(named.values()),
        "status": report.status or HELD,
        "message": report.message,
        "outcomes": {outcome: count for outcome, count in sorted(report.outcomes.items()) if count},
    }


def _notes(row: dict[str, Any]) -> Iterator[str]:
    """What a person wants to know beside the numbers: why pages were dropped, and what the run says of itself."""
    reasons = [f"{count} {outcome}" for outcome, count in row["outcomes"].items() if outcome not in NAMED]
    if reasons:
        yield f"not stored: {', '.join(reasons)}"
    if row["message"]:
        yield row["message"]
