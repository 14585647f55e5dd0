"""`meoktong sql` answers questions, and the database refuses everything else, in one line."""

import json
from collections.abc import Iterator
from pathlib import Path
from time import monotonic

import pytest
from alembic import command
from click.testing import CliRunner
from sqlalchemy import func, make_url, select, text
from weekdata import fill

from meoktong.cli import meoktong
from meoktong.errors import StoreError
from meoktong.settings import Settings
from meoktong.store import Store, migrations, readers
from meoktong.store.ask import Answer, ask
from meoktong.store.connection import open_store
from meoktong.store.schema import Document

COUNT = "SELECT COUNT(*) AS n FROM outage_documents"


@pytest.fixture
def filled(store: Store) -> Iterator[Store]:
    fill(store)
    if store.engine.dialect.name == "postgresql":
        with store.writing() as connection:
            readers.prepare(connection)
    yield store
    with store.reading() as connection:
        assert connection.scalar(select(func.count()).select_from(Document)) == 17


def answer(store: Store, question: str, **options: object) -> Answer:
    return ask(store, question, **{"rows": 100, "seconds": 10, **options})


def refused(store: Store, question: str, **options: object) -> str:
    with pytest.raises(StoreError) as caught:
        answer(store, question, **options)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_a_question_is_answered(filled: Store) -> None:
    assert answer(filled, COUNT).rows == [{"n": 15}]
    assert answer(filled, COUNT + ";  ").rows == [{"n": 15}]
    assert answer(filled, COUNT + " -- how many").rows == [{"n": 15}]
    assert answer(filled, "WITH d AS (SELECT * FROM outage_documents) SELECT COUNT(*) AS n FROM d").rows == [{"n": 15}]
    ordered = answer(filled, "SELECT label, SUM(evidence) AS n FROM current_labels GROUP BY label ORDER BY label DESC")
    labels = [row["label"] for row in ordered.rows]
    assert labels == sorted(labels, reverse=True)
    recursive = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5) SELECT i FROM n"
    assert len(answer(filled, recursive).rows) == 5
    assert answer(filled, "SELECT '%s %(a)s :b ?' AS odd, 'it''s' AS quoted").rows == [
        {"odd": "%s %(a)s :b ?", "quoted": "it's"}
    ]


def test_the_limit_of_rows_is_told(filled: Store) -> None:
    found = answer(filled, "SELECT document_id FROM outage_documents ORDER BY document_id", rows=3)
    assert (len(found.rows), found.cut) == (3, True)
    assert not answer(filled, COUNT, rows=1).cut


WRITES = [
    "DELETE FROM documents",
    "UPDATE documents SET title = 'x'",
    "INSERT INTO sources (slug, name, kind) VALUES ('a', 'b', 'c')",
    "DROP TABLE documents",
    "CREATE TABLE t (a INTEGER)",
    "CREATE TEMP TABLE t AS SELECT 1",
    "ALTER TABLE documents ADD COLUMN x TEXT",
    "VACUUM",
    "BEGIN",
    "COMMIT",
    "ROLLBACK",
    "SELECT 1; DELETE FROM documents",
    "SELECT 1) AS q; DELETE FROM documents; SELECT 1 FROM (SELECT 1",
    "SELECT 1); DELETE FROM documents; --",
    "WITH gone AS (DELETE FROM documents RETURNING id) SELECT * FROM gone",
    "EXPLAIN DELETE FROM documents",
    "",
    " ",
    ";",
    "-- nothing",
    "SELEC 1",
    "SELECT * FROM nothing_there",
    "SELECT \0 1",
    "SELECT 1 AS a, 2 AS a",
]


@pytest.mark.parametrize("question", WRITES, ids=range(len(WRITES)))
def test_whatever_is_no_single_select_is_refused(filled: Store, question: str) -> None:
    assert refused(filled, question)


TEXTS = [
    "SELECT text FROM document_versions",
    "SELECT comments FROM document_versions",
    "SELECT * FROM document_versions",
    "SELECT length(v.text) FROM document_versions v",
    "SELECT document_id FROM document_versions WHERE text LIKE '%'",
    "SELECT id FROM document_versions ORDER BY text",
    "SELECT t.a FROM (SELECT text AS a FROM document_versions) AS t",
    "WITH v AS (SELECT * FROM document_versions) SELECT COUNT(text) FROM v",
]


@pytest.mark.parametrize("question", TEXTS)
def test_full_texts_are_refused_unless_asked_for(filled: Store, question: str) -> None:
    assert "--with-text" in refused(filled, question)
    assert answer(filled, question, with_text=True).rows


def test_what_else_a_version_has_can_be_read(filled: Store) -> None:
    assert answer(filled, "SELECT COUNT(*) AS n, MAX(number) AS most FROM document_versions").rows == [
        {"n": 18, "most": 2}
    ]


ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT COUNT(*) AS n FROM n"


def test_a_question_without_end_is_stopped(filled: Store) -> None:
    start = monotonic()
    assert "--seconds" in refused(filled, ENDLESS, seconds=0.3)
    assert monotonic() - start < 10


SQLITE = [
    "ATTACH DATABASE '{folder}/other.db' AS other",
    "SELECT load_extension('x')",
    "SELECT readfile('/etc/passwd')",
    "PRAGMA writable_schema = ON",
    "PRAGMA query_only = OFF",
    "PRAGMA journal_mode = DELETE",
    "SELECT * FROM pragma_table_info('documents')",
    "SELECT * FROM pragma_database_list",
    "VACUUM INTO '{folder}/copy.db'",
    "CREATE VIRTUAL TABLE temp.v USING fts5vocab(search_index, row)",
    "SELECT * FROM search_index_data",
    "SELECT rowid FROM search_index WHERE search_index MATCH 'a'",
    "SELECT fts3_tokenizer('simple')",
    "SELECT length(zeroblob(1000000000)) AS n",
    "DETACH main",
    "SAVEPOINT a",
    "REINDEX",
    "ANALYZE",
]


@pytest.mark.parametrize("question", SQLITE, ids=range(len(SQLITE)))
def test_what_only_sqlite_has_is_refused(sqlite_url: str, tmp_path: Path, question: str) -> None:
    with open_store(sqlite_url) as store:
        with store.writing() as connection:
            migrations.upgrade(connection)
        before = sorted(tmp_path.iterdir())
        assert refused(store, question.format(folder=tmp_path) if "{" in question else question)
        assert sorted(tmp_path.iterdir()) == before


POSTGRES = [
    "SELECT pg_read_file('/etc/passwd')",
    "SELECT pg_read_binary_file('/etc/passwd')",
    "SELECT pg_ls_dir('/')",
    "SELECT pg_stat_file('/etc/passwd')",
    "SELECT lo_import('/etc/passwd')",
    "SELECT lo_export(1, '/tmp/x')",
    "SELECT lo_creat(-1)",
    "SELECT * FROM pg_shadow",
    "SELECT rolpassword FROM pg_authid",
    "COPY documents TO '/tmp/x'",
    "COPY (SELECT 1) TO PROGRAM 'id'",
    "SELECT * FROM (COPY documents TO STDOUT) AS c",
    "SET ROLE postgres",
    "RESET ROLE",
    "SET TRANSACTION READ WRITE",
    "SELECT set_config('role', 'postgres', true)",
    "SELECT set_config('role', 'none', true), pg_read_file('/etc/passwd')",
    "SELECT set_config('session_authorization', 'postgres', true)",
    "SELECT set_config('transaction_read_only', 'off', true)",
    "SELECT set_config('statement_timeout', '0', true), pg_sleep(60)",
    "SELECT pg_sleep(60)",
    "SELECT nextval('documents_id_seq')",
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE 1 / 0 = 1",
    "SELECT dblink('dbname=postgres', 'SELECT 1')",
    "DO $$ BEGIN DELETE FROM documents; END $$",
    "SELECT query_to_xml('DELETE FROM documents', true, true, '')",
    "SELECT query_to_xml('SELECT text FROM document_versions', true, true, '')",
    "SELECT table_to_xml('document_versions', true, true, '')",
    "SELECT row_to_json(v) FROM document_versions v",
    "SELECT v FROM document_versions v",
    "SELECT (v).text FROM document_versions v",
    "SELECT * FROM ts_stat('SELECT terms FROM search_index')",
    "SELECT * FROM pg_statistic",
    "SELECT terms FROM search_index",
    "SELECT meoktong_ask_with_text('SELECT text FROM document_versions', 1)",
    "SELECT $1",
]


@pytest.mark.parametrize("question", POSTGRES, ids=range(len(POSTGRES)))
def test_what_only_postgresql_has_is_refused_to_a_superuser_too(postgres_filled: Store, question: str) -> None:
    assert refused(postgres_filled, question, seconds=0.5)


@pytest.fixture
def postgres_filled(postgres_url: str) -> Iterator[Store]:
    with open_store(postgres_url) as store:
        with store.writing() as connection:
            migrations.upgrade(connection)
            readers.prepare(connection)
        yield store


def test_a_database_that_is_not_prepared_says_what_to_do(postgres_url: str) -> None:
    with open_store(postgres_url) as store:
        assert "meoktong db allow-sql" in refused(store, "SELECT 1 AS one")


def test_a_role_that_may_only_ask(postgres_filled: Store, postgres_url: str) -> None:
    with postgres_filled.writing() as connection:
        connection.execute(text("DROP ROLE IF EXISTS test_researcher"))
        connection.execute(text("CREATE ROLE test_researcher LOGIN"))
        connection.execute(text("GRANT EXECUTE ON FUNCTION meoktong_ask TO test_researcher"))
    try:
        with open_store(make_url(postgres_url).set(username="test_researcher").render_as_string()) as store:
            assert answer(store, COUNT).rows == [{"n": 0}]
            assert "permission denied" in refused(store, COUNT, with_text=True)
            url = store.engine.url.render_as_string(hide_password=False)
        out, said = run("sql", COUNT, "--format", "csv", "--database", url)
        assert out == "n\n0\n"
        assert said.startswith("freshness unknown: ")
    finally:
        with postgres_filled.writing() as connection:
            connection.execute(text("DROP OWNED BY test_researcher"))
            connection.execute(text("DROP ROLE test_researcher"))


def test_a_migration_keeps_what_the_roles_may_read(postgres_filled: Store) -> None:
    with postgres_filled.writing() as connection:
        migrations.run(connection, command.downgrade, "base")
        migrations.upgrade(connection)
    assert answer(postgres_filled, COUNT).rows == [{"n": 0}]


def run(*arguments: str, given: str | None = None) -> tuple[str, str]:
    done = CliRunner().invoke(meoktong, list(arguments), obj=Settings(), input=given)
    assert done.exit_code == 0, done.output
    return done.stdout, done.stderr


def test_the_command(filled: Store) -> None:
    url = filled.engine.url.render_as_string(hide_password=False)
    assert "ready" in run("db", "allow-sql", "--database", url)[1]
    out, said = run("sql", COUNT, "--format", "json", "--database", url)
    assert json.loads(out) == [{"n": 15}]
    assert said.startswith("17 documents, 15 of them of outages, ")
    out, said = run("sql", "-", "--rows", "2", "--format", "csv", "--database", url, given="SELECT url FROM documents")
    assert len(out.splitlines()) == 3
    more, fresh = said.splitlines()
    assert "more than 2 rows" in more
    assert "14 stories" in fresh
    assert "15 of them of outages" in run("sql", COUNT, "--database", url)[1]


def test_a_file_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    with open_store(f"sqlite:///{tmp_path}/none.db") as store:
        assert "unable to open" in refused(store, "SELECT 1 AS one")
    assert list(tmp_path.iterdir()) == []
