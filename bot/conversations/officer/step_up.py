"""Asks for a code of the authenticator: before an act, to open a locked conversation, or to set an authenticator up.
What waited for it goes on after a right code, see `bot.conversations.staff_session`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field, replace
from typing import Literal, TypeAlias

from bot import commands
from bot.actions import Action, code, parse
from bot.actions.staff import LeaveStepUp, SetUpAuthenticator
from bot.chat import Choice, DialogueState, Incoming, Prompt, Turn, choices_from_json, choices_to_json, turn
from bot.conversations import menu
from bot.conversations.officer import inbox
from bot.conversations.protocol import CommandHandlers, without_argument
from bot.conversations.state import read, to_json
from bot.service import authenticators, edits, officers, step_up
from bot.service.access import ActionRefused
from bot.service.authenticators import CodeResult
from bot.service.context import Context
from domain.authenticator import read_code
from domain.frozen import frozen
from domain.text import Json, Text, joined, paragraphs

NAME = "step_up"
#: messages that cannot be handled once more from what the dialogue stores
_NOT_STORED = {"file", "voice", "edit", "revoke"}


@frozen
class StepUpState:
    """`message`: what waits for the code; empty: nothing. `before`: the dialogue as it was then."""

    reason: Literal["act", "lock", "setup"]
    before: Mapping[str, Json] = field(default_factory=dict)
    message: Mapping[str, Json] = field(default_factory=dict)


@frozen
class Resumed:
    """The message is handled in the state that was open before the question."""

    message: Incoming
    state: DialogueState
    notice: Text | None = None


@frozen
class Reopened:
    """What was open before the question is shown again."""

    state: DialogueState
    notice: Text


Taken: TypeAlias = Turn | Resumed | Reopened


def ask(message: Incoming, state: DialogueState, ctx: Context) -> Turn:
    """Asks for a code before an act; the message waits for it. Who has no authenticator sets it up first."""
    before, kept = _stored(state), message.to_json()
    if not step_up.has_authenticator(ctx):
        return _show_setup(state, ctx, StepUpState("setup", before, kept), _NEEDED)
    return _show(state, ctx, StepUpState("act", before, kept))


def is_locked(state: DialogueState) -> bool:
    opened = read(StepUpState, state.data) if state.conversation == NAME else None
    return opened is not None and opened.reason == "lock"


def lock(incoming: Incoming, state: DialogueState, ctx: Context) -> Taken:
    """Locks the conversation; the message waits for the code, if it is none."""
    opened = read(StepUpState, state.data) if state.conversation == NAME else None
    if opened is None:
        return _keep_locked(incoming, StepUpState("lock", _stored(state)), state, ctx)
    return _take_locked(incoming, replace(opened, reason="lock"), state, ctx)


def take(incoming: Incoming, state: DialogueState, ctx: Context) -> Taken | None:
    """A message while a code is awaited; `None`: it is about something else, for which the question is left."""
    opened = read(StepUpState, state.data)
    if opened is None or officers.role(ctx) == "applicant":
        return menu.show(state, ctx, Text("Kode autentikator hanya untuk petugas.")) if _is_code(incoming) else None
    if opened.reason == "lock":
        return _take_locked(incoming, opened, state, ctx)
    if _is_code(incoming):
        return _take_code(read_code(incoming.text), opened, state, ctx)
    action = parse(incoming.tap) if incoming.kind == "tap" else None
    if action is None or isinstance(action, SetUpAuthenticator):
        return None
    before = _restored(opened, state)
    if isinstance(action, LeaveStepUp):
        return Reopened(before, Text("Itu tidak jadi dilakukan."))
    return Resumed(incoming, before)


def _take_locked(incoming: Incoming, opened: StepUpState, state: DialogueState, ctx: Context) -> Taken:
    if _is_code(incoming):
        return _take_code(read_code(incoming.text), opened, state, ctx)
    return _keep_locked(incoming, opened, state, ctx)


def _take_code(digits: str, opened: StepUpState, state: DialogueState, ctx: Context) -> Taken:
    check = authenticators.confirm if opened.reason == "setup" else authenticators.check_code
    result = check(ctx, digits)
    if result != "right":
        shows = _show_setup_again if opened.reason == "setup" else _show
        return shows(state, ctx, opened, _SAID[result])
    return _resume(opened, state)


def _resume(opened: StepUpState, state: DialogueState) -> Taken:
    before, done = _restored(opened, state), _DONE[opened.reason]
    if opened.message:
        return Resumed(Incoming.of_json(dict(opened.message)), before, done)
    return Reopened(before, joined(" ", done, _SEND_AGAIN) if opened.reason == "lock" else done)


def _keep_locked(incoming: Incoming, opened: StepUpState, state: DialogueState, ctx: Context) -> Taken:
    """The newest message waits. An invitation opens the conversation too, for who has no authenticator any more."""
    invoked = commands.read(incoming.text, NAME, in_form=False)
    if invoked is not None and invoked.command.name == "join":
        outcome = officers.join(ctx, invoked.argument)
        return _resume(opened, state) if outcome == "joined" else _show(state, ctx, opened, inbox.NOT_JOINED[outcome])
    if incoming.kind == "edit" and edits.original_words(ctx) == incoming.text:
        return Turn(state)  # some platforms report a reaction as an edit
    if incoming.kind in _NOT_STORED:
        return _show(state, ctx, opened)
    return _show(state, ctx, replace(opened, message=incoming.to_json()))


def on_message(incoming: Incoming, state: DialogueState, ctx: Context) -> Turn:
    return reprompt(state, ctx, Text("Kode terdiri atas 6 angka, misalnya 123456."))


def on_button(action: Action, state: DialogueState, ctx: Context) -> Turn:
    """Also sends the link of a page that was not opened in time once more."""
    return _set_up(state, ctx) if isinstance(action, SetUpAuthenticator) else menu.show(state, ctx)


def reprompt(state: DialogueState, ctx: Context, notice: Text) -> Turn:
    opened = read(StepUpState, state.data)
    if opened is None or officers.role(ctx) == "applicant":
        return menu.show(state, ctx, notice)
    return (_show_setup_again if opened.reason == "setup" else _show)(state, ctx, opened, notice)


def _set_up(state: DialogueState, ctx: Context) -> Turn:
    """What waits for the authenticator goes on waiting."""
    opened = read(StepUpState, state.data) if state.conversation == NAME else None
    waits = opened if opened is not None and opened.reason == "setup" else StepUpState("setup")
    try:
        return _show_setup(state, ctx, waits, None)
    except ActionRefused as refused:
        return menu.show(state, ctx, refused.text)


def _show_setup(state: DialogueState, ctx: Context, opened: StepUpState, notice: Text | None) -> Turn:
    link = authenticators.new_link(ctx)
    text = paragraphs(notice, _SETUP, Text("Tautan berlaku 15 menit, untuk satu kali."))
    return turn(state.at(NAME, **to_json(opened)), Prompt(text, (_LEAVE,), link=link))


def _show_setup_again(state: DialogueState, ctx: Context, opened: StepUpState, notice: Text) -> Turn:
    """With the page that was opened already."""
    text = paragraphs(notice, Text("Tulis 6 angka yang sekarang tampil di aplikasi autentikator, misalnya 123456."))
    new = Choice(code(SetUpAuthenticator()), Text("Minta tautan baru"))
    return turn(state.at(NAME, **to_json(opened)), Prompt(text, (new, _LEAVE)))


def _show(state: DialogueState, ctx: Context, opened: StepUpState, notice: Text | None = None) -> Turn:
    asks = _ASK
    if opened.reason == "lock":
        asks = paragraphs(
            Text(
                "Percakapan ini terkunci, karena %(hours)s jam tidak dipakai.",
                hours=ctx.office.staff.lock_after_hours,
            ),
            _OPEN if step_up.has_authenticator(ctx) else _OPEN_WITHOUT,
        )
    choices = () if opened.reason == "lock" else (_LEAVE,)
    return turn(state.at(NAME, **to_json(opened)), Prompt(paragraphs(notice, asks), choices))


def _is_code(incoming: Incoming) -> bool:
    return incoming.kind == "text" and bool(read_code(incoming.text))


def _stored(state: DialogueState) -> dict[str, Json]:
    return {
        "conversation": state.conversation,
        "data": dict(state.data),
        "asked": state.asked,
        "choices": choices_to_json(state.choices),
    }


def _restored(opened: StepUpState, state: DialogueState) -> DialogueState:
    """The dialogue before the question; what the person has not sent yet stays as it is now."""
    match opened.before:
        case {"conversation": str(name), "data": dict(data), "asked": str() | None as asked, "choices": choices}:
            return replace(state, conversation=name, data=data, asked=asked, choices=choices_from_json(choices))
    return DialogueState(unsent=state.unsent)


_SEND_AGAIN = Text("Kirim lagi pesan Anda yang terakhir.")
_LEAVE = Choice(code(LeaveStepUp()), Text("Tidak jadi"), nav=True)
_ASK = Text("Untuk tindakan ini, tulis kode 6 angka dari aplikasi autentikator Anda, misalnya 123456.")
_OPEN = Text("Tulis kode 6 angka dari aplikasi autentikator Anda, misalnya 123456. Pesan Anda dijawab sesudahnya.")
_OPEN_WITHOUT = Text("Mintalah undangan baru kepada admin, lalu tulis di sini /gabung dan kodenya.")
_NEEDED = Text("Untuk tindakan ini, kantor meminta kode dari aplikasi autentikator. Pasang dahulu aplikasinya.")
_SETUP = Text(
    "1. Pasang aplikasi autentikator di ponsel Anda, misalnya Google Authenticator atau Aegis.\n"
    "2. Buka halaman di bawah ini, lalu pindai kode QR-nya dengan aplikasi itu.\n"
    "3. Kembali ke sini, lalu tulis 6 angka yang tampil di aplikasi, misalnya 123456."
)
_DONE: Mapping[str, Text] = {
    "act": Text("✓ Kode benar. Selama 10 menit kode tidak ditanyakan lagi di sini."),
    "lock": Text("✓ Percakapan ini terbuka lagi."),
    "setup": Text("✓ Autentikator terpasang. Kodenya ditanyakan antara lain sebelum surat terbit atau dicabut."),
}
_SAID: Mapping[CodeResult, Text] = {
    "wrong": Text("Kode itu tidak cocok. Pakai kode yang sekarang tampil di aplikasi."),
    "used": Text("Kode itu sudah dipakai. Tunggu sampai aplikasi menampilkan kode berikutnya."),
    "paused": Text("Terlalu banyak kode yang salah. Silakan coba lagi 15 menit kemudian."),
    "not_opened": Text("Buka dahulu halaman dari tautan itu, lalu pindai kode QR-nya."),
}
COMMANDS: CommandHandlers = {"authenticator": without_argument(_set_up)}
