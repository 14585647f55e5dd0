"""An import of claims: the claims become rows of their own, and what merchants wrote becomes posts, tagged like any."""

import hashlib
import hmac
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from meoktong.claims import Claim
from meoktong.errors import Rejected
from meoktong.files import Entry
from meoktong.models import Document, Kind, Outcome
from meoktong.settings import Settings
from meoktong.store import Store
from meoktong.store.claims import save_claims
from pipelines.identifiers import PERSONAL, mask
from pipelines.imports import Imported, Origin, import_documents
from pipelines.privacy import author_key

NO_DATE = "the claim has no date"


@dataclass(frozen=True, slots=True)
class ImportedClaims:
    """How the rows of a sheet ended: claims by outcome, the rows that are none, and the posts."""

    claims: Counter[Outcome]
    wrong: list[tuple[int, Rejected]]
    posts: Imported


def import_claims(
    store: Store, origin: Origin, title: str, rows: Iterable[tuple[int, Claim | Rejected]], settings: Settings
) -> ImportedClaims:
    """Store the claims of a sheet, and each claim's text as a post with `title`.

    However often a sheet is imported, each claim is stored once; a changed one is updated. Raises MeoktongError as
    `import_documents` does.
    """
    secret = author_key(settings.author_key, store.folder)
    claims: list[Claim] = []
    wrong: list[tuple[int, Rejected]] = []

    def posts() -> Iterator[Entry]:
        for number, found in rows:
            if isinstance(found, Rejected):
                wrong.append((number, found))
                yield f"row {number}", found
            else:
                claim = protected(found, secret)
                claims.append(claim)
                if claim.text:
                    yield f"row {number}", post(claim, origin.slug, title)

    imported = import_documents(store, origin, posts(), settings)
    outcomes = save_claims(store, origin.slug, claims, [address(claim, origin.slug) for claim in claims])
    return ImportedClaims(Counter(outcomes), wrong, imported)


def protected(claim: Claim, secret: bytes) -> Claim:
    """`claim` without identifiers in its text and answers; a key that holds one is hashed."""
    key = claim.key
    if mask(key, PERSONAL) != key:
        key = hmac.new(secret, key.encode(), hashlib.sha256).hexdigest()
    answers = tuple(replace(answer, raw=mask(answer.raw, PERSONAL)) for answer in claim.answers)
    return replace(claim, key=key, text=mask(claim.text, PERSONAL), answers=answers)


def post(claim: Claim, slug: str, title: str) -> Document:
    """What the merchant wrote. The key stands for the author: two merchants may write the same few words."""
    return Document(
        url=address(claim, slug),
        source=slug,
        kind=Kind.POST,
        title=title,
        text=claim.text,
        published_at=claim.reported_at,
        published_precision=claim.reported_precision,
        published_origin="import" if claim.reported_at else None,
        published_reason=None if claim.reported_at else NO_DATE,
        author=claim.key,
        external_id=claim.key,
    )


def address(claim: Claim, slug: str) -> str:
    """Of the post that a claim's text becomes."""
    return f"urn:meoktong:{slug}:claim:{claim.key}"
