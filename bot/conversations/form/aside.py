"""Replies to what is said beside the answers, and asks the open question again."""

from __future__ import annotations

from bot.chat import Turn
from bot.conversations import courtesy, guide
from bot.conversations.form.ask import ask_again
from bot.conversations.form.kinds import kind_of
from bot.conversations.form.references import unknown_code
from bot.conversations.form.session import FormSession
from domain.asides import Aside, Courtesy, judge
from domain.form.definition import Question
from domain.text import Text, excerpt, joined, paragraphs


def reply(session: FormSession, question: Question, words: str) -> Turn:
    """Answers the aside, and asks the question again."""
    code = unknown_code(session, words)
    if code:
        notice = Text("Butir %(code)s tidak ada dalam isian Anda.", code=code)
    else:
        notice = _reply_to(session, question, words, judge(words) or "question")
    return ask_again(session, question, notice)


def answer_outside_question(session: FormSession, words: str) -> Text | None:
    """The reply while a screen of the form is open, and no question; `None` for words that are no aside."""
    said = judge(words)
    if said == "question":
        return guide.find_answer(words, session.ctx)
    return reply_to_courtesy(said, words) if courtesy.is_courtesy(said) else None


def reply_to_courtesy(said: Courtesy, words: str) -> Text:
    """To who takes leave nothing is added."""
    replied = courtesy.reply(said, words)
    return replied if said == "farewell" else joined(" ", replied, Text("Kita lanjutkan dari sini."))


def _reply_to(session: FormSession, question: Question, words: str, aside: Aside) -> Text:
    help_text = kind_of(question).help(session, question)
    match aside:
        case "unsure":
            return paragraphs(Text("Tidak apa-apa. Ini penjelasannya:"), help_text)
        case "about":
            return paragraphs(Text("Ini penjelasannya:"), help_text)
        case "question":
            return guide.find_answer(words, session.ctx) or _not_found(session, help_text)
        case _:
            return reply_to_courtesy(aside, words)


def _not_found(session: FormSession, help_text: Text) -> Text:
    phone = session.ctx.office.words["phone"]
    rule = Text("Kami belum menemukan jawabannya. Petugas kami siap membantu melalui %(phone)s.", phone=phone)
    return paragraphs(rule, help_text)


def unused(words: str) -> Text:
    return Text("“%(words)s” tidak kami pakai sebagai jawaban.", words=excerpt(words))
