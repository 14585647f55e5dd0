"""`meoktong evaluate`: how well the tagger agrees with coded documents."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

import click

from meoktong.cli._options import database_option, format_option, print_rows
from meoktong.coded import Coded, agree, coded, decode
from meoktong.errors import MeoktongError, Rejected
from meoktong.jsonl import BOM, read
from meoktong.models import Annotation, Kind
from meoktong.settings import Settings

COLUMNS = ("documents", "field", "precision", "recall", "f1", "gold")
MEASURED = ("documents", "field", "precision", "recall", "f1", "low", "high")


@click.command(
    epilog="\b\nExample:\n"
    "  meoktong evaluate tests/gold/dev.jsonl\n"
    "  meoktong evaluate --corrections --keep\n"
    "  meoktong evaluate coded.jsonl --format json | jq '.[] | select(.documents == \"all\")'"
)
@click.argument("file", type=click.File("rb"), metavar="[GOLD.jsonl]", required=False)
@click.option("--corrections", is_flag=True, help="Measure against what people coded (`meoktong review`) instead.")
@click.option("--keep", is_flag=True, help="Keep the figures in the database: `meoktong trend` then gives intervals.")
@database_option
@format_option
@click.pass_obj
def command(
    settings: Settings, *, file: BinaryIO | None, corrections: bool, keep: bool, database: str, form: str
) -> None:
    """Tag the documents of a coded file and compare: precision, recall and F1 by field, news and posts apart too.

    List fields are pooled over documents. Quantities match on kind and value. Status and times count in relevant
    documents only; for status, F1 is the accuracy. `gold` is the number of labels that the coders gave. JSON keys:
    documents (all, news, post), field, precision, recall, f1, gold.

    With --corrections the newest machine's word is compared with people's, weighted to all documents of the database;
    low and high are the 95 % confidence interval of f1. JSON keys: documents, field, precision, recall, f1, low, high.

    With --keep the figures of all documents are kept for this tagger and its catalog, so that counts carry intervals.
    """
    if corrections == (file is not None):
        raise click.UsageError("give either GOLD.jsonl or --corrections")
    if file is None:
        _measure(database, form, keep)
    else:
        _evaluate(settings, file, form, database if keep else None)


def _measure(database: str, form: str, keep: bool) -> None:
    from meoktong.measure import Compared, measure  # --help must be fast
    from meoktong.store import connect
    from meoktong.store.review import codings

    with connect(database, create=False) as store:
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
    if keep:
        _keep(database, "corrections", [(coded(c.person), c.machine, c.weight, c.stratum) for c in said if c.machine])


def _keep(database: str, basis: str, pairs: Sequence[tuple[Coded, Annotation, float, str]]) -> None:
    """Measure the tagger that read most of the documents, and keep its figures."""
    from meoktong.measure import Compared, measure  # --help must be fast
    from meoktong.store import connect
    from meoktong.store.evaluations import keep
    from meoktong.store.retag import Stamp

    stamps = Counter((m.tagger_version, m.catalog_hash, m.analyser) for _, m, _, _ in pairs)
    stamp, documents = max(stamps.items(), key=lambda item: (item[1], item[0]))
    compared = [
        Compared(person=person, machine=coded(machine), weight=weight, stratum=stratum)
        for person, machine, weight, stratum in pairs
        if (machine.tagger_version, machine.catalog_hash, machine.analyser) == stamp
    ]
    version, catalog_hash, analyser = stamp
    with connect(database, create=False) as store:
        found = Stamp(tagger_version=version, catalog_hash=catalog_hash, analyser=analyser)
        keep(store, found, measure(compared), basis=basis, documents=documents)
    click.echo(f"kept: counts of tagger {version} are corrected by {documents} documents of {basis}", err=True)


def _groups() -> dict[str, set[Kind]]:
    return {"all": set(Kind), **{str(kind): {kind} for kind in Kind}}


def _evaluate(settings: Settings, file: BinaryIO, form: str, database: str | None) -> None:
    """Measure on a file; with `database` the figures are kept there."""
    from nlp.tagger import Tagger  # loads the analyser

    tagger = Tagger(settings.analyser)
    lines = list(file)
    pairs: list[tuple[Kind, Coded, Annotation]] = []
    for number, document in read(lines, "gold"):
        if isinstance(document, Rejected):
            raise MeoktongError(f"line {number}: {document.detail}")
        try:
            gold = decode(lines[number - 1].removeprefix(BOM))
        except Rejected as error:
            raise MeoktongError(f"line {number}: {error.detail}") from None
        pairs.append((document.kind, gold, tagger.tag(document)))
    rows = []
    for name, kinds in _groups().items():
        for field, found in agree((gold, coded(said)) for kind, gold, said in pairs if kind in kinds).items():
            numbers = (round(found.precision, 3), round(found.recall, 3), round(found.f1, 3))
            rows.append(dict(zip(COLUMNS, (name, field, *numbers, found.hits + found.missed), strict=True)))
    print_rows(rows, form, columns=COLUMNS, title=f"{len(pairs)} documents")
    if database and pairs:
        _keep(database, Path(file.name).name, [(gold, said, 1.0, str(kind)) for kind, gold, said in pairs])
