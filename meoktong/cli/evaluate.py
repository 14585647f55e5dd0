"""`meoktong evaluate`: how well the tagger agrees with coded documents."""

from collections.abc import Iterable
from typing import Any

import click
import msgspec

from meoktong.cli._options import format_option, print_rows
from meoktong.coded import Coded, agree, coded
from meoktong.errors import MeoktongError, Rejected
from meoktong.jsonl import read
from meoktong.models import Kind
from meoktong.settings import Settings

COLUMNS = ("documents", "field", "precision", "recall", "f1", "gold")


@click.command(
    epilog="\b\nExample:\n"
    "  meoktong evaluate tests/gold/dev.jsonl\n"
    "  meoktong evaluate coded.jsonl --format json | jq '.[] | select(.documents == \"all\")'"
)
@click.argument("file", type=click.File("rb"), metavar="GOLD.jsonl")
@format_option
@click.pass_obj
def command(settings: Settings, file: Iterable[bytes], form: str) -> None:
    """Tag the documents of a coded file and compare: precision, recall and F1 by field, news and posts apart too.

    List fields are pooled over documents. Quantities match on kind and value. Status and times count in relevant
    documents only; for status, F1 is the accuracy. `gold` is the number of labels that the coders gave. JSON keys:
    documents (all, news, post), field, precision, recall, f1, gold.
    """
    from nlp.tagger import Tagger  # noqa: PLC0415  # loads the analyser

    tagger = Tagger(settings.analyser)
    lines = list(file)
    pairs: list[tuple[Kind, Coded, Coded]] = []
    for number, document in read(lines, "gold"):
        if isinstance(document, Rejected):
            raise MeoktongError(f"line {number}: {document.detail}")
        gold = msgspec.json.decode(lines[number - 1], type=dict[str, Any])
        pairs.append((document.kind, gold, coded(tagger.tag(document))))
    rows = []
    for name, kinds in {"all": set(Kind), **{str(kind): {kind} for kind in Kind}}.items():
        for field, found in agree((gold, predicted) for kind, gold, predicted in pairs if kind in kinds).items():
            numbers = (round(found.precision, 3), round(found.recall, 3), round(found.f1, 3))
            rows.append(dict(zip(COLUMNS, (name, field, *numbers, found.hits + found.missed), strict=True)))
    print_rows(rows, form, columns=COLUMNS, title=f"{len(pairs)} documents")
