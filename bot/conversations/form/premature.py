"""Messages that were sent before their sender had seen the open question.

They are never taken as answers: they are held in order and offered one by one.
"""

from __future__ import annotations

from dataclasses import replace

from bot.actions.form import EditAnswer
from bot.chat import Choice, Incoming, Turn, with_choice
from bot.conversations.form.ask import ask
from bot.conversations.form.held import can_read, fitting
from bot.conversations.form.kinds import kind_of
from bot.conversations.form.kinds.choice import OTHER
from bot.conversations.form.record import go_on, take_words
from bot.conversations.form.session import FormSession
from domain.form import answers
from domain.form.definition import Question
from domain.text import Text, cut, lines, paragraphs

#: messages that are held for one person; later ones are refused
MAX_HELD = 20
#: characters of a held message in the sentence that it does not fit
_WORDS_SHOWN = 100


def hold(session: FormSession, question: Question, text: str, incoming: Incoming) -> Turn:
    """Holds the message, and offers it if the question can read it. While another one is offered, says nothing: a burst
    gets one reply.
    """
    if len(session.state.held) >= MAX_HELD:
        return ask(session, question, Text("Terlalu banyak pesan sekaligus; pesan terakhir tidak kami simpan."))
    was_offering = session.is_offering
    _set_held(session, (*_in_doubt(session), *session.state.held, text))
    if was_offering and not is_outdated(session, question):
        return session.say_nothing()
    fits, why = can_read(session, question, text), _why_not_taken(incoming)
    return ask(session, question, why if fits else paragraphs(why, does_not_fit(question, text)))


def _why_not_taken(incoming: Incoming) -> Text:
    """Why a message is not taken as the answer at once."""
    if incoming.answers_template:
        return Text("Pesan Anda membalas pemberitahuan kami, jadi belum dipakai sebagai jawaban.")
    if incoming.quoted_message_id:
        return Text("Pesan Anda mengutip pesan lain, jadi belum dipakai untuk pertanyaan di bawah ini.")
    return Text("Pesan Anda dikirim sebelum pertanyaan di bawah ini tercatat sampai kepada Anda.")


def offered(session: FormSession, question: Question) -> str | None:
    """The held message that the screen asks about."""
    return fitting(session, question) if session.is_offering else None


def use_held(session: FormSession, question: Question, words: str) -> Turn:
    """Takes this held message as the answer."""
    if is_outdated(session, question):
        return reject_outdated(session, question)
    session.forget_message()
    _set_held(session, _without(session.state.held, words))
    return take_words(session, question, words)


def drop_held(session: FormSession, question: Question, words: str) -> Turn:
    _set_held(session, _without(session.state.held, words))
    return ask(session, question)


def is_outdated(session: FormSession, question: Question) -> bool:
    """Whether the screen shows a part or an answer that another device has changed since."""
    part, shown = kind_of(question).open_part(session, question), session.asked_part
    moved = shown != part.id if part else "/" in shown or shown == OTHER
    return moved or session.changed_after(question, session.state.revision)


def reject_outdated(session: FormSession, question: Question, text: str = "") -> Turn:
    """Tells that another device changed the answer, and goes on after it. The typed words are held."""
    if text:
        _set_held(session, (*_in_doubt(session), *session.state.held, text))
    if question.id not in session.draft.answers:
        return ask(session, question, Text("Butir %(code)s sudah diubah dari perangkat lain.", code=question.code))
    notice = Text(
        "Butir %(code)s sudah dijawab dari perangkat lain: %(answer)s",
        code=question.code,
        answer=answers.brief(question, session.value(question)),
    )
    return leave_changed(session, question, notice, text)


def changed_notice(session: FormSession, question: Question) -> Text:
    """Says that the answer is another one than a button or a word was about."""
    if question.id not in session.draft.answers:
        return Text("Jawaban %(code)s sudah berubah sementara itu.", code=question.code)
    return Text(
        "Jawaban %(code)s sudah berubah sementara itu. Sekarang: %(answer)s",
        code=question.code,
        answer=answers.brief(question, session.value(question)),
    )


def leave_changed(session: FormSession, question: Question, notice: Text, unused: str = "") -> Turn:
    """Goes on behind an answer that another device gave, so that the next words do not replace it. A button changes it.
    Asks again what has to be answered again.

    `unused`: words that are held; says so where the next question is not offered them.
    """
    if not session.answered(question):
        return ask(session, question, notice)
    following = session.next()
    if unused and (following is None or not can_read(session, following, unused)):
        notice = lines(notice, Text("Pesan Anda “%(words)s” belum dipakai.", words=cut(unused, _WORDS_SHOWN)))
    change = Choice(session.tap(question, EditAnswer()), Text("Ubah %(code)s", code=question.code), nav=True)
    session.leave_question(session.state.review)
    shown = go_on(session, notice)
    offered_already = {title for prompt in shown.prompts for one in prompt.choices for title in (one.label, one.short)}
    return shown if change.label in offered_already else with_choice(shown, change)


def does_not_fit(question: Question, words: str) -> Text:
    return Text(
        "“%(words)s” tidak cocok untuk %(code)s, jadi belum dipakai. Kami tawarkan lagi pada pertanyaan yang cocok.",
        words=cut(words, _WORDS_SHOWN),
        code=question.code,
    )


def _without(held: tuple[str, ...], words: str) -> tuple[str, ...]:
    position = held.index(words)
    return (*held[:position], *held[position + 1 :])


def _in_doubt(session: FormSession) -> tuple[str, ...]:
    """The words about which the person is asked now: they are held too, before the others."""
    return (session.state.typed,) if session.state.typed else ()


def _set_held(session: FormSession, held: tuple[str, ...]) -> None:
    session.state = replace(session.state, held=held, typed="")
