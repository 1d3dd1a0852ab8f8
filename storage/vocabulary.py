"""The words of the catalogue by their parts of three letters: finds the words that a misspelt one may stand for.

Plain tables, so that SQLite and PostgreSQL answer alike and no extension is needed. There are far fewer words than
entries, and a word has about as many parts as letters.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from functools import cache

from sqlalchemy import Integer, bindparam, func, insert, select
from sqlalchemy.orm import Session

from domain.similarity import is_near, may_be_misspelt, trigrams
from storage.statements import Statement, numbered, numbered_binds
from storage.tables import VocabularyTrigram, VocabularyWord

MOST_NEAR = 4  #: words that one misspelt word may stand for
_COMPARED = 60  #: words with the most parts in common, which are compared letter by letter
#: parts that one error may change; what is left must be common
_CHANGED_PARTS = 4


def add_words(session: Session, words: Iterable[str]) -> None:
    """Adds the words that are new and may be misspelt."""
    found = {word for word in words if may_be_misspelt(word)}
    if not found:
        return
    known = set(session.scalars(select(VocabularyWord.word).where(VocabularyWord.word.in_(found))))
    new = sorted(found - known)
    if new:
        connection = session.connection()
        connection.execute(insert(VocabularyWord), [{"word": word} for word in new])
        parts = [{"trigram": part, "word": word} for word in new for part in trigrams(word)]
        connection.execute(insert(VocabularyTrigram), parts)


def near_words(session: Session, word: str) -> tuple[str, ...]:
    """Other words of the vocabulary that differ from this one by a spelling error, the nearest first."""
    if not may_be_misspelt(word):
        return ()
    parts = sorted(trigrams(word))
    least = max(1, len(parts) - 2 * _CHANGED_PARTS)
    candidates = _words_with(len(parts)).all(session, **numbered("part", parts), word=word, least=least)
    return _near_among(word, candidates)


def _near_among(word: str, candidates: Collection[str]) -> tuple[str, ...]:
    return tuple(candidate for candidate in candidates if is_near(word, candidate))[:MOST_NEAR]


# Statements -----------------------------------------------------------------------------------------------------------


@cache
def _words_with(parts: int) -> Statement[str]:
    """The words that have the most of so many parts. The title of every application runs it, for each of its words."""
    in_common = func.count()
    part, word = VocabularyTrigram.trigram, VocabularyTrigram.word
    query = (
        select(word).where(part.in_(numbered_binds("part", parts, part.type)), word != bindparam("word")).group_by(word)
    )
    query = query.having(in_common >= bindparam("least", type_=Integer)).order_by(in_common.desc(), word)
    return Statement(query.limit(_COMPARED), str)
