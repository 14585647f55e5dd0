"""Stand-ins for the tagger, made by name in tagging processes too."""

import os
import threading
import time
from collections.abc import Callable

import pytest
from making import annotation

from meoktong.errors import CatalogError
from meoktong.models import Annotation, Document
from nlp.learned import Opinion

RELEASED = threading.Event()


def plain(_analyser: str) -> Callable[[Document], Annotation]:
    """Relevant, unless the text says 무관; what the text asks for goes wrong."""

    def tag(document: Document) -> Annotation:
        if "고장" in document.text:
            raise ZeroDivisionError("고장")
        if "즉사" in document.text:
            os._exit(9)
        if "기다림" in document.text and not RELEASED.wait(20):
            raise TimeoutError
        if "천천히" in document.text:
            time.sleep(0.2)
        return annotation(relevant="무관" not in document.text)

    return tag


def by_rules_alone(patch: pytest.MonkeyPatch) -> None:
    """From here on nothing counts that was learned: the catalog's examples are tests of its words."""
    patch.setattr(Opinion, "agrees", lambda self, field, label, *, ruled, vague=False: ruled)
    patch.setattr(Opinion, "add", lambda self, field, rules: tuple(rules(None)))
    patch.setattr(Opinion, "choose", lambda self, field, ruled: ruled)


def unmade(_analyser: str) -> Callable[[Document], Annotation]:
    raise CatalogError("services.yml: no such key")
