"""What reading an answer needs: the typed words made comparable, and the way to say that they do not read."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date

from domain.form.definition import Question
from domain.text import Text, joined, normalize, verbatim

_WORD = re.compile(r"\w+")


class Unreadable(Exception):
    """The words are no answer to the question. `text` names the rule and, where it helps, shows an example."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.msgid)
        self.text = text


@dataclass(frozen=True, slots=True)
class Area:
    code: str  #: "7304"
    name: str  #: "Jeneponto", "Kota Makassar"
    short: str = field(default="", compare=False)  #: as people say it, where the name is too long for a button


@dataclass(frozen=True, slots=True)
class Reading:
    """What reading depends on besides the words."""

    today: date
    province: Area  #: the office's own
    district: Area
    areas: tuple[Area, ...]  #: the province's districts


def fold(words: str) -> str:
    """Letters and digits in lower case, one space between words: "≤ SMP" and "smp" are the same choice."""
    return " ".join(_WORD.findall(normalize(words).casefold().replace("_", " ")))


def source_words(text: Text) -> str:
    """A sentence in the source language, for comparing it with what a person typed."""
    args = {name: source_words(arg) if isinstance(arg, Text) else str(arg) for name, arg in text.args.items()}
    return text.msgid % args


def with_example(rule: Text, question: Question, otherwise: str = "") -> Text:
    """The rule, and the question's own example, else the kind's."""
    example = question.example or verbatim(otherwise)
    return joined(" ", rule, Text("Contoh: %(example)s", example=example) if question.example or otherwise else None)
