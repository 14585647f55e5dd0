"""`meoktong new-source`: a first source file and test page for a site that nobody has described."""

import re
from datetime import datetime
from pathlib import Path

import click
import msgspec

from meoktong.cli._exits import Exit
from meoktong.cli._scrapy import fetch_options, scrapy_settings
from meoktong.cli.extract import read_page
from meoktong.errors import MeoktongError
from meoktong.models import Document, Kind
from meoktong.settings import Settings
from meoktong.times import iso_kst, now, to_kst

KINDS = {"news": Kind.NEWS, "board": Kind.POST}
FOLDERS = {Kind.NEWS: "news", Kind.POST: "boards"}


@click.command(
    epilog="\b\nExample:\n"
    "  meoktong new-source https://paper.example.kr/news/1234 --slug paper\n"
    "  meoktong new-source saved.html --url https://paper.example.kr/news/1234 --slug paper"
)
@click.argument("page", metavar="URL|FILE")
@click.option("--slug", required=True, help="Its name everywhere: lower-case letters, digits and underscores.")
@click.option("--kind", type=click.Choice(list(KINDS)), help="[default: what the page seems to be]")
@click.option("--url", help="The address of a saved page.")
@click.option(
    "--into",
    type=click.Path(file_okay=False, path_type=Path),
    help="The project's folder.  [default: that of this installation]",
)
@fetch_options
@click.pass_obj
def command(
    settings: Settings,
    *,
    page: str,
    slug: str,
    kind: str | None,
    url: str | None,
    into: Path | None,
    allow_private: bool,
    overrides: tuple[str, ...],
) -> int:
    """Write spiders/news|boards/SLUG.py and a test page from one page of a site.

    The page is fetched as a crawl would (robots.txt, user agent), or read from FILE. Selectors are proposed for what
    its JSON-LD and metas do not tell right, and shown with what they extract. No file is ever replaced.

    Exit status: 0 written and every field is read, 1 not written, 4 written but a field is read otherwise than by
    generic extraction.
    """
    import spiders  # Scrapy is slow to import, and --help must be fast
    from spiders.base import all_sources, spider_for
    from spiders.propose import propose, written

    if not re.fullmatch(r"[a-z][a-z0-9_]*", slug):
        raise click.BadParameter("lower-case letters, digits and underscores only", param_hint="--slug")
    if slug in all_sources():
        raise click.BadParameter(f"{slug} is a source already", param_hint="--slug")
    fetched = page.startswith(("http://", "https://"))
    address = page if fetched else url
    if address is None:
        raise click.UsageError("a saved page needs --url")
    known = spider_for(address)
    if known is not None:
        raise click.UsageError(f"{address} belongs to the source {known.name}")
    at = now()
    if fetched:
        body, content_type = _fetch(settings, address, allow_private, overrides)
    else:
        body, content_type = read_page(Path(page)), None
    try:
        proposal = propose(address, body, content_type, KINDS[kind] if kind else None, at)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="URL") from None
    root = into or Path(spiders.__path__[0]).parent
    source = root / "spiders" / FOLDERS[proposal.kind] / f"{slug}.py"
    folder = root / "tests" / "pages" / slug / f"{to_kst(at):%Y-%m}"
    meta = msgspec.json.format(msgspec.json.encode({"url": proposal.found.url, "crawled_at": iso_kst(at)}))
    _write({source: written(proposal, slug).encode(), folder / "page.html": body, folder / "meta.json": meta + b"\n"})
    click.echo(f"kind {proposal.kind}, family {proposal.family.name if proposal.family else 'none that is known'}")
    click.echo(f"machine-readable: {', '.join(proposal.machine) or 'nothing'}")
    click.echo(f"feeds: {', '.join(proposal.feeds) or 'none named; find a feed, a sitemap or a list by hand'}")
    for name, selector in _selectors(proposal.layout).items():
        click.echo(f"{name}: {selector or '(no selector needed, or none found)'}")
    _tell(proposal.found)
    for name in proposal.differing:
        click.echo(f"{name} is read otherwise than by generic extraction: {getattr(proposal.expected, name)!r}")
    click.echo(f"\nwritten: {source}\n         {folder}/page.html, meta.json")
    click.echo(
        "next: name the source and its hosts, EXPECT, identity and rewrites; read the site's robots.txt and terms;\n"
        "rewrite page.html with invented text (it is the site's); run pytest tests/test_pages.py and read the\n"
        f"expected.json that it writes; then meoktong check {slug}"
    )
    return Exit.PARTLY_FAILED if proposal.differing else Exit.DONE


def _fetch(settings: Settings, url: str, allow_private: bool, overrides: tuple[str, ...]) -> tuple[bytes, str | None]:
    from meoktong.crawl.look import look
    from meoktong.crawl.runner import Options, Target
    from spiders.generic import GenericSpider

    options = Options(allow_private=allow_private, scrapy=scrapy_settings(overrides))
    target = Target(spider=GenericSpider, arguments={"page": url})
    (seen,) = look([target], lambda look: bool(look.pages), settings=settings, options=options)
    if not seen.pages:
        raise MeoktongError("; ".join(seen.faults) or f"{url}: nothing came")
    return seen.pages[0].body, seen.pages[0].content_type


def _write(files: dict[Path, bytes]) -> None:
    """All of them, or none when one is there already."""
    there = [str(path) for path in files if path.exists()]
    if there:
        raise MeoktongError(f"{', '.join(there)}: is there already, and nothing is replaced")
    try:
        for path, content in files.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
    except OSError as error:
        raise MeoktongError(f"{error.filename}: {error.strerror}") from None


def _selectors(layout: object) -> dict[str, str | None]:
    return {name: getattr(layout, name) for name in ("title", "published", "author", "body")} if layout else {}


def _tell(document: Document) -> None:
    when: datetime | None = document.published_at
    click.echo(f"  title: {document.title}")
    click.echo(f"  published: {iso_kst(when)[:16] if when else document.published_reason}")
    click.echo(f"  author: {document.author or 'none'}")
    lines = document.text.split("\n")
    click.echo(
        f"  body: {len(lines)} paragraphs, {len(document.text)} characters: {lines[0][:60]} ... {lines[-1][-40:]}"
    )
