"""Finds the entries of the catalogue that are similar to an activity, by the words of its title and of its organiser.

A word that hardly any entry has may be misspelt: then the words near to it count as well. Entries with rare words are
compared first, so the cost depends on how common the words are, hardly on the size of the catalogue.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cache

from sqlalchemy import case, exists, func, literal, select, true
from sqlalchemy.orm import Session, aliased

from domain.frozen import frozen
from domain.similarity import SimilarActivity, Similarity, StatisticalActivity, compare, other_words, topic_words
from storage.catalogue import get
from storage.statements import Statement, numbered, numbered_binds
from storage.tables import CatalogueEntry, CatalogueWord
from storage.vocabulary import near_words

RARE = 2_000  #: a word in fewer entries is rare: all of them may be compared
SELDOM = 3  #: a word in fewer entries may be misspelt
WINDOW = 2_000  #: the newest entries with a common word, which are looked through for the others
MOST_READ = 400  #: entries whose titles are read
MOST_COMPARED = 60  #: entries that are compared word by word
_MOST_WORDS = 12
_MOST_RARE = 6  #: words whose entries are read
_MOST_COMMON = 4  #: common words that are looked for together
_TOPIC_WEIGHT, _OTHER_WEIGHT = 3, 1


@frozen
class _Slot:
    """One word of the activity, with the words that it may stand for."""

    words: tuple[str, ...]
    weight: int
    entries: int  #: that have it; counted up to `RARE`


def find(
    session: Session, activity: StatisticalActivity, most: int, without_identity: str = ""
) -> tuple[SimilarActivity, ...]:
    """The most similar entries, the most similar first. `without_identity`: of the activity's own entry."""
    slots = _slots(session, activity)
    rare = sorted((slot for slot in slots if slot.entries < RARE), key=lambda slot: slot.entries)
    has_topic = any(slot.weight == _TOPIC_WEIGHT for slot in rare)
    candidates = _count_rare(session, rare[:_MOST_RARE])
    if not has_topic:
        candidates.update(_count_common(session, [slot for slot in slots if slot.weight == _TOPIC_WEIGHT]))
    found = _compare(session, activity, candidates, without_identity)
    best = sorted(found, key=lambda pair: (-pair[1].score, -pair[0]))[:most]
    entries = ((get(session, id), similarity) for id, similarity in best)
    return tuple(SimilarActivity(entry, similarity) for entry, similarity in entries if entry is not None)


def _slots(session: Session, activity: StatisticalActivity) -> list[_Slot]:
    weighted = [(word, _TOPIC_WEIGHT) for word in topic_words(activity)]
    weighted += [(word, _OTHER_WEIGHT) for word in other_words(activity)]
    slots = []
    for word, weight in weighted[:_MOST_WORDS]:
        words: tuple[str, ...] = (word,)
        entries = _count(session, words)
        if entries < SELDOM and (near := near_words(session, word)):
            words = (word, *near)
            entries = _count(session, words)
        if entries:
            slots.append(_Slot(words, weight, entries))
    return slots


def _count(session: Session, words: Sequence[str]) -> int:
    """How many entries have one of the words, at most `RARE`."""
    return _entries_with(len(words)).first(session, **numbered("word", words)) or 0


def _count_rare(session: Session, slots: Iterable[_Slot]) -> Counter[int]:
    """Id of an entry → the weight of the rare words that it has."""
    found: Counter[int] = Counter()
    for slot in slots:
        ids = set(session.scalars(select(CatalogueWord.entry_id).where(CatalogueWord.word.in_(slot.words))))
        found.update(dict.fromkeys(ids, slot.weight))
    return found


def _count_common(session: Session, slots: Sequence[_Slot]) -> Counter[int]:
    """The same among the newest entries that have the first of these common words. They have all of them in the best
    case.
    """
    if not slots:
        return Counter()
    first, *others = slots[:_MOST_COMMON]
    newest = (
        select(CatalogueWord.entry_id)
        .where(CatalogueWord.word == first.words[0])
        .order_by(CatalogueWord.entry_id.desc())
        .limit(WINDOW)
        .subquery()
    )
    other = aliased(CatalogueWord)
    has = (exists().where(other.entry_id == newest.c.entry_id, other.word.in_(slot.words)) for slot in others)
    common = sum((case((condition, 1), else_=0) for condition in has), literal(1))
    query = select(newest.c.entry_id, common).order_by(common.desc(), newest.c.entry_id.desc()).limit(MOST_READ)
    return Counter({id: _TOPIC_WEIGHT * count for id, count in session.execute(query)})


def _compare(
    session: Session, activity: StatisticalActivity, candidates: Counter[int], without_identity: str
) -> list[tuple[int, Similarity]]:
    """Of the entries with the most words in common, compares those whose titles are about as long."""
    if not candidates:
        return []
    read = sorted(candidates, key=lambda id: (-candidates[id], -id))[:MOST_READ]
    entry = CatalogueEntry
    columns = (entry.id, entry.title, entry.organiser, entry.year)
    others = entry.recommendation_identity != without_identity if without_identity else true()
    rows = session.execute(select(*columns).where(entry.id.in_(read), others)).all()
    nearest = sorted(rows, key=lambda row: (-candidates[row.id], abs(len(row.title) - len(activity.title)), -row.id))
    compared = (
        (id, compare(activity, StatisticalActivity(title, organiser, year)))
        for id, title, organiser, year in nearest[:MOST_COMPARED]
    )
    return [(id, similarity) for id, similarity in compared if similarity is not None]


# Statements -----------------------------------------------------------------------------------------------------------


@cache
def _entries_with(words: int) -> Statement[int]:
    """Counts the entries that have one of so many words. Every word of an activity runs it."""
    word = CatalogueWord.word
    some = select(CatalogueWord.entry_id).where(word.in_(numbered_binds("word", words, word.type)))
    return Statement(select(func.count()).select_from(some.limit(RARE).subquery()), int)
