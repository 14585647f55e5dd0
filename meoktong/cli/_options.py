"""What the commands share: options, and the three ways to print rows."""

import csv
import io
import sys
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar

import click
import msgspec
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from meoktong.settings import Settings
from meoktong.times import KST, now

if TYPE_CHECKING:
    from meoktong.queries.weeks import Week
    from meoktong.store import Store

YEARS = range(1900, 2200)  # of days that can be asked for
WIDTH = 120  # columns of a table that is not printed on a terminal

F = TypeVar("F", bound=Callable[..., Any])


def database_option(command: F) -> F:
    """--database URL, default from the settings."""

    def default() -> str:
        settings: Settings = click.get_current_context().find_object(Settings) or Settings()
        return settings.database

    return click.option(
        "--database",
        metavar="URL",
        default=default,
        help="SQLAlchemy URL.  [default: the setting `database`, sqlite:///data/meoktong.db]",
    )(command)


def format_option(command: F) -> F:
    """--format table|json|csv."""
    return click.option(
        "--format",
        "form",
        type=click.Choice(["table", "json", "csv"]),
        default="table",
        show_default=True,
        help="json is stable: its keys are documented and do not change.",
    )(command)


def known_option(field: str, what: str) -> Callable[[F], F]:
    """--service, --provider, --damage, --cause or --industry ID: an id of the catalog, or None."""
    return click.option(f"--{field}", callback=_known, metavar="ID", help=what)


def days_options(last: str = "--to") -> Callable[[F], F]:
    """--from and --to DAY, both within: `since` and `until`, midnights or None. `last` is for who needs --to itself."""
    day = click.DateTime(["%Y-%m-%d"])

    def options(command: F) -> F:
        since = click.option(
            "--from",
            "since",
            type=day,
            metavar="YYYY-MM-DD",
            callback=_plausible,
            help="First day of publication, in Korea.",
        )
        until = click.option(
            last,
            "until",
            type=day,
            metavar="YYYY-MM-DD",
            callback=_not_before,
            help="Last day of publication, in Korea.",
        )
        return since(until(command))

    return options


def week_option(what: str) -> Callable[[F], F]:
    """--week YYYY-Www: a Week, or None."""
    return click.option("--week", callback=_week, metavar="YYYY-Www", help=what)


def moment_option(name: str, what: str, *, required: bool = False) -> Callable[[F], F]:
    """--NAME: a day (its end) or a time on Korea's clock, as an aware datetime, or None."""
    metavar = "YYYY-MM-DD[THH:MM]"
    return click.option(f"--{name}", callback=_moment, metavar=metavar, required=required, help=what)


def filter_options(last: str = "--to") -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """--service, --damage, --source, --from, --to and --outages, given to the command as one `filters`."""
    options = (
        known_option("service", "Only documents that say this service was interrupted."),
        known_option("damage", "Only documents that tell of this damage."),
        click.option("--source", metavar="SLUG", help="Only documents of this source."),
        days_options(last),
        click.option(
            "--outages", is_flag=True, help="Only documents that tell of an outage; off-topic ones are stored too."
        ),
    )

    def with_options(command: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(command)
        def with_filters(*args: Any, since: datetime | None, until: datetime | None, **given: Any) -> Any:
            from meoktong.queries.filters import Filters  # slow, and --help must be fast

            wanted = {name: given.pop(name) for name in ("service", "damage", "source", "outages")}
            filters = Filters(since=since.date() if since else None, until=until.date() if until else None, **wanted)
            return command(*args, filters=filters, **given)

        optional: Callable[..., Any] = with_filters
        for option in reversed(options):
            optional = option(optional)
        return optional

    return with_options


def _week(context: click.Context, option: click.Parameter, value: str | None) -> "Week | None":
    from meoktong.queries.weeks import parse_week  # slow, and --help must be fast

    if value is None:
        return None
    try:
        week = parse_week(value)
    except ValueError as error:
        raise click.BadParameter(str(error)) from None
    _plausible(context, option, week.start)
    return week


def _moment(context: click.Context, option: click.Parameter, value: str | None) -> datetime | None:
    if value is None:
        return None
    try:
        found = datetime.fromisoformat(value)
    except ValueError:
        raise click.BadParameter(f"{value!r} is no time such as 2026-11-25 or 2026-11-25T09:00") from None
    _plausible(context, option, found)
    if len(value) <= len("2026-11-25"):
        found += timedelta(days=1)
    return found if found.tzinfo else found.replace(tzinfo=KST)


def _not_before(context: click.Context, option: click.Parameter, until: datetime | None) -> datetime | None:
    since = context.params.get("since")
    if since and until and since > until:
        raise click.BadParameter("is before --from")
    return _plausible(context, option, until)


def _plausible(_context: click.Context, _option: click.Parameter, day: datetime | None) -> datetime | None:
    """Neither the beginning nor the end of the calendar, where a day before or after is no day."""
    if day and day.year not in YEARS:
        raise click.BadParameter(f"is not between the years {YEARS[0]} and {YEARS[-1]}")
    return day


def _known(_context: click.Context, option: click.Parameter, value: str | None) -> str | None:
    from meoktong import catalog  # slow, and --help must be fast

    if value is None:
        return None
    lists = {"industry": "industries", "provider": "services"}
    known = getattr(catalog.load(), lists.get(str(option.name), f"{option.name}s"))
    if value not in known:
        raise click.BadParameter(f"no {option.name} {value!r} in the catalog; known: {', '.join(known)}")
    return value


def tell_freshness(store: "Store") -> None:
    """One line on standard error: how recent and complete the material of an answer is, and what is wrong with it."""
    from meoktong.queries.freshness import freshness, sentence  # slow, and --help must be fast

    with store.reading() as connection:
        click.echo(sentence(freshness(connection, now() - timedelta(days=1))), err=True)


def print_rows(rows: Sequence[dict[str, Any]], form: str, *, columns: Sequence[str], title: str | None = None) -> None:
    """Print `rows` with `columns` as a terminal table, a JSON array of objects, or CSV with a header."""
    if form == "json":
        click.echo(msgspec.json.format(msgspec.json.encode([{c: r.get(c) for c in columns} for r in rows])).decode())
    elif form == "csv":
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows([r.get(c) for c in columns] for r in rows)
        click.echo(out.getvalue(), nl=False)
    else:
        table = Table(title=title, title_justify="left", box=SIMPLE_HEAD, pad_edge=False, collapse_padding=True)
        for column in columns:
            table.add_column(column, overflow="fold")  # a narrow terminal cuts no word off
        for row in rows:
            table.add_row(*("" if row.get(c) is None else str(row.get(c)) for c in columns))
        width = None if sys.stdout.isatty() else WIDTH
        Console(markup=False, width=width).print(table)  # "[phone]" in a text is no style
