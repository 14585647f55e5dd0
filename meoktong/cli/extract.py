"""`meoktong extract`: what meoktong reads on one saved page."""

import gzip
import zlib
from datetime import datetime
from pathlib import Path

import click
import msgspec

from meoktong.errors import MeoktongError, Rejected
from meoktong.jsonl import TIME_FORM, parse_published
from meoktong.models import Comment, Document
from meoktong.times import iso_kst

FOUND = "extracted"
KEYS = (
    "url", "source", "kind", "title", "published_at", "published_precision", "published_origin", "published_reason",
    "modified_at", "author", "text", "comments", "outcome", "detail",
)  # fmt: skip
NOTHING = 1


@click.command(
    epilog="\b\nExample:\n"
    "  meoktong extract page.html.gz --url https://www.hani.co.kr/arti/economy/it/1062914.html\n"
    "  curl -s URL | meoktong extract - --url URL | jq .text"
)
@click.argument("page", type=click.Path(path_type=Path, allow_dash=True))
@click.option("--url", required=True, help="The address that the page was fetched from: it tells the source.")
@click.option(
    "--fetched-at",
    metavar="TIME",
    help="When the page was fetched, e.g. 2022-10-17T14:12: relative times ('35 분 전') are resolved against it.",
)
@click.option("--content-type", metavar="HEADER", help="The response's Content-Type, when it is known.")
def command(page: Path, url: str, fetched_at: str | None, content_type: str | None) -> int:
    """Print the article or post on a saved page (plain or gzipped HTML) as one JSON object.

    Keys: url, source, kind, title, published_at, published_precision (minute, day), published_origin (selector, label,
    json-ld, meta, inline-json, generic), published_reason (why there is no time), modified_at, author, text (one
    paragraph a line), comments, outcome (extracted, or the word that says why not), detail. Times are ISO 8601 in
    Korea's time. Exit status 0 when an article was found, 1 when not.
    """
    from spiders.base import spider_for  # slow to import, and --help must be fast
    from spiders.extract import extract

    try:
        moment = parse_published(fetched_at)[0] if fetched_at else _written_at(page)
    except ValueError:
        raise click.BadParameter(f"{fetched_at!r} is not {TIME_FORM}", param_hint="--fetched-at") from None
    body = read_page(page)
    try:
        document = extract(spider_for(url), url, body, content_type, fetched_at=moment)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--url") from None
    except Rejected as error:
        _print({**dict.fromkeys(KEYS), "url": url, "outcome": error.outcome, "detail": error.detail})
        return NOTHING
    _print(_as_json(document))
    return 0


def _as_json(document: Document) -> dict[str, object]:
    """The document under the documented keys."""
    values = {
        **{key: getattr(document, key, None) for key in KEYS},
        "published_at": _iso(document.published_at),
        "modified_at": _iso(document.modified_at),
        "comments": [_comment(comment) for comment in document.comments],
        "outcome": FOUND,
    }
    return {key: values[key] for key in KEYS}


def _comment(comment: Comment) -> dict[str, object]:
    return {"author": comment.author, "published_at": _iso(comment.published_at), "text": comment.text}


def _iso(moment: datetime | None) -> str | None:
    return iso_kst(moment) if moment else None


def _written_at(page: Path) -> datetime | None:
    """A saved file's own time stands for the time of the fetch; a stream has none."""
    return datetime.fromtimestamp(page.stat().st_mtime).astimezone() if page.is_file() else None


def read_page(page: Path) -> bytes:
    """The bytes of a saved page, ungzipped. Raises MeoktongError when it cannot be read."""
    try:
        with click.open_file(str(page), "rb") as stream:
            raw: bytes = stream.read()
        return gzip.decompress(raw) if raw.startswith(b"\x1f\x8b") else raw
    except (OSError, EOFError, zlib.error) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise MeoktongError(f"{page}: cannot be read ({reason})") from None


def _print(value: dict[str, object]) -> None:
    click.echo(msgspec.json.format(msgspec.json.encode(value)).decode())
