"""Files that people hand us: opened, watched and read to the point where they are damaged."""

import io
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, BinaryIO, TypeVar

from meoktong.errors import FileError, MeoktongError, Rejected
from meoktong.models import Document

T = TypeVar("T")

Entry = tuple[str, Document | Rejected]  # the place in the file, and the document there or why there is none
Progress = Callable[[int], None]  # is told how many bytes of the file are read
BLOCK = 1 << 20


def read_file(path: Path, read: Callable[[BinaryIO], Iterator[T]], progress: Progress | None = None) -> Iterator[T]:
    """What `read` yields of the file at `path`, as it comes.

    Raises FileError, naming the file, when it cannot be opened or from where it is not what `read` expects.
    """
    try:
        with io.BufferedReader(_Watched(path, progress or (lambda position: None)), BLOCK) as stream:
            yield from read(stream)
    except (OSError, EOFError, zlib.error, MeoktongError) as error:
        raise FileError(f"{path}: {getattr(error, 'strerror', None) or error}") from None


class _Watched(io.FileIO):
    """A file that tells how far it is read: its reader may skip most of it without a word."""

    def __init__(self, path: Path, progress: Progress) -> None:
        super().__init__(path)
        self._progress = progress

    def readinto(self, buffer: Any) -> int:
        """As FileIO does."""
        count = super().readinto(buffer)
        self._progress(self.tell())
        return count
