"""docs/schema.md explains every table, view and column, and its queries run."""

import re
from datetime import datetime
from pathlib import Path

import pytest
import yaml
from making import tagged
from sqlalchemy import insert, inspect, select, text
from weekdata import fill

from meoktong.store import Store, views
from meoktong.store.runs import start_run
from meoktong.store.schema import Base, Document
from meoktong.store.schema_incidents import Incident, IncidentDocument
from meoktong.store.write import write

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "schema.md").read_text(encoding="utf-8")
QUERIES = re.findall(r"```sql\n(.+?)```", PAGE, re.DOTALL)
EXPLAINED = yaml.safe_load((ROOT / "meoktong" / "store" / "dictionary.yml").read_text(encoding="utf-8"))


def test_every_column_is_explained_and_no_other() -> None:
    """In meoktong/store/dictionary.yml; ids and references explain themselves."""
    tables = {name: table.columns for name, table in Base.metadata.tables.items()}
    needed = {
        name: {c.key for c in columns if c.key != "id" and not c.foreign_keys} for name, columns in tables.items()
    }
    known = {name: {c.key for c in columns} for name, columns in tables.items()}
    for name, query in views.views().items():
        known[name] = needed[name] = {str(column.key) for column in query.selected_columns}
    for name, entry in EXPLAINED.items():
        assert needed[name] <= set(entry["columns"]) <= known[name], name
        assert all([entry["about"], *entry["columns"].values()]), name
    assert set(EXPLAINED) == set(known)


@pytest.mark.parametrize("query", QUERIES)
def test_the_queries_run_and_find_something(store: Store, query: str) -> None:
    write(store, start_run(store, "example", options={}), [tagged()])
    with store.reading() as connection:
        assert len(connection.execute(text(query)).all()) >= 1


def test_the_database_has_the_views_of_the_page(store: Store) -> None:
    with store.reading() as connection:
        assert set(inspect(connection).get_view_names()) == set(views.views())
        for name, query in views.views().items():
            columns = [column["name"] for column in inspect(connection).get_columns(name)]
            assert columns == [column.key for column in query.selected_columns]


def rows(store: Store, query: str) -> list[tuple[object, ...]]:
    with store.reading() as connection:
        return [tuple(row) for row in connection.execute(text(query))]


def test_what_the_views_say(store: Store) -> None:
    fill(store)
    assert rows(store, "SELECT COUNT(*), COUNT(DISTINCT story_id) FROM outage_documents") == [(15, 14)]
    assert rows(store, "SELECT COUNT(*) FROM all_documents") == [(17,)]
    taxi = "SELECT published_kst, published_day, relevant, versions FROM all_documents WHERE url LIKE '%/taxi'"
    assert rows(store, taxi) == [("2022-10-23 23:59", "2022-10-23", True, 1)]
    labels = "SELECT label, evidence FROM current_labels JOIN all_documents USING (document_id)"
    assert rows(store, f"{labels} WHERE url LIKE '%/taxi' AND field = 'services_affected'") == [("kakao_t", 1)]
    money = "SELECT unit, value, high FROM current_quantities WHERE kind = 'money' AND high IS NOT NULL"
    assert rows(store, money) == [("won", 300_000, 400_000)]
    copied = "SELECT documents, sources, first_published_kst FROM story_overview WHERE documents > 1"
    assert rows(store, copied) == [(2, 1, "2022-10-17 00:00")]
    day = "SELECT source, documents, outage_documents, runs FROM source_days WHERE day = '2022-10-21'"
    assert rows(store, day) == [("board", 0, 0, 1)]
    nobody = "SELECT documents, outage_documents FROM source_days WHERE day = '2022-10-20'"
    assert rows(store, nobody) == [(1, 0)]
    sentences = "SELECT DISTINCT sentence, rule FROM current_evidence WHERE field = 'services_affected'"
    assert rows(store, sentences) == [("카톡이 멈췄다.", "services.kakaotalk:카톡")]


def test_an_incident_in_its_view(store: Store) -> None:
    write(store, start_run(store, "example", options={}), [tagged()])
    start, end = (datetime.fromisoformat(f"{at}+09:00") for at in ("2022-10-15T15:30", "2022-10-20T23:00"))
    with store.writing() as connection:
        values = {"started_at": start, "ended_at": end, "duration_minutes": 7650, "duration_basis": "times"}
        incident = insert(Incident).values(slug="2022-10-15-kakao", provider="kakao", **values)
        (incident_id,) = connection.execute(incident).inserted_primary_key or ()
        document_id = connection.scalar(select(Document.id))
        connection.execute(
            insert(IncidentDocument).values(incident_id=incident_id, document_id=document_id, role=views.MAIN)
        )
    times = rows(store, "SELECT started_kst, ended_kst, duration_minutes FROM incident_overview")
    assert times == [("2022-10-15 15:30", "2022-10-20 23:00", 7650)]
    assert rows(store, "SELECT documents, background_documents FROM incident_overview") == [(1, 0)]
