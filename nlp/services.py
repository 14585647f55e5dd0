"""Which services a document names: exact names first, doubtful ones by their neighbours."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise

import msgspec

from meoktong.catalog import Context, load
from nlp.patterns import Lexicon, compile_pattern, compiled, ending, longest
from nlp.roles import roles
from nlp.text import Part, Reading

_SURE = 4  # a name of at least so many characters needs no boundary of its own: posts write names and words together
_REACH = 24  # characters before an ambiguous name that are looked at, besides the gaps that its context allows
_HANGUL = re.compile("[가-힣]")
_QUOTED = re.compile("['\"]([가-힣a-z0-9+]{2,12})['\"]")
_WORD_END = re.compile(r"\s|$")


class Mention(msgspec.Struct, eq=False):
    """A name of the services `ids` at [start, end) of a part; `company`: the name is first of all a company's."""

    part: Part
    start: int
    end: int
    ids: tuple[str, ...]
    company: bool

    @property
    def rule(self) -> str:
        """The name found, as a rule's name."""
        return self.part.folded[self.start : self.end]


@dataclass(frozen=True, slots=True)
class _Name:
    """The ids that a name stands for: always, as a company, or only where the context says so."""

    plain: tuple[str, ...]
    company: tuple[str, ...]
    contexts: tuple[tuple[str, "_Near"], ...]

    def ids(self, text: str, start: int, end: int) -> tuple[str, ...]:
        """The ids that the name at [start, end) surely stands for."""
        if not self.contexts:
            return self.plain
        return (*self.plain, *(id_ for id_, near in self.contexts if near.holds(text, start, end)))

    def possible(self, text: str, start: int, end: int, known: Set[str]) -> tuple[str, ...]:
        """The ids it may stand for: those `known` from elsewhere, or the likely ones, if its neighbours allow it."""
        allowed = [(id_, near) for id_, near in self.contexts if (id_ in known if known else near.likely)]
        return tuple(id_ for id_, near in allowed if not near.ruled_out(text, start, end))


class _Near:
    """An ambiguous name's contexts, compiled."""

    before, not_before = compiled(ending), compiled(ending)
    after, not_after = compiled(), compiled()

    def __init__(self, source: Context) -> None:
        self.source = source
        self._before_reach, self._not_before_reach = _reach(source.before), _reach(source.not_before)
        self.likely = source.likely

    def ruled_out(self, text: str, start: int, end: int) -> bool:
        if self.not_after and self.not_after.match(text, end):
            return True
        left = text[max(0, start - self._not_before_reach) : start]
        return self.not_before is not None and self.not_before.search(left) is not None

    def holds(self, text: str, start: int, end: int) -> bool:
        if self.ruled_out(text, start, end):
            return False
        if self.after and self.after.match(text, end):
            return True
        if self.likely and roles().fails_after.match(text, end):
            return True
        if self.before:
            return self.before.search(text[max(0, start - self._before_reach) : start]) is not None
        return self.after is None and not self.likely


def _reach(source: str | None) -> int:
    """How many characters a pattern for what stands before a name can reach over."""
    return _REACH + sum(int(most) for most in re.findall(r",([0-9]+)\}", source)) if source else 0


def find(reading: Reading) -> list[Mention]:
    """Every service name in the document, title first, by place. Names do not overlap: the longest counts.

    A word that may be a name is one in a list with a name: 카카오톡과 밴드, and where it surely is one elsewhere in the
    document. What is quoted behind the word for what it is counts as a name everywhere: 예약 앱 '아무거나'.
    """
    named = {part: _named(part) for part in reading.parts}
    known: dict[str, set[str]] = {}
    for part, words in named.items():
        for word in words:
            if word.ids:
                known.setdefault(part.folded[word.start : word.end], set()).update(word.ids)
    found = {part: list(_find(part, words, known)) for part, words in named.items()}
    coined = {name: id_ for part in reading.parts for name, id_ in _introduced(part, found[part])}
    for part, mentions in found.items() if coined else ():
        mentions.extend(_coined(part, mentions, coined))
        mentions.sort(key=lambda mention: mention.start)
    return [mention for mentions in found.values() for mention in mentions]


def short_forms(reading: Reading, mentions: Sequence[Mention]) -> list[Mention]:
    """Where a text goes on to speak of the one service whose name ends so: 다음 메일 as 메일, 톡스토어 as 스토어."""
    meant: dict[str, set[tuple[str, ...]]] = {}
    for mention in mentions:
        head = roles().heads.search(mention.rule)
        if head and head.start():
            meant.setdefault(head[0], set()).add(mention.ids)
    heads = {head: ids.pop() for head, ids in meant.items() if len(ids) == 1}
    return [form for part in reading.parts for form in _short_forms(part, mentions, heads)] if heads else []


def _short_forms(part: Part, mentions: Sequence[Mention], heads: Mapping[str, tuple[str, ...]]) -> Iterator[Mention]:
    named = _places(m for m in mentions if m.part is part)
    for found in roles().headed.finditer(part.folded):
        if found[1] in heads and found.start(1) not in named:
            yield Mention(part, found.start(1), found.end(1), heads[found[1]], company=False)


def _places(mentions: Iterable[Mention]) -> set[int]:
    """Where the characters of names stand."""
    return {place for mention in mentions for place in range(mention.start, mention.end)}


class _Word(msgspec.Struct, frozen=True):
    """A word at [start, end) that may be a name, and the ids that it surely stands for."""

    start: int
    end: int
    name: _Name
    ids: tuple[str, ...]


def _named(part: Part) -> list[_Word]:
    text = part.folded
    values, matches = part.hits(names())
    return [
        _Word(start, end, values[word], values[word].ids(text, start, end)) for word, start, end in longest(matches)
    ]


def _find(part: Part, words: list[_Word], known: Mapping[str, Set[str]]) -> Iterator[Mention]:
    text = part.folded
    for place, word in enumerate(words):
        start, end, name, ids = word.start, word.end, word.name, word.ids
        if not ids and not name.company:
            elsewhere = known.get(text[start:end], frozenset())
            if elsewhere or _listed(text, words, place, known):
                ids = name.possible(text, start, end, elsewhere)
        if (ids or name.company) and not roles().no_name.match(text, end) and _bounded(part, start, end):
            yield Mention(part, start, end, ids or name.company, company=not ids)


def _listed(text: str, words: list[_Word], place: int, known: Collection[str]) -> bool:
    """Does the word at `place` stand in one list with a name right beside it?"""
    beside = words[max(0, place - 1) : place + 2]
    return any(
        any(one.ids or one.name.company or text[one.start : one.end] in known for one in pair) and _joined(text, *pair)
        for pair in pairwise(beside)
    )


def _introduced(part: Part, known: list[Mention]) -> Iterator[tuple[str, str]]:
    """Quoted names behind the word for a kind of service, with the id of that kind."""
    named = _places(known)
    for quoted in _QUOTED.finditer(part.folded):
        if not named.isdisjoint(range(*quoted.span())) or roles().no_coinage.match(quoted[1]):
            continue
        left = part.folded[max(0, quoted.start() - _REACH) : quoted.start()]
        id_ = next((id_ for id_, kind in _kinds() if kind.search(left)), None)
        if id_:
            yield quoted[1], id_


def _coined(part: Part, known: list[Mention], names: Mapping[str, str]) -> Iterator[Mention]:
    """Wherever the names introduced in the document stand."""
    named = _places(known)
    values, matches = part.hits(Lexicon(names.items()))
    for word, start, end in longest(matches):
        if named.isdisjoint(range(start, end)) and _bounded(part, start, end):
            yield Mention(part, start, end, (values[word],), company=False)


@cache
def _kinds() -> list[tuple[str, re.Pattern[str]]]:
    kinds = [(service.id, service.kinds) for service in load().services.values() if service.kinds]
    return [(id_, compile_pattern(f"(?:{kind})(?:인|의)? ?$")) for id_, kind in kinds]


def _joined(text: str, left: _Word, right: _Word) -> bool:
    """Do two neighbouring words stand in one list?"""
    return roles().joined.fullmatch(text, left.end, right.start) is not None


def _bounded(part: Part, start: int, end: int) -> bool:
    """Do the characters stand as a word of their own, with no more than a suffix and particles behind?"""
    text = part.folded
    first, last = text[start], text[end - 1]
    before, after = text[start - 1 : start], text[end : end + 1]
    if first.isascii() and before.isascii() and before.isalnum():
        return False
    if last.isascii() and after.isascii() and after.isalnum():
        return False
    if end - start >= _SURE:
        return True
    if _HANGUL.match(first) and before and _HANGUL.match(before):
        return False
    if not after or not _HANGUL.match(after):
        return True
    tail = roles().tail.match(text, end)
    rest = tail.end() if tail else end
    return not _HANGUL.match(text[rest : rest + 1]) or _ends_morpheme(part, start, end)


def _ends_morpheme(part: Part, start: int, end: int) -> bool:
    """Does the analyser see a boundary at both ends of the name, with a particle, suffix or verb behind it?"""
    word = _WORD_END.search(part.folded, end)
    morphemes = part.morphemes(start, word.start() if word else part.end)
    return any(m.start == end and m.tag[0] in "JXVE" for m in morphemes)


@cache
def names() -> Lexicon[_Name]:
    """Every name of every service."""
    entries: dict[str, _Entry] = {}
    for service in load().services.values():
        for word in (*service.words, *service.companies, *service.ambiguous):
            for spelling in {word, word.replace(" ", "")}:
                entry = entries.setdefault(spelling, _Entry())
                context = service.ambiguous.get(spelling) or service.ambiguous.get(word)
                if context:
                    entry.contexts[service.id] = _Near(context)
                elif word in service.companies:
                    entry.company[service.id] = None
                else:
                    entry.plain[service.id] = None
    return Lexicon(
        (word, _Name(tuple(entry.plain), tuple(entry.company), tuple(entry.contexts.items())))
        for word, entry in entries.items()
    )


@dataclass(slots=True)
class _Entry:
    """A name under collection; dicts keep the order of the catalog."""

    plain: dict[str, None] = field(default_factory=dict)
    company: dict[str, None] = field(default_factory=dict)
    contexts: dict[str, _Near] = field(default_factory=dict)
