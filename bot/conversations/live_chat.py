"""A visitor talks with an officer. Everything that is written goes to the officer, except "akhiri"."""

from __future__ import annotations

from dataclasses import field, replace

from bot import commands
from bot.actions import Action, code
from bot.actions.live_chat import EndTalk, ResumeTalk
from bot.chat import CHANGES, Choice, DialogueState, Incoming, Prompt, Turn, turn
from bot.conversations import menu
from bot.conversations.buttons import MENU
from bot.conversations.protocol import CommandHandlers, without_argument
from bot.conversations.state import read, stored_as, to_json
from bot.conversations.unsupported import refusal
from bot.service import live_chats, live_times
from bot.service.access import ActionRefused
from bot.service.context import Context
from domain.form.reading import fold
from domain.frozen import frozen
from domain.text import Text, lines, paragraphs
from storage.tables import LiveChat

NAME = "live_chat"
#: what ends the conversation when it is all that a message says
END_WORDS = frozenset({"akhiri", "/akhiri", "akhiri percakapan", "end", "end the conversation"})
_UNCLAIMED = Text("Tersimpan. Belum ada petugas yang menerima percakapan ini.")
NOT_PASSED_ON = Text("Pesan seperti itu tidak dapat diteruskan. Silakan kirim tulisan, foto, berkas, atau pesan suara.")
_EDITED = Text("Perubahan pesan tidak diteruskan kepada petugas. Silakan kirim sebagai pesan baru.")


@frozen
class LiveChatState:
    """The visitor's conversation; 0: the first message begins it."""

    chat_id: int = field(default=0, metadata=stored_as("chat"))


def start(state: DialogueState, ctx: Context) -> Turn:
    """Goes on with the conversation that is open here, or asks what it is about."""
    chat = live_chats.mine(ctx)
    if chat is not None and chat.address_id == ctx.sender.id:
        return _show(state, ctx, chat)
    if chat is not None:
        return menu.show(state, ctx, live_chats.ELSEWHERE)
    text = paragraphs(
        None if live_chats.may_talk_now(ctx) else _closed(ctx),
        Text("Tulis keperluan Anda dalam satu pesan. Petugas membacanya sebelum menjawab."),
    )
    return turn(_at(state, 0), Prompt(text, (MENU,), expects="text", takes_file=True))


def on_message(incoming: Incoming, state: DialogueState, ctx: Context) -> Turn:
    """Passes the message on. Says nothing, unless nobody has the conversation yet or something was not passed on.
    Before it begins, and after its end, a command is carried out, so that nobody is held here.
    """
    chat_id = _chat_id(state)
    if incoming.kind in CHANGES:
        return _say(state, _EDITED) if incoming.kind == "edit" and chat_id else Turn(state)
    words = words_of(incoming)
    if not chat_id and (name := _command(words)):
        return Turn(state.at(menu.NAME), command=name)
    if fold(words) in END_WORDS:
        return _end(state, ctx, chat_id) if chat_id else menu.show(state, ctx)
    files = tuple(file for file in incoming.files if not file.refused)
    refused = lines(*filter(None, map(refusal, incoming.files)))
    if not words and not files:
        return _say(state, refused if incoming.files else NOT_PASSED_ON)
    try:
        if not chat_id:
            return _show(state, ctx, live_chats.begin(ctx, words, files))
        chat = live_chats.say(ctx, chat_id, words, files)
    except ActionRefused as told:
        if told.text == live_chats.TOO_LONG:
            return _say(state, told.text)
        if told.text == live_chats.OVER and (name := _command(words)):
            return Turn(state.at(menu.NAME), command=name)
        return menu.show(state, ctx, told.text)
    not_passed_on = refused if len(files) < len(incoming.files) else None
    if chat.state == "waiting":
        return _ask(state, chat_id, lines(not_passed_on, _UNCLAIMED))
    return _say(state, not_passed_on) if not_passed_on else Turn(state)


def on_button(action: Action, state: DialogueState, ctx: Context) -> Turn:
    try:
        match action:
            case ResumeTalk(chat_id):
                return _show(state, ctx, live_chats.find_mine(ctx, chat_id))
            case EndTalk(chat_id):
                return _end(state, ctx, chat_id)
    except ActionRefused as refused:
        return menu.show(state, ctx, refused.text)
    return menu.show(state, ctx)


def reprompt(state: DialogueState, ctx: Context, notice: Text) -> Turn:
    return _say(state, notice)


def _show(state: DialogueState, ctx: Context, chat: LiveChat) -> Turn:
    """Where the conversation stands."""
    text = Text("Anda sedang berbicara dengan petugas. Tulis akhiri untuk selesai.")
    if chat.state == "waiting":
        text = paragraphs(
            _passed_on(ctx, chat),
            None if live_chats.may_talk_now(ctx) else _closed(ctx),
            Text("Anda boleh menambah pesan. Tulis akhiri untuk membatalkan."),
        )
    return _ask(state, chat.id, text)


def _ask(state: DialogueState, chat_id: int, text: Text) -> Turn:
    """The conversation goes on, with the button that ends it."""
    ends = Choice(code(EndTalk(chat_id)), Text("Akhiri"), nav=True)
    return turn(_at(state, chat_id), Prompt(text, (ends,), expects="text", takes_file=True))


def _passed_on(ctx: Context, chat: LiveChat) -> Text:
    """Nothing is said to be passed on where no officer can be reached."""
    if not live_chats.has_reader(ctx):
        return Text(
            "Pesan Anda tersimpan, tetapi saat ini belum ada petugas yang dapat membacanya di sini. Silakan telepon "
            "%(phone)s.",
            phone=ctx.office.office.phone,
        )
    before = live_chats.count_before(ctx, chat)
    return Text(
        "Petugas sudah kami beri tahu, tetapi belum ada yang menerima percakapan ini. Kami kabari Anda begitu ada. "
        "Yang menunggu sebelum Anda: %(count)s.",
        count=before,
    )


def _closed(ctx: Context) -> Text:
    opens = live_times.served_from(ctx, ctx.now).astimezone(ctx.office.zone)
    return Text("Kantor sedang tutup. Pesan Anda menunggu sampai kantor buka: %(at)s.", at=opens)


def _end(state: DialogueState, ctx: Context, chat_id: int) -> Turn:
    try:
        live_chats.end_mine(ctx, chat_id)
    except ActionRefused as refused:
        return menu.show(state, ctx, refused.text)
    return menu.show(state, ctx, Text("Percakapan dengan petugas sudah diakhiri. Terima kasih."))


def _say(state: DialogueState, text: Text) -> Turn:
    """The conversation stays as it is, and takes files as before."""
    return Turn(replace(state, choices=()), (Prompt(text, takes_file=True),))


def _command(words: str) -> str:
    """The name of the command that is meant while no conversation goes on; "halo" greets the officer."""
    command = commands.without_argument(words)
    is_greeting = command is not None and command.name == "start" and not words.startswith("/")
    return "" if command is None or is_greeting else command.name


def words_of(incoming: Incoming) -> str:
    """What can be passed on of a message, without its files."""
    if incoming.location is not None:
        latitude, longitude = incoming.location
        return f"https://www.openstreetmap.org/?mlat={latitude}&mlon={longitude}"
    return (incoming.text or incoming.contact).strip()


def _at(state: DialogueState, chat_id: int) -> DialogueState:
    return state.at(NAME, **to_json(LiveChatState(chat_id)))


def _chat_id(state: DialogueState) -> int:
    opened = read(LiveChatState, state.data)
    return opened.chat_id if opened is not None else 0


COMMANDS: CommandHandlers = {"talk": without_argument(start)}
