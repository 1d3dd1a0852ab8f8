"""Goes back in a form: inside an answer, to the screen under review, or to the question before."""

from __future__ import annotations

from dataclasses import replace

from bot.chat import Turn
from bot.conversations.form.ask import ask
from bot.conversations.form.kinds import kind_of
from bot.conversations.form.record import carry_out
from bot.conversations.form.review import show_check, show_section
from bot.conversations.form.session import CHECK, FormSession
from domain.form.definition import Question, previous_question
from domain.text import Text

NOT_SEEN = Text("Pesan itu dikirim sebelum pertanyaan ini tercatat sampai kepada Anda. Silakan tulis sekali lagi.")


def go_back(session: FormSession, question: Question, *, was_seen: bool = True) -> Turn:
    """One step back inside the answer, else to the screen under review, else to the question before.

    `was_seen`: whether the person had seen what is open; else nothing of the answer is taken back.
    """
    session.state = replace(session.state, typed="")  # whoever goes back does not answer with the words in doubt
    step = kind_of(question).back(session, question)
    if step is not None:
        return carry_out(session, question, step) if was_seen else ask(session, question, NOT_SEEN)
    if review := session.state.review:
        return show_check(session) if review == CHECK else show_section(session, review)
    before = previous_question(session.path, question.id)
    while before is not None and session.is_locked(before):
        before = previous_question(session.path, before.id)
    return ask(session, before) if before else ask(session, question, Text("Ini pertanyaan pertama."))
