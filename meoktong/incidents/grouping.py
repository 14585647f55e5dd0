"""Accounts of outages grouped into incidents, without a database. docs/incidents.md gives the rules.

Grouping looks at all accounts at once, so the result does not depend on the order in which they came.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache
from itertools import pairwise

from meoktong import catalog
from meoktong.catalog import provider_of
from meoktong.incidents.recalled import Recalled
from meoktong.models import Precision
from meoktong.times import to_kst

DAY = timedelta(days=1)
NIGHT = timedelta(hours=6)  # starts known to the minute on both sides of midnight, of one outage
REPORTED = timedelta(days=30)  # how long after a start a document without one still tells of it
RECALLED = timedelta(days=400)  # the same where it states a cause of it
SAME_WEEK = timedelta(days=7)  # between publications of documents that state no start, of one outage


Key = tuple[date, str]  # a day in Korea and a provider
MERGE, SPLIT = "merge", "split"  # what persons decide about the grouping


class _Words(catalog.Struct, frozen=True):
    supplied: str
    suppliers: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """What one document says of the outage it tells of."""

    document_id: int
    story_id: int
    root: str  # provider whose failure it is about
    providers: frozenset[str]  # of all services it calls interrupted
    causes: frozenset[str]
    published_at: datetime | None
    start: datetime | None
    start_precision: str | None
    end: datetime | None
    end_precision: str | None
    dates: frozenset[str] = frozenset()  # days and months that its evidence names: 2022-10-15, 2022-10
    recalls: frozenset[Recalled] = frozenset()

    @property
    def days(self) -> set[str]:
        """The days and months of `dates` and `recalls`."""
        return {*self.dates, *(day for each in self.recalls for day in each.days())}

    @property
    def spoken_of(self) -> set[str]:
        """The providers whose incidents it may tell of or recall."""
        return {*self.providers, *(each.provider for each in self.recalls)}


@dataclass(frozen=True, slots=True)
class Decision:
    """A person joined the incident of the documents `moved` to that of `kept`, or took them out of it."""

    kind: str
    kept: frozenset[int]
    moved: frozenset[int]


@dataclass(slots=True)
class Group:
    """One incident: the accounts of it, and the documents that recall it beside another."""

    accounts: list[Account]
    background: set[int] = field(default_factory=set)

    @property
    def provider(self) -> str:
        """The provider that most stories, then most documents, name as the failing one; then by the alphabet."""
        stories = Counter(root for root, _ in {(a.root, a.story_id) for a in self.accounts})
        documents = Counter(a.root for a in self.accounts)
        return min(stories, key=lambda root: (-stories[root], -documents[root], root))

    @property
    def documents(self) -> frozenset[int]:
        """The documents that are mainly about it."""
        return frozenset(account.document_id for account in self.accounts)

    def moment(self, name: str) -> tuple[datetime, str] | None:
        """The `start` or `end` that most stories state, a minute before a day; the earliest among equals.

        An end before the start is a slip of somebody's and does not count.
        """
        begun = self.moment("start") if name == "end" else None
        stories: dict[tuple[datetime, str], set[int]] = defaultdict(set)
        for account in self.accounts:
            at, precision = getattr(account, name), getattr(account, f"{name}_precision")
            if at is not None and (begun is None or at >= begun[0]):
                stories[at, precision].add(account.story_id)
        order = list(Precision)
        return min(stories, key=lambda m: (order.index(Precision(m[1])), -len(stories[m]), m[0]), default=None)


@dataclass(frozen=True, slots=True)
class _Anchor:
    """What the other accounts see of a group of accounts with a start, taken before the first of them is placed."""

    group: Group
    start: datetime
    day: str
    causes: frozenset[str]
    stories: int
    first: int  # its lowest document


def group(accounts: Sequence[Account], decisions: Sequence[Decision] = ()) -> list[Group]:
    """The incidents that `accounts` tell of, the earliest first; each account is in exactly one.

    Accounts that state a start join by provider and day. The others join the incident whose date they name, or that
    of their provider which they were published soon after or of which they state a cause. Then come the `decisions`
    of persons, the oldest first.
    """
    ordered = sorted(accounts, key=lambda a: a.document_id)
    groups = _dated([a for a in ordered if a.start is not None])
    known: dict[str, list[_Anchor]] = defaultdict(list)
    for anchor in map(_anchor, groups):
        for root in {a.root for a in anchor.group.accounts}:
            known[root].append(anchor)
    stories = {a.story_id: found for found in groups for a in found.accounts}
    placed: list[tuple[Group, Account]] = []
    left: list[Account] = []
    for account in ordered:
        if account.start is None:
            home = stories.get(account.story_id) or _home(account, known)
            if home is None:
                left.append(account)
            else:
                placed.append((home, account))
    for home, account in placed:  # only now, so that no account decides about another
        home.accounts.append(account)
    groups = _decided(groups + _undated(left), decisions)
    mainly = {a.document_id: found for found in groups for a in found.accounts}
    for account in ordered:
        for anchor in _recalled(account, known):
            recalled = mainly[anchor.first]
            if mainly[account.document_id] is not recalled:
                recalled.background.add(account.document_id)
    return sorted(groups, key=lambda g: (_begin(g), min(g.documents)))


def root(services: Sequence[str], causes: Sequence[str], places: Mapping[str, tuple[bool, int]]) -> str:
    """The provider whose failure a document is about.

    Where another company's platform is the cause and is among the interrupted `services`, it is that; else the
    provider of the service named first, in the title before the text. `places` maps services to that order.
    """
    words, known = _words(), catalog.load().services
    if words.supplied in causes:
        services = [s for s in services if s in known and known[s].group == words.suppliers] or services
    return provider_of(min(services, key=lambda s: (places.get(s, (True, 1 << 30)), s)))


@cache
def _words() -> _Words:
    return catalog.read("incidents.yml", _Words)


def _begin(found: Group) -> tuple[bool, float]:
    """Sorts by start, those without one last."""
    start = found.moment("start")
    return start is None, start[0].timestamp() if start else 0


class _Sets:
    """Days of providers, joined step by step (union-find)."""

    def __init__(self) -> None:
        self._above: dict[Key, Key] = {}

    def top(self, thing: Key) -> Key:
        while (above := self._above.get(thing, thing)) != thing:
            thing = above
        return thing

    def join(self, one: Key, other: Key) -> None:
        low, high = sorted((self.top(one), self.top(other)))
        self._above[high] = low


def _dated(accounts: Sequence[Account]) -> list[Group]:
    """Accounts of one day join where the failing provider of one is among the interrupted ones of the other.

    Those of one provider also join across midnight, and those a day apart that share a cause where one states no hour:
    of an outage that lasts, some tell the day on which they met it.
    """
    keys = {a.document_id: (to_kst(a.start).date(), a.root) for a in accounts if a.start is not None}
    causes: dict[Key, set[str]] = defaultdict(set)
    for account in accounts:
        causes[keys[account.document_id]] |= account.causes
    sets = _Sets()
    for account in accounts:
        key = keys[account.document_id]
        for other in _beside(account, key, causes):
            sets.join(key, other)
    exact = sorted(
        (a.root, a.start, keys[a.document_id])
        for a in accounts
        if a.start is not None and a.start_precision == Precision.MINUTE
    )
    for (provider, start, key), (another, later, other) in pairwise(exact):
        if provider == another and later - start <= NIGHT:
            sets.join(key, other)
    groups: dict[Key, list[Account]] = defaultdict(list)
    for account in accounts:
        groups[sets.top(keys[account.document_id])].append(account)
    return [Group(found) for found in groups.values()]


def _beside(account: Account, key: Key, causes: Mapping[Key, set[str]]) -> Iterator[Key]:
    """The days of providers, among those in `causes`, whose outage is that of `account`."""
    day, _ = key
    yield from ((day, provider) for provider in account.providers if (day, provider) in causes)
    if account.start_precision == Precision.DAY:
        for near in ((day - DAY, account.root), (day + DAY, account.root)):
            if causes.get(near, set()) & account.causes:
                yield near


def _anchor(found: Group) -> _Anchor:
    start = found.moment("start")
    if start is None:
        raise ValueError("a group of accounts without a start is no anchor")
    return _Anchor(
        group=found,
        start=start[0],
        day=day_of(start[0]),
        causes=frozenset(cause for account in found.accounts for cause in account.causes),
        stories=len({a.story_id for a in found.accounts}),
        first=min(found.documents),
    )


def day_of(moment: datetime) -> str:
    """The day in Korea, as `Account.dates` names one."""
    return to_kst(moment).date().isoformat()


def _recalled(account: Account, known: Mapping[str, Sequence[_Anchor]]) -> list[_Anchor]:
    """The incidents that the account recalls: of several in one stretch of days that of which most stories tell.

    It may be the one that the account is about: that is then what it means.
    """
    found: dict[int, _Anchor] = {}
    for provider, first, last in sorted(account.recalls):
        fits = [anchor for anchor in known.get(provider, ()) if first <= anchor.day <= last]
        if fits:
            best = max(fits, key=lambda anchor: (anchor.stories, anchor.start, -anchor.first))
            found[best.first] = best
    return [*found.values()]


def _home(account: Account, known: Mapping[str, Sequence[_Anchor]]) -> Group | None:
    """The incident that an account without a start tells of.

    One of the provider it is mainly about; else, where it shares a cause and is no mere memory, of another it names.
    """
    fits = [(_fit(account, anchor), anchor) for anchor in known.get(account.root, ())]
    if not any(rank for rank, _ in fits):
        others = (anchor for p in sorted(account.providers - {account.root}) for anchor in known.get(p, ()))
        found = ((_fit(account, anchor), anchor) for anchor in others if anchor.causes & account.causes)
        fits = [(rank, anchor) for rank, anchor in found if rank >= _SOON]
    ranked = [
        (rank, len(account.causes & anchor.causes), anchor.stories, anchor.start, -anchor.first, anchor.group)
        for rank, anchor in fits
        if rank
    ]
    return max(ranked, key=lambda fit: fit[:5])[5] if ranked else None


_NAMED, _SOON, _RECALLED = 3, 2, 1


def _fit(account: Account, anchor: _Anchor) -> int:
    """How well an account without a start fits; 0 is not at all."""
    if anchor.day.startswith(tuple(account.dates)):
        return _NAMED
    shared = len(account.causes & anchor.causes)
    if account.published_at is None:
        return _RECALLED if shared and 2 * shared >= len(account.causes) else 0
    age = account.published_at - anchor.start + DAY  # a day's precision may put the start later
    if not timedelta(0) < age <= RECALLED:
        return 0
    if age <= REPORTED:
        return _SOON
    return _RECALLED if shared else 0


def _undated(accounts: Sequence[Account]) -> list[Group]:
    """Nobody states a start: accounts of one provider join when they were published in one week."""
    groups: list[Group] = []
    last: dict[str, tuple[datetime, Group]] = {}
    stories: dict[int, Group] = {}
    published = sorted((a for a in accounts if a.published_at), key=lambda a: (a.published_at, a.document_id))
    for account in [*published, *(a for a in accounts if not a.published_at)]:
        home = stories.get(account.story_id)
        if home is None and account.published_at and account.root in last:
            before, near = last[account.root]
            home = near if account.published_at - before <= SAME_WEEK else None
        if home is None:
            home = Group([])
            groups.append(home)
        home.accounts.append(account)
        stories[account.story_id] = home
        if account.published_at:
            last[account.root] = (account.published_at, home)
    return groups


def _decided(groups: list[Group], decisions: Sequence[Decision]) -> list[Group]:
    """`groups` as persons want them; what came since goes where the documents of the decision are."""
    for decision in decisions:
        if decision.kind == MERGE:
            kept, moved = (_holding(groups, documents) for documents in (decision.kept, decision.moved))
            if kept and moved and kept is not moved:
                kept.accounts += moved.accounts
                groups.remove(moved)
        else:
            taken: list[Account] = []
            for found in groups:
                stories = {a.story_id for a in found.accounts if a.document_id in decision.moved}
                taken += [a for a in found.accounts if a.story_id in stories]
                found.accounts = [a for a in found.accounts if a.story_id not in stories]
            groups = [g for g in [*groups, Group(taken)] if g.accounts]
    return groups


def _holding(groups: Sequence[Group], documents: frozenset[int]) -> Group | None:
    """The group with most of `documents`."""
    found = max(groups, key=lambda g: (len(g.documents & documents), -min(g.documents)), default=None)
    return found if found and found.documents & documents else None
