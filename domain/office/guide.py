"""The guide: pages to read, and frequent questions with their answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Self

from pydantic import Field, model_validator

from domain.definitions import DATA, Definition, Many, NonEmptyStr, Sentence, Words, read, refuse_duplicates
from domain.intents import Candidate
from domain.text import PLACEHOLDER


class GuidePage(Definition):
    id: NonEmptyStr
    title: Sentence
    short: Sentence  #: the title within 20 characters, for a button
    body: Sentence


class Faq(Definition):
    id: NonEmptyStr
    question: Sentence
    short: Sentence  #: what it is about, within 20 characters, for a button
    answer: Sentence
    keywords: Many[NonEmptyStr]  #: words and phrases as people type them, in any language

    @property
    def candidate(self) -> Candidate:
        """What people may write when they mean this question: the question itself and its keywords."""
        return Candidate(self.id, (PLACEHOLDER.sub("", self.question.msgid), *self.keywords))


class GuideDocument(Definition):
    pages: Many[GuidePage] = Field(alias="page")

    @model_validator(mode="after")
    def _check_ids(self) -> Self:
        refuse_duplicates("page id", (page.id for page in self.pages))
        return self


class FaqDocument(Definition):
    faqs: Many[Faq] = Field(alias="faq")

    @model_validator(mode="after")
    def _check_ids(self) -> Self:
        refuse_duplicates("faq id", (faq.id for faq in self.faqs))
        return self


@dataclass(frozen=True)
class Guide:
    """The pages and the questions by id, in the order of their files."""

    pages: Mapping[str, GuidePage]
    faqs: Mapping[str, Faq]

    @cached_property
    def candidates(self) -> tuple[Candidate, ...]:
        return tuple(faq.candidate for faq in self.faqs.values())


def load(words: Words) -> Guide:
    """The guide with the office's words in its texts. Raises `DefinitionInvalid`."""
    pages = read(GuideDocument, DATA / "guide.toml", words).pages
    faqs = read(FaqDocument, DATA / "faq.toml", words).faqs
    return Guide({page.id: page for page in pages}, {faq.id: faq for faq in faqs})
