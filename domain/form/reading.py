"""What reading an answer needs: what it depends on, the error for words that do not read, and words made comparable."""

from __future__ import annotations

import re
from dataclasses import field
from datetime import date

from domain.form.definition import Question
from domain.frozen import frozen
from domain.text import Text, joined, normalize, verbatim
from domain.vocabulary import VOCABULARY

_WORD = re.compile(r"\w+")
#: what makes a digit a keycap
_KEYCAP = re.compile("[\\ufe0f\\u20e3]")
#: what may stand around the number of a thing in a list
_AROUND_POSITION = " .,;:!()[]#"
_LEAD_OF_POSITION = re.compile(rf"(?:(?:{'|'.join(map(re.escape, VOCABULARY.before_position))})\b[\s.:#-]*)+")
_POSITION_DIGITS = 3


class Unreadable(Exception):
    """The words do not answer the question. `text` tells the person the rule and, where it helps, an example."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.msgid)
        self.text = text


@frozen
class Area:
    """A district or a province."""

    code: str  #: "7304"
    name: str  #: "Jeneponto", "Kota Makassar"
    short: str = field(default="", compare=False)  #: a shorter name, where `name` is too long for a button


@frozen
class Reading:
    """What the meaning of typed words depends on."""

    today: date
    province: Area  #: of the office
    district: Area  #: of the office
    areas: tuple[Area, ...]  #: the province's districts


def fold(words: str) -> str:
    """Only letters and digits, in lower case, one space between words. "≤ SMP" and "smp" become equal."""
    return " ".join(_WORD.findall(normalize(words).casefold().replace("_", " ")))


def read_position(words: str) -> int:
    """The number of a thing in a list, as people type it: "1", "1)", "(1)", "1️⃣", "no. 1", "yang pertama"; else 0."""
    typed = _KEYCAP.sub("", normalize(words).casefold()).strip(_AROUND_POSITION)
    typed = _LEAD_OF_POSITION.sub("", typed).strip(_AROUND_POSITION)
    if typed.isdecimal() and len(typed) <= _POSITION_DIGITS:
        return int(typed)
    return VOCABULARY.positions.get(typed, 0)


def is_left_out(words: str) -> bool:
    """Whether the words say that there is nothing: empty, a dash, "tidak ada"."""
    return not words.strip(" -–—−.") or fold(words) in VOCABULARY.left_out


def same_word(folded: str) -> str:
    """The word of an option for which these words stand: "survey" is "survei"; other words as they are."""
    whole = VOCABULARY.synonyms.get(folded)
    return whole or " ".join(VOCABULARY.synonyms.get(word, word) for word in folded.split())


def source_words(text: Text) -> str:
    """A sentence in the source language as it stands, for papers and for comparing it with typed words. Its days and
    numbers are as Python writes them; `locales` formats them.
    """
    args = {name: source_words(arg) if isinstance(arg, Text) else str(arg) for name, arg in text.args.items()}
    return text.msgid % args


def with_example(rule: Text, question: Question, otherwise: str = "") -> Text:
    """The rule and an example: the question's own, or `otherwise`, or none."""
    example = question.example or verbatim(otherwise)
    return joined(" ", rule, Text("Contoh: %(example)s", example=example) if question.example or otherwise else None)
