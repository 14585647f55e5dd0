"""Crawling several sources in one process: one crawler and one run each, all in one reactor.

A process can do this once, because Twisted's reactor cannot be started again.
"""

import asyncio
import logging
import signal
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from time import monotonic
from typing import Any

import scrapy.settings
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.settings import default_settings

import spiders.settings
from meoktong.crawl.ledger import Desk, Ledger, Scope
from meoktong.crawl.middleware import SourceCrawler
from meoktong.crawl.policy import Window
from meoktong.crawl.report import Report
from meoktong.crawl.warc import recording
from meoktong.derived import refresh
from meoktong.errors import BusyError, SettingsError, StoreError
from meoktong.settings import Settings
from meoktong.store import Store, connect, runs
from meoktong.store.runs import RunStatus
from pipelines.privacy import author_key
from pipelines.tag import Tagging
from spiders.base import SourceSpider

log = logging.getLogger(__name__)

LEDGER = "meoktong.crawl.middleware.LedgerMiddleware"
RECORD = "meoktong.crawl.warc.RecordMiddleware"
AT_THE_WIRE = 950  # behind every other downloader middleware
ANY_RESOLVER = "scrapy.resolver.CachingHostnameResolver"
FLAGS = {"true": True, "false": False, "1": True, "0": False}
SAME_STROKE = 2.0  # seconds within which a second signal is the same one
GLANCE = 0.5  # seconds between looks at the progress


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A source to crawl: its spider, and the arguments of one that needs some."""

    spider: type[SourceSpider]
    arguments: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What a crawl may be told.

    `limit` is the number of pages fetched of each source; `warc` a file to record it in; `scrapy` are its settings.
    """

    window: Window = field(default_factory=Window)
    limit: int | None = None
    allow_private: bool = False
    warc: Path | None = None
    scrapy: Mapping[str, Any] = field(default_factory=dict)


Show = Callable[[Sequence[Ledger]], None]


def run(
    targets: Sequence[Target],
    database: str,
    *,
    settings: Settings | None = None,
    options: Options | None = None,
    show: Show = lambda ledgers: None,
) -> list[Report]:
    """Crawl `targets` into `database`; how each ended, in their order.

    SIGINT and SIGTERM stop it in good order: what is fetched is stored, the rest is pending; again, two seconds later,
    they stop it at once. `show` is called every half second with the ledgers of the sources under way. Raises
    StoreError when the database cannot be opened, MeoktongError when the recording's file is there already.
    Installs Twisted's reactor and Scrapy's logging, and can be called once in a process.
    """
    settings, options = settings or Settings(), options or Options()
    made = scrapy_settings(settings, options, {LEDGER: 1})
    with (
        connect(database) as store,
        ThreadPoolExecutor(1, "store") as writer,
        closing(Tagging(settings.analyser, settings.workers)) as tagging,
        recording(options.warc, made["USER_AGENT"]) as record,
    ):
        desk = Desk(store=store, writer=writer, tagging=tagging, key=author_key(settings.author_key, store.folder))
        process = AsyncCrawlerProcess(made)
        logging.getLogger("psycopg").setLevel(logging.ERROR)  # it would repeat what a StoreError says
        entries: list[Ledger | Report] = []
        tasks: dict[Ledger, asyncio.Task[None]] = {}
        for target in targets:
            entry = _begin(desk, target, settings, options)
            entries.append(entry)
            if isinstance(entry, Ledger):
                crawler = SourceCrawler(target.spider, process.settings, entry, record)
                tasks[entry] = process.crawl(crawler, **target.arguments)
        if tasks:
            watch = asyncio.get_event_loop().create_task(_watch(tasks, show))
            with _stopping(process):
                process.start(install_signal_handlers=False)
            watch.cancel()  # which only a stop by force leaves behind
        reports = [entry if isinstance(entry, Report) else _report(entry, tasks[entry], store) for entry in entries]
        try:
            refresh(store)
        except StoreError as error:  # a source that could not be stored has told it already
            if not any(report.status == RunStatus.FAILED for report in reports):
                log.warning("incidents are as before, the next run brings them up to date: %s", error)
        return reports


def _begin(desk: Desk, target: Target, settings: Settings, options: Options) -> Ledger | Report:
    """The ledger of a new run; a report when another run holds the source."""
    source = target.spider(**target.arguments)
    window = options.window
    told = {"since": window.since, "until": window.until, "limit": options.limit, **target.arguments}
    try:
        new = runs.start_run(
            desk.store,
            source.name,
            name=source.SOURCE.name_ko,
            kind=source.kind,
            options={key: str(value) for key, value in told.items() if value is not None},
        )
    except BusyError as error:
        return Report(source=source.name, status=None, message=str(error))
    scope = Scope(
        window=window,
        limit=options.limit,
        recheck=timedelta(days=settings.recheck_days),
        backlog=source.BACKLOG and "page" not in target.arguments,  # whoever asks for one page wants no other
    )
    return Ledger(desk, new, scope, floor=0 if source.replay or source.EXPECT.quiet else source.EXPECT.floor)


@contextmanager
def _stopping(process: AsyncCrawlerProcess) -> Iterator[None]:
    """Let the first SIGINT or SIGTERM stop the crawl in good order, and a later one by force.

    `timeout`, `uv run` and the like send the same signal twice at once: that counts as one. Scrapy's own handlers
    would take it for force.
    """
    from twisted.internet import reactor  # noqa: PLC0415  # importing it installs it; Scrapy chooses which one

    loop = asyncio.get_event_loop()
    stops: list[tuple[float, asyncio.Task[None]]] = []

    def stop() -> None:
        if not stops:
            stops.append((monotonic(), loop.create_task(process.stop())))
        elif monotonic() - stops[0][0] > SAME_STROKE and reactor.running:
            reactor.stop()  # type: ignore[misc]  # Twisted declares it without self

    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    for number in before:
        signal.signal(number, lambda *_: loop.call_soon_threadsafe(stop))
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _report(ledger: Ledger, task: "asyncio.Task[None]", store: Store) -> Report:
    """How a run ended. One that did not end itself was stopped by force, or broke."""
    if ledger.report is not None:
        return ledger.report
    status, message = RunStatus.INTERRUPTED, "stopped by force"
    if task.done() and not task.cancelled():
        error = task.exception()
        log.error("%s broke", ledger.run.slug, exc_info=error)
        status, message = RunStatus.FAILED, "broke, a fault of ours; the log has more"
    runs.finish(store, ledger.run, status, message)
    return Report(source=ledger.run.slug, status=status, outcomes=ledger.outcomes, message=message)


async def _watch(tasks: Mapping[Ledger, "asyncio.Task[None]"], show: Show) -> None:
    pending = set(tasks.values())
    while pending:
        show(list(tasks))
        _, pending = await asyncio.wait(pending, timeout=GLANCE)


def scrapy_setting(name: str, value: str | float) -> str | float:
    """`value` as the Scrapy setting `name` takes it. Raises SettingsError for a name or value that means nothing."""
    defaults = {**vars(default_settings), **vars(spiders.settings)}
    if not name.isupper() or name not in defaults:
        raise SettingsError(f"Scrapy has no setting {name}")
    known = defaults[name]
    text = str(value).lower()
    if isinstance(known, bool):
        if text not in FLAGS:
            raise SettingsError(f"{name}: {value!r} is neither true nor false")
        return FLAGS[text]
    if isinstance(known, int | float):
        try:
            number = float(text)
        except ValueError:
            raise SettingsError(f"{name}: {value!r} is no number") from None
        return int(number) if number.is_integer() else number
    return value


def scrapy_settings(settings: Settings, options: Options, middlewares: Mapping[str, int]) -> scrapy.settings.Settings:
    """The project's settings with those of the user; `middlewares` are the spider middlewares that do the accounts."""
    made = scrapy.settings.Settings()
    made.setmodule(spiders.settings, priority="project")
    made.set("USER_AGENT", spiders.settings.user_agent(settings.contact), priority="project")
    made.set("SPIDER_MIDDLEWARES", dict(middlewares), priority="project")
    if options.warc:
        recorded = {**spiders.settings.DOWNLOADER_MIDDLEWARES, RECORD: AT_THE_WIRE}
        made.set("DOWNLOADER_MIDDLEWARES", recorded, priority="project")
    if options.allow_private:
        made.set("TWISTED_DNS_RESOLVER", ANY_RESOLVER, priority="project")
    made.setdict({name: scrapy_setting(name, value) for name, value in settings.scrapy.items()}, priority="cmdline")
    made.setdict(dict(options.scrapy), priority="cmdline")
    return made
