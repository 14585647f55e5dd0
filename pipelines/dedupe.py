"""Third stage: the same document under a second address, in the same run."""

import hashlib

import msgspec

from meoktong.errors import Rejected
from meoktong.models import Document, Outcome


class Dedupe:
    """Remembers a run's documents. Copies in other sources are not duplicates but parts of a story."""

    def __init__(self) -> None:
        self._addresses: dict[bytes, str] = {}

    def check(self, document: Document) -> Document:
        """`document` itself, when its title, text, author and time are new or its address is the same as before.

        Raises Rejected(DUPLICATE) naming the first address.
        """
        # The time and author are part of it: two people may post the same short cry, and a paper may run a text twice.
        content = [document.title, document.text.split(), document.author, document.published_at]
        digest = hashlib.sha256(msgspec.json.encode(content)).digest()
        first = self._addresses.setdefault(digest, document.url)
        if first != document.url:
            raise Rejected(Outcome.DUPLICATE, f"the same as {first}")
        return document
