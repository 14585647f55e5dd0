"""`meoktong tag`: documents in, annotations out, without a database."""

import gzip
import sys
import zlib
from collections.abc import Iterable, Iterator
from contextlib import nullcontext
from time import monotonic
from typing import Any, BinaryIO

import click
import msgspec

from meoktong.coded import coded, evidence
from meoktong.errors import FileError, Rejected
from meoktong.jsonl import read
from meoktong.settings import Settings

EVERY = 5.0  # seconds between two lines of progress


@click.command(
    epilog="\b\nExample:\n"
    "  meoktong tag articles.jsonl > tagged.jsonl\n"
    "  meoktong tag archive.jsonl.gz | jq -r 'select(.relevant) | .id'"
)
@click.argument("file", type=click.File("rb"), default="-", metavar="[FILE.jsonl]")
@click.option("--evidence/--no-evidence", "with_evidence", default=True, help="Say for each label which words gave it.")
@click.pass_obj
def command(settings: Settings, file: BinaryIO, with_evidence: bool) -> int:
    """Tag documents: one JSON object {id, kind, title, published, text} a line, standard input if no FILE is given.

    A FILE whose name ends in .gz is read as gzip.

    Writes one annotation a line: id, relevant, services_affected, services_mentioned, damages, causes, industries,
    status, outage_start, outage_end, quantities, evidence. Exit status 1 when a line is not a document; the others are
    written.
    """
    from nlp.tagger import Tagger  # loads the analyser

    tagger = Tagger(settings.analyser)
    bad = 0
    for number, document in read(_counted(_lines(file)), "stdin"):
        if isinstance(document, Rejected):
            bad += 1
            click.echo(f"meoktong: line {number}: {document.detail}", err=True)
            continue
        annotation = tagger.tag(document)
        row: dict[str, Any] = {"id": document.external_id or document.url, **coded(annotation)}
        if with_evidence:
            row["evidence"] = evidence(annotation)
        sys.stdout.buffer.write(msgspec.json.encode(row) + b"\n")
    sys.stdout.flush()
    return int(bad > 0)


def _lines(file: BinaryIO) -> Iterator[bytes]:
    name = getattr(file, "name", "")  # what stands for standard input has none
    try:
        with gzip.open(file) if name.endswith(".gz") else nullcontext(file) as lines:
            yield from lines
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise FileError(f"{name}: {error}") from None


def _counted(lines: Iterable[bytes]) -> Iterator[bytes]:
    """`lines`, saying on standard error from time to time how many have passed."""
    due = monotonic() + EVERY
    for number, line in enumerate(lines):
        if monotonic() > due:
            due = monotonic() + EVERY
            click.echo(f"{number:,} lines read", err=True)
        yield line
