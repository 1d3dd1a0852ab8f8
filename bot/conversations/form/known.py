"""Offers what is known already as an answer: the data of the person, or an earlier answer of the form."""

from __future__ import annotations

from collections.abc import Mapping

from bot.actions.form import UseKnown
from bot.chat import Choice
from bot.conversations.form.session import FormSession
from domain.form import answers
from domain.form.definition import Question, Value
from domain.form.reading import Unreadable, fold
from domain.frozen import frozen
from domain.text import Text, joined
from domain.vocabulary import VOCABULARY

_PERSON = "person."
_SAME_AS = "sama dengan "
_OWN_DATA = Text("Sama dengan data saya")


@frozen
class KnownAnswer:
    number: int  #: place of its source in `Question.same_as`, from 1
    value: Value
    earlier: Question | None  #: the question that it answered; `None`: the person's own data


def find_known(session: FormSession, question: Question) -> tuple[KnownAnswer, ...]:
    """What is known and reads as an answer, without what the answer is already."""
    found: list[KnownAnswer] = []
    for number, source in enumerate(question.same_as, start=1):
        value = _read(question, _words_of(session, source), session)
        if value is not None and value != session.value(question) and value not in [known.value for known in found]:
            found.append(KnownAnswer(number, value, session.on_path(source)))
    return tuple(found)


def known_by_number(session: FormSession, question: Question, number: int) -> KnownAnswer | None:
    """What a button stands for, if that is still known."""
    return next((known for known in find_known(session, question) if known.number == number), None)


def known_line(session: FormSession, question: Question, known: KnownAnswer) -> Text:
    """What the button stands for."""
    values = answers_of(session, question, known)
    shown = (answers.brief(other, values[other.id]) for other in session.path if other.id in values)
    return Text("%(source)s: %(answer)s", source=_name(known), answer=joined("; ", *shown))


def known_choice(session: FormSession, question: Question, known: KnownAnswer) -> Choice:
    code = session.tap(question, UseKnown(known.number))
    if known.earlier is not None:
        return Choice(code, Text("Sama dengan %(code)s", code=known.earlier.code), nav=True)
    return Choice(code, _OWN_DATA, Text("Sama: data saya"), nav=True)


def named_by_words(session: FormSession, question: Question, words: str) -> KnownAnswer | None:
    """What "saya sendiri" or "sama dengan kantor" means here."""
    said = fold(words)
    if not (said in VOCABULARY.same_as_me or said in VOCABULARY.same_as_office or said.startswith(_SAME_AS)):
        return None
    for known in find_known(session, question):
        code = fold(known.earlier.code) if known.earlier else ""
        is_own = known.earlier is None and said in VOCABULARY.same_as_me
        is_earlier = code and (said in VOCABULARY.same_as_office or said == f"{_SAME_AS}{code}")
        if is_own or is_earlier:
            return known
    return None


def answers_of(session: FormSession, question: Question, known: KnownAnswer) -> Mapping[str, Value]:
    """By question. At the first question about a person, their data answer also the open ones that follow."""
    about = [other for other in session.path if other.section == question.section and _own_source(other)]
    if known.earlier is not None or session.draft.state == "revising" or about[0] is not question:
        return {question.id: known.value}
    following = [other for other in about if not session.answered(other)]
    own = {other.id: _read(other, _own_words(session, other), session) for other in following}
    return {question.id: known.value, **{id: value for id, value in own.items() if value is not None}}


def _own_words(session: FormSession, question: Question) -> str:
    source = _own_source(question)
    return _words_of(session, source) if source else ""


def _own_source(question: Question) -> str:
    return next((source for source in question.same_as if source.startswith(_PERSON)), "")


def _words_of(session: FormSession, source: str) -> str:
    if source.startswith(_PERSON):
        return str(getattr(session.ctx.actor, source.removeprefix(_PERSON)) or "")
    earlier = session.on_path(source)
    value = session.value(earlier) if earlier and session.answered(earlier) else None
    return value if isinstance(value, str) else ""


def _read(question: Question, words: str, session: FormSession) -> Value:
    try:
        return answers.read(question, words, session.ctx.reading) if words else None
    except Unreadable:
        return None


def _name(known: KnownAnswer) -> Text:
    return Text("Sama dengan %(code)s", code=known.earlier.code) if known.earlier else _OWN_DATA
