"""The words the tagger knows: reviewed data, parsed into typed objects at start-up.

`load()` gives the four lists whose ids appear in annotations. Other word files of this folder (such as clauses.yml) are
read by the `nlp` module that uses them, with `read()` and a struct of its own. An unknown key, a wrong type, a missing
field or a key written twice raises CatalogError with file, entry and key.
"""

import hashlib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, TypeVar

import msgspec
import yaml

from meoktong.errors import CatalogError

T = TypeVar("T")


class Struct(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What every record of a catalog file is: read-only, and strict about its keys."""


class Examples(Struct, frozen=True):
    """Sentences that are an entry's test: the tagger must give the label for each `yes` and for no `no`."""

    yes: tuple[str, ...]
    no: tuple[str, ...]


class Entry(Struct, frozen=True):
    """What all entries have. `id` is the entry's key in its file, `ko` and `en` are its display names."""

    id: str
    ko: str
    en: str


class Context(Struct, frozen=True):
    """Where a name that is also a common word means the service: `before` or `after` stands next to it.

    Each is a regular expression (see nlp.patterns): before, it ends at the name; after, it begins behind it.
    With `likely` it also counts beside the name of a service in one list, and where it is said right behind it that it
    stopped. With none of these three every place counts that `not_before` and `not_after` do not rule out.
    """

    before: str | None = None
    after: str | None = None
    not_before: str | None = None
    not_after: str | None = None
    likely: bool = False


class Service(Entry, frozen=True):
    """A digital service, or a family of services that the codebook counts as one."""

    provider: str  # id of the service that stands for its provider; its own id if there is none
    group: str  # family word: messenger, delivery, payment ...
    words: tuple[str, ...] = ()  # names that mean this service wherever they stand
    companies: tuple[str, ...] = ()  # names of the company: they count where its services in general are blamed
    ambiguous: dict[str, Context] = {}  # names that are common words too
    kinds: str | None = (
        None  # what introduces a quoted name that no list knows: 예약 앱 '아무거나' (a regular expression)
    )
    examples: Examples = Examples(yes=(), no=())


class Frame(Struct, frozen=True):
    """Nouns, and what is said of them (nlp.frames): `verbs` in dictionary form, "@name" for a set of phrases.yml."""

    nouns: tuple[str, ...]
    verbs: tuple[str, ...] = ()  # none: the noun alone is enough
    gap: int = 22  # characters that may stand between noun and verb
    across: bool = False  # a conjunction between noun and verb does not part them
    by: str | None = None  # the nearest actor before it must be of this kind
    not_by: str | None = None  # or must not be
    near: tuple[str, ...] = ()  # expressions; the title, this or a neighbouring sentence must hold one
    unless: tuple[str, ...] = ()  # or none of which the sentence or the title may hold


class Damage(Entry, frozen=True):
    """A kind of harm that a text says did happen."""

    frames: tuple[Frame, ...]
    examples: Examples


class Sign(Struct, frozen=True):
    """Words that state a cause where their sentence has `near`, not `unless`, and if `told` tells of an outage."""

    words: tuple[str, ...]
    near: str | None = None
    unless: str | None = None
    told: bool = False


class Cause(Entry, frozen=True):
    """A stated cause of an outage."""

    signs: tuple[Sign, ...]
    clouds: tuple[str, ...] = ()  # groups of services whose failure is the cause for the others that failed
    examples: Examples = Examples(yes=(), no=())


class Industry(Entry, frozen=True):
    """A trade whose harm a text describes."""

    frames: tuple[Frame, ...]
    examples: Examples


@dataclass(frozen=True, slots=True)
class Catalog:
    """The catalog's four lists, each a dict by id in the order of its file."""

    services: dict[str, Service]
    damages: dict[str, Damage]
    causes: dict[str, Cause]
    industries: dict[str, Industry]


@cache
def load() -> Catalog:
    """The catalog, read once. Raises CatalogError if a file is not what its type says."""
    catalog = Catalog(
        services=_entries("services.yml", Service),
        damages=_entries("damages.yml", Damage),
        causes=_entries("causes.yml", Cause),
        industries=_entries("industries.yml", Industry),
    )
    for service in catalog.services.values():
        if service.provider not in catalog.services:
            raise CatalogError(f"services.yml: {service.id}: provider: no service {service.provider!r}")
    return catalog


def provider_of(service: str) -> str:
    """The id of the service that stands for the provider of `service`."""
    entry = load().services.get(service)
    return entry.provider if entry else service  # an older catalog's


@cache
def catalog_hash() -> str:
    """Hex SHA-256 over the names and bytes of all files of the catalog: its words, and what was learned."""
    digest = hashlib.sha256()
    for path in sorted(files(__name__).iterdir(), key=lambda p: p.name):
        if path.name.endswith((".yml", ".npy")):
            digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def read(name: str, kind: type[T]) -> T:
    """The file `name` of this folder as a `kind` (a Struct, or a dict of Structs). Raises CatalogError."""
    return _convert(_parse(name), kind, name)


def _entries(name: str, kind: type[T]) -> dict[str, T]:
    document = _convert(_parse(name), dict[str, dict[str, Any]], name)
    return {key: _convert({"id": key, **fields}, kind, f"{name}: {key}") for key, fields in document.items()}


def _convert(value: object, kind: type[T], where: str) -> T:
    try:
        return msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        raise CatalogError(f"{where}: {error}") from None


def _parse(name: str) -> object:
    try:
        return yaml.load(files(__name__).joinpath(name).read_text(encoding="utf-8"), _Loader)  # noqa: S506
    except yaml.YAMLError as error:
        raise CatalogError(f"{name}: {error}") from None


class _Loader(yaml.CSafeLoader):
    """The safe loader, refusing a key that is written twice instead of keeping the last."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        keys = [key.value for key, _ in node.value]
        for key in keys:
            if keys.count(key) > 1:
                raise yaml.constructor.ConstructorError(None, None, f"key {key!r} stands twice", node.start_mark)
        return super().construct_mapping(node, deep)
