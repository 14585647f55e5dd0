"""The terms under which documents are indexed, made for many at once; meoktong.terms has those that are looked for.

What is done for each syllable is done in arrays: a document is indexed by some 250 pairs of them.
"""

from collections.abc import Sequence
from functools import cache
from itertools import accumulate, pairwise

import numpy as np
from numpy.typing import NDArray

from meoktong.terms import CODES, IN_TITLE, RUN, SPACES, foreign, is_hangul, normal

MOST = 500_000  # characters of one document's terms; PostgreSQL takes 1 MB, and a long article needs 20,000
_BREAK = "\n"  # is in no run
_CODE = 3  # characters of a syllable
_PAIR = 2 * _CODE + 1  # and of two with a space


def terms(documents: Sequence[tuple[str, str]]) -> list[str]:
    """For each title and text the terms with spaces between, all of a-z and 0-9; one may come twice."""
    found = _indexed([normal(part) for document in documents for part in document])
    return [_of_document(title, text) for title, text in zip(found[::2], found[1::2], strict=True)]


def _of_document(title: str, text: str) -> str:
    found = " ".join((title, *(IN_TITLE + term for term in title.split()), text))
    if len(found) > MOST:
        found = " ".join(dict.fromkeys(found.split()))
    return found if len(found) <= MOST else found[:MOST].rpartition(" ")[0]


def _indexed(texts: Sequence[str]) -> list[str]:
    """The terms of all runs of each text."""
    others: list[list[str]] = []
    hangul: list[str] = []
    for text in texts:
        runs = RUN.findall(text)
        others.append([term for run in runs if not is_hangul(run) for term in foreign(run)])
        # Beside a break, a run's first and last syllable stand alone: the last is the beginning of no pair.
        joined = _BREAK.join(("", *filter(is_hangul, runs), ""))
        for space in SPACES:
            joined = joined.replace(space, "")
        hangul.append(joined)
    return [" ".join((*other, pairs)) for other, pairs in zip(others, _pairs(hangul), strict=True)]


def _pairs(texts: Sequence[str]) -> list[str]:
    """For each text every syllable with the next one."""
    syllables = np.frombuffer("".join(texts).encode("utf-16-le"), np.dtype("<u2"))
    codes = _codes().take(syllables, axis=0)
    pairs = np.full((len(codes), _PAIR), ord(" "), np.uint8)  # the last row and those across two texts mean nothing
    pairs[:, :_CODE] = codes
    pairs[:-1, _CODE:-1] = codes[1:]
    written = pairs.tobytes().decode("ascii")
    ends = accumulate(map(len, texts), initial=0)
    return [written[_PAIR * start : _PAIR * (end - 1)] for start, end in pairwise(ends)]


@cache
def _codes() -> NDArray[np.uint8]:
    """The three characters of each syllable, spaces for everything else."""
    codes = np.full((1 << 16, _CODE), ord(" "), np.uint8)
    for syllable, code in CODES.items():
        codes[ord(syllable)] = np.frombuffer(code.encode("ascii"), np.uint8)
    return codes
