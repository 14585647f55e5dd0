"""The bundled sites' server: one loopback port that answers for both hosts.

Their hosts end in `.example`, which no resolver knows, so that the stored addresses are the same on every machine and
in every run. The crawler reaches them as it would reach a site behind a proxy: this server is that proxy.
"""

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, Protocol
from urllib.parse import parse_qsl, urlsplit


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a site answers. One with `modified` can be asked for conditionally, as can any that is `tagged`."""

    body: bytes = b""
    status: HTTPStatus = HTTPStatus.OK
    content_type: str = "text/html; charset=utf-8"
    location: str | None = None
    modified: datetime | None = None
    tagged: bool = False

    @property
    def etag(self) -> str:
        """The body's entity tag."""
        return f'"{hashlib.sha256(self.body).hexdigest()[:16]}"'


class Site(Protocol):
    """Something that answers for a host."""

    def get(self, path: str, query: Mapping[str, str]) -> Answer:
        """The answer to a request for `path`; `query` has each parameter's first value."""


@contextmanager
def serving(sites: Mapping[str, Site]) -> Iterator[str]:
    """The address of a proxy that answers for `sites` by host, on a free port, for as long as the context lasts."""
    with _Server(sites) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, sites: Mapping[str, Site]) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.sites = sites


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"
    server_version = "replay"

    def do_GET(self) -> None:
        parts = urlsplit(self.path)  # a proxy is asked for whole addresses
        site = self.server.sites.get(parts.hostname or "")
        if site is None:
            self.send_error(HTTPStatus.BAD_GATEWAY, "no such replay site")
            return
        query = dict(reversed(parse_qsl(parts.query)))  # of a repeated parameter the first counts
        self._answer(site.get(parts.path, query))

    def _answer(self, answer: Answer) -> None:
        unchanged = answer.status is HTTPStatus.OK and self._has(answer)
        self.send_response(HTTPStatus.NOT_MODIFIED if unchanged else answer.status)
        if answer.tagged or answer.modified:
            self.send_header("ETag", answer.etag)
        if answer.modified:
            self.send_header("Last-Modified", format_datetime(answer.modified.astimezone(UTC), usegmt=True))
        if answer.location:
            self.send_header("Location", answer.location)
        if not unchanged:
            self.send_header("Content-Type", answer.content_type)
            self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        if not unchanged:
            self.wfile.write(answer.body)

    def _has(self, answer: Answer) -> bool:
        """Whether the visitor holds this very answer already."""
        tag = self.headers.get("If-None-Match")
        if tag is not None:
            return tag == answer.etag
        since = self.headers.get("If-Modified-Since")
        return since is not None and answer.modified is not None and parsedate_to_datetime(since) >= answer.modified

    def log_message(self, *arguments: Any) -> None:
        """Say nothing: the crawl shows its own progress."""
