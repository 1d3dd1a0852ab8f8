"""Choosing the language. The open question of a form is shown again in the new language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from bot.actions import Action, code
from bot.actions.applicant import ChooseLanguage
from bot.chat import Choice, DialogueState, Incoming, Prompt, Turn, turn
from bot.conversations import menu
from bot.conversations.form import flow
from bot.conversations.form.session import NAME as FORM
from bot.conversations.form.session import session_of_state
from bot.conversations.protocol import CommandHandlers, without_argument
from bot.conversations.state import read, to_json
from bot.service import people
from bot.service.context import Context
from domain.frozen import frozen
from domain.text import Json, Text, paragraphs, verbatim

NAME = "language"
#: said to who reads another language, when they choose it and when an application begins
LETTER_IS_INDONESIAN = Text(
    "Surat rekomendasi berbahasa Indonesia. Karena itu, mohon tulis jawaban Anda dalam bahasa Indonesia."
)
LANGUAGES = {"id": "Bahasa Indonesia", "en": "English"}


@frozen
class LanguageState:
    """What was open before the question for the language."""

    was: str
    was_data: Mapping[str, Json]
    was_asked: str | None


def start(state: DialogueState, ctx: Context, notice: Text | None = None) -> Turn:
    """Asks for the language."""
    previous = _previous(state)
    remembered = LanguageState(previous.conversation, dict(previous.data), previous.asked)
    choices = tuple(Choice(code(ChooseLanguage(locale)), verbatim(name)) for locale, name in LANGUAGES.items())
    text = paragraphs(notice, Text("Pilih bahasa Anda. / Choose your language."))
    return turn(state.at(NAME, **to_json(remembered)), Prompt(text, choices))


def reprompt(state: DialogueState, ctx: Context, notice: Text) -> Turn:
    return start(state, ctx, notice)


def on_message(incoming: Incoming, state: DialogueState, ctx: Context) -> Turn:
    return start(state, ctx, Text("Silakan pilih salah satu."))


def on_button(action: Action, state: DialogueState, ctx: Context) -> Turn:
    match action:
        case ChooseLanguage(locale) if locale in LANGUAGES:
            people.choose_language(ctx, locale)
            chosen = Text("Mulai sekarang kami menulis dalam bahasa Indonesia.")
            return _return(state, ctx, paragraphs(chosen, remark_on_letter(ctx)))
    return start(state, ctx)


def remark_on_letter(ctx: Context) -> Text | None:
    return LETTER_IS_INDONESIAN if ctx.locale != "id" else None


def _return(state: DialogueState, ctx: Context, notice: Text) -> Turn:
    """Goes back to the open form; from anywhere else to the menu."""
    previous = _previous(state)
    session = session_of_state(previous, ctx) if previous.conversation == FORM else None
    return flow.reprompt(session, notice) if session else menu.show(previous, ctx, notice)


def _previous(state: DialogueState) -> DialogueState:
    """The state before the question for the language."""
    if state.conversation != NAME:
        return state
    remembered = read(LanguageState, state.data)
    if remembered is None:
        return state.at(menu.NAME)
    return replace(state, conversation=remembered.was, data=remembered.was_data, asked=remembered.was_asked, choices=())


COMMANDS: CommandHandlers = {"language": without_argument(start)}
