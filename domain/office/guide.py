"""What people ask before and beside an application: pages to read, and questions with their answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import cast

from domain.form.definition import PLACEHOLDER
from domain.form.sentences import Table, document, sentence
from domain.intents import Candidate
from domain.text import Arg, Text


@dataclass(frozen=True, slots=True)
class Page:
    id: str
    title: Text
    short: Text  #: the title within 20 characters, for a button
    body: Text


@dataclass(frozen=True, slots=True)
class Faq:
    id: str
    question: Text
    answer: Text


@dataclass(frozen=True, slots=True)
class Guide:
    """Both in the order of their files, by id."""

    pages: Mapping[str, Page]
    faqs: Mapping[str, Faq]


def load(words: Mapping[str, Arg]) -> Guide:
    """The guide with the office's words in it. Raises `KeyError` for a placeholder that has none."""
    pages = (
        Page(
            id=str(table["id"]),
            title=sentence(table, "title", words),
            short=sentence(table, "short", words),
            body=sentence(table, "body", words),
        )
        for table in _pages()
    )
    faqs = (
        Faq(
            id=str(table["id"]),
            question=sentence(table, "question", words),
            answer=sentence(table, "answer", words),
        )
        for table in _faqs()
    )
    return Guide({page.id: page for page in pages}, {faq.id: faq for faq in faqs})


@cache
def candidates() -> tuple[Candidate, ...]:
    """What people may write to mean each of the questions: the question itself, and its keywords in any language."""
    return tuple(Candidate(str(table["id"]), _phrases(table)) for table in _faqs())


def _phrases(table: Table) -> tuple[str, ...]:
    return (PLACEHOLDER.sub("", str(table["question"])), *cast("list[str]", table["keywords"]))


def _pages() -> list[Table]:
    return cast("list[Table]", document("guide.toml")["page"])


def _faqs() -> list[Table]:
    return cast("list[Table]", document("faq.toml")["faq"])
