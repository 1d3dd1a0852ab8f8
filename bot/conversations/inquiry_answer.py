"""The applicant answers what an officer asked, from any screen."""

from __future__ import annotations

from dataclasses import field

from bot.actions import Action
from bot.actions.examination import AnswerInquiry
from bot.chat import DialogueState, Incoming, Prompt, Turn, turn, with_choice
from bot.conversations import menu, text_input
from bot.conversations.buttons import MENU
from bot.conversations.protocol import CommandHandlers, without_argument
from bot.conversations.state import read, stored_as, to_json
from bot.conversations.text_input import TextInput
from bot.service import inquiries
from bot.service.context import Context
from domain.frozen import frozen
from domain.text import Text, paragraphs

NAME = "inquiry_answer"


@frozen
class InquiryAnswerState:
    """The question that waits for its answer."""

    inquiry_id: int = field(metadata=stored_as("inquiry"))


def start(state: DialogueState, ctx: Context) -> Turn:
    """Asks the oldest question of an officer that waits."""
    waiting = inquiries.list_mine(ctx)
    if not waiting:
        return menu.show(state, ctx, Text("Sekarang tidak ada pertanyaan petugas yang menunggu jawaban Anda."))
    return _open(state, ctx, waiting[0].id)


def on_button(action: Action, state: DialogueState, ctx: Context) -> Turn:
    match action:
        case AnswerInquiry(inquiry_id):
            return _open(state, ctx, inquiry_id)
    return menu.show(state, ctx)


def on_message(incoming: Incoming, state: DialogueState, ctx: Context) -> Turn:
    return menu.on_message(incoming, state, ctx)


def reprompt(state: DialogueState, ctx: Context, notice: Text) -> Turn:
    return menu.show(state, ctx, notice)


def awaited_text(state: DialogueState) -> TextInput | None:
    """The answer."""
    return _ANSWER if read(InquiryAnswerState, state.data) is not None else None


def _open(state: DialogueState, ctx: Context, inquiry_id: int) -> Turn:
    return text_input.show(_ANSWER, state.at(NAME, **to_json(InquiryAnswerState(inquiry_id))), ctx)


def _ask(state: DialogueState, ctx: Context, notice: Text | None) -> Turn:
    """Raises `ActionRefused` where nobody waits for the answer any more."""
    application, row = inquiries.get_mine(ctx, _inquiry_id(state))
    text = paragraphs(
        notice,
        Text("Pertanyaan petugas tentang permohonan %(number)s:", number=application.number),
        inquiries.asked_text(ctx, row),
        Text("Silakan tulis jawaban Anda."),
    )
    return turn(state, Prompt(text, (MENU,), expects="text"))


def _file(state: DialogueState, ctx: Context, words: str) -> Turn:
    application = inquiries.answer(ctx, _inquiry_id(state), words)
    done = Text("✓ Jawaban Anda tentang %(number)s sudah kami terima.", number=application.number)
    left = inquiries.list_mine(ctx)
    shown = menu.show(state, ctx, done)
    return with_choice(shown, inquiries.answer_choice(left[0])) if left else shown


def _inquiry_id(state: DialogueState) -> int:
    opened = read(InquiryAnswerState, state.data)
    return opened.inquiry_id if opened is not None else 0


_ANSWER = TextInput(Text("Jawaban Anda:"), _ask, _file, menu.show)

COMMANDS: CommandHandlers = {"answer_inquiry": without_argument(start)}
