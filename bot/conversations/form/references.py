"""Finds a question of a form: the one that a message of ours asks, or that a person names ("4.6", "ganti R.3")."""

from __future__ import annotations

from bot import actions
from bot.actions.applicant import FormButton
from bot.actions.form import ShowHelp
from bot.actions.form_codes import parse_act
from bot.chat import Prompt, QuotedQuestion
from bot.commands import without_argument
from bot.conversations.form.session import FormSession
from domain.asides import find_reference
from domain.form.definition import Question
from domain.form.reading import fold, source_words


def find_asked(prompt: Prompt) -> QuotedQuestion | None:
    """The question that a message of a form asks: the one that its help is about."""
    for choice in prompt.choices:
        match actions.parse(choice.value):
            case FormButton(draft_id, question, act) if parse_act(act) == ShowHelp():
                return QuotedQuestion(draft_id, question)
    return None


def find_named(session: FormSession, words: str) -> Question | None:
    """The question whose number the message is, with or without "butir" before it."""
    found = find_reference(words)
    return session.by_code(words.strip()) or (session.by_code(found.name) if found else None)


def find_changed(session: FormSession, words: str) -> Question | None:
    """The question that the message wants to change, by its number, its number in the section, or its name."""
    found = find_reference(words)
    if found is None or not found.changes:
        return None
    return session.by_code(found.name) or _by_number(session, found.name) or _by_label(session, found.name)


def unknown_code(session: FormSession, words: str) -> str:
    """The number that the message names, if no question that applies has it; else ""."""
    found = find_reference(words)
    is_code = found is not None and "." in found.name and any(sign.isdecimal() for sign in found.name)
    return found.name.upper() if found and is_code and session.by_code(found.name) is None else ""


def _by_number(session: FormSession, name: str) -> Question | None:
    """ "3" is R.3 while R.2 is open, or while the section R is on the screen."""
    question = session.question
    section = question.section if question else session.state.review
    if len(session.form.sections) == 1:
        section = session.form.sections[0].id
    inside = [one for one in session.path if one.section == section and one.code.rpartition(".")[2].casefold() == name]
    return inside[0] if len(inside) == 1 else None


def _by_label(session: FormSession, name: str) -> Question | None:
    typed = fold(name)
    labels = [(one, fold(source_words(one.label))) for one in session.path]
    exact = [one for one, label in labels if label == typed]
    begun = [one for one, label in labels if typed and f"{label} ".startswith(f"{typed} ")]
    return exact[0] if len(exact) == 1 else begun[0] if len(begun) == 1 else None


def goes_on(words: str) -> bool:
    """Whether the words only say that the person wants to go on: "lanjut"."""
    return (command := without_argument(words)) is not None and command.name == "resume"
