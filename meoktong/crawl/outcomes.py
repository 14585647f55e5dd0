"""What became of a request that brought no document: exceptions and statuses -> outcome words."""

import logging

from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
)
from scrapy.http import Response
from scrapy.spidermiddlewares.httperror import HttpError
from twisted.internet.error import ConnectError, ConnectionClosed
from twisted.internet.error import TimeoutError as ConnectTimeoutError

from meoktong.errors import Rejected
from meoktong.models import Outcome
from spiders.encoding import decode
from spiders.html import Page
from spiders.walls import refuse_walls

log = logging.getLogger(__name__)

STATUSES = {
    304: Outcome.NOT_MODIFIED,
    401: Outcome.BLOCKED,
    402: Outcome.BLOCKED,
    403: Outcome.BLOCKED,
    404: Outcome.GONE,
    410: Outcome.GONE,
    429: Outcome.BLOCKED,
    451: Outcome.BLOCKED,
}
_TIMEOUTS = (DownloadTimeoutError, ConnectTimeoutError)  # the second is an OSError too, so it is looked for first
_UNREACHABLE = (
    CannotResolveHostError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    ResponseDataLossError,
    ConnectError,
    ConnectionClosed,
    OSError,
)


def rejection(error: BaseException, url: str, redirects: int = 0) -> Rejected:
    """The outcome and detail of a request or callback that ended in `error`. What nobody foresaw is FAILED and logged.

    `url` is the last one of a chain of `redirects`.
    """
    if isinstance(error, Rejected):
        return error
    if isinstance(error, HttpError):
        return _of_response(error.response)
    if isinstance(error, _TIMEOUTS):
        return Rejected(Outcome.TIMEOUT, str(error))
    # A download is only ever cancelled, and a response only ignored with a cause, for its size: see DOWNLOAD_MAXSIZE.
    if isinstance(error, DownloadCancelledError) or (isinstance(error, IgnoreRequest) and error.__cause__):
        return Rejected(Outcome.TOO_LARGE, f"{url}: larger than DOWNLOAD_MAXSIZE")
    if isinstance(error, IgnoreRequest) and redirects:
        return Rejected(Outcome.REDIRECT_LOOP, f"{url}: redirected {redirects} times")
    if isinstance(error, _UNREACHABLE):
        return Rejected(Outcome.UNREACHABLE, str(error) or type(error).__name__)
    log.error("%s: %r", url, error, exc_info=error)
    return Rejected(Outcome.FAILED, f"{url}: {error!r}")


def _of_response(response: Response) -> Rejected:
    outcome = STATUSES.get(response.status)
    if outcome is None and response.status >= 500:
        try:
            refuse_walls(Page(decode(response.body)))
        except Rejected as wall:
            if wall.outcome is Outcome.BLOCKED:
                return wall
    return Rejected(outcome or Outcome.HTTP_ERROR, f"{response.url} answered {response.status}")
