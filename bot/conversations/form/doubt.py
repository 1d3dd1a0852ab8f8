"""Asks what typed words are, where they may be an answer or something else. The words are kept until that is known."""

from __future__ import annotations

from bot import commands
from bot.actions.form import AskWords, JumpTyped, RunWords, TakeTyped, TakeWords
from bot.chat import Choice, Incoming, Turn
from bot.conversations import guide
from bot.conversations.form import line_answers
from bot.conversations.form.kinds import kind_of
from bot.conversations.form.kinds.kind import Answered, AnsweredTogether, Collected, Perform
from bot.conversations.form.prompts import heading, navigation
from bot.conversations.form.references import find_named
from bot.conversations.form.session import REPLY, FormSession, fingerprint
from domain.asides import judge
from domain.form.definition import Question
from domain.text import Text, cut, lines, paragraphs

#: characters of the words that are repeated
_WORDS_SHOWN = 300


def would_answer(session: FormSession, question: Question, words: str) -> bool:
    """Whether the open question, or its open part, would take the words."""
    if session.asked_part == REPLY:
        return True
    return isinstance(line_answers.take(session, question, words), Answered | AnsweredTogether | Collected | Perform)


def ask_which(session: FormSession, question: Question, words: str, notice: Text | None = None) -> Turn:
    """Keeps the words, and asks: an answer, or the number of another question, a command, a question?"""
    target, command = find_named(session, words), commands.find_ambiguous(words)
    if target is not None and target is not question:
        return _ask_answer_or_jump(session, question, target, words, notice)
    if (told := told_at_once(session, question, words)) is not None:
        return _told_or_answer(session, question, words, paragraphs(notice, told))
    mark = fingerprint(words)
    if command is not None:
        other = Choice(session.tap(question, RunWords(mark)), Text("Ini perintah"))
        ask = Text("Apakah itu jawaban Anda untuk %(code)s, atau perintah untuk kami?", code=question.code)
    else:
        other = Choice(session.tap(question, AskWords(mark)), Text("Ini pertanyaan"))
        ask = Text("Apakah itu jawaban Anda untuk %(code)s, atau pertanyaan untuk kami?", code=question.code)
    text = paragraphs(notice, heading(session, question), lines(_quoted(words), ask))
    return session.say(session.dialogue.asked, text, _is_answer(session, question, mark), other, typed=words)


def _quoted(words: str) -> Text:
    return Text("Anda menulis: “%(words)s”.", words=cut(words, _WORDS_SHOWN))


def _is_answer(session: FormSession, question: Question, mark: str) -> Choice:
    return Choice(session.tap(question, TakeWords(mark)), Text("Ini jawaban saya"))


def _ask_answer_or_jump(
    session: FormSession, question: Question, target: Question, words: str, notice: Text | None
) -> Turn:
    """Words such as "0.5" may be an answer or the code of a question."""
    ask = Text(
        "Apakah “%(words)s” jawaban untuk %(code)s, atau Anda ingin pindah ke pertanyaan itu?",
        words=cut(words, _WORDS_SHOWN),
        code=question.code,
    )
    choices = (
        Choice(session.tap(question, TakeTyped()), Text("Jawaban untuk %(code)s", code=question.code)),
        Choice(session.tap(question, JumpTyped()), Text("Pindah ke %(code)s", code=target.code)),
    )
    return session.say(session.dialogue.asked, paragraphs(notice, ask), *choices, typed=words)


def told_at_once(session: FormSession, question: Question, words: str) -> Text | None:
    """The reply to the word for help, and to a clear question whose answer we know; `None` for other words."""
    command = commands.find_ambiguous(words)
    if command is not None:
        return kind_of(question).help(session, question) if command.name == "help" else None
    return guide.find_answer(words, session.ctx) if judge(words) == "question" else None


def _told_or_answer(session: FormSession, question: Question, words: str, told: Text) -> Turn:
    """The open question returns below the reply, and the words can still be its answer."""
    ask = Text("Bila “%(words)s” adalah jawaban Anda, tekan “Ini jawaban saya”.", words=cut(words, _WORDS_SHOWN))
    text = paragraphs(told, heading(session, question), ask)
    answer = _is_answer(session, question, fingerprint(words))
    return session.say(session.dialogue.asked, text, answer, *navigation(session, question), typed=words)


def is_in_doubt(session: FormSession, question: Question, incoming: Incoming) -> bool:
    """Whether the word of a command may be the answer. It is no reply to an examiner."""
    is_ambiguous = incoming.saw_last_message and commands.find_ambiguous(incoming.text) is not None
    return is_ambiguous and session.asked_part != REPLY and would_answer(session, question, incoming.text)
