"""What search APIs are asked: each service of the catalog by name, with each word for an outage (queries.yml)."""

from collections.abc import Iterator
from functools import cache
from importlib.resources import files

import msgspec
import yaml

from meoktong.catalog import load
from meoktong.models import Kind


class Queries(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """queries.yml; it explains its keys."""

    words: dict[Kind, tuple[str, ...]]
    first: int
    names: dict[str, tuple[str, ...]]


@cache
def read() -> Queries:
    """The file, read once."""
    text = files("spiders").joinpath("queries.yml").read_text(encoding="utf-8")
    return msgspec.convert(yaml.safe_load(text), Queries)


def queries(kind: Kind) -> Iterator[str]:
    """The queries that find news or posts of outages. A service that only the catalog knows is asked for too."""
    chosen = read()
    names = [
        name
        for service in load().services.values()
        for name in chosen.names.get(service.id, service.words[: chosen.first])
    ]
    for name in dict.fromkeys(names):
        yield from (f"{name} {word}" for word in chosen.words[kind])
