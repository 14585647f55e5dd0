"""`meoktong explain`: a document with its labels marked, and why each was given."""

from collections.abc import Iterable
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from meoktong.coded import labelled
from meoktong.errors import MeoktongError, Rejected
from meoktong.jsonl import NO_DATE, read
from meoktong.models import Annotation, Document, Evidence, Kind
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


@click.command(epilog="\b\nExample:\n  meoktong explain article.txt\n  meoktong explain articles.jsonl --id k01")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--id", "wanted", metavar="ID", help="Which document of a JSON Lines file.  [default: the first]")
@click.pass_obj
def command(settings: Settings, file: Path, wanted: str | None) -> None:
    """Show how a document was read: its labels marked in the text, and the words that gave each.

    FILE is JSON Lines when it ends in .jsonl; otherwise plain text whose first line is the title.
    """
    from nlp.tagger import Tagger  # loads the analyser

    document = _document(file, wanted)
    annotation = Tagger(settings.analyser).tag(document)
    console = Console()
    found = list(labelled(annotation))
    for part, text, style in (("title", document.title, "bold"), ("text", document.text, "")):
        marked = Text(text, style=style)
        for field, _, piece in found:
            if piece.part == part:
                marked.stylize(COLOURS[field], piece.start, piece.end)
        console.print(marked)
    console.print(_table(document, annotation, found))


def _document(file: Path, wanted: str | None) -> Document:
    if file.suffix != ".jsonl":
        try:
            title, _, text = file.read_text(encoding="utf-8").partition("\n")
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


def _table(document: Document, annotation: Annotation, found: Iterable[tuple[str, str, Evidence]]) -> Table:
    verdict = "tells of an outage" if annotation.relevant else "tells of no outage"
    table = Table(
        "field", "label", "because of", "rule", title=f"{verdict} ({annotation.analyser})", title_justify="left"
    )
    whole = {"title": document.title, "text": document.text}
    for field, label, piece in found:
        words = Text(whole[piece.part][piece.start : piece.end], style=COLOURS[field])
        table.add_row(field, label, words, piece.rule)
    return table
