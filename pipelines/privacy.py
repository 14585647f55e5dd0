"""Second stage: what identifies a person is masked before anything is stored or logged.

docs/privacy.md says what is masked where, and why. Posters' names become keyed hashes: the same person stays the same
within a source, and nobody without the key can look a name up.
"""

import hashlib
import hmac
import os
import secrets
from dataclasses import replace
from functools import partial
from pathlib import Path

from meoktong.errors import MeoktongError
from meoktong.models import Document, Kind
from pipelines.identifiers import EMAIL, PERSONAL, PUBLISHED, mask

KEY_FILE = "author.key"
KEY_LENGTH = 16  # characters of a key that is given, at least


def protect(document: Document, key: bytes) -> Document:
    """`document` without identifiers: masked in title, text and comments; the poster and commenters hashed.

    A newspaper's byline stays, and so do the numbers that it prints for its readers to call.
    """
    hidden = partial(_hashed, source=document.source, key=key)
    rules = PUBLISHED if document.kind is Kind.NEWS else PERSONAL
    return replace(
        document,
        title=mask(document.title, rules),
        text=mask(document.text, rules),
        author=_byline(document.author) if document.kind is Kind.NEWS else hidden(document.author),
        comments=tuple(replace(c, text=mask(c.text, PERSONAL), author=hidden(c.author)) for c in document.comments),
    )


def protect_reason(reason: str | None) -> str | None:
    """What a document was refused for, without identifiers: reasons quote titles and cells."""
    return mask(reason, PERSONAL) if reason else reason


def author_key(setting: str, folder: Path) -> bytes:
    """The key for hashing names: the setting, or the one kept in `folder`, which is made on first use (mode 0600).

    Raises MeoktongError for a short setting, or a file that cannot be read or made.
    """
    if setting:
        if len(setting) < KEY_LENGTH:
            raise MeoktongError(f"author_key: {KEY_LENGTH} characters at least; a short key can be guessed")
        return setting.encode()
    path = folder / KEY_FILE
    try:
        if not path.exists():
            _make_key(path)
        key = path.read_bytes().strip()
    except OSError as error:
        raise MeoktongError(f"{path}: {error.strerror}; the key that hashes posters' names") from None
    if len(key) < KEY_LENGTH:
        raise MeoktongError(
            f"{path}: too short for a key; restore it, or delete it and names hash differently from now"
        )
    return key


def _make_key(path: Path) -> None:
    """Two processes may do this at once: the first link wins, and a reader never meets half a key."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(secrets.token_hex(32) + "\n")
    try:
        path.hardlink_to(draft)
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def _byline(author: str | None) -> str | None:
    """A reporter's name, without the e-mail address that often follows it."""
    return mask(author, PUBLISHED).replace(EMAIL.mask, "").strip(" ()·,") or None if author else None


def _hashed(name: str | None, *, source: str, key: bytes) -> str | None:
    """The same name in two sources gives two hashes: they are rarely the same person, and must not be linked."""
    return hmac.new(key, f"{source}\0{name}".encode(), hashlib.sha256).hexdigest() if name else None
