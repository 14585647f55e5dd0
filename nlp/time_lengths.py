"""Which of the lengths of time told in a text are how long the outage lasted, and the end that follows from them."""

import re
from bisect import bisect_left
from datetime import datetime, timedelta
from operator import attrgetter

import msgspec

from meoktong.models import Moment, Precision
from meoktong.times import midnight_kst
from nlp import quantities
from nlp.cues import Said
from nlp.moments import Edge, Told
from nlp.text import RECALLED, Part
from nlp.time_roles import within

DAY = 24 * 60  # minutes
SHORTLY = 24  # characters in which a recovery is told after the time it took
_AT_ONCE = 8  # characters in which it is told what went wrong for a time
_NEXT = 12  # characters between a time and the duration that counts from it
_ROUGHLY = " ?(?:여|쯤|가량|정도|남짓|가까이)?"
AFTER_SOME = re.compile(
    rf"{_ROUGHLY}[이가]?(?: 가까이| 넘게)? ?(?:뒤|후|흐른|흘러|안에|이내|지나|지난 ?[뒤후]|만[에인]|있다가?)"
)
_AFTER_ALL = re.compile(" ?(?:여|쯤|가량|정도|남짓)? ?만[에인]")
_LASTED = re.compile(
    rf"{_ROUGHLY}[이가]? ?"
    r"(?:동안|간|만에|만[인의]|넘어서?야|이어|지속|계속|먹통|불통|중단|멈|끊|마비|장애"
    r"|다운|못|있다|있으니|그랬|그러|[을를] ?(?:섰|멈|끊|끌었))"
)
_THROUGHOUT = re.compile(
    " ?(?:동안|간|가까이|남짓) [^.\n]{0,24}(?:차질|멈|끊|장애|먹통|중단|마비|불통|못|않|막히|막혔)"
)
_LENGTH_BEFORE = re.compile("(?:장애|중단|먹통|지속|불통) ?시간[은는이가]? ?(?:약|총|모두)? ?$")
_UNTIL_OVER = re.compile(
    "(?:복구|정상화|해결|재개|돌아오|되살아나|풀리|열리)(?:되기|하기|기)?까지(?:는|만)? ?(?:꼬박|약|무려|총|모두)? ?$"
)
_LONGER = re.compile(
    " ?(?:이나 )?(?:넘|이상|째|전|마다|씩|단위|도 |앞두|앞둔)|[이가도]? ?(?:채 )?(?:안 ?[돼되]|되지 ?않|지나지 ?않)"
    "|만에 (?:조기 )?(?:마감|매진|동[나났]|완판|품절|소진)"
)


class Length(msgspec.Struct, frozen=True):
    """The end that follows from a length of time."""

    moment: Moment
    attached: bool  # told in the sentence of a beginning


def lengths(
    part: Part, said: list[Said], starts: list[Told], start: Moment, latest: datetime | None, *, recent: bool
) -> list[Length]:
    """The ends by the times the outage is said to have lasted, from `start` or one of `starts` in the same sentence.

    `said` is what the part says of outages; no end is behind `latest`; `recent`: the part is of a post.
    """
    found = []
    text = part.folded
    for begin, end, minutes in quantities.durations(part):
        sentence = part.sentence_at(begin)
        behind = bisect_left(starts, begin, key=attrgetter("start"))
        near = starts[behind - 1] if behind and starts[behind - 1].sentence is sentence else None
        if sentence.has(RECALLED) or not (near or within(said, sentence.start, sentence.end)):
            continue
        if near and near.precision is Precision.DAY and start.precision is Precision.MINUTE:
            near = None
        base = near or start
        length = timedelta(minutes=minutes)
        if minutes >= DAY and (
            _over_after(part, said, end, _AFTER_ALL)
            or _UNTIL_OVER.search(text, max(0, begin - 16), begin)
            or (minutes % DAY and _THROUGHOUT.match(text, end))
        ):
            at, precision = base.at + length, base.precision
            if minutes % DAY == 0 or precision is Precision.DAY:
                at, precision = midnight_kst(at.date()), Precision.DAY
        elif (
            minutes < DAY
            and base.precision is Precision.DAY
            and recent
            and not _over_after(part, said, end, AFTER_SOME)
        ):
            continue  # how many hours of a day it took tells a post's end no better
        elif minutes < DAY and (start.precision is Precision.DAY or _lasted(part, said, begin, end, near)):
            at, precision = base.at + (timedelta() if base.precision is Precision.DAY else length), base.precision
        else:
            continue
        if at >= start.at and (latest is None or at <= latest):
            moment = Moment(at=at, precision=precision, evidence=(part.evidence(begin, end, "outage_end.duration"),))
            found.append(Length(moment, attached=near is not None))
    return found


def took(part: Part, said: list[Said], begin: int, end: int) -> bool:
    """Is the duration at [begin, end) that of the outage, told in the title or with its end?"""
    if part.name == "title":
        return not _LONGER.match(part.folded, end)
    if _UNTIL_OVER.search(part.folded, max(0, begin - 16), begin):
        return True
    sentence = part.sentence_at(begin)
    return bool(
        _AFTER_ALL.match(part.folded, end)
        and not sentence.has(RECALLED)
        and any(one.name in ("recovered", "eased") for one in within(said, end, sentence.end))
    )


def _over_after(part: Part, said: list[Said], end: int, particle: re.Pattern[str]) -> bool:
    """Is the length of time that ends at `end` the one after which all works again ("사흘 만에 복구됐다")?"""
    shortly = within(said, end, end + SHORTLY) if particle.match(part.folded, end) else []
    return bool(shortly) and shortly[0].name in ("recovered", "eased")


def _lasted(part: Part, said: list[Said], begin: int, end: int, near: Told | None) -> bool:
    """Is the duration at [begin, end) the time that the outage lasted? `near` is the beginning told before it."""
    text = part.folded
    if _LONGER.match(text, end):
        return False
    shortly = within(said, end, end + SHORTLY)[:1] if AFTER_SOME.match(text, end) else []
    if shortly and shortly[0].name == "onset":  # what went wrong after that time did not last it
        return False
    since = near is not None and near.edge is Edge.FROM and begin - near.end < _NEXT
    broke = within(said, end, end + _AT_ONCE)[:1] if near or part.name == "title" else []
    return bool(
        since
        or _over_after(part, said, end, AFTER_SOME)
        or (broke and broke[0].name == "onset")
        or _LASTED.match(text, end)
        or (near and _THROUGHOUT.match(text, end))
        or _LENGTH_BEFORE.search(text[max(0, begin - 16) : begin])
    )
