"""`meoktong curate`: what a person knows better than the grouping."""

from collections.abc import Callable
from typing import Any, TypeVar

import click

from meoktong.cli._options import database_option
from meoktong.times import now

F = TypeVar("F", bound=Callable[..., Any])


def _name(_context: click.Context, _option: click.Parameter, value: str) -> str:
    if not value.strip():
        raise click.BadParameter("is empty")
    return value.strip()


by_option = click.option("--by", "person", metavar="NAME", required=True, callback=_name, help="Who decides.")


@click.group()
def command() -> None:
    """Confirm, merge and split incidents.

    Each decision is kept with its person and listed by `meoktong corrections`; every regrouping follows it.
    """


@command.command(epilog="\b\nExample:\n  meoktong curate confirm 2022-10-15-kakao --by kim")
@click.argument("incident_id", metavar="ID")
@by_option
@database_option
def confirm(incident_id: str, person: str, database: str) -> None:
    """Say that the outage ID happened: its state becomes confirmed. Of several confirmations the newest counts."""
    from meoktong.incidents import decisions
    from meoktong.store import connect

    with connect(database, create=False) as store:
        decisions.confirm(store, incident_id, person, now())
    click.echo(f"{incident_id}: confirmed by {person}")


@command.command(epilog="\b\nExample:\n  meoktong curate merge 2022-10-15-kakao 2022-10-16-daum --by kim")
@click.argument("incident_id", metavar="ID")
@click.argument("other", metavar="OTHER")
@by_option
@database_option
def merge(incident_id: str, other: str, person: str, database: str) -> None:
    """Make the incident OTHER a part of ID. The name OTHER is given up; documents that would join it join ID."""
    from meoktong import incidents
    from meoktong.store import connect

    with connect(database, create=False) as store:
        incidents.merge(store, incident_id, other, person, now())
    click.echo(f"{incident_id}: holds the documents of {other} now")


@command.command(epilog="\b\nExample:\n  meoktong curate split 2022-10-15-kakao https://news.example/7 --by kim")
@click.argument("incident_id", metavar="ID")
@click.argument("documents", nargs=-1, required=True, metavar="DOCUMENT...")
@by_option
@database_option
def split(incident_id: str, documents: tuple[str, ...], person: str, database: str) -> None:
    """Make an incident of their own of DOCUMENTs (addresses or importers' ids) that are now mainly about ID.

    Copies of the same text go with them.
    """
    from meoktong import incidents
    from meoktong.store import connect

    with connect(database, create=False) as store:
        made = incidents.split(store, incident_id, documents, person, now())
    click.echo(f"{made}: made of documents of {incident_id}")
