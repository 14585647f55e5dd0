"""What each time told in a text is for the outage: its beginning, its end, or neither, by what is said next to it."""

import re
from bisect import bisect_left
from collections.abc import Iterator
from enum import StrEnum
from functools import cache
from itertools import pairwise
from operator import attrgetter

import msgspec

from meoktong.catalog import Struct, read
from meoktong.models import Precision
from nlp.cues import Cue, Cues, Said
from nlp.moments import Edge, Told
from nlp.patterns import compile_pattern
from nlp.text import RECALLED

_REACH = 160  # characters of a sentence that are looked at next to a time
_JOINED = 12  # characters between times of which the same is said
_APART = 25  # characters between a time and what is said of something else
_CLOSE = 6  # characters between a time and a length of time that it ends (9시, 21시간 만에)
_LISTED = re.compile("[가-힣]{0,3}, ")  # one service since nine, another since ten
_IDENTIFIED = re.compile("(?:것[은이]|건|때는|시[각점]은|시간은|일시는?) ?$")
_LABELLED = re.compile("(?:발생|시작|복구|종료|정상화|해소)(?:[가-힣 ]{0,4}:| ?(?:시[각간]|일시)) ?$")
_LENGTH_AHEAD = re.compile("까지 (?:약 |총 )?[0-9]{1,3}(?:분|시간)")
_OVER_OR_NOT = ("recovered", "eased", "unrecovered", "still")
_STUDIED = ("조사", "분석")
_OBJECT = re.compile(
    "(?:[를을이가은는]|에서|의| [가-힣]{1,6}[을를])? ?(?:모두|전부|완전히|긴급|가까스로|간신히|다시)? ?"
)
_PARTLY = re.compile("(?:일부|(?<!대)부분)(?:적으로|만|가|이)?(?: [가-힣]{1,4}[이가은는을를])? ?$")
_ADNOMINAL = compile_pattern("{ㄴ} $")
_QUOTE_AHEAD = re.compile(
    r"(?:께|쯤|경|에)? ?[\"'](?![^\"'\n]{1,18}[\"'](?! ?(?:[라이]?[고며]|[는란]|라는)))"
)  # and no name


class Role(StrEnum):
    """What a time is."""

    START = "start"
    END = "end"
    UNTIL = "until"  # what goes wrong does so until then
    EASED = "eased"
    TOLD_OVER = "told over"  # when the end was told of
    OPEN = "open"  # nothing is said that tells
    NONE = "none"


_OVER = {"recovered": Role.END, "eased": Role.EASED}


class Candidate(msgspec.Struct, frozen=True):
    """A time with its role."""

    told: Told
    role: Role
    weak: bool  # a beginning by its particle alone: nothing is said to go wrong
    recalled: bool  # of an earlier outage

    @property
    def exact(self) -> bool:
        """Is it told to the minute?"""
        return self.told.precision is Precision.MINUTE


class Words(Struct, frozen=True):
    """times.yml."""

    unrecovered: tuple[Cue, ...]
    still: tuple[Cue, ...]
    reported: tuple[Cue, ...]
    recovered: tuple[Cue, ...]
    eased: tuple[Cue, ...]
    onset: tuple[Cue, ...]
    present: tuple[str, ...]
    breaking: tuple[str, ...]
    to_come: str
    relapsed: str
    backlog: str


@cache
def words() -> Words:
    """The words of times.yml."""
    return read("times.yml", Words)


@cache
def cues() -> Cues:
    """What may be said of a time. Of phrases that begin at the same place the first list's counts."""
    lists = words()
    return Cues(
        {name: getattr(lists, name) for name in ("unrecovered", "still", "reported", "recovered", "eased", "onset")}
    )


def candidates(told: list[Told], said: list[Said], later: list[int]) -> Iterator[Candidate]:
    """`told` with what each means by what is `said` near it; those that mean nothing for the outage are left out.

    `later` are the places where the text goes on to another time without telling it (세 시간 뒤).
    """
    before: Candidate | None = None
    ended = False
    for one, following in zip(told, [*told[1:], None], strict=True):
        sentence = one.sentence
        same = before if before is not None and before.told.sentence is sentence else None
        near = _near(one, following, said, later)
        quoted = _quoted(one, near)
        if quoted and one.edge is Edge.FROM:  # what an error message says
            near = [cue for cue in near if cue.name not in _OVER]
            quoted = False
        names = _meanings(sentence.part.folded, near)
        begun = same is not None and same.role is Role.START and same.exact and not same.weak
        closes = begun or _LENGTH_AHEAD.match(sentence.part.folded, one.end) is not None
        role = _role(one, names, closes=closes, quoted=quoted)
        if one.edge is Edge.FROM and role in _OVER.values() and (_ranges(one, following) or _begins(one, near, before)):
            role = Role.START
        if ended and role in (Role.UNTIL, Role.EASED) and _of_backlog(one):
            role = Role.NONE
        if one.stamp and role in (Role.START, Role.OPEN):  # what is added is that it works again, or lasts
            role = Role.NONE
        ended = ended or role in _OVER.values()
        if role is not Role.NONE:
            weak = role is Role.START and "onset" not in names
            other = (one.again and role is Role.START) or (
                one.edge is Edge.UNTIL and same is not None and same.recalled
            )
            recalled = sentence.has(RECALLED) and (one.dated or same is not None)
            before = Candidate(one, role, weak, other or one.recalled or recalled)
            yield before


def _ranges(one: Told, following: Told | None) -> bool:
    """Does `one` begin a stretch of time that ends at `following`?"""
    return following is not None and following.sentence is one.sentence and following.edge is Edge.UNTIL


def _begins(one: Told, near: list[Said], before: Candidate | None) -> bool:
    """Is the first time of a text, "from" which something is said to be, no end: what works again is told far off?"""
    return before is None and (near[0].name == "eased" or near[0].start - one.end > _APART)


def _near(one: Told, following: Told | None, said: list[Said], later: list[int]) -> list[Said]:
    """What is said of `one`: up to the time told next, and beyond it only where nothing stands between the two."""
    sentence = one.sentence
    reach = end = min(sentence.end, one.end + _REACH)
    lead = sentence.part.folded[max(sentence.start, one.start - 12) : one.start]
    if following and following.start < end:
        end = following.start
    behind = bisect_left(later, one.end + _CLOSE)
    if behind < len(later) and later[behind] < end:
        reach = end = later[behind]
    near = within(said, one.end, end)
    spans = following is not None and (
        following.edge in (Edge.UNTIL, Edge.STILL)
        or following.running
        or (following.edge is one.edge and _LISTED.match(sentence.part.folded, one.end) is not None)
    )
    if not near and (spans or end - one.end < _JOINED):
        near = within(said, one.end, reach)
    if _LABELLED.search(lead) or (not near and _IDENTIFIED.search(lead)):
        return within(said, max(sentence.start, one.start - _REACH), one.start)[-1:]
    return near or _belonging(one, said)


def _belonging(one: Told, said: list[Said]) -> list[Said]:
    """What is said right before `one` in the form that belongs to it (불이 난 20일 이후, 호출이 끊긴 15일 밤)."""
    text = one.sentence.part.folded
    if one.edge is Edge.UNTIL or not _ADNOMINAL.search(text, max(one.sentence.start, one.start - 3), one.start):
        return []
    before = within(said, max(one.sentence.start, one.start - _CLOSE), one.start)
    return before[-1:] if before and one.start - before[-1].end <= 3 and before[-1].name == "onset" else []


def _meanings(text: str, said: list[Said]) -> list[str]:
    """What `said` means, in order.

    Left out are an outage that is only the object of its recovery or of a study (장애를 복구했다, 장애를 조사한),
    and a weak word of recovery right before a plain one (4시에야 정상화됐다).
    """
    objects = {
        one.start
        for one, after in pairwise(said)
        if one.name == "onset"
        and (after.name in _OVER_OR_NOT or text.startswith(_STUDIED, after.start))
        and _OBJECT.fullmatch(text, one.end, after.start)
    }
    weaker = {
        one.start
        for one, after in pairwise(said)
        if one.name == "eased" and after.name == "recovered" and after.start - one.end < _CLOSE
    }
    return [_meaning(text, one) for one in said if one.start not in objects | weaker]


def _meaning(text: str, said: Said) -> str:
    """The list of what is `said`; what works again in part, or is yet to, is not over."""
    if said.name in _OVER and (
        _pattern("to_come").match(text, said.end)
        or _pattern("relapsed").match(text, said.end)
        or _PARTLY.search(text[max(0, said.start - 12) : said.start])
    ):
        return "unrecovered"
    return said.name


def _of_backlog(one: Told) -> bool:
    """Is `one` told of what had piled up (밀린 알림은 자정까지 이어졌다)?"""
    return _pattern("backlog").search(one.sentence.part.folded, one.sentence.start, one.start) is not None


@cache
def _pattern(name: str) -> re.Pattern[str]:
    return compile_pattern(getattr(words(), name))


def within(said: list[Said], start: int, end: int) -> list[Said]:
    """What is `said` from `start` to `end`; `said` is in order."""
    first = bisect_left(said, start, key=attrgetter("start"))
    return said[first : bisect_left(said, end, first, key=attrgetter("start"))]


def _quoted(told: Told, near: list[Said]) -> bool:
    """Is what is said of `told` what somebody said then?"""
    text = told.sentence.part.folded
    if _QUOTE_AHEAD.match(text, told.end):
        return True
    between = text[told.end : near[0].start] if near and near[0].name in _OVER else ""
    return between.count('"') % 2 == 1 or between.count("'") % 2 == 1


def _role(told: Told, said: list[str], *, closes: bool, quoted: bool) -> Role:
    """What a time is, by its particle and what is said next; `closes`: an outage begins before it in the sentence."""
    first = said[0] if said else None
    moment = told.precision is Precision.MINUTE and told.edge is Edge.AT
    if told.edge is Edge.STILL or first == "unrecovered" or (first == "still" and told.edge is not Edge.FROM):
        return Role.NONE
    if quoted:
        return Role.TOLD_OVER if first in ("recovered", "eased") and moment else Role.NONE
    if first == "reported" and told.edge is Edge.AT:
        return Role.TOLD_OVER if "recovered" in said and moment else Role.NONE
    if first in _OVER:
        return _OVER[first]
    if told.edge is Edge.UNTIL:
        return _until(told, first, closes=closes)
    return Role.START if told.edge is Edge.FROM or first == "onset" else Role.OPEN


def _until(told: Told, first: str | None, *, closes: bool) -> Role:
    if closes and told.precision is Precision.MINUTE:
        return Role.END
    if first == "onset":
        return Role.UNTIL
    return Role.OPEN if first is None else Role.NONE
