"""`meoktong incident`: one outage, and who says what of it."""

from collections import Counter
from typing import Any

import click

from meoktong.cli._options import database_option, format_option, print_rows

COLUMNS = ("field", "value", "documents", "stories", "sentence", "url", "source", "published")
SHOWN = ("field", "value", "stories", "sentence", "url")


@click.command(
    epilog="\b\nExample:\n  meoktong incident 2022-10-15-kakao\n  meoktong incident 2021-10-25-kt --format csv > kt.csv"
)
@click.argument("incident_id", metavar="ID")
@click.option("--all", "every", is_flag=True, help="Every sentence, not one for each value.")
@database_option
@format_option
def command(*, incident_id: str, every: bool, database: str, form: str) -> None:
    """What documents say of the incident ID: starts, ends, services, damages, causes and trades, each with a sentence.

    Where documents contradict each other, each value stands with the number of stories that state it.

    JSON keys and CSV columns: field, value, documents and stories (how many state this value), sentence, url, source,
    published. The sentence is the earliest published one, or with --all every one.
    """
    from meoktong.cli._incidents import moment
    from meoktong.queries.incidents import statements
    from meoktong.store import connect

    with connect(database) as store:
        found = statements(store, incident_id)
    if not found:
        raise click.ClickException(f"no incident {incident_id!r} with outage documents: see meoktong incidents")
    documents = Counter((f, v) for f, v, _ in {(s.field, s.value, s.url) for s in found})
    stories = Counter((f, v) for f, v, _ in {(s.field, s.value, s.story_id) for s in found})
    rows: list[dict[str, Any]] = []
    seen: set[tuple[str, str]] = set()
    for statement in found:
        key = (statement.field, statement.value)
        if every or key not in seen:
            seen.add(key)
            rows.append(
                {
                    "field": statement.field,
                    "value": statement.value,
                    "documents": documents[key],
                    "stories": stories[key],
                    "sentence": statement.sentence,
                    "url": statement.url,
                    "source": statement.source,
                    "published": moment(statement.published_at, statement.published_precision),
                }
            )
    print_rows(rows, form, columns=SHOWN if form == "table" else COLUMNS, title=incident_id)
