"""Which of the known questions do these words mean? Cosine of tf-idf weights over pieces of words.

Pieces of three and four characters forgive typing errors, and Indonesian prefixes and suffixes ("ngajuin",
"mengajukan"), without a dictionary. What no candidate contains weighs most, so words about other things pull a score
down.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

#: piece → the texts that have it, and how much of each it is
Postings: TypeAlias = Mapping[str, list[tuple[int, float]]]

_SIZES = (3, 4)
_MOST = 300  #: characters of a message that are looked at: a question comes early and is short
_CONFIDENT = 0.26  #: found with the sentences of tests/unit/test_intents.py
_COMPARABLE = 0.5  #: of the best score
_WORD = re.compile(r"[^\W_]+(?:\.\d+)*")

#: words that ask or answer without saying about what: a message of these alone means none of the questions
_BARE = {
    word
    for words in (
        "ya iya tidak bukan belum sudah lagi ini itu di ke saya kami kita anda kamu",
        "apa siapa kapan berapa bagaimana gimana kenapa mengapa mana dimana kemana",
        "yes no not can do is it this that i we you what who when how where",
    )
    for word in words.split()
}


@dataclass(frozen=True, slots=True)
class Candidate:
    """`phrases` are ways to ask it, in any language."""

    id: str
    phrases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Index:
    rarity: Mapping[str, float]  #: of each piece
    unknown: float  #: rarity of a piece that no candidate has
    wholes: Postings  #: texts are the candidates, all their phrases together
    phrases: Postings
    owners: tuple[int, ...]  #: phrase → candidate


def match(question: str, candidates: tuple[Candidate, ...]) -> list[tuple[str, float]]:
    """The candidates that share a piece with `question`, best first; scores from 0 to 1.

    A score is the geometric mean of two likenesses: to all of a candidate's phrases, which tells candidates apart, and
    to its likest phrase, which lets a single well-chosen word suffice.
    """
    if _BARE.issuperset(_WORD.findall(question.casefold())):
        return []
    index = _index(candidates)
    asked = _weighted(Counter(_pieces(question[:_MOST])), index.rarity, index.unknown)
    likest: dict[int, float] = {}
    for phrase, likeness in _likenesses(asked, index.phrases).items():
        owner = index.owners[phrase]
        likest[owner] = max(likest.get(owner, 0), likeness)
    wholes = _likenesses(asked, index.wholes)
    scores = [(candidates[at].id, math.sqrt(wholes[at] * likest[at])) for at in wholes]
    return sorted(scores, key=lambda found: -found[1])


def confident(score: float) -> bool:
    """Whether the best candidate may be taken for what was meant."""
    return score >= _CONFIDENT


def comparable(score: float, best: float) -> bool:
    """Whether a candidate may have been meant instead of the best one."""
    return score >= _COMPARABLE * best


@lru_cache(maxsize=4)
def _index(candidates: tuple[Candidate, ...]) -> _Index:
    wholes = [Counter(_pieces(" ".join(candidate.phrases))) for candidate in candidates]
    phrases = [(at, phrase) for at, candidate in enumerate(candidates) for phrase in candidate.phrases]
    having = Counter(piece for pieces in wholes for piece in pieces)
    rarity = {piece: math.log((len(wholes) + 1) / (number + 0.5)) for piece, number in having.items()}
    unknown = math.log((len(wholes) + 1) / 0.5)
    return _Index(
        rarity=rarity,
        unknown=unknown,
        wholes=_postings(_weighted(pieces, rarity, unknown) for pieces in wholes),
        phrases=_postings(_weighted(Counter(_pieces(phrase)), rarity, unknown) for _, phrase in phrases),
        owners=tuple(at for at, _ in phrases),
    )


def _postings(texts: Iterable[Mapping[str, float]]) -> Postings:
    postings: defaultdict[str, list[tuple[int, float]]] = defaultdict(list)
    for at, weights in enumerate(texts):
        for piece, weight in weights.items():
            postings[piece].append((at, weight))
    return dict(postings)


def _likenesses(asked: Mapping[str, float], postings: Postings) -> dict[int, float]:
    likenesses: defaultdict[int, float] = defaultdict(float)
    for piece, weight in asked.items():
        for at, share in postings.get(piece, ()):
            likenesses[at] += weight * share
    return likenesses


def _weighted(pieces: Counter[str], rarity: Mapping[str, float], unknown: float) -> dict[str, float]:
    """Scaled to length one."""
    weights = {piece: math.sqrt(number) * rarity.get(piece, unknown) for piece, number in pieces.items()}
    length = math.hypot(*weights.values()) or 1.0
    return {piece: weight / length for piece, weight in weights.items()}


def _pieces(words: str) -> Iterator[str]:
    for word in _WORD.findall(words.casefold()):
        padded = f" {word} "
        for size in _SIZES:
            yield from (padded[at : at + size] for at in range(max(len(padded) - size + 1, 1)))
