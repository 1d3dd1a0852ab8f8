"""An edited message changes the answer that it gave, if nothing else has changed it since. It answers nothing new."""

from __future__ import annotations

from bot.conversations.form.ask import brief
from bot.conversations.form.place import Place
from bot.conversations.form.review import is_locked
from bot.service import drafts
from domain.form import answers
from domain.form.reading import Unreadable
from domain.text import Text, lines

#: kinds whose whole answer is one message
ONE_MESSAGE = frozenset({"text", "code", "phone", "email", "number", "date", "choice", "choices"})


def amend(place: Place, name: str, words: str) -> Text | None:
    """What to say about new words for the message that answered this question; `None`: it cannot be changed so."""
    question = place.on_path(name)
    if question is None or question.kind not in ONE_MESSAGE or is_locked(place, question):
        return None
    try:
        value = answers.read(question, words, place.ctx.reading)
    except Unreadable as error:
        stays = Text(
            "Jawaban %(code)s tetap: %(answer)s", code=question.code, answer=brief(question, place.value(question))
        )
        return lines(error.text, stays)
    if value != place.value(question):
        drafts.record(place.ctx, place.draft, question, value)
    return Text("✓ %(code)s diubah: %(answer)s", code=question.code, answer=brief(question, value))
