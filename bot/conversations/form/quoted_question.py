"""A message that quotes a question of the form, or the message that answered it."""

from __future__ import annotations

from dataclasses import replace

from bot.chat import Incoming
from bot.conversations.form import flow
from bot.conversations.form.ask import ask
from bot.conversations.form.edit_answer import edit_answer
from bot.conversations.form.held import can_read
from bot.conversations.form.kinds import kind_of
from bot.conversations.form.premature import does_not_fit
from bot.conversations.form.record import carry_out
from bot.conversations.form.session import FormSession, Outcome
from domain.form.definition import Question
from domain.text import Text


def reply(incoming: Incoming, name: str, session: FormSession) -> Outcome | Text:
    """Takes the message for the quoted question. `name`: its id, or its code on paper. A `Text` is to be said above
    what is open.
    """
    question = session.on_path(name) or session.by_code(name)
    if question is None:
        return Text("Pertanyaan %(code)s tidak berlaku lagi untuk isian Anda.", code=name)
    seen = replace(incoming, saw_last_message=True, saw_question=True)
    is_listed = question.id in session.form.tick_list_of
    is_whole = (
        kind_of(question).one_message and not is_listed and kind_of(question).open_part(session, question) is None
    )
    if session.question is question and (is_whole or incoming.files):
        return flow.on_message(seen, session)
    if incoming.files:
        session.open(question)
        return carry_out(session, question, kind_of(question).take_files(session, question, seen))
    if is_whole and session.answered(question):
        said = edit_answer(session, question.id, incoming.text)
        if said is not None:
            return said
    return _ask(session, question, incoming.text)


def _ask(session: FormSession, question: Question, words: str) -> Outcome:
    """Asks the question, and offers the words for it."""
    if session.is_locked(question):
        return flow.edit(session, question)
    session.leave_question(session.state.review)
    session.state = replace(session.state, held=(words, *session.state.held))
    return ask(session, question, None if can_read(session, question, words) else does_not_fit(question, words))
