"""`meoktong sql`: a question in SQL."""

import sys

import click

from meoktong.cli._options import database_option, format_option, print_rows, tell_freshness
from meoktong.errors import StoreError


@click.command(
    epilog="\b\nExample:\n"
    '  meoktong sql "SELECT status, COUNT(*) AS documents FROM outage_documents GROUP BY status"\n'
    "  meoktong sql --format csv - < question.sql > answer.csv"
)
@click.argument("query")
@click.option("--rows", type=click.IntRange(1), default=1000, show_default=True, metavar="N", help="At most so many.")
@click.option(
    "--seconds", type=click.FloatRange(0.1), default=30, show_default=True, metavar="N", help="Give up after this time."
)
@click.option("--with-text", is_flag=True, help="Let the question read full texts and comments.")
@database_option
@format_option
def command(query: str, rows: int, seconds: float, with_text: bool, database: str, form: str) -> None:
    """Answer QUERY, one SELECT of SQL; - reads it from standard input.

    docs/schema.md explains the views and tables. The database itself sees to it that nothing is written, no file is
    read and no full text leaves it without --with-text. A PostgreSQL database has to be prepared once:
    meoktong db allow-sql.

    JSON keys and CSV columns are the question's. How recent and complete the database is stands on standard error, as
    with every answer.
    """
    from meoktong.store.ask import ask
    from meoktong.store.connection import open_store

    with open_store(database, create=False) as store:
        question = sys.stdin.read() if query == "-" else query
        answer = ask(store, question, rows=rows, seconds=seconds, with_text=with_text)
        print_rows(answer.rows, form, columns=answer.columns)
        if answer.cut:
            click.echo(f"there are more than {rows:,} rows: --rows shows more", err=True)
        try:
            tell_freshness(store)
        except StoreError as error:  # a role that may only ask reads no table itself
            click.echo(f"freshness unknown: {error}", err=True)
