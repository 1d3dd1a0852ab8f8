"""Ready-made remarks, grounds of a verdict and things to heed. An office may change them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from functools import cache
from typing import Literal

from pydantic import Field

from domain.definitions import DATA, Definition, Many, NonEmptyStr, read

#: The purpose of what a letter asks to heed; the other purposes are the verdicts.
HEED = "heed"


#: whether the applicant can mend what a remark is about; a fatal one leads to a rejection
Severity = Literal["mendable", "fatal"]


class ReadyRemark(Definition):
    questions: Many[NonEmptyStr] = Field(min_length=1)
    text: NonEmptyStr
    severity: Severity = "mendable"


class RemarksDocument(Definition):
    remarks: Many[ReadyRemark] = Field(alias="remark")


class LetterText(Definition):
    purpose: Literal["layak", "ditolak", "heed"] = Field(alias="for")
    text: NonEmptyStr
    english: str = ""
    severity: Severity | None = None  #: of a ground of a rejection


class GroundsDocument(Definition):
    texts: Many[LetterText] = Field(alias="text")


@cache
def ready_made() -> Mapping[str, tuple[ReadyRemark, ...]]:
    """Question id → the remarks that officers often write about it. Raises `DefinitionInvalid`."""
    by_question: dict[str, list[ReadyRemark]] = defaultdict(list)
    for remark in read(RemarksDocument, DATA / "remarks.toml").remarks:
        for question in remark.questions:
            by_question[question].append(remark)
    return {question: tuple(remarks) for question, remarks in by_question.items()}


@cache
def grounds() -> Mapping[str, tuple[str, ...]]:
    """Verdict, or `HEED` → what a letter often says. Raises `DefinitionInvalid`."""
    by_purpose: dict[str, list[str]] = defaultdict(list)
    for text in read(GroundsDocument, DATA / "grounds.toml").texts:
        by_purpose[text.purpose].append(text.text)
    return {purpose: tuple(texts) for purpose, texts in by_purpose.items()}


@cache
def severities() -> Mapping[str, Severity]:
    """Ready-made ground of a rejection → whether the applicant could mend it."""
    texts = read(GroundsDocument, DATA / "grounds.toml").texts
    return {text.text: text.severity for text in texts if text.severity is not None}


@cache
def _english() -> Mapping[str, str]:
    texts = read(GroundsDocument, DATA / "grounds.toml").texts
    return {text.text: text.english for text in texts if text.english}


def in_english(text: str) -> str:
    """A ready-made text of a letter in English; what somebody wrote stays as it is."""
    return _english().get(text, text)
