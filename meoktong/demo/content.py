"""What the bundled sites publish: the YAML files in content/, as typed objects."""

from datetime import datetime
from enum import Enum
from functools import cache
from importlib.resources import files
from typing import TypeVar

import msgspec
import yaml

from meoktong.errors import MeoktongError
from meoktong.times import KST


class Served(Enum):
    """What a visitor gets at the address of an article or post."""

    PAGE = "page"
    MOVED = "moved"  # its old address is listed and redirects
    MEMBERS = "members"  # below a path that robots.txt forbids
    WALL = "wall"  # a page that asks whether one is human
    GONE = "gone"


class Struct(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A record of a content file. `at` is Korea's clock, `2022-10-15 16:12`; `text` has one paragraph a line."""

    at: str
    text: str = ""

    @property
    def published(self) -> datetime:
        """When it was published."""
        return datetime.fromisoformat(self.at).replace(tzinfo=KST)

    @property
    def paragraphs(self) -> tuple[str, ...]:
        """The text's paragraphs."""
        return tuple(self.text.splitlines())


T = TypeVar("T", bound=Struct)


class Correction(Struct, frozen=True):
    """What an article says from `at` on."""


class Article(Struct, frozen=True):
    """A newspaper's article. `author` is empty for copy of the agency; `caption` stands below its picture."""

    id: int
    title: str
    section: str
    author: str = ""
    caption: str = ""
    correction: Correction | None = None
    served: Served = Served.PAGE


class Reply(Struct, frozen=True):
    """A reader's reply to a post."""

    by: str


class Post(Struct, frozen=True):
    """A post on the merchants' board. `mark` is `notice` or `best` for a row that stays above the fresh ones."""

    id: int
    board: str
    title: str
    by: str
    replies: tuple[Reply, ...] = ()
    mark: str = ""
    picture: bool = False
    served: Served = Served.PAGE


@cache
def articles() -> tuple[Article, ...]:
    """The newspaper's articles, the newest first."""
    return _read("articles", Article)


@cache
def posts() -> tuple[Post, ...]:
    """The board's posts, the newest first."""
    return _read("posts", Post)


def _read(name: str, record: type[T]) -> tuple[T, ...]:
    found: list[T] = []
    for file in sorted(files(__package__).joinpath("content", name).iterdir(), key=lambda file: file.name):
        try:
            found += msgspec.convert(yaml.safe_load(file.read_text(encoding="utf-8")), list[record])  # type: ignore[valid-type]
        except (yaml.YAMLError, msgspec.ValidationError) as error:
            raise MeoktongError(f"{file}: {error}") from None
    return tuple(sorted(found, key=lambda item: item.published, reverse=True))
