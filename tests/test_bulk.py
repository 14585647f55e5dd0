"""Many new rows at once."""

from datetime import UTC, datetime

from sqlalchemy import insert, select

from meoktong.store import Store
from meoktong.store.bulk import insert_rows, new_ids
from meoktong.store.schema import CrawlRun, Source

AT = datetime(2022, 10, 15, 6, 30, 0, 5, tzinfo=UTC)


def test_ids_that_were_taken_are_not_given_again(store: Store) -> None:
    with store.writing() as connection:
        assert list(new_ids(connection, Source, 0)) == []
        first = new_ids(connection, Source, 3)
        rows = [{"id": row_id, "slug": f"s{row_id}", "name": "이름", "kind": "news"} for row_id in first]
        insert_rows(connection, Source, rows)
    with store.writing() as connection:
        connection.execute(insert(Source).values(slug="later", name="이름", kind="news"))
        taken = new_ids(connection, Source, 2)
    with store.reading() as connection:
        ids = connection.scalars(select(Source.id).order_by(Source.id)).all()
    assert len(set(ids)) == 4
    assert set(first) < set(ids)
    assert not set(taken) & set(ids)


def test_values_are_stored_as_by_sqlalchemy(store: Store) -> None:
    row = {"source_id": 1, "started_at": AT, "status": "done", "options": {"말": [1, None]}, "version": "0"}
    with store.writing() as connection:
        insert_rows(connection, Source, [{"slug": "s", "name": "s", "kind": "news", "lock_expires_at": AT}])
        source_id = connection.scalar(select(Source.id))
        insert_rows(connection, CrawlRun, [row | {"source_id": source_id}])
        connection.execute(insert(CrawlRun).values(**row | {"source_id": source_id}))
    with store.reading() as connection:
        one, other = connection.execute(select(CrawlRun)).mappings()
        raw = connection.exec_driver_sql("SELECT started_at, CAST(options AS TEXT) FROM crawl_runs").all()
    assert {**one, "id": 0} == {**other, "id": 0}
    assert one["started_at"] == AT
    assert raw[0] == raw[1]


def test_no_rows_are_no_statement(store: Store) -> None:
    with store.reading() as connection:
        insert_rows(connection, Source, [])
