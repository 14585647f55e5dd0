"""Answers in a questionnaire -> catalog ids: a word or two, without the sentence that an article would give."""

from functools import cache

from meoktong.catalog import load
from meoktong.claims import Question, names
from meoktong.models import Document, Kind
from nlp import services
from nlp.frames import Finder
from nlp.morphology import analyser
from nlp.text import Reading


class Recogniser:
    """Recognises answers with the analyser called `name`."""

    def __init__(self, name: str) -> None:
        self._analyser = analyser(name)

    def __call__(self, question: Question, raw: str) -> str | None:
        """The id of the one service, damage type or trade that `raw` names; None when it names none or several."""
        known = names(question)
        if not known:
            return None
        plain = "".join(raw.split())
        exact = [id_ for id_, name in known.items() if plain == "".join(name.split())]
        if len(exact) == 1:
            return exact[0]
        reading = Reading(Document(url="", source="", kind=Kind.POST, title="", text=raw), self._analyser)
        if question is Question.SERVICE:
            found = {id_ for mention in services.find(reading) for id_ in mention.ids}
        else:
            found = {item.id for item in _finder(question).find(reading)}
        return found.pop() if len(found) == 1 else None


@cache
def _finder(question: Question) -> Finder:
    if question is Question.TRADE:
        return Finder("industries", load().industries)
    return Finder("damages", load().damages)
