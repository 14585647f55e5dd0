"""Which of the services that a document names it says were interrupted.

A name is hit when an asserted outage word is said of it: behind it in its sentence, or right before it
("먹통이 된 카톡"). It is only named where it is the means ("카톡으로 알렸다"), the venue ("트위터에는 글이"), an
alternative ("SKT로 갈아탔다"), a comparison, where the outage is said of another name between, or where its clause says
that it kept working. The members of a list share the fate of its last. An id is affected if any of its names is hit.

A service without a name ("펜션 예약 앱") counts where it is hit and no name is: it could be that one's own.
"""

from collections.abc import Iterable, Sequence

from meoktong.catalog import load
from meoktong.models import Kind, Label
from nlp import unnamed
from nlp.naming import BEFORE, among_services, is_company, labels, listed, of_groups, things
from nlp.outages import Outage, told_by_sentence
from nlp.roles import roles
from nlp.services import Mention, short_forms
from nlp.text import Reading, Sentence

_ADJACENT = 14  # characters between a name and the outage word that is said directly of it
_MODIFIER = 12  # characters between a modifying outage word and the name behind it
_SPEECH = 48  # characters at a sentence's end that hold its verb
_LEADING = 24  # characters before one that lead to it: 범인은, 알고 보니
_LEAD = 2  # sentences before one that counts, in which it is said what is counted
_OWNER = ("", " ", "의 ", "은 ", "는 ", "이 ", "가 ", "도 ")  # between a company's name and that of its service
_SEVERAL = 2  # services whose outages can be counted in one sentence


def decide(
    reading: Reading, mentions: Sequence[Mention], outages: Sequence[Outage]
) -> tuple[tuple[Label, ...], tuple[Label, ...]]:
    """(affected, mentioned) of a relevant document, each in the order of first mention."""
    every = sorted([*mentions, *short_forms(reading, mentions)], key=lambda m: (m.part is reading.text, m.start))
    judged = _Judge(reading, every, outages).verdicts()
    affected = labels(m for m, hit in judged if hit)
    hit_ids = {label.id for label in affected}
    return affected, labels((m for m, hit in judged if hit is not None), but=hit_ids)


def said_of_any(reading: Reading, mentions: Sequence[Mention], outages: Sequence[Outage]) -> bool:
    """Is an outage said of any service, named or not?"""
    return _Judge(reading, mentions, outages).says()


def mentioned(mentions: Sequence[Mention]) -> tuple[Label, ...]:
    """The services named in a document that tells of no outage, also in the name of a law: 카카오 먹통 방지법."""
    services, named = among_services(mentions), roles().named_only
    return labels(m for m in mentions if m in services or not is_company(m) or named.match(m.part.folded, m.end))


def _between(left: Mention, right: Mention, hits: Iterable[Outage]) -> bool:
    """Is something said to stop, or to work, between two names: "카톡이 먹통이라고 챗GPT에"?"""
    return any(left.end <= o.start < right.start for o in hits)


class _Judge:
    """The verdict on each mention of one document: True is hit, False is only named, None does not count at all."""

    def __init__(self, reading: Reading, mentions: Sequence[Mention], outages: Sequence[Outage]) -> None:
        self.reading = reading
        self.mentions = mentions
        self.inside: dict[Sentence, list[Mention]] = {}
        for mention in mentions:
            self.inside.setdefault(mention.part.sentence_at(mention.start), []).append(mention)
        self.hits = told_by_sentence(outages)
        self.listed = among_services(mentions)
        self.only_named: set[Mention] = set()  # those with a role of their own
        self.compared: set[Mention] = set()  # those of them that are compared
        self.ranking: Sentence | None = None  # the last that counts the outages of several services
        self.works: set[str] = set()  # what is said to have kept working, as of `things`

    def says(self) -> bool:
        """Is an outage said of any service, by what stands in its own sentence?"""
        named = any(any(self._sentence(sentence, inside).values()) for sentence, inside in self.inside.items())
        return named or any(self._fails(mention) for mention in unnamed.find(self.reading, self.mentions))

    def verdicts(self) -> list[tuple[Mention, bool | None]]:
        verdict: dict[Mention, bool | None] = {}
        for sentence, inside in self.inside.items():
            verdict |= self._sentence(sentence, inside)
            if self._ranks(sentence, inside):
                verdict |= {mention: True for mention in inside if mention not in self.only_named}
        self._carry(verdict)
        self._title(verdict)
        self._carrier(verdict)
        self._all_of_it(verdict)
        without_name = [] if any(verdict.values()) else self._without_name()
        if not without_name and not any(verdict.values()):
            self._fall_back(verdict)
        return [*((m, verdict[m]) for m in self.mentions if m in verdict), *((m, True) for m in without_name)]

    def _without_name(self) -> list[Mention]:
        """The services without a name that an outage is said of, or that the title of a post is about.

        Where nothing is named it is the first that there is.
        """
        found = unnamed.find(self.reading, self.mentions)
        titled = found[:1] if self.reading.kind is Kind.POST and found and found[0].part is self.reading.title else []
        return [mention for mention in found if self._fails(mention)] or titled or ([] if self.mentions else found[:1])

    def _fails(self, mention: Mention) -> bool:
        """Is an outage said of the service without a name?"""
        sentence = mention.part.sentence_at(mention.start)
        hits = self.hits.get(sentence, [])
        following = [m for m in self.inside.get(sentence, []) if m.start >= mention.end]
        role = self._role(sentence, mention, hits)
        return not role and self._said(sentence, mention, following, hits) is True

    def _sentence(self, sentence: Sentence, inside: list[Mention]) -> dict[Mention, bool | None]:
        """From the last name to the first: the members of a list share the role and the fate of its last."""
        hits = self.hits.get(sentence, [])
        verdict: dict[Mention, bool | None] = {}
        role = None
        for place in reversed(range(len(inside))):
            mention, following = inside[place], inside[place + 1 :]
            joined = bool(following) and listed(mention, following[0]) and not _between(mention, following[0], hits)
            role = self._role(sentence, mention, hits) or (role if joined else None)
            if self._part_of_name(mention, following):
                verdict[mention] = None
            elif role:
                self.only_named.add(mention)
                if role == "compared":
                    self.compared.add(mention)
                verdict[mention] = False if joined or not mention.company else self._only_company(mention, works=False)
            elif joined and verdict[following[0]] and not self._speaks(mention):
                verdict[mention] = True
            else:
                verdict[mention] = self._said(sentence, mention, following, hits)
        return verdict

    def _ranks(self, sentence: Sentence, inside: list[Mention]) -> bool:
        """Does the sentence count the outages of services: "토스가 31건, 페이코 24건 순이었다. 카뱅도 7건이다"?"""
        words, text = roles(), sentence.part.folded
        if words.other_counts.search(text, sentence.start, sentence.end):
            return False
        leading_to_it = sentence.part.sentences[max(0, sentence.index - _LEAD) : sentence.index + 1]
        counted = sum(words.counted_after.match(text, mention.end) is not None for mention in inside)
        if len(inside) < _SEVERAL:
            return counted > 0 and self.ranking in leading_to_it
        if counted < _SEVERAL and not words.ranking.search(text, sentence.start, sentence.end):
            return False
        if not any(self._tells(told) for told in leading_to_it):
            return False
        self.ranking = sentence
        return True

    def _role(self, sentence: Sentence, mention: Mention, hits: list[Outage]) -> str | None:
        """What the service is here, when it is no more than named."""
        text, words = sentence.part.folded, roles()
        if words.compared_after.match(text, mention.end) or words.compared_before.search(
            text, max(0, mention.start - BEFORE), mention.start
        ):
            return "compared"
        if words.interrupted_after.match(text, mention.end):
            return None
        if words.means_after.match(text, mention.end):
            return "means"
        return "venue" if self._venue(sentence, mention, hits) else None

    def _said(self, sentence: Sentence, mention: Mention, following: list[Mention], hits: list[Outage]) -> bool | None:
        """Is an outage said of the name?"""
        text, words = sentence.part.folded, roles()
        said = [o for o in hits if o.kind != "working"]
        behind = next((o for o in said if o.end > mention.end and o.start > mention.start), None)  # 카카오 서비스 중단
        working = next((o for o in hits if o.kind == "working" and o.start >= mention.end), None)
        works = working is not None and (behind is None or working.start < behind.start)
        if working and works and not self._taken(mention, working, following):
            self.works.update(things(mention))
        if mention.company:
            hit = self._company(text, mention, said, following)
            return hit if hit and not works else self._only_company(mention, works=works)
        if self._blamed(mention):
            return True
        if is_company(mention) and not self._direct(mention, behind, following):
            return None
        if self._modified(text, mention, said):
            return True
        if working and works and not self._taken(mention, working, following):
            return False
        hit = behind is not None and not self._taken(mention, behind, following)
        if words.speaker_after.match(text, mention.end) and words.speech.search(sentence.folded[-_SPEECH:]):
            own = behind is not None and behind.clause is sentence.clause_at(mention.start)
            return hit if own else None
        return hit

    def _blamed(self, mention: Mention) -> bool:
        """Is it a cloud that is to blame for what stopped: "알고 보니 클라우드플레어였네요"?"""
        text, words = mention.part.folded, roles()
        return not of_groups(words.culprit_groups).isdisjoint(mention.ids) and (
            words.culprit_after.match(text, mention.end) is not None
            or words.culprit_before.search(text, max(0, mention.start - _LEADING), mention.start) is not None
        )

    def _speaks(self, mention: Mention) -> bool:
        """Is the name that of a company that speaks, earns or is owned?"""
        return mention.company and roles().company_after.match(mention.part.folded, mention.end) is not None

    def _direct(self, mention: Mention, behind: Outage | None, following: list[Mention]) -> bool:
        """Does the outage word stand right behind the name?"""
        return (
            behind is not None
            and behind.start - mention.end <= _ADJACENT
            and "," not in mention.part.folded[mention.end + 1 : behind.start]
            and not any(m.start < behind.start for m in following)
        )

    def _taken(self, mention: Mention, behind: Outage, following: list[Mention]) -> bool:
        """Is the outage word said of another name that stands between, and this one not told as its reason?"""
        last = mention
        for other in following:
            if other.start >= behind.start:
                return False
            if other in self.only_named:
                continue
            if not listed(last, other):
                return not roles().reason.search(mention.part.folded, mention.end, other.start)
            last = other
        return False

    def _company(self, text: str, mention: Mention, said: list[Outage], following: list[Mention]) -> bool | None:
        """A company's services in general are blamed only where the outage is said of the bare name."""
        words = roles()
        subject = words.general_subject.match(text, mention.end)
        behind = next((o for o in said if o.start >= (subject.end() if subject else mention.end)), None)
        if (
            behind is None
            or words.company_after.match(text, mention.end)
            or any(m.start < behind.start for m in following)
        ):
            return None
        general = words.general_after.match(text, mention.end)
        if general and behind.start - mention.end <= 30:
            return True
        if (
            subject
            and not words.blamed.match(text, behind.end)
            and (
                behind.start - subject.end() <= 6
                or (behind.kind != "recovery" and words.general_when.fullmatch(text, subject.end(), behind.start))
            )
        ):
            return True
        undergone = words.undergone_subject.match(text, mention.end) and (
            words.undergone.match(text, behind.end)
            or (behind.kind == "recovery" and words.restored.search(text[mention.end : behind.start]))
        )
        return True if undergone and behind.clause is mention.part.clause_at(mention.start) else None

    def _part_of_name(self, company: Mention, following: list[Mention]) -> bool:
        """Does the next name tell which of a company's services is meant: 네이버 스마트스토어, 네이버도 쇼핑에?"""
        if not company.company or not following:
            return False
        its_own = all(load().services[id_].provider in company.ids for id_ in following[0].ids)
        return its_own and company.part.folded[company.end : following[0].start] in _OWNER

    def _only_company(self, mention: Mention, *, works: bool) -> bool | None:
        """A company's name is that of its services where they kept working, are used, or in a list of services."""
        used = roles().used_company.match(mention.part.folded, mention.end)
        return False if works or used or mention in self.listed else None

    def _modified(self, text: str, mention: Mention, said: list[Outage]) -> bool:
        """'먹통이 된 카톡', '멈춘 예스24': an outage word that ends right before the name, in a modifying form."""
        before = next((o for o in reversed(said) if o.end <= mention.start), None)
        if before is None or mention.start - before.end > _MODIFIER:
            return False
        return roles().modifying.fullmatch(text[before.start : mention.start]) is not None

    def _venue(self, sentence: Sentence, mention: Mention, hits: list[Outage]) -> bool:
        """A place where people talk and talk is told of, unless an outage is said right behind the name."""
        if of_groups(roles().venue_groups).isdisjoint(mention.ids):
            return False
        words, text = roles(), sentence.part.folded
        if words.venue_told.match(text, mention.end, sentence.end):
            return True
        after = words.venue_after.match(text, mention.end)
        if after is None or any(0 <= o.start - mention.end <= _ADJACENT for o in hits):
            return False
        return words.venue_words.search(text, after.end(), sentence.end) is not None

    def _carry(self, verdict: dict[Mention, bool | None]) -> None:
        """A name in a sentence without outage words is the subject of the next sentence if that names nobody else.

        In a post it stays the subject over one sentence more that tells nothing. Once it has been said of a name what
        stopped, the text goes on about that.
        """
        topic: Mention | None = None
        silent = 0
        for sentence in self.reading.sentences:
            inside = self.inside.get(sentence)
            if inside:
                if any(verdict[mention] for mention in inside):
                    return
                first = inside[0]
                open_ = verdict[first] is False and not self.hits.get(sentence) and self._topic(first)
                topic, silent = (first if open_ else None), 0
            elif topic and topic.part is sentence.part and self._tells(sentence):
                verdict[topic] = True
                return
            else:
                silent += 1
                if self.reading.kind is Kind.NEWS or silent > 1:
                    topic = None

    def _tells(self, sentence: Sentence) -> bool:
        """Does the sentence say that something stopped?"""
        return any(o.kind != "working" for o in self.hits.get(sentence, []))

    def _stops_behind(self, mention: Mention) -> bool:
        """Does the rest of the name's sentence say that something stopped?"""
        hits = self.hits.get(mention.part.sentence_at(mention.start), [])
        return any(o.kind != "working" and o.start >= mention.end for o in hits)

    def _title(self, verdict: dict[Mention, bool | None]) -> None:
        """A post is about what its title names, unless it says that this kept working."""
        if self.reading.kind is Kind.NEWS:
            return
        for mention in self.mentions:
            if (
                mention.part is self.reading.title
                and verdict.get(mention) is False
                and self._topic(mention)
                and not self.works.intersection(things(mention))
            ):
                verdict[mention] = True

    def _carrier(self, verdict: dict[Mention, bool | None]) -> None:
        """A line that is dead in a post is that of the carrier it names, whatever else it says of this.

        "인터넷이 끊겨서 배달을 하나도 못 받음. KT는 보상이 없대요" blames KT.
        """
        carriers = [m for m in self.mentions if of_groups(roles().carrier_groups).issuperset(m.ids)]
        if self.reading.kind is Kind.NEWS or not carriers or any(verdict[mention] for mention in carriers):
            return
        lines = roles().lines
        if any(self._tells(sentence) and lines.search(sentence.folded) for sentence in self.reading.sentences):
            named = (m for m in carriers if m not in self.only_named and self.works.isdisjoint(things(m)))
            verdict |= dict.fromkeys(named, True)

    def _all_of_it(self, verdict: dict[Mention, bool | None]) -> None:
        """Where all that a provider runs stopped, what the text names of it did too, unless that was spared.

        "카카오가 멈췄다. 톡채널로 받던 예약 11건을 확인할 방법이 없었다" tells of both.
        """
        services, words = load().services, roles()
        whole = {id_ for m, hit in verdict.items() if hit and self._general(m) for id_ in m.ids}
        for mention, hit in verdict.items():
            if (
                hit is False
                and not mention.company
                and mention not in self.compared
                and any(services[id_].provider in whole for id_ in mention.ids)
                and self.works.isdisjoint(things(mention))
                and not words.spared.search(mention.part.sentence_at(mention.start).folded)
            ):
                verdict[mention] = True

    def _general(self, mention: Mention) -> bool:
        """Is the name that of all that a provider runs?"""
        own = all(load().services[id_].provider == id_ for id_ in mention.ids)
        return own and (mention.company or roles().all_of_it.search(mention.rule) is not None)

    def _topic(self, mention: Mention) -> bool:
        """May what follows be about the name: where a particle says so, in a post where none denies it?"""
        text, words = mention.part.folded, roles()
        if not self._plain(mention):
            return False
        if self.reading.kind is Kind.POST:
            return words.carry_not.match(text, mention.end) is None
        return words.topic_after.match(text, mention.end) is not None

    def _plain(self, mention: Mention) -> bool:
        return not mention.company and mention not in self.only_named

    def _fall_back(self, verdict: dict[Mention, bool | None]) -> None:
        """A document that tells of an outage and says it of no service means the first one that it names.

        Better one that it does not say to have kept working, and no company; and better the means of a sentence that
        tells of what stopped ("알림톡으로 걸어 놨는데 대기에서 멈춤") than one that kept working. A text on a company's
        profits that recalls an outage means the company's.
        """
        named = [mention for mention, hit in verdict.items() if hit is False and not mention.company]
        plain = [mention for mention in named if mention not in self.only_named]
        stopped = [mention for mention in plain if self.works.isdisjoint(things(mention))]
        means = [m for m in named if self.works.isdisjoint(things(m)) and self._stops_behind(m)]
        companies = [mention for mention in verdict if mention.company and not self._speaks(mention)]
        of_title = [mention for mention in verdict if mention.part is self.reading.title]
        for mention in (*stopped, *means, *plain, *companies, *of_title)[:1]:
            verdict[mention] = True
