"""What the commands share: options, and the three ways to print rows."""

import csv
import io
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import click
import msgspec
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from meoktong.settings import Settings

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
        console = Console(markup=False)  # "[phone]" in a text is no style
        console.print(table, width=None if console.is_terminal else WIDTH)
