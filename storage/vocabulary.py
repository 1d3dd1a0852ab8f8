"""The words of the catalogue by their parts of three letters: finds the words that a misspelt one may stand for.

Plain tables, so that SQLite and PostgreSQL answer alike and no extension is needed. There are far fewer words than
entries, and a word has about as many parts as letters.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from domain.similarity import is_near, may_be_misspelt, trigrams
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
    parts = trigrams(word)
    in_common = func.count()
    query = (
        select(VocabularyTrigram.word)
        .where(VocabularyTrigram.trigram.in_(parts), VocabularyTrigram.word != word)
        .group_by(VocabularyTrigram.word)
        .having(in_common >= max(1, len(parts) - 2 * _CHANGED_PARTS))
        .order_by(in_common.desc(), VocabularyTrigram.word)
        .limit(_COMPARED)
    )
    return _near_among(word, session.scalars(query).all())


def _near_among(word: str, candidates: Collection[str]) -> tuple[str, ...]:
    return tuple(candidate for candidate in candidates if is_near(word, candidate))[:MOST_NEAR]
