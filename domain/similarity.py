"""How similar two statistical activities are: their titles word by word, in any order and with spelling errors."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Literal

from domain.catalogue import EntryRow, split_words, without_stop_words
from domain.frozen import frozen
from domain.text import Text, joined
from domain.vocabulary import VOCABULARY

_LONGEST_PLACE = 3  #: words
_GENERIC_WEIGHT, _PLACE_WEIGHT, _TOPIC_WEIGHT = 0.1, 0.2, 1.0
_NEAR = 0.9  #: what a misspelt word counts of the right one
_SIMILAR, _CLOSE, _SAME = 0.6, 0.85, 0.99  #: scores of titles
_SAME_ORGANISER = 0.75  #: score of organisers
_ORGANISER_BONUS, _YEAR_BONUS = 0.15, 0.05
_SHORTEST_MISSPELT, _LONG = 5, 10  #: letters: from here a word may have one error, or two
_NUMBER = re.compile("[0-9]+")


@frozen
class StatisticalActivity:
    title: str
    organiser: str
    year: int


@frozen
class Similarity:
    """Why two activities are similar. `score` orders several of them."""

    score: float
    title: Literal["same", "close", "similar"]
    same_organiser: bool
    same_year: bool

    @property
    def reasons(self) -> Text:
        titles = {"same": Text("judul sama"), "close": Text("judul hampir sama"), "similar": Text("judul mirip")}
        organiser = (Text("penyelenggara sama"),) if self.same_organiser else ()
        year = (Text("tahun sama"),) if self.same_year else ()
        return joined(", ", titles[self.title], *organiser, *year)


@frozen
class SimilarActivity:
    listed: EntryRow
    similarity: Similarity


def compare(one: StatisticalActivity, other: StatisticalActivity) -> Similarity | None:
    """`None` when they are not similar."""
    places = _places(one.organiser, one.title) | _places(other.organiser, other.title)
    titles = _agreement(_weights(one.title, places), _weights(other.title, places))
    if titles < _SIMILAR:
        return None
    organisers = _agreement(_weights(one.organiser, frozenset()), _weights(other.organiser, frozenset()))
    is_same, years = organisers >= _SAME_ORGANISER, abs(one.year - other.year)
    score = titles + _ORGANISER_BONUS * is_same + _YEAR_BONUS / (1 + years)
    title: Literal["same", "close", "similar"] = (
        "same" if titles >= _SAME else "close" if titles >= _CLOSE else "similar"
    )
    return Similarity(score, title, is_same, years == 0)


def topic_words(activity: StatisticalActivity) -> tuple[str, ...]:
    """The words that say what the activity is about; of a title without such words, all of them."""
    words, places = _plain_words(activity.title), _places(activity.organiser, activity.title)
    topic = [word for word in words if word not in VOCABULARY.generic_in_titles and word not in places]
    return tuple(dict.fromkeys(topic or words))


def other_words(activity: StatisticalActivity) -> tuple[str, ...]:
    """Words of the place and of the organiser, which narrow down what is similar."""
    topic = topic_words(activity)
    words = (*_plain_words(activity.title), *_plain_words(activity.organiser))
    return tuple(
        dict.fromkeys(word for word in words if word not in topic and word not in VOCABULARY.generic_in_titles)
    )


def may_be_misspelt(word: str) -> bool:
    """Short words and numbers are taken as they are: one error would make another word of them."""
    return len(word) >= _SHORTEST_MISSPELT and not _NUMBER.search(word)


@lru_cache(maxsize=20_000)
def is_near(one: str, other: str) -> bool:
    """Whether one word may be a misspelling of the other: one error, in long words two. Neighbours that changed places
    are one error.
    """
    if not (may_be_misspelt(one) and may_be_misspelt(other)):
        return False
    shorter, longer = sorted((len(one), len(other)))
    errors = 2 if shorter >= _LONG else 1
    return longer - shorter <= errors and _distance(one, other) <= errors


def trigrams(word: str) -> tuple[str, ...]:
    """The parts of three letters of a word, with its edges: "padi" has " pa", "pad", "adi", "di "."""
    edged = f" {word} "
    return tuple(dict.fromkeys(edged[start : start + 3] for start in range(len(edged) - 2)))


@lru_cache(maxsize=500)
def _plain_words(text: str) -> tuple[str, ...]:
    return tuple(word for word in without_stop_words(split_words(text)) if not _NUMBER.search(word) and len(word) > 1)


@lru_cache(maxsize=500)
def _places(organiser: str, title: str) -> frozenset[str]:
    """Words of the names of places. In a title, only those that the organiser's name has too, and the first word."""
    named = set(_after_place(organiser, _LONGEST_PLACE))
    return frozenset(named | set(_after_place(title, 1)))


def _after_place(text: str, most: int) -> Iterable[str]:
    words = split_words(text)
    for position, word in enumerate(words):
        following = words[position + 1 : position + 1 + most] if word in VOCABULARY.before_places else []
        for name in following:
            if name in VOCABULARY.generic_in_titles or _NUMBER.search(name):
                break
            yield name


def _weights(text: str, places: frozenset[str]) -> dict[str, float]:
    return {
        word: _GENERIC_WEIGHT
        if word in VOCABULARY.generic_in_titles
        else _PLACE_WEIGHT
        if word in places
        else _TOPIC_WEIGHT
        for word in _plain_words(text)
    }


def _agreement(one: dict[str, float], other: dict[str, float]) -> float:
    """From 0 to 1: how much of the words both have, by their weights."""
    whole = sum(one.values()) + sum(other.values())
    if not whole:
        return 0.0
    common = one.keys() & other.keys()
    shared = sum(min(one[word], other[word]) for word in common)
    left = [word for word in other if word not in common]
    for word in (word for word in one if word not in common):
        near = next((candidate for candidate in left if is_near(word, candidate)), None)
        if near is not None:
            left.remove(near)
            shared += _NEAR * min(one[word], other[near])
    return 2 * shared / whole


def _distance(one: str, other: str) -> int:
    """Errors between two words: letters added, left out, replaced, or swapped with their neighbour."""
    before, row = list[int](), list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        before, previous, row = row, before, [i]
        for j, its in enumerate(other, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != its))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == its:
                cost = min(cost, previous[j - 2] + 1)
            row.append(cost)
    return row[-1]
