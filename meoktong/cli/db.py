"""`meoktong db`: the schema of the database."""

import sys

import click

from meoktong.cli._options import database_option, format_option, print_rows


@click.group()
def command() -> None:
    """Look at the database's schema, bring it up to date, or write its next revision."""


@command.command(
    epilog="\b\nExample:\n  meoktong db upgrade\n  meoktong db upgrade --database postgresql://host/outages"
)
@database_option
def upgrade(database: str) -> None:
    """Make the tables, or bring them up to date.

    Every other command brings an older schema up to date too before it works; call this one to do it at a time of your
    choosing. It happens whole or not at all.
    """
    from meoktong.store import connect, migrations  # slow, and --help must be fast

    with connect(database) as store:
        click.echo(f"{store.name}: schema {migrations.head()}", err=True)


@command.command(epilog="\b\nExample:\n  meoktong db downgrade 0001")
@click.argument("revision")
@click.option("--yes", is_flag=True, help="Do not ask before every table is removed.")
@database_option
def downgrade(revision: str, yes: bool, database: str) -> None:
    """Bring the schema back to an older REVISION, before you go back to an older meoktong.

    Rows stay, but for what the older schema has no place for. This meoktong's next command would bring it up to date
    again. The revision "base" is an empty database: it removes every table with all that is in it.
    """
    from meoktong.store import connect, migrations

    with connect(database, migrate=False, create=False) as store:
        if revision == "base" and not yes:
            click.confirm(f"Remove everything in {store.name}?", abort=True, err=True)
        with store.migrating() as connection:
            migrations.downgrade(connection, revision)
        click.echo(f"{store.name}: schema {revision}", err=True)


@command.command(epilog="\b\nExample:\n  meoktong db current --format json")
@database_option
@format_option
def current(database: str, form: str) -> None:
    """Show which revision the schema is at, and the newest one, without bringing it there.

    JSON keys: database, revision (null: no tables yet), newest.
    """
    from meoktong.store import migrations
    from meoktong.store.connection import open_store

    with open_store(database, create=False) as store, store.reading() as connection:
        row = {
            "database": store.name,
            "revision": migrations.revision(connection),
            "newest": migrations.head(),
        }
    print_rows([row], form, columns=tuple(row))


@command.command(
    epilog="\b\nExample:\n"
    "  meoktong db copy sqlite:///data/meoktong.db postgresql://meoktong@host/outages\n"
    "  meoktong db copy postgresql://meoktong@host/outages sqlite:///outages.db --format json > checksums.json"
)
@click.argument("source", metavar="FROM")
@click.argument("target", metavar="TO")
@format_option
def copy(source: str, target: str, form: str) -> None:
    """Copy the database FROM into the empty or new database TO, SQLite or PostgreSQL.

    It copies the state that it finds when it begins; let no crawl run meanwhile. When it is interrupted or killed, the
    same command goes on where it stopped, and until then every other command refuses the unfinished copy. In the end
    each table is compared, by its number of rows and a checksum of them. The search index is filled on the way.

    JSON keys: table, rows, sha256.
    """
    from dataclasses import asdict

    from meoktong.store import connect
    from meoktong.store.connection import open_store
    from meoktong.store.copy import copy as copy_all
    from meoktong.store.copy import count_rows

    with connect(source, migrate=False, create=False) as old, open_store(target) as new:
        length = count_rows(old)
        with click.progressbar(length=length, label="rows", file=sys.stderr, show_pos=True) as bar:
            checked = copy_all(old, new, bar.update)
        click.echo(f"{new.name}: {length:,} rows, the same in both", err=True)
    print_rows([asdict(table) for table in checked], form, columns=("table", "rows", "sha256"))


@command.command(epilog="\b\nExample:\n  meoktong db reindex")
@database_option
def reindex(database: str) -> None:
    """Fill the full-text index of `meoktong search` anew.

    Writing keeps the index up to date; this is for a database that was filled by other means, or after an update that
    says so. Searches find what they found before until it is done.
    """
    from meoktong.store import connect
    from meoktong.store.search import rebuild

    with connect(database, create=False) as store:
        click.echo(f"{store.name}: {rebuild(store):,} texts indexed", err=True)


@command.command(epilog="\b\nExample:\n  meoktong db recount")
@database_option
def recount(database: str) -> None:
    """Count every month anew for `meoktong trend` and the weekly summary.

    Writing keeps the counts up to date; this is for a database that was filled or changed by other means. Queries count
    what is not done yet themselves.
    """
    from meoktong.derived import recount
    from meoktong.store import connect

    with connect(database, create=False) as store:
        click.echo(f"{store.name}: {recount(store) - 1:,} months counted", err=True)


@command.command(epilog="\b\nExample:\n  meoktong db regroup")
@database_option
def regroup(database: str) -> None:
    """Read all outage documents again and group them into incidents anew.

    Imports, crawls and retags keep incidents up to date; this is for after an update that changes the catalog's
    providers or the rules. Ids stay, and so does what persons decided with `meoktong curate`.
    """
    from meoktong.incidents import rebuild
    from meoktong.store import connect

    with connect(database, create=False) as store:
        click.echo(f"{store.name}: {rebuild(store):,} incidents", err=True)


@command.command(
    name="allow-sql", epilog="\b\nExample:\n  meoktong db allow-sql --database postgresql://postgres@host/outages"
)
@database_option
def allow_sql(database: str) -> None:
    """Prepare a PostgreSQL database for `meoktong sql`; a SQLite one needs nothing.

    Makes the roles meoktong_reader and meoktong_text_reader, which cannot log in and may only read, and the functions
    meoktong_ask and meoktong_ask_with_text, which answer with these roles' rights. Call it as a role that may create
    roles. To let another role ask questions: GRANT EXECUTE ON FUNCTION meoktong_ask TO that_role.
    """
    from meoktong.store import connect, readers

    with connect(database, create=False) as store:
        if store.engine.dialect.name == "postgresql":
            with store.writing() as connection:
                readers.prepare(connection)
        click.echo(f"{store.name}: ready for meoktong sql", err=True)


@command.command(epilog='\b\nExample:\n  meoktong db revision "documents: language" --database sqlite:///scratch.db')
@click.argument("message")
@database_option
def revision(message: str, database: str) -> None:
    """For developers: write the next schema revision from what meoktong/store/schema.py has and DATABASE has not."""
    from meoktong.store import connect, migrations

    with connect(database) as store, store.writing() as connection:
        migrations.write_next(connection, message)
