"""The guide: pages to read, frequent questions with their answers, and what people say and want beside them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Self

from pydantic import Field, model_validator

from domain.asides import COURTESIES, Courtesy
from domain.definitions import (
    DATA,
    Definition,
    DefinitionInvalid,
    Many,
    NonEmptyStr,
    Sentence,
    Words,
    nearest,
    problem,
    read,
    refuse_duplicates,
)
from domain.intents import Candidate
from domain.office.features import ALL, Feature
from domain.text import PLACEHOLDER, Text, joined, paragraphs


class Addition(Definition):
    """Sentences that follow a text where all features of `needs` are on and all of `without` are off."""

    text: Sentence
    needs: Many[Feature] = ()
    without: Many[Feature] = ()

    @model_validator(mode="after")
    def _check_condition(self) -> Self:
        if not self.needs and not self.without:
            raise problem("needs a feature, in needs or without; what is always said belongs to the text above")
        return self

    def holds(self, features: frozenset[Feature]) -> bool:
        return features.issuperset(self.needs) and features.isdisjoint(self.without)


class SaidWhere(Definition):
    """A text that is said only where the features it needs are on."""

    needs: Many[Feature] = ()  #: what the whole text promises
    also: Many[Addition] = ()

    def said_with(self, features: frozenset[Feature]) -> Self | None:
        """The same with the additions that hold; `None`: nothing of it is said."""
        if not features.issuperset(self.needs):
            return None
        kept = tuple(addition for addition in self.also if addition.holds(features))
        return self.model_copy(update={"also": kept})


class GuidePage(SaidWhere):
    id: NonEmptyStr
    title: Sentence
    short: Sentence  #: the title within 20 characters, for a button
    body: Sentence

    @property
    def text(self) -> Text:
        """The body with its additions."""
        return paragraphs(self.body, *(addition.text for addition in self.also))


class Faq(SaidWhere):
    id: NonEmptyStr
    question: Sentence
    short: Sentence  #: what it is about, within 20 characters, for a button
    answer: Sentence
    keywords: Many[NonEmptyStr]  #: words and phrases as people type them, in any language
    leads_to: str = ""  #: id of the intent that a button below the answer carries out

    @property
    def text(self) -> Text:
        """The answer with its additions."""
        return joined(" ", self.answer, *(addition.text for addition in self.also))

    @property
    def candidate(self) -> Candidate:
        """What people may write when they mean this question: the question itself and its keywords."""
        return Candidate(self.id, (PLACEHOLDER.sub("", self.question.msgid), *self.keywords))


class Intent(Definition):
    """What people mean beside the frequent questions; exactly one of `command`, `aside` and `reply` answers it."""

    id: NonEmptyStr
    examples: Many[NonEmptyStr]  #: how people write it, in any language
    label: Sentence = Text("")  #: of the button that offers it; an aside is never offered
    short: Sentence = Text("")  #: the label within 20 characters
    command: str = ""  #: name of the command that is carried out
    takes_words: bool = False  #: the command gets the whole message as its argument
    aside: Courtesy | None = None  #: what it is if it asks for nothing
    reply: Sentence = Text("")

    @model_validator(mode="after")
    def _check_answer(self) -> Self:
        if (bool(self.command), self.aside is not None, bool(self.reply)).count(True) != 1:
            raise problem("needs exactly one of command, aside and reply")
        if (self.aside is None) != bool(self.label and self.short):
            raise problem("needs label and short where it is no aside, and only there")
        return self

    @property
    def candidate(self) -> Candidate:
        said = COURTESIES[self.aside] if self.aside else ()
        return Candidate(self.id, (*self.examples, *said), is_courtesy=self.aside is not None)


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


class IntentsDocument(Definition):
    intents: Many[Intent] = Field(alias="intent")

    @model_validator(mode="after")
    def _check_ids(self) -> Self:
        refuse_duplicates("intent id", (intent.id for intent in self.intents))
        return self


@dataclass(frozen=True)
class Guide:
    """The pages, the questions and the intents by id, in the order of their files."""

    pages: Mapping[str, GuidePage]
    faqs: Mapping[str, Faq]
    intents: Mapping[str, Intent]
    features: frozenset[Feature] = ALL  #: what is on; texts that need more are left out

    @cached_property
    def candidates(self) -> tuple[Candidate, ...]:
        """What a message may mean."""
        return (
            *(faq.candidate for faq in self.faqs.values()),
            *(intent.candidate for intent in self.intents.values()),
        )


def load(words: Words, features: frozenset[Feature] = ALL) -> Guide:
    """The guide with the office's words in its texts, without what needs a feature that is off. Raises
    `DefinitionInvalid`.
    """
    pages = read(GuideDocument, DATA / "guide.toml", words).pages
    faqs = read(FaqDocument, DATA / "faq.toml", words).faqs
    intents = read(IntentsDocument, DATA / "intents.toml", words).intents
    _check_leads(faqs, intents)
    said_pages = [page.said_with(features) for page in pages]
    said_faqs = [faq.said_with(features) for faq in faqs]
    return Guide(
        {page.id: page for page in said_pages if page},
        {faq.id: faq for faq in said_faqs if faq},
        {intent.id: intent for intent in intents},
        features,
    )


def _check_leads(faqs: tuple[Faq, ...], intents: tuple[Intent, ...]) -> None:
    known = [intent.id for intent in intents if intent.command]
    for faq in faqs:
        if faq.leads_to and faq.leads_to not in known:
            raise DefinitionInvalid(
                f'faq.toml: {faq.id}: leads_to: no intent "{faq.leads_to}"; {nearest(faq.leads_to, known)}'
            )
