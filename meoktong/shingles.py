"""Texts as they are compared: their letters and digits, five in a row, and the MinHash bands under which copies meet.

What is done for each character is done in arrays, for all texts of a batch at once. Hashes are unsigned numbers of 64
bits, whose arithmetic wraps around.
"""

import sys
import unicodedata
from collections.abc import Sequence
from functools import cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from rensa import RMinHash

SHINGLE = 5  # characters; unrelated Korean texts share about 1 in 100 of them
ROWS = 3  # minima in a band
BANDS = 24  # over the whole text: half of the shingles shared is found with 96 %
LEAD = 100  # letters and digits that a shortened copy keeps
LEAD_BANDS = 8
SEED = 1
_ODD = np.uint64(0x9E3779B97F4A7C15)  # multiplying by it spreads a number over all higher bits
_HALF = np.uint64(32)

Hashes = NDArray[np.uint64]


def letters_of(texts: Sequence[str]) -> list[str]:
    """The letters and digits of each text, in lower case."""
    plain = [unicodedata.normalize("NFKC", text).lower() for text in texts]
    codes = _codes(plain)
    places = np.flatnonzero(_letters().take(codes))
    letters = codes[places].tobytes().decode("utf-32-le", "surrogatepass")
    ends = np.searchsorted(places, np.cumsum([0, *map(len, plain)]))
    return [letters[start:end] for start, end in pairwise(ends.tolist())]


def shingles(letters: str) -> frozenset[str]:
    """All that stands in `letters` five characters long."""
    return frozenset([letters[i : i + SHINGLE] for i in range(max(1, len(letters) - SHINGLE + 1))])


def bands(texts: Sequence[str]) -> Hashes:
    """For the letters of each text the hashes of its bands, shape (texts, bands); copies share one almost surely."""
    padded = [text.ljust(SHINGLE) for text in texts]  # so that each has a shingle
    lengths = np.array([len(text) for text in padded])
    codes = _codes(padded).astype(np.uint64)
    last = len(codes) - SHINGLE + 1
    hashes = np.zeros(last, np.uint64)
    for place in range(SHINGLE):
        hashes = hashes * _ODD + codes[place : last + place]
    hashes = _mixed(hashes)
    place_in_text = np.arange(last) - np.repeat(np.cumsum(lengths) - lengths, lengths)[:last]
    whole = lengths - SHINGLE + 1  # shingles, of which none reaches into the next text
    lead = np.minimum(whole, LEAD - SHINGLE + 1)
    found = [
        _bands(hashes[place_in_text < np.repeat(counts, lengths)[:last]], counts, numbers)
        for counts, numbers in ((whole, range(BANDS)), (lead, range(BANDS, BANDS + LEAD_BANDS)))
    ]
    return np.hstack(found)


def _bands(hashes: Hashes, counts: NDArray[np.int64], numbers: range) -> Hashes:
    """For each text, which has so many of `hashes`, a hash of every three minima and the number of their band."""
    starts = np.concatenate([[0], np.cumsum(counts)]).astype(np.uint64)
    digests = RMinHash.digest_matrix_from_flat_token_hashes(hashes, starts, ROWS * len(numbers), SEED)
    minima = np.array(digests.to_rows(), np.uint64).reshape(len(counts), len(numbers), ROWS)
    found = np.tile(np.array(numbers, np.uint64), (len(counts), 1))
    for row in range(ROWS):
        found = _mixed(found + minima[:, :, row])
    return found


def _mixed(numbers: Hashes) -> Hashes:
    """Other numbers, one for each, whose bits depend on many of its bits."""
    numbers = (numbers ^ (numbers >> _HALF)) * _ODD
    return numbers ^ (numbers >> _HALF)


def _codes(texts: Sequence[str]) -> NDArray[np.uint32]:
    """The code points of all `texts`, one after the other."""
    return np.frombuffer("".join(texts).encode("utf-32-le", "surrogatepass"), np.dtype("<u4"))


@cache
def _letters() -> NDArray[np.bool_]:
    """Whether a code point is a letter or digit."""
    every = map(chr, range(sys.maxunicode + 1))
    return np.fromiter(map(str.isalnum, every), bool, sys.maxunicode + 1)
