"""docs/schema.md explains every table and column, and its queries run."""

import re
from pathlib import Path

import pytest
from making import tagged
from sqlalchemy import text

from meoktong.store import Store
from meoktong.store.runs import start_run
from meoktong.store.schema import Base
from meoktong.store.write import write

PAGE = (Path(__file__).parents[1] / "docs" / "schema.md").read_text(encoding="utf-8")
QUERIES = re.findall(r"```sql\n(.+?)```", PAGE, re.DOTALL)


def explained() -> dict[str, set[str]]:
    """The columns named under each heading; one heading may cover several tables."""
    sections = re.split(r"^## ", PAGE, flags=re.MULTILINE)[1:]
    found = {}
    for section in sections:
        heading, body = section.split("\n", 1)
        cells = re.findall(r"^\| (`.+?) \|", body, re.MULTILINE)
        found[heading] = set(re.findall(r"`(\w+)`", " ".join(cells)))
    return found


def test_every_column_is_explained_and_no_other() -> None:
    for heading, columns in explained().items():
        tables = [Base.metadata.tables[name] for name in heading.split(", ")]
        assert columns == {column.name for table in tables for column in table.columns}, heading
    assert {name for heading in explained() for name in heading.split(", ")} == set(Base.metadata.tables)


@pytest.mark.parametrize("query", QUERIES)
def test_the_queries_run_and_find_something(store: Store, query: str) -> None:
    write(store, start_run(store, "example", options={}), [tagged()])
    with store.reading() as connection:
        assert len(connection.execute(text(query)).all()) >= 1
