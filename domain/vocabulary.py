"""Words that people use for numbers, choices, skipping and titles, read from `domain/data/words.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping

from domain.definitions import DATA, Definition, Many
from domain.frozen import frozen


class _Words(Definition):
    before_position: Many[str]
    before_quantity: Many[str]
    changes_quantity: Many[str]
    number_words: Many[str]
    left_out: Many[str]
    parts_of_places: Many[str]
    one_day: Many[str]
    agreement: Many[str]
    same_as_me: Many[str]
    same_as_office: Many[str]
    generic_in_titles: Many[str]
    before_places: Many[str]
    positions: Mapping[str, list[str]]
    synonyms: Mapping[str, list[str]]
    spellings: Mapping[str, list[str]]


@frozen
class Vocabulary:
    before_position: tuple[str, ...]
    before_quantity: tuple[str, ...]
    changes_quantity: frozenset[str]
    number_words: tuple[str, ...]
    left_out: frozenset[str]  #: words that say that there is nothing to fill in
    parts_of_places: frozenset[str]  #: words in names of districts that name none alone
    one_day: tuple[str, ...]  #: words that say that a period is a single day
    agreement: frozenset[str]
    same_as_me: frozenset[str]  #: words for the data of the person who writes
    same_as_office: frozenset[str]  #: words for what was answered about the office
    generic_in_titles: frozenset[str]  #: words of a title that say how an activity is done, not what it is about
    before_places: frozenset[str]  #: words after which the name of a place follows
    positions: Mapping[str, int]  #: word → the number that it stands for
    synonyms: Mapping[str, str]  #: word → the word of an option that it stands for
    spellings: Mapping[str, str]  #: a word as people shorten, misspell or inflect it → the words that it stands for


def _load() -> Vocabulary:
    words = _Words.model_validate(tomllib.loads((DATA / "words.toml").read_text(encoding="utf-8")))
    return Vocabulary(
        before_position=words.before_position,
        before_quantity=words.before_quantity,
        changes_quantity=frozenset(words.changes_quantity),
        number_words=words.number_words,
        left_out=frozenset(words.left_out),
        parts_of_places=frozenset(words.parts_of_places),
        one_day=words.one_day,
        agreement=frozenset(words.agreement),
        same_as_me=frozenset(words.same_as_me),
        same_as_office=frozenset(words.same_as_office),
        generic_in_titles=frozenset(words.generic_in_titles),
        before_places=frozenset(words.before_places),
        positions={word: int(number) for number, others in words.positions.items() for word in others},
        synonyms={other: word for word, others in words.synonyms.items() for other in others},
        spellings={other: word for word, others in words.spellings.items() for other in others},
    )


VOCABULARY = _load()
