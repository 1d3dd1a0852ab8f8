"""Copied answers, a section a message: "Masih sama?" """

from __future__ import annotations

from bot.actions.form import AskNext, ChangeCopied, ConfirmCopied, EditAnswer
from bot.chat import Choice, Turn
from bot.conversations.form.ask import ask
from bot.conversations.form.prompts import label, navigation_of_screen
from bot.conversations.form.session import COPIED, FormSession
from domain.form import answers
from domain.form.definition import Question
from domain.text import Text, lines, paragraphs


def ask_next(session: FormSession, question: Question, notice: Text | None = None) -> Turn:
    """Asks the question that comes next; a copied answer is shown together with the others of its section."""
    if question.id in session.draft.unconfirmed:
        return ask_whether_same(session, question.section, notice)
    return ask(session, question, notice)


def ask_whether_same(session: FormSession, section_id: str, notice: Text | None = None) -> Turn:
    section = session.form.section_of[unconfirmed(session, section_id)[0].id]
    text = paragraphs(
        notice,
        Text("Blok %(code)s · %(title)s, dari permohonan lama:", code=section.code, title=section.title),
        *(_answer(session, question) for question in unconfirmed(session, section_id)),
        Text("Masih sama?"),
    )
    choices = (
        Choice(session.screen(ConfirmCopied(section_id)), Text("Ya, sama")),
        Choice(session.screen(ChangeCopied(section_id)), Text("Ubah")),
    )
    return session.say(None, text, *choices, *navigation_of_screen(session), review=COPIED)


def ask_which_changed(session: FormSession, section_id: str, notice: Text | None = None) -> Turn:
    """The copied answers of the section, each with a button to change it."""
    questions = unconfirmed(session, section_id)
    changes = (
        Choice(session.tap(question, EditAnswer()), Text("Ubah %(code)s", code=question.code)) for question in questions
    )
    text = paragraphs(
        notice,
        Text("Butir mana yang berubah?"),
        lines(*(label(question) for question in questions)),
    )
    back = Choice(session.screen(AskNext()), Text("Tidak jadi"), nav=True)
    return session.say(None, text, *changes, back, *navigation_of_screen(session), review=COPIED)


def unconfirmed(session: FormSession, section_id: str) -> tuple[Question, ...]:
    """The questions of the section that apply and whose copied answers are to be confirmed."""
    waiting = session.draft.unconfirmed
    return tuple(q for q in session.path if q.section == section_id and q.id in waiting)


def _answer(session: FormSession, question: Question) -> Text:
    return lines(label(question), answers.brief(question, session.value(question)))
