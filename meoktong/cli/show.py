"""`meoktong show`: one document with all that is known of it."""

from collections import Counter
from typing import Any

import click

from meoktong.cli._options import database_option, format_option, print_rows, tell_freshness

FACTS = (
    "document_id", "url", "source", "source_name", "kind", "extent", "external_id", "title", "author", "published_at",
    "published_precision", "published_origin", "published_reason", "modified_at", "first_seen_at", "last_seen_at",
    "relevant", "status", "story_id",
)  # fmt: skip
SECTIONS = {
    "versions": ("number", "fetched_at", "modified_at", "title", "characters", "beginning"),
    "labels": ("field", "label", "places", "sentence", "rule"),
    "quantities": ("kind", "value", "high", "surface", "sentence"),
    "readings": ("version", "current", "relevant", "tagger_version", "analyser", "tagged_at"),
    "story": ("document_id", "source", "published_at", "canonical", "url"),
    "incidents": ("incident", "role"),
    "outcomes": ("run", "at", "outcome", "detail"),
}
PLACE = ("document_id", "url", "field", "label", "part", "start", "end", "sentence", "rule")


@click.command(
    epilog="\b\nExample:\n  meoktong show 17\n"
    "  meoktong show https://www.hani.co.kr/arti/1.html --format json | jq .labels\n"
    "  meoktong show 17 --with-text"
)
@click.argument("wanted", metavar="ID|URL")
@click.option("--with-text", is_flag=True, help="The full texts and comments of every version, not their beginning.")
@database_option
@format_option
def command(wanted: str, with_text: bool, database: str, form: str) -> None:
    """Show a document: what it is, its versions, its labels with their sentences, and what it belongs to.

    ID is the number that `meoktong search` shows; URL the address as it is stored.

    The JSON is one object: the facts (document_id, url, source, title, published_at ...), then lists: versions, labels,
    quantities, readings (what each tagger or person said), story (documents with the same text), incidents, outcomes
    (how the address ended in each run). CSV has the labels alone, one line for each place in the text that earned one.
    """
    import msgspec

    from meoktong.queries.show import show
    from meoktong.store import connect

    with connect(database, create=False) as store:
        document = show(store, wanted, with_text=with_text)
        tell_freshness(store)
    if document is None:
        raise click.ClickException(f"no document {wanted!r}: meoktong search finds ids and addresses")
    found: dict[str, Any] = msgspec.to_builtins(document)
    if form == "json":
        click.echo(msgspec.json.format(msgspec.json.encode(found)).decode())
    elif form == "csv":
        print_rows([{**found, **place} for place in found["labels"]], form, columns=PLACE)
    else:
        facts = [{"fact": name, "value": found[name]} for name in FACTS if found[name] is not None]
        print_rows(facts, form, columns=("fact", "value"))
        found["labels"] = _first_places(found["labels"])
        for section, columns in SECTIONS.items():
            if found[section]:
                print_rows(found[section], form, columns=columns, title=section)
        if with_text:
            for version in found["versions"]:
                click.echo(f"version {version['number']}: {version['title']}\n\n{version['text']}\n")
                for comment in version["comments"]:
                    click.echo(f"> {comment['text']}")


def _first_places(places: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """One row a label: the first place that earned it, and how many there are."""
    counts = Counter((place["field"], place["label"]) for place in places)
    first = {(place["field"], place["label"]): place for place in reversed(places)}
    return [{**first[label], "places": number} for label, number in counts.items()]
