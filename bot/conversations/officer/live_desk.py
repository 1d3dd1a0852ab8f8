"""An officer talks with visitors. What is written goes to the visitor whose conversation is open; a "/" leaves it."""

from __future__ import annotations

from dataclasses import field, replace

from bot.actions import Action, code
from bot.actions.live_chat import (
    ClaimLiveChat,
    DeskAction,
    EndLiveChat,
    GiveLiveChat,
    ListLiveChats,
    OpenLiveChat,
    PickForLiveChat,
    ReadTalks,
)
from bot.actions.officer import OpenCase
from bot.chat import CHANGES, Choice, DialogueState, Incoming, Prompt, Turn, turn, with_choice, with_notice
from bot.conversations import menu
from bot.conversations.buttons import MENU, UNKNOWN_BUTTON
from bot.conversations.live_chat import END_WORDS, NOT_PASSED_ON, words_of
from bot.conversations.officer import case_flow
from bot.conversations.officer.hand_over import colleague_choices, named
from bot.conversations.protocol import CommandHandlers, without_argument
from bot.conversations.staff_start import TALKS
from bot.conversations.state import read, stored_as, to_json
from bot.conversations.unsupported import refusal
from bot.service import cases, live_chats, live_notices
from bot.service.access import ActionRefused
from bot.service.context import Context
from domain.form.reading import fold
from domain.frozen import frozen
from domain.text import Text, lines, paragraphs
from storage.tables import LiveChat

NAME = "live_desk"
_EDITED = Text("Perubahan pesan tidak diteruskan kepada pengunjung. Silakan kirim sebagai pesan baru.")
_UNKNOWN_COMMAND = Text("Perintah itu tidak ada. Tulisan itu tidak diteruskan kepada pengunjung.")
_LIST = Choice(code(ListLiveChats()), Text("Daftar percakapan"), Text("Daftar"), nav=True)


@frozen
class LiveDeskState:
    """The conversation that is open; 0: the list is on the screen."""

    chat_id: int = field(default=0, metadata=stored_as("chat"))


def start(state: DialogueState, ctx: Context) -> Turn:
    return _refusing(state, ctx, ListLiveChats())


def on_button(action: Action, state: DialogueState, ctx: Context) -> Turn:
    if not isinstance(action, DeskAction):
        return menu.show(state, ctx, UNKNOWN_BUTTON)
    return _refusing(state, ctx, action)


def on_message(incoming: Incoming, state: DialogueState, ctx: Context) -> Turn:
    """Passes the message on to the visitor, and says nothing unless something was not passed on."""
    chat_id = _chat_id(state)
    if incoming.kind in CHANGES:
        return _say(state, _EDITED) if incoming.kind == "edit" and chat_id else Turn(state)
    if not chat_id:
        return start(state, ctx)
    words = words_of(incoming)
    if fold(words) in END_WORDS:
        return _refusing(state, ctx, EndLiveChat(chat_id))
    if words.startswith("/"):
        return _say(state, _UNKNOWN_COMMAND)
    files = tuple(file for file in incoming.files if not file.refused)
    refused = lines(*filter(None, map(refusal, incoming.files)))
    if not words and not files:
        return _say(state, refused if incoming.files else NOT_PASSED_ON)
    try:
        live_chats.answer(ctx, chat_id, words, files)
    except ActionRefused as told:
        return _say(state, told.text) if told.text == live_chats.TOO_LONG else menu.show(state, ctx, told.text)
    return _say(state, refused) if len(files) < len(incoming.files) else Turn(state)


def reprompt(state: DialogueState, ctx: Context, notice: Text) -> Turn:
    return _say(state, notice) if _chat_id(state) else menu.show(state, ctx, notice)


def say_unheard(shown: Turn, ctx: Context) -> Turn:
    """Tells an officer who wrote outside of a conversation that no visitor received it, with a button to take theirs.
    The turn as it is where nobody waits.
    """
    if not shown.prompts or not (found := live_chats.list_unheard(ctx)):
        return shown
    notice, choice = Text("Tulisan Anda tidak sampai kepada pengunjung. Buka dulu salah satu percakapan."), TALKS
    if len(found) == 1:
        name, is_mine = live_notices.visitor_name(ctx, found[0]), found[0].officer_id == ctx.person_id
        notice = Text("Tulisan Anda tidak sampai kepada %(name)s. Terima dulu percakapannya.", name=name)
        if is_mine:
            notice = Text("Tulisan Anda tidak sampai kepada %(name)s. Buka dulu percakapannya.", name=name)
        choice = live_notices.open_choice(found[0]) if is_mine else live_notices.claim_choice(found[0])
    is_there = any(other.value == choice.value for other in shown.prompts[-1].choices)
    return with_notice(shown if is_there else with_choice(shown, choice, first=True), notice)


def is_open(state: DialogueState) -> bool:
    """Whether a visitor's conversation is open, and not the list."""
    return _chat_id(state) > 0


def _refusing(state: DialogueState, ctx: Context, action: DeskAction) -> Turn:
    if isinstance(action, ReadTalks):
        application_id = action.application_id
        return case_flow.show_refusal_of(state, ctx, application_id, lambda: _read_talks(state, ctx, application_id))
    try:
        return _handle(action, state, ctx)
    except ActionRefused as refused:
        return menu.show(state, ctx, refused.text)


def _handle(action: DeskAction, state: DialogueState, ctx: Context) -> Turn:
    match action:
        case ClaimLiveChat(chat_id):
            return _open(state, ctx, live_chats.claim(ctx, chat_id))
        case OpenLiveChat(chat_id):
            return _open(state, ctx, live_chats.find(ctx, chat_id))
        case EndLiveChat(chat_id):
            live_chats.end(ctx, chat_id)
            return _list(state, ctx, Text("✓ Percakapan diakhiri. Pengunjung diberi tahu."))
        case PickForLiveChat(chat_id):
            return _ask_to_whom(state, ctx, chat_id)
        case GiveLiveChat(chat_id, person_id):
            name = live_chats.hand_over(ctx, chat_id, person_id)
            return _list(state, ctx, Text("✓ Percakapan diserahkan kepada %(name)s.", name=name))
    return _list(state, ctx)


def _list(state: DialogueState, ctx: Context, notice: Text | None = None) -> Turn:
    """Those of the officer, then those that wait."""
    found = live_chats.list_waiting(ctx)
    rows, choices = [], []
    for number, chat in enumerate(found, start=1):
        name, is_mine = live_notices.visitor_name(ctx, chat), chat.officer_id == ctx.person_id
        held, waits = (
            Text("%(n)s. %(name)s · Anda", n=number, name=name),
            Text("%(n)s. %(name)s · menunggu", n=number, name=name),
        )
        rows.append(held if is_mine else waits)
        action: Action = OpenLiveChat(chat.id) if is_mine else ClaimLiveChat(chat.id)
        full = Text("Buka: %(name)s", name=name) if is_mine else Text("Terima: %(name)s", name=name)
        choices.append(Choice(code(action), full, Text("Percakapan %(n)s", n=number)))
    text = lines(Text("Percakapan dengan pengunjung:"), *rows) if rows else Text("Tidak ada percakapan yang menunggu.")
    return turn(state.at(NAME), Prompt(paragraphs(notice, text), (*choices, MENU)))


def _open(state: DialogueState, ctx: Context, chat: LiveChat) -> Turn:
    """What was said last. What is written from now on goes to this visitor."""
    text = paragraphs(
        Text("Percakapan dengan %(name)s", name=live_notices.visitor_name(ctx, chat)),
        live_chats.transcript(ctx, chat),
        Text("Tulisan Anda sekarang diteruskan kepada pengunjung ini. Perintah memakai garis miring, misalnya /menu."),
    )
    case = (
        Choice(code(OpenCase(chat.application_id)), Text("Buka permohonan"), nav=True) if chat.application_id else None
    )
    choices = (
        Choice(code(EndLiveChat(chat.id)), Text("Akhiri"), nav=True),
        Choice(code(PickForLiveChat(chat.id)), Text("Serahkan"), nav=True),
        *((case,) if case else ()),
        _LIST,
    )
    opened = state.at(NAME, **to_json(LiveDeskState(chat.id)))
    return turn(opened, Prompt(text, choices, expects="text", takes_file=True))


def _ask_to_whom(state: DialogueState, ctx: Context, chat_id: int) -> Turn:
    found = live_chats.candidates(ctx, chat_id)
    text = paragraphs(
        Text("Serahkan percakapan ini kepada siapa?"),
        named(found) if found else Text("Belum ada rekan lain yang dapat menerimanya."),
    )
    back = Choice(code(OpenLiveChat(chat_id)), Text("Kembali"), nav=True)
    choices = colleague_choices(found, lambda person_id: GiveLiveChat(chat_id, person_id))
    return turn(state.at(NAME), Prompt(text, (*choices, back)))


def _read_talks(state: DialogueState, ctx: Context, application_id: int) -> Turn:
    """Every conversation about the application."""
    application = cases.open_case(ctx, application_id)
    talks = live_chats.read_of_case(ctx, application)
    text = paragraphs(
        Text("Percakapan tentang %(number)s", number=application.number),
        *(lines(Text("%(at)s", at=chat.created_at.astimezone(ctx.office.zone)), said) for chat, said in talks),
    )
    back = Choice(code(OpenCase(application_id)), Text("Kembali"), nav=True)
    return turn(state.at(NAME), Prompt(text, (back,)))


def _say(state: DialogueState, text: Text) -> Turn:
    return Turn(replace(state, choices=()), (Prompt(text, (_LIST,), takes_file=True),))


def _chat_id(state: DialogueState) -> int:
    opened = read(LiveDeskState, state.data)
    return opened.chat_id if opened is not None else 0


COMMANDS: CommandHandlers = {"live_chats": without_argument(start)}
