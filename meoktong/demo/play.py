"""The demo's steps. Each is what a command does: the crawls are `meoktong crawl` in a process of its own."""

import os
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import msgspec

from meoktong.demo.server import serving
from meoktong.demo.sites import FIRST, SECOND, Board, Newspaper, ReplaySite
from meoktong.errors import MeoktongError
from meoktong.models import Outcome
from meoktong.queries.counted import Count, by_label, counted, names, pairs
from meoktong.queries.freshness import freshness
from meoktong.queries.weekly import summary
from meoktong.queries.weeks import Week
from meoktong.reports.weekly import write_weekly
from meoktong.store import Store
from meoktong.times import now
from spiders.replay.replay_board import ReplayBoard
from spiders.replay.replay_news import ReplayNews

SOURCES = (ReplayNews, ReplayBoard)
VISITS = (FIRST, SECOND)
WEEKS = tuple(Week((SECOND - timedelta(weeks=back)).date()) for back in (3, 2, 1))
# All that differs from a crawl of real sites: these are ours, so there is no need to spare them, and they are reached
# through a proxy (server.py).
SETTINGS = ("DOWNLOAD_DELAY=0", "AUTOTHROTTLE_ENABLED=false", "HTTPPROXY_ENABLED=true")
NEW = (Outcome.STORED, Outcome.UPDATED, Outcome.OFF_TOPIC)
DONE, NOTHING_NEW, INTERRUPTED = 0, 3, 130  # exit statuses of `meoktong crawl`


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One crawl of both sites as they stood at `as_of`: pages by outcome."""

    as_of: datetime
    outcomes: Counter[Outcome]

    @property
    def new(self) -> int:
        """Pages that brought a document, or a new version of one."""
        return sum(self.outcomes[outcome] for outcome in NEW)


@dataclass(frozen=True, slots=True, kw_only=True)
class Affected:
    """A service by its Korean name, the documents that say it was interrupted, and the harm that these tell of."""

    service: str
    count: Count
    damages: tuple[tuple[str, int], ...]  # Korean name, documents; most first


class _Row(msgspec.Struct):
    """What is needed of a row that `meoktong crawl --format json` prints."""

    source: str
    status: str
    message: str | None
    outcomes: dict[Outcome, int]


def refuse_foreign(store: Store) -> None:
    """Raise MeoktongError when the database holds other documents: the demo's invented shops would count among them."""
    with store.reading() as connection:
        sources = freshness(connection, now()).sources
    ours = {source.name for source in SOURCES}
    others = [source.source for source in sources if source.documents and source.source not in ours]
    if others:
        raise MeoktongError(
            f"the database holds documents of {', '.join(others[:3])}; give the demo one of its own: "
            "meoktong demo --database sqlite:///data/demo.db"
        )


@contextmanager
def replay(database: str) -> Iterator[Callable[[datetime], Visit]]:
    """A function that publishes everything up to a moment on both sites and crawls them into `database`.

    The sites are up for as long as the context lasts. Progress goes to standard error. The function raises
    MeoktongError when a source fails and KeyboardInterrupt when the crawl was interrupted.
    """
    sites: dict[str, ReplaySite] = {
        ReplayNews.SOURCE.hosts[0]: Newspaper(FIRST),
        ReplayBoard.SOURCE.hosts[0]: Board(FIRST),
    }
    with serving(sites) as proxy:

        def visit(as_of: datetime) -> Visit:
            for site in sites.values():
                site.advance(as_of)
            return Visit(as_of=as_of, outcomes=_crawl(database, proxy))

        yield visit


def write_reports(store: Store, folder: Path) -> Iterator[Path]:
    """Write the summary of each week that the sites tell of, as `meoktong report weekly` does; the folders written."""
    for week in WEEKS:
        yield write_weekly(summary(store, week), folder, "ko")


def affected(store: Store) -> list[Affected]:
    """Every service that was interrupted, most documents first."""
    with store.reading() as connection:
        documents = counted(connection)
    counts = by_label(documents, "services_affected")
    cells = pairs(documents, "services_affected", "damages")
    damages: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for (service, damage), number in cells.most_common():
        damages[service].append((names("damages", damage)[0], number))
    return [
        Affected(service=names("services_affected", service)[0], count=count, damages=tuple(damages[service]))
        for service, count in counts.items()
    ]


def _crawl(database: str, proxy: str) -> Counter[Outcome]:
    command = [sys.executable, "-m", "meoktong", "crawl", *(source.name for source in SOURCES)]
    command += ["--allow-private", "--database", database, "--format", "json"]
    command += [argument for setting in SETTINGS for argument in ("-s", setting)]
    environment = {**os.environ, "http_proxy": proxy, "no_proxy": ""}
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE) as crawl:
        try:
            printed, _ = crawl.communicate()
        except KeyboardInterrupt:
            crawl.wait()  # Ctrl-C reached it too, and it stops in good order
            raise
    if crawl.returncode == INTERRUPTED:
        raise KeyboardInterrupt
    rows = msgspec.json.decode(printed or b"[]", type=list[_Row])
    if crawl.returncode not in (DONE, NOTHING_NEW):
        messages = "; ".join(f"{row.source}: {row.message or row.status}" for row in rows)
        raise MeoktongError(f"the crawl ended with status {crawl.returncode}: {messages or 'see above'}")
    outcomes: Counter[Outcome] = Counter()
    for row in rows:
        outcomes.update(row.outcomes)
    return outcomes
