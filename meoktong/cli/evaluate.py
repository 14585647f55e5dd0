"""`meoktong evaluate`: how well the tagger agrees with coded documents."""

from collections.abc import Iterable
from typing import Any

import click
import msgspec

from meoktong.cli._options import database_option, format_option, print_rows
from meoktong.coded import Coded, agree, coded
from meoktong.errors import MeoktongError, Rejected
from meoktong.jsonl import read
from meoktong.models import Kind
from meoktong.settings import Settings

COLUMNS = ("documents", "field", "precision", "recall", "f1", "gold")
MEASURED = ("documents", "field", "precision", "recall", "f1", "low", "high")


@click.command(
    epilog="\b\nExample:\n"
    "  meoktong evaluate tests/gold/dev.jsonl\n"
    "  meoktong evaluate --corrections\n"
    "  meoktong evaluate coded.jsonl --format json | jq '.[] | select(.documents == \"all\")'"
)
@click.argument("file", type=click.File("rb"), metavar="[GOLD.jsonl]", required=False)
@click.option("--corrections", is_flag=True, help="Measure against what people coded (`meoktong review`) instead.")
@database_option
@format_option
@click.pass_obj
def command(settings: Settings, file: Iterable[bytes] | None, corrections: bool, database: str, form: str) -> None:
    """Tag the documents of a coded file and compare: precision, recall and F1 by field, news and posts apart too.

    List fields are pooled over documents. Quantities match on kind and value. Status and times count in relevant
    documents only; for status, F1 is the accuracy. `gold` is the number of labels that the coders gave. JSON keys:
    documents (all, news, post), field, precision, recall, f1, gold.

    With --corrections the newest machine's word is compared with people's, weighted to all documents of the database;
    low and high are the 95 % confidence interval of f1. JSON keys: documents, field, precision, recall, f1, low, high.
    """
    if corrections == (file is not None):
        raise click.UsageError("give either GOLD.jsonl or --corrections")
    if file is None:
        _measure(database, form)
    else:
        _evaluate(settings, file, form)


def _measure(database: str, form: str) -> None:
    from meoktong.measure import Compared, measure  # --help must be fast
    from meoktong.store import connect
    from meoktong.store.review import codings

    with connect(database) as store:
        said = [coding for coding in codings(store) if coding.current]
    if not said:
        raise MeoktongError("nobody has coded a document yet: see meoktong review export")
    rows = []
    for name, kinds in _groups().items():
        pairs = [
            Compared(
                person=coded(coding.person), machine=coded(coding.machine), weight=coding.weight, stratum=coding.stratum
            )
            for coding in said
            if coding.machine is not None and coding.stratum.partition(" ")[0] in kinds
        ]
        for field, found in measure(pairs).items():
            numbers = (*(found[of].value for of in ("precision", "recall", "f1")), found["f1"].low, found["f1"].high)
            rows.append(dict(zip(MEASURED, (name, field, *(round(n, 3) for n in numbers)), strict=True)))
    print_rows(rows, form, columns=MEASURED, title=f"{len(said)} coded documents")


def _groups() -> dict[str, set[Kind]]:
    return {"all": set(Kind), **{str(kind): {kind} for kind in Kind}}


def _evaluate(settings: Settings, file: Iterable[bytes], form: str) -> None:
    from nlp.tagger import Tagger  # loads the analyser

    tagger = Tagger(settings.analyser)
    lines = list(file)
    pairs: list[tuple[Kind, Coded, Coded]] = []
    for number, document in read(lines, "gold"):
        if isinstance(document, Rejected):
            raise MeoktongError(f"line {number}: {document.detail}")
        gold = msgspec.json.decode(lines[number - 1], type=dict[str, Any])
        pairs.append((document.kind, gold, coded(tagger.tag(document))))
    rows = []
    for name, kinds in _groups().items():
        for field, found in agree((gold, predicted) for kind, gold, predicted in pairs if kind in kinds).items():
            numbers = (round(found.precision, 3), round(found.recall, 3), round(found.f1, 3))
            rows.append(dict(zip(COLUMNS, (name, field, *numbers, found.hits + found.missed), strict=True)))
    print_rows(rows, form, columns=COLUMNS, title=f"{len(pairs)} documents")
