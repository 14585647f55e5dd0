"""What the names of services are to each other: members of one list, companies, names for the same thing."""

from collections.abc import Iterable, Sequence, Set
from functools import cache
from itertools import pairwise

from meoktong.catalog import load
from meoktong.models import Evidence, Label
from nlp.roles import roles
from nlp.services import Mention

_JOINT = 40  # characters between two members of a list
BEFORE = 14  # characters before a name that hold the word for what it is
_SHOWN = 5  # pieces of evidence for each label


def listed(left: Mention, right: Mention) -> bool:
    """Do two neighbouring names stand in one list?"""
    if left.part is not right.part or right.start - left.end > _JOINT:
        return False
    return roles().list_joint.match(left.part.folded[left.end : right.start]) is not None


def among_services(mentions: Sequence[Mention]) -> set[Mention]:
    """The names of companies that stand in one list with the name of a service."""
    pairs = [(a, b) if a.company else (b, a) for a, b in pairwise(mentions) if a.company != b.company and listed(a, b)]
    return {company for company, service in pairs if not is_company(service)}


def is_company(mention: Mention) -> bool:
    """Does the name stand for the company: its people, its shares, its buildings?"""
    text, words = mention.part.folded, roles()
    if mention.company or words.company_after.match(text, mention.end):
        return True
    return words.company_before.search(text[max(0, mention.start - BEFORE) : mention.start]) is not None


def things(mention: Mention) -> tuple[str, ...]:
    """The services that a name stands for; where one id stands for those of many providers, the name itself."""
    services = load().services
    return tuple(id_ if services[id_].provider != id_ else mention.rule for id_ in mention.ids)


def labels(mentions: Iterable[Mention], but: Set[str] = frozenset()) -> tuple[Label, ...]:
    """A label for each id of the mentions that is not one of `but`."""
    found: dict[str, list[Evidence]] = {}
    for mention in mentions:
        for id_ in mention.ids:
            if id_ in but:
                continue
            pieces = found.setdefault(id_, [])
            if len(pieces) < _SHOWN:
                pieces.append(mention.part.evidence(mention.start, mention.end, f"services.{id_}:{mention.rule}"))
    return tuple(Label(id=id_, evidence=tuple(evidence)) for id_, evidence in found.items())


@cache
def of_groups(groups: frozenset[str]) -> frozenset[str]:
    """The ids of the services of `groups`."""
    return frozenset(service.id for service in load().services.values() if service.group in groups)
