"""An edited message changes the answer that it gave, if nothing else has changed it since. It answers nothing new."""

from __future__ import annotations

from bot.conversations.form.review import is_locked
from bot.conversations.form.session import FormSession
from bot.service import drafts
from domain.form import answers
from domain.form.reading import Unreadable
from domain.text import Text, lines

#: kinds whose whole answer is one message
ONE_MESSAGE = frozenset({"text", "code", "phone", "email", "number", "date", "choice", "choices"})


def edit_answer(session: FormSession, name: str, words: str) -> Text | None:
    """What to say about new words for the message that answered this question; `None`: it cannot be changed so."""
    question = session.on_path(name)
    if question is None or question.kind not in ONE_MESSAGE or is_locked(session, question):
        return None
    try:
        value = answers.read(question, words, session.ctx.reading)
    except Unreadable as error:
        stays = Text(
            "Jawaban %(code)s tetap: %(answer)s",
            code=question.code,
            answer=answers.brief(question, session.value(question)),
        )
        return lines(error.text, stays)
    if value != session.value(question):
        drafts.record(session.ctx, session.draft, question, value)
    return Text("✓ %(code)s diubah: %(answer)s", code=question.code, answer=answers.brief(question, value))
