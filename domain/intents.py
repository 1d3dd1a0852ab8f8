"""Finds which of the known questions a message means: cosine similarity of tf-idf weights over character n-grams.

N-grams of three and four characters tolerate typing errors and Indonesian prefixes and suffixes ("ngajuin",
"mengajukan") without a dictionary. An n-gram that no candidate has gets the highest weight, so words about other things
lower the score.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

#: n-gram → the texts that have it, each with its weight there
Postings: TypeAlias = Mapping[str, list[tuple[int, float]]]

_SIZES = (3, 4)
_MOST = 300  #: characters of a message that are compared; a question is short and stands at the beginning
_CONFIDENT = 0.26  #: score; found by trying, with the sentences of tests/unit/intent_phrases.py
_COMPARABLE = 0.5  #: share of the best score
_WORD = re.compile(r"[^\W_]+(?:\.\d+)*")

#: Words without a subject. A message that has only these means none of the questions.
_WITHOUT_SUBJECT = {
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
    id: str
    phrases: tuple[str, ...]  #: ways to ask the question, in any language


@dataclass(frozen=True, slots=True)
class _Index:
    idf: Mapping[str, float]  #: inverse document frequency of each n-gram
    unknown_idf: float  #: of an n-gram that no candidate has
    candidates: Postings  #: a text is all phrases of one candidate
    phrases: Postings  #: a text is one phrase
    owners: tuple[int, ...]  #: phrase → candidate


def match(question: str, candidates: tuple[Candidate, ...]) -> list[tuple[str, float]]:
    """The candidates that share an n-gram with `question`, best first, with scores from 0 to 1.

    A score is the geometric mean of two similarities: to all phrases of a candidate together, which separates the
    candidates, and to its most similar phrase, so that one good keyword is enough.
    """
    if _WITHOUT_SUBJECT.issuperset(_WORD.findall(question.casefold())):
        return []
    index = _index(candidates)
    weights = _weights(Counter(_ngrams(question[:_MOST])), index.idf, index.unknown_idf)
    best_phrase: dict[int, float] = {}
    for phrase, similarity in _similarities(weights, index.phrases).items():
        owner = index.owners[phrase]
        best_phrase[owner] = max(best_phrase.get(owner, 0), similarity)
    similarities = _similarities(weights, index.candidates)
    scores = [(candidates[at].id, math.sqrt(similarities[at] * best_phrase[at])) for at in similarities]
    return sorted(scores, key=lambda found: -found[1])


def is_confident(score: float) -> bool:
    """Whether the best candidate is good enough to be answered."""
    return score >= _CONFIDENT


def is_comparable(score: float, best: float) -> bool:
    """Whether another candidate is good enough to be offered beside the best one."""
    return score >= _COMPARABLE * best


@lru_cache(maxsize=4)
def _index(candidates: tuple[Candidate, ...]) -> _Index:
    documents = [Counter(_ngrams(" ".join(candidate.phrases))) for candidate in candidates]
    phrases = [(at, phrase) for at, candidate in enumerate(candidates) for phrase in candidate.phrases]
    frequencies = Counter(ngram for ngrams in documents for ngram in ngrams)
    idf = {ngram: math.log((len(documents) + 1) / (count + 0.5)) for ngram, count in frequencies.items()}
    unknown_idf = math.log((len(documents) + 1) / 0.5)
    return _Index(
        idf=idf,
        unknown_idf=unknown_idf,
        candidates=_postings(_weights(ngrams, idf, unknown_idf) for ngrams in documents),
        phrases=_postings(_weights(Counter(_ngrams(phrase)), idf, unknown_idf) for _, phrase in phrases),
        owners=tuple(at for at, _ in phrases),
    )


def _postings(texts: Iterable[Mapping[str, float]]) -> Postings:
    postings: defaultdict[str, list[tuple[int, float]]] = defaultdict(list)
    for at, weights in enumerate(texts):
        for ngram, weight in weights.items():
            postings[ngram].append((at, weight))
    return dict(postings)


def _similarities(weights: Mapping[str, float], postings: Postings) -> dict[int, float]:
    similarities: defaultdict[int, float] = defaultdict(float)
    for ngram, weight in weights.items():
        for at, other in postings.get(ngram, ()):
            similarities[at] += weight * other
    return similarities


def _weights(ngrams: Counter[str], idf: Mapping[str, float], unknown_idf: float) -> dict[str, float]:
    """The tf-idf weights of one text, scaled to length one."""
    weights = {ngram: math.sqrt(count) * idf.get(ngram, unknown_idf) for ngram, count in ngrams.items()}
    length = math.hypot(*weights.values()) or 1.0
    return {ngram: weight / length for ngram, weight in weights.items()}


def _ngrams(words: str) -> Iterator[str]:
    for word in _WORD.findall(words.casefold()):
        padded = f" {word} "
        for size in _SIZES:
            yield from (padded[at : at + size] for at in range(max(len(padded) - size + 1, 1)))
