"""`meoktong explain`: a document with its labels marked, and why each was given."""

from collections.abc import Mapping
from pathlib import Path

import click
from rich.console import Console
from rich.table import Column, Table
from rich.text import Text

from meoktong.cli._options import database_option
from meoktong.coded import labelled
from meoktong.errors import MeoktongError, Rejected
from meoktong.jsonl import NO_DATE, read
from meoktong.models import Annotation, Document, Kind
from meoktong.settings import Settings

COLOURS = {
    "relevant": "bold",
    "services_affected": "bold red",
    "services_mentioned": "blue",
    "damages": "magenta",
    "causes": "yellow",
    "industries": "cyan",
    "status": "green",
    "outage_start": "green",
    "outage_end": "green",
    "quantities": "underline",
}


@click.command(
    epilog="\b\nExample:\n  meoktong explain article.txt\n  meoktong explain articles.jsonl --id k01\n"
    "  meoktong explain 17\n  meoktong explain https://www.hani.co.kr/arti/1.html"
)
@click.argument("wanted", metavar="FILE|ID|URL")
@click.option("--id", "external_id", metavar="ID", help="Which document of a JSON Lines file.  [default: the first]")
@database_option
@click.pass_obj
def command(settings: Settings, wanted: str, external_id: str | None, database: str) -> None:
    """Show how a document was read: its labels marked in the text, and the words that gave each.

    FILE is JSON Lines when it ends in .jsonl; otherwise plain text whose first line is the title. It is read now.

    ID is the number of a stored document, URL its address: shown is its full text, with what counts of it now, whether
    the tagger said it when it was stored or a person corrected it.
    """
    file = Path(wanted)
    if file.is_file():
        from nlp.tagger import Tagger  # loads the analyser

        document = _document(file, external_id)
        title, text, annotation = document.title, document.text, Tagger(settings.analyser).tag(document)
    elif wanted.isdecimal() or "://" in wanted:
        title, text, annotation = _stored(wanted, database)
    else:
        raise click.BadParameter(f"there is no file {wanted}; a stored document has a number or an address")
    _show({"title": title, "text": text}, annotation)


def _document(file: Path, wanted: str | None) -> Document:
    if file.suffix != ".jsonl":
        try:
            title, _, text = file.read_text(encoding="utf-8-sig").partition("\n")
        except UnicodeDecodeError as error:
            raise MeoktongError(f"{file} is not UTF-8 text: {error}") from None
        return Document(
            url=file.absolute().as_uri(),
            source="file",
            kind=Kind.NEWS,
            title=title,
            text=text,
            published_reason=NO_DATE,
        )
    with file.open("rb") as lines:
        for number, document in read(lines, "file"):
            if isinstance(document, Rejected):
                raise MeoktongError(f"{file}, line {number}: {document.detail}")
            if wanted in (None, document.external_id):
                return document
    raise MeoktongError(f"{file} has no document {wanted or ''}".rstrip())


def _stored(wanted: str, database: str) -> tuple[str, str, Annotation]:
    from meoktong.queries.show import as_read  # --help must be fast
    from meoktong.store import connect

    with connect(database, create=False) as store:
        found = as_read(store, wanted)
    if found is None:
        raise MeoktongError(f"no document {wanted}: meoktong search finds numbers and addresses")
    return found


def _show(parts: Mapping[str, str], annotation: Annotation) -> None:
    """Print title and text with all that earned a label marked, and a table of why."""
    from meoktong.store.labels import labels_of  # --help must be fast

    console = Console()
    found = list(labelled(annotation))
    for part, text in parts.items():
        marked = Text(text, style="bold" if part == "title" else "")
        for field, _, piece in found:
            if piece.part == part:
                marked.stylize(COLOURS[field], piece.start, piece.end)
        console.print(marked)
    verdict = "tells of an outage" if annotation.relevant else "tells of no outage"
    title = f"{verdict} ({annotation.analyser})"  # or the name of the person
    columns = [Column(name, overflow="fold") for name in ("field", "label", "because of", "rule")]
    table = Table(*columns, title=title, title_justify="left")
    for field, label, piece in found:
        words = Text(parts[piece.part][piece.start : piece.end], style=COLOURS[field])
        table.add_row(field, label, words, piece.rule)
    for (field, label), evidence in labels_of(annotation).items():
        if not evidence:
            table.add_row(field, label, "", "a person said so")
    console.print(table)
