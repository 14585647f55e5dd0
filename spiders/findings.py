"""What one way of looking at a page found; several ways are laid over one another in the order of trust."""

from dataclasses import dataclass

from meoktong.models import Comment, Kind, Precision
from spiders.dates import Moment


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """Each field may be missing. `origin` says where `published` was read."""

    title: str | None = None
    published: Moment | None = None
    origin: str | None = None
    modified: Moment | None = None
    author: str | None = None
    signed: str | None = None  # a reporter whom the body itself names: the author when nothing else tells one
    body: tuple[str, ...] = ()
    comments: tuple[Comment, ...] = ()
    kind: Kind | None = None
    is_article: bool = False  # something on the page says that it is an article or post

    def over(self, less: "Findings") -> "Findings":
        """These findings, completed by less trusted ones; a time to the minute is preferred to a bare day."""
        dated = self if _better(self.published, less.published) else less
        return Findings(
            title=self.title or less.title,
            published=dated.published,
            origin=dated.origin,
            modified=self.modified or less.modified,
            author=self.author or less.author,
            signed=self.signed or less.signed,
            body=self.body or less.body,
            comments=self.comments or less.comments,
            kind=self.kind or less.kind,
            is_article=self.is_article or less.is_article,
        )


def _better(trusted: Moment | None, less: Moment | None) -> bool:
    if trusted is None:
        return less is None
    return trusted.precision is Precision.MINUTE or less is None or less.precision is Precision.DAY
