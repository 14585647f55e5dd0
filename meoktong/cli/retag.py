"""`meoktong retag`: history read again by the tagger of today."""

import os
import sys
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import click

from meoktong.cli._exits import Exit
from meoktong.cli._options import database_option, format_option, print_rows
from meoktong.models import Kind
from meoktong.settings import Settings
from meoktong.times import midnight_kst

COLUMNS = ("field", "label", "gained", "lost")
KEYS = "source, kind (news, post), since, until (YYYY-MM-DD, both included), relevant (yes, no)"


@click.command(
    epilog="\b\nExample:\n  meoktong retag\n  meoktong retag --where source=hani --where since=2022-10-15 --workers 2"
)
@click.option("--where", "conditions", multiple=True, metavar="KEY=VALUE", help=f"Only such documents: {KEYS}.")
@click.option("--workers", type=click.IntRange(1), help="Processes.  [default: the setting `workers`]")
@database_option
@format_option
@click.pass_obj
def command(settings: Settings, conditions: Sequence[str], workers: int | None, database: str, form: str) -> int:
    """Tag stored documents again where this tagger, with this catalog, has not read their newest version yet.

    What was said before stays beside the new; what a person coded stays current. Interrupted, it goes on where it
    was. Prints what changed: JSON keys are field, label, gained, lost (documents). Exit status: 0 done, 3 nothing was
    left to read, 4 the tagger broke on some documents.
    """
    from meoktong.catalog import catalog_hash  # slow to import, and --help must be fast
    from meoktong.derived import refresh
    from meoktong.store import connect
    from meoktong.store.retag import Stamp, Which, count_stale
    from nlp.tagger import TAGGER_VERSION
    from pipelines.retag import retag

    which = Which(**dict(_condition(text) for text in conditions))
    stamp = Stamp(tagger_version=TAGGER_VERSION, catalog_hash=catalog_hash(), analyser=settings.analyser)
    with connect(database, create=False) as store:
        total = count_stale(store, stamp, which)
        if not total:
            refresh(store)  # an interrupted run may have left that to do
            click.echo("nothing to read again", err=True)
            return Exit.NOTHING_NEW
        with click.progressbar(length=total, label="retag", file=sys.stderr) as bar:
            processes = workers or settings.workers or min(4, os.cpu_count() or 1)
            changes = retag(store, stamp, which, workers=processes, progress=bar.update)
    for url in changes.failed:
        click.echo(f"the tagger broke on {url}", err=True)
    labels = sorted({*changes.gained, *changes.lost})
    rows = [
        dict(zip(COLUMNS, (*label, changes.gained[label], changes.lost[label]), strict=True))
        for label in labels
        if label[0] not in ("outage_start", "outage_end")
    ]
    title = f"{changes.documents} documents read again, {changes.changed} changed"
    print_rows(rows, form, columns=COLUMNS, title=title)
    return Exit.PARTLY_FAILED if changes.failed else Exit.DONE


def _condition(text: str) -> tuple[str, Any]:
    key, _, value = text.partition("=")
    try:
        match key:
            case "source":
                return key, value
            case "kind":
                return key, Kind(value)
            case "since":
                return key, midnight_kst(date.fromisoformat(value))
            case "until":
                return key, midnight_kst(date.fromisoformat(value) + timedelta(days=1))
            case "relevant":
                return key, {"yes": True, "no": False}[value]
    except (ValueError, KeyError, OverflowError):
        raise click.BadParameter(f"{value!r} is no value of {key}; keys: {KEYS}", param_hint="--where") from None
    raise click.BadParameter(f"{key!r} is no key; keys: {KEYS}", param_hint="--where")
