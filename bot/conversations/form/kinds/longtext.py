"""Long text: collects one message after the other until the person presses Selesai."""

from __future__ import annotations

from bot.actions.form import ClearText, FinishAnswer, FormAct
from bot.chat import Choice, Turn
from bot.conversations.form.kinds.kind import AskAgain, Collected, Decision, Kind, echo_stored, read_whole, refuse_act
from bot.conversations.form.prompts import ask_plainly, heading, navigation
from bot.conversations.form.session import FormSession
from domain.form.definition import Question
from domain.form.texts import LONGTEXT, longtext_limit
from domain.text import Text, many_lines, paragraphs


def _ask(session: FormSession, question: Question, notice: Text | None) -> Turn:
    typed = session.partial(question)
    if not isinstance(typed, str):
        return ask_plainly(session, question, notice)
    text = paragraphs(
        notice,
        heading(session, question),
        Text(
            "Sudah tertulis %(count)s dari paling banyak %(most)s huruf. Kirim lanjutannya, atau tekan Selesai.",
            count=len(typed),
            most=longtext_limit(question),
        ),
    )
    choices = (
        Choice(session.tap(question, FinishAnswer()), Text("Selesai"), nav=True),
        Choice(session.tap(question, ClearText()), Text("Tulis ulang"), nav=True),
    )
    return session.say(question.id, text, *choices, *navigation(session, question))


def _take(session: FormSession, question: Question, text: str) -> Decision:
    """Adds the message to what is collected."""
    collected = session.partial(question)
    together = many_lines(f"{collected}\n{text}" if isinstance(collected, str) else text)
    most = longtext_limit(question)
    if len(together) <= most:
        return Collected(together)
    return AskAgain(
        Text(
            "Pesan terakhir belum kami pakai: bersama yang sudah ada menjadi %(count)s huruf, paling banyak "
            "%(most)s. "
            "Kirim yang lebih pendek, atau tekan Selesai.",
            count=len(together),
            most=most,
        )
    )


def _tap(session: FormSession, question: Question, act: FormAct) -> Decision:
    collected = session.partial(question)
    match act:
        case ClearText():
            return Collected(None, Text("Silakan tulis ulang."))
        case FinishAnswer() if isinstance(collected, str):
            return read_whole(session, question, collected)
    return refuse_act(session, question, act)


def _collects(session: FormSession, question: Question) -> bool:
    return isinstance(session.partial(question), str)


KIND = Kind(LONGTEXT, ask=_ask, take=_take, tap=_tap, collects=_collects, echo=echo_stored, one_message=False)
