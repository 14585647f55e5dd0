"""Real databases for the tests: a SQLite file each, and a PostgreSQL server with a new database each."""

import sys
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import make_url

from meoktong.store import Store, connect

# Helpers beside the tests are imported by name, by tagging processes too.
sys.path.insert(0, str(Path(__file__).parent))

from servers import Server, alone


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The URL of a PostgreSQL server that lives as long as the session."""
    with alone() as server:
        yield server.uri


@pytest.fixture
def postgres_url(postgres_server: str) -> Iterator[str]:
    """An empty database."""
    name = sql.Identifier(f"test_{uuid4().hex}")
    with psycopg.connect(postgres_server, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(name))
    url = make_url(postgres_server).set(drivername="postgresql+psycopg", database=name.as_string().strip('"'))
    yield url.render_as_string(hide_password=False)
    with psycopg.connect(postgres_server, autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(name))


@pytest.fixture
def postgres_alone() -> Iterator[Server]:
    """A server of the test's own, which it may stop and start."""
    with alone() as server:
        yield server


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """A file that is not there yet."""
    return f"sqlite:///{tmp_path}/meoktong.db"


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest) -> str:
    """Each of the two."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    """Each of the two, open and with its tables."""
    with connect(database_url) as opened:
        yield opened
