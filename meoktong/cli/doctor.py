"""`meoktong doctor`: is this installation ready?"""

import os
import platform
import shutil
import sys
from collections.abc import Callable, Iterator
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import click
from packaging.requirements import Requirement

from meoktong import __version__
from meoktong.cli._options import database_option, format_option, print_rows
from meoktong.errors import MeoktongError
from meoktong.settings import FILE, Settings

COLUMNS = ("check", "state", "detail")
SCARCE = 1 << 30  # bytes of free disk below which a crawl is at risk

State = tuple[str, str]  # ok, warning or fault; and what was found


@click.command(
    epilog="\b\nExample:\n  meoktong doctor\n  meoktong doctor --format json | jq '.[] | select(.state != \"ok\")'"
)
@database_option
@format_option
@click.pass_obj
def command(settings: Settings, database: str, form: str) -> int:
    """Check the installation: packages, analyser, catalog, settings, keys of search APIs, database, disk.

    Exit status 0 when nothing is at fault (warnings are allowed), 1 otherwise. JSON keys: check, state (ok, warning or
    fault), detail.
    """
    rows = [dict(zip(COLUMNS, row, strict=True)) for row in _checks(settings, database)]
    print_rows(rows, form, columns=COLUMNS, title=f"meoktong {__version__}")
    return int(any(row["state"] == "fault" for row in rows))


def _checks(settings: Settings, database: str) -> Iterator[tuple[str, str, str]]:
    checks: dict[str, Callable[[], State]] = {
        "python": _python,
        "packages": _packages,
        "time zone": _time_zone,
        "settings": lambda: _settings(settings),
        "analyser": lambda: _analyser(settings),
        "catalog": _catalog,
        "sources": _sources,
        "search APIs": lambda: _search_apis(database),
        "database": lambda: _database(database),
        "disk": _disk,
    }
    for name, check in checks.items():
        try:
            yield (name, *check())
        except (MeoktongError, ImportError) as error:
            yield name, "fault", str(error)


def _python() -> State:
    found = f"{platform.python_version()} on {platform.system()} {platform.machine()}"
    return ("ok" if (3, 11) <= sys.version_info[:2] < (3, 14) else "fault"), found


def _packages() -> State:
    missing = []
    needed = [Requirement(line) for line in requires("meoktong") or []]
    needed = [r for r in needed if r.marker is None or r.marker.evaluate({"extra": ""})]
    for requirement in needed:
        try:
            found = version(requirement.name)
        except PackageNotFoundError:
            missing.append(f"{requirement.name} is not installed")
            continue
        if found not in requirement.specifier:
            missing.append(f"{requirement.name} {found} is not {requirement.specifier}")
    if missing:
        return "fault", f"{'; '.join(missing)}: run make install"
    return "ok", f"{len(needed)} as required"


def _time_zone() -> State:
    try:
        ZoneInfo("Asia/Seoul")
    except ZoneInfoNotFoundError:
        return "fault", "the time zone database lacks Asia/Seoul: install the tzdata package"
    return "ok", "Asia/Seoul"


def _settings(settings: Settings) -> State:
    where = FILE if Path(FILE).is_file() else f"no {FILE}, defaults"
    if not settings.contact:
        return "warning", f"{where}; `contact` is empty: site owners cannot reach you"
    return "ok", f"{where}; contact {settings.contact}"


def _analyser(settings: Settings) -> State:
    from nlp.morphology import analyser  # heavy, and its failure is this check's finding

    morphemes = analyser(settings.analyser).pos("카톡으로 주문을 못 받았다")
    return "ok", f"{settings.analyser}: " + " ".join(f"{word}/{tag}" for word, tag in morphemes)


def _catalog() -> State:
    from meoktong.catalog import catalog_hash, load

    catalog = load()
    return "ok", f"{len(catalog.services)} services, {len(catalog.damages)} damages, hash {catalog_hash()[:12]}"


def _sources() -> State:
    from spiders.base import all_sources

    return "ok", ", ".join(sorted(all_sources()))


def _search_apis(url: str) -> State:
    from meoktong.store import connect
    from meoktong.store.quota import calls_today
    from spiders.base import all_sources
    from spiders.search import SearchSpider

    with connect(url) as store:
        calls = calls_today(store)
    found = []
    for slug, spider in all_sources().items():
        if issubclass(spider, SearchSpider):
            api = spider.ready()
            made = f"{api.name}, {calls.get(api.slug, 0):,} of {api.daily:,} calls made today" if api else None
            found.append(f"{slug}: {made or spider.unready()}")
    return "ok", "; ".join(found)


def _database(url: str) -> State:
    from meoktong.queries.freshness import totals
    from meoktong.store import connect

    with connect(url) as store:
        return "ok", f"{store.engine.url.render_as_string()}: {totals(store)}"


def _disk() -> State:
    free = shutil.disk_usage(Path.cwd()).free
    writable = os.access(Path.cwd(), os.W_OK)
    if not writable:
        return "fault", f"{Path.cwd()} is not writable"
    return ("ok" if free > SCARCE else "warning"), f"{free / (1 << 30):.1f} GiB free here"
