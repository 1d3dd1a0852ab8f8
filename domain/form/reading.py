"""What reading an answer needs: what it depends on, the error for words that do not read, and words made comparable."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date

from domain.form.definition import Question
from domain.text import Text, joined, normalize, verbatim

_WORD = re.compile(r"\w+")


class Unreadable(Exception):
    """The words do not answer the question. `text` tells the person the rule and, where it helps, an example."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.msgid)
        self.text = text


@dataclass(frozen=True, slots=True)
class Area:
    """A district or a province."""

    code: str  #: "7304"
    name: str  #: "Jeneponto", "Kota Makassar"
    short: str = field(default="", compare=False)  #: a shorter name, where `name` is too long for a button


@dataclass(frozen=True, slots=True)
class Reading:
    """What the meaning of typed words depends on."""

    today: date
    province: Area  #: of the office
    district: Area  #: of the office
    areas: tuple[Area, ...]  #: the province's districts


def fold(words: str) -> str:
    """Only letters and digits, in lower case, one space between words. "≤ SMP" and "smp" become equal."""
    return " ".join(_WORD.findall(normalize(words).casefold().replace("_", " ")))


def source_words(text: Text) -> str:
    """A sentence in the source language, to compare it with typed words."""
    args = {name: source_words(arg) if isinstance(arg, Text) else str(arg) for name, arg in text.args.items()}
    return text.msgid % args


def with_example(rule: Text, question: Question, otherwise: str = "") -> Text:
    """The rule and an example: the question's own, or `otherwise`, or none."""
    example = question.example or verbatim(otherwise)
    return joined(" ", rule, Text("Contoh: %(example)s", example=example) if question.example or otherwise else None)
