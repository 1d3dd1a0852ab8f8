"""Tells messages that are said beside the answers from answers: questions, thanks, greetings, "tidak tahu".

The words are data (`domain/data/asides.toml`). The rules look at where they stand in a short message: an aside begins
or ends with them, or has nothing else.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Literal, TypeAlias

from domain.definitions import DATA, Definition, Many
from domain.frozen import frozen
from domain.text import one_line

#: what is said out of politeness or anger, and asks for nothing
Courtesy: TypeAlias = Literal["thanks", "farewell", "insult", "small_talk", "greeting", "courtesy"]
#: unsure: "belum tahu" · about: "maksudnya apa?" · question: any other one
Aside: TypeAlias = Courtesy | Literal["unsure", "about", "question"]

# Words of a message, up to which it can be the aside.
_MOST_WORDS = 15
_MOST_WORDS_BEFORE_MARK = 40  #: of a message that ends in a question mark
_MOST_WORDS_UNSURE = 12
_MOST_WORDS_ABOUT = 8
_MOST_WORDS_ENDING = 12
_MOST_WORDS_AROUND = 8  #: of a message with "berapa lama" in its middle
_MOST_WORDS_WITHOUT_MARK = 6  #: of a question that has neither a question mark nor a word such as "ya" or "kah"
_MOST_WORDS_BEFORE_UNSURE = 2  #: in front of "tidak tahu" at the end: "NIP-nya belum tahu"

#: signs that stand for a question mark
_MARKS = "?？؟"
#: what may stand behind a picture: another shape or colour of it
_VARIANTS = "\ufe0f\U0001f3fb\U0001f3fc\U0001f3fd\U0001f3fe\U0001f3ff"
_WORD = re.compile(r"[\w’']+(?:[.\-][\w’']+)*")


class _AsideWords(Definition):
    fillers: Many[str]
    subjects: Many[str]
    greetings: Many[str]
    thanks: Many[str]
    courtesies: Many[str]
    farewells: Many[str]
    small_talk: Many[str]
    insults: Many[str]
    template_replies: Many[str]
    thanks_signs: Many[str]
    courtesy_signs: Many[str]
    unsure: Many[str]
    about_question: Many[str]
    question_starts: Many[str]
    question_ends: Many[str]
    asks_leave_starts: Many[str]
    asks_leave_ends: Many[str]
    question_words: Many[str]
    statement_starts: Many[str]
    asking_words: Many[str]
    before_code: Many[str]
    before_change: Many[str]


@frozen
class Reference:
    """Words that name a question of the form: "butir 4.6", "salah, ganti R.3", "ubah judul"."""

    name: str  #: "4.6", "R.3", "3", "judul"
    changes: bool  #: the message says that something is to be changed; else it may be an answer


def _any(phrases: Sequence[str]) -> str:
    longest_first = sorted(phrases, key=len, reverse=True)
    return rf"(?:{'|'.join(re.escape(phrase) for phrase in longest_first)})(?!\S)"


_WORDS = _AsideWords.model_validate(tomllib.loads((DATA / "asides.toml").read_text(encoding="utf-8")))
# Possessive, because a phrase can also be read as its parts: the longest one is meant.
_SAID_POLITELY = (*_WORDS.fillers, *_WORDS.greetings, *_WORDS.thanks, *_WORDS.courtesies)
#: in the order in which one of them is the kind of a message that has words of several
COURTESIES: Mapping[Courtesy, tuple[str, ...]] = {
    "insult": _WORDS.insults,
    "thanks": _WORDS.thanks,
    "farewell": _WORDS.farewells,
    "small_talk": _WORDS.small_talk,
    "greeting": _WORDS.greetings,
    "courtesy": _WORDS.courtesies,
}
_POLITE = re.compile(rf"(?:{_any(_SAID_POLITELY)}\s*)++")
_REPLY_TO_TEMPLATE = re.compile(rf"(?:{_any((*_SAID_POLITELY, *_WORDS.template_replies))}\s*)*+")
_FILLED = re.compile(rf"(?:(?<!\S){_any(_WORDS.fillers)}\s*)++$")
_LEAD = re.compile(rf"(?:{_any((*_SAID_POLITELY, *_WORDS.subjects))}\s*)++")
_ONLY_COURTESY = re.compile(
    rf"(?:{_any((*_WORDS.fillers, *(phrase for phrases in COURTESIES.values() for phrase in phrases)))}\s*)++"
)
_SIGNS = {*_WORDS.thanks_signs, *_WORDS.courtesy_signs}
_BY_COURTESY: Mapping[Courtesy, re.Pattern[str]] = {
    kind: re.compile(rf"(?<!\S){_any(phrases)}") for kind, phrases in COURTESIES.items()
}
_UNSURE = re.compile(rf"(?<!\S){_any(_WORDS.unsure)}")
_ABOUT = re.compile(_any(_WORDS.about_question))
_STARTS = re.compile(_any(_WORDS.question_starts))
_ENDS = re.compile(rf"(?<!\S){_any(_WORDS.question_ends)}$")
_ASKS_LEAVE = re.compile(rf"{_any(_WORDS.asks_leave_starts)}.*(?<!\S){_any(_WORDS.asks_leave_ends)}$")
_ANYWHERE = re.compile(rf"(?<!\S){_any(_WORDS.question_words)}")
_STATES = re.compile(_any(_WORDS.statement_starts))
_ASKS = re.compile(rf"(?<!\S){_any(_WORDS.asking_words)}")
_CHANGE = re.compile(
    rf"(?:{_any((*_WORDS.fillers, 'saya', 'kami', 'mau', 'ingin', 'tolong', 'mohon', 'i want to', 'please'))}\s*)*"
    rf"(?P<change>(?:{_any(_WORDS.before_change)}\s*)+)?"
    rf"(?P<code>(?:{_any(_WORDS.before_code)}\s*)*)"
    rf"(?P<name>.+?)\s*(?:{_any(_WORDS.fillers)}\s*)*"
)


def judge(words: str) -> Aside | None:
    """What the message is, if it is an aside; `None` for what can only be an answer."""
    line = one_line(words).casefold()
    is_asked = line.rstrip(" .!)\"”'").endswith(tuple(_MARKS))
    tokens = _WORD.findall(line)
    if not tokens and (shown := set(line) - {" ", *_VARIANTS}) and shown <= _SIGNS:
        return "thanks" if shown.intersection(_WORDS.thanks_signs) else "courtesy"
    if not tokens or len(tokens) > (_MOST_WORDS_BEFORE_MARK if is_asked else _MOST_WORDS):
        return "question" if line and not line.strip(_MARKS + " .!") and is_asked else None
    plain = " ".join(tokens)
    if _ONLY_COURTESY.fullmatch(plain):
        return next((kind for kind, said in _BY_COURTESY.items() if said.search(plain)), None)
    if _UNSURE.match(plain) and len(tokens) <= _MOST_WORDS_UNSURE:
        return "unsure"
    said = _judge_said(_strip(plain, _LEAD), _strip(plain, _POLITE))
    if is_asked:
        return said or "question"
    return None if said == "question" and _is_statement(words, plain) else said


def without_politeness(words: str) -> str:
    """The words without what is said politely before and behind them; whole if nothing else would be left."""
    return _strip(" ".join(_WORD.findall(one_line(words).casefold())), _POLITE)


def only_replies_to_template(words: str) -> bool:
    """Whether the words only greet, agree, thank, or ask for the news; also a message without any word."""
    return _REPLY_TO_TEMPLATE.fullmatch(" ".join(re.findall(r"\w+", words.casefold()))) is not None


@lru_cache(16)  # of the messages that are handled just now, which are looked at three times each
def find_reference(words: str) -> Reference | None:
    """The question of the form that the whole message names, with a word before its number or name."""
    line = re.sub(r"[,;:!?()“”\"]", " ", one_line(words).casefold()).strip(" .")
    found = _CHANGE.fullmatch(" ".join(line.split())) if len(line.split()) <= _MOST_WORDS_ABOUT else None
    if found is None or not (found["change"] or found["code"]):
        return None
    return Reference(found["name"].strip(" ."), changes=bool(found["change"]))


def _is_statement(words: str, plain: str) -> bool:
    """Whether the words, which look like a question without its mark, are a name, a title or a statement."""
    tokens = _WORD.findall(words)
    is_name = len(tokens) > 1 and all(token[0].isupper() for token in tokens)
    is_long = len(tokens) > _MOST_WORDS_WITHOUT_MARK and not _ASKS.search(plain)
    return is_name or is_long or _STATES.match(plain) is not None


def _strip(plain: str, lead: re.Pattern[str]) -> str:
    """Without what stands before and behind what is said; whole if nothing else would be left."""
    start = lead.match(plain)
    rest = plain[start.end() :] if start else plain
    return _FILLED.sub("", rest).strip() or plain


def _judge_said(said: str, polite: str) -> Aside | None:
    """`said` lacks the subject, `polite` only the politeness: "ini apa" needs its first word."""
    count = len(said.split())
    unsure = _UNSURE.match(said) or _UNSURE.match(polite)
    last = None if unsure else next((found for found in _UNSURE.finditer(said) if found.end() == len(said)), None)
    if (unsure and count <= _MOST_WORDS_UNSURE) or (
        last and len(said[: last.start()].split()) <= _MOST_WORDS_BEFORE_UNSURE
    ):
        return "unsure"
    if count <= _MOST_WORDS_ABOUT and (_ABOUT.match(said) or _ABOUT.match(polite)):
        return "about"
    ends = count <= _MOST_WORDS_ENDING and _ENDS.search(polite)
    holds = _ASKS_LEAVE.fullmatch(polite) or (count <= _MOST_WORDS_AROUND and _ANYWHERE.search(polite))
    return "question" if _STARTS.match(said) or ends or holds else None
