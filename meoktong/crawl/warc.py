"""What a crawl fetched, as a WARC file: requests and responses as they went over the wire, robots.txt and listings too.

`meoktong import warc` reads the pages again to the same documents. A page's response names its source and holds what
its listing said of it (spiders.archives.warc has the names of the fields).
"""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import msgspec
from scrapy.exceptions import NotConfigured
from scrapy.http import Request, Response
from scrapy.http.headers import Headers
from scrapy.utils.httpobj import urlparse_cached
from scrapy.utils.response import response_status_message
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from meoktong import __version__
from meoktong.errors import MeoktongError, Rejected
from meoktong.models import Outcome
from spiders.archives.warc import LISTED_FIELD, SOURCE_FIELD

if TYPE_CHECKING:
    from meoktong.crawl.middleware import SourceCrawler

# Of a request only these are recorded: others may carry the keys of a search API.
ASKED = frozenset(
    {b"accept", b"accept-encoding", b"accept-language", b"if-modified-since", b"if-none-match", b"user-agent"}
)
OK = 200
CHUNKS = b"transfer-encoding"  # a body is recorded without the chunks it came in


class Recording:
    """An open WARC file that the crawlers of a process share; gzipped, one record a member."""

    def __init__(self, stream: BinaryIO, name: str, user_agent: str) -> None:
        self._writer = WARCWriter(stream, gzip=True)
        about = {
            "software": f"meoktong/{__version__}",
            "format": "WARC File Format 1.0",
            "robots": "obey",
            "http-header-user-agent": user_agent,
        }
        self._writer.write_record(self._writer.create_warcinfo_record(name, about))

    def write(self, source: str, request: Request, response: Response) -> None:
        """Record one exchange. Raises OSError when the file cannot be written."""
        said = {SOURCE_FIELD: source}
        if "listed" in request.meta:
            said[LISTED_FIELD] = json.dumps(
                msgspec.to_builtins(request.meta["listed"])
            )  # one line of ASCII, as a header is
        parts = urlparse_cached(request)
        target = parts._replace(scheme="", netloc="", fragment="").geturl() or "/"
        asked = [("Host", parts.netloc), *_lines(request.headers, ASKED.__contains__)]
        headers = _lines(response.headers, lambda name: name != CHUNKS)
        answer = self._writer.create_warc_record(
            request.url,
            "response",
            payload=BytesIO(response.body),
            http_headers=StatusAndHeaders(
                response_status_message(response.status),
                headers,
                protocol="HTTP/1.1",
            ),
            warc_headers_dict=said,
        )
        question = self._writer.create_warc_record(
            request.url,
            "request",
            http_headers=StatusAndHeaders(f"{request.method} {target} HTTP/1.1", asked, is_http_request=True),
        )
        self._writer.write_request_response_pair(question, answer)


class RecordMiddleware:
    """The downloader middleware next to the wire: records what is sent and what comes back, before it is unpacked."""

    def __init__(self, recording: Recording, crawler: "SourceCrawler") -> None:
        self._recording = recording
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: "SourceCrawler") -> "RecordMiddleware":
        """Made by Scrapy."""
        if crawler.recording is None:
            raise NotConfigured
        return cls(crawler.recording, crawler)

    def process_response(self, request: Request, response: Response) -> Response:
        """Record both. Raises Rejected(FAILED) when the recording cannot be written: the next run asks again.

        What a search API answers instead of results may repeat the key, and is left out.
        """
        if "api" in request.meta and response.status != OK:
            return response
        try:
            self._recording.write(self._crawler.ledger.run.slug, request, response)
        except OSError as error:
            raise Rejected(Outcome.FAILED, f"the recording cannot be written: {error.strerror}") from None
        return response


@contextmanager
def recording(path: Path | None, user_agent: str) -> Iterator[Recording | None]:
    """A recording that becomes the file `path` at the end, however the crawl ends; None without a path.

    Until then it is `<name>.part`; a killed crawl leaves that, sound up to its last record. Raises MeoktongError when
    either file is there already or cannot be written.
    """
    if path is None:
        yield None
        return
    part = path.with_name(f"{path.name}.part")
    for existing in (path, part):
        if existing.exists():
            raise MeoktongError(f"{existing}: is there already, and a recording replaces nothing; rename or delete it")
    try:
        stream = part.open("xb")
    except OSError as error:
        raise MeoktongError(f"{part}: {error.strerror}") from None
    try:
        with stream:
            yield Recording(stream, path.name, user_agent)
    finally:
        part.rename(path)


def _lines(headers: Headers, wanted: Callable[[bytes], bool]) -> list[tuple[str, str]]:
    return [
        (name.decode("latin-1"), value.decode("latin-1"))
        for name, values in headers.items()
        if wanted(name.lower())
        for value in values
    ]
