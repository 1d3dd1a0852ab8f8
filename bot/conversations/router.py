"""Which conversation gets a message: words that always work, then the button's own conversation, then the one that
is open.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Protocol

from bot import actions
from bot.actions import Action
from bot.actions.applicant import FormButton
from bot.chat import DialogueState, Incoming, Turn
from bot.conversations import (
    account,
    apply,
    catalogue,
    complaint,
    edits,
    form,
    guide,
    language,
    menu,
    rating,
    revise,
    status,
)
from bot.conversations.form import Finished, Outcome
from bot.conversations.officer import case, examine, history, inbox, letter, remark, upload, verdict
from bot.conversations.unread import UNREAD
from bot.service.context import Context
from domain.text import Text


class Conversation(Protocol):
    """What the router asks of a conversation's module."""

    NAME: str

    def on_message(self, incoming: Incoming, state: DialogueState, ctx: Context) -> Turn:
        """A message while this conversation is open."""
        ...

    def on_button(self, action: Action, state: DialogueState, ctx: Context) -> Turn:
        """One of its buttons, from whenever it was sent."""
        ...

    def reprompt(self, state: DialogueState, ctx: Context, notice: Text) -> Turn:
        """What it waits for, once more, under a notice."""
        ...


_MODULES: tuple[Conversation, ...] = (
    menu,
    guide,
    language,
    account,
    apply,
    catalogue,
    status,
    revise,
    rating,
    complaint,
    inbox,
    case,
    examine,
    remark,
    verdict,
    letter,
    history,
    upload,
)
CONVERSATIONS = {c.NAME: c for c in _MODULES}

#: the words behind each command; a leading "/" may stand before any of them
COMMANDS = {
    word: command
    for command, words in {
        "start": "start mulai halo hai hi hello",
        "menu": "menu",
        "leave": "batal cancel keluar stop simpan",
        "help": "bantuan help ?",
        "back": "kembali back",
        "skip": "lewati skip",
        "done": "selesai done",
        "blocks": "daftar blocks periksa",
        "language": "bahasa language",
        "apply": "ajukan apply",
        "status": "status",
        "catalogue": "cari search",
        "inbox": "berkas",
        "ratings": "penilaian",
        "complaint": "pengaduan complaint complain complaints keluhan mengadu",
        "revise": "perbaiki revise",
    }.items()
    for word in words.split()
} | {
    "kirim ulang surat": "letter",
    "send the letter again": "letter",
    "perbaiki sekarang": "revise",
    "revise now": "revise",
}


def _search(state: DialogueState, ctx: Context, words: str) -> Turn:
    return catalogue.start(state, ctx, words)


#: commands with an argument; they need their "/", for a title may begin with such a word
ARGUED = {
    "/gabung": inbox.join,
    "/lanjut": account.go_on,
    "/periksa": inbox.look_up,
    "/berkas": inbox.look_up,
    "/cari": _search,
    "/search": _search,
}

#: a code as it is shown, or as phones may write it
_CODE = re.compile(r"[A-Z2-9]{8,10}|(?=.*[2-9])[A-Za-z2-9]{8,10}")

#: commands that a form answers itself while it is open
IN_FORM = {"back", "help", "skip", "done", "blocks"}

#: what the last button of a form leads to
ENDS = {"registration": account.registered, "recommendation_request": apply.submitted}


def on_message(incoming: Incoming, state: DialogueState, ctx: Context) -> Turn:
    """One message in, one turn out. Never raises for anything a person can send."""
    if incoming.kind == "tap":
        return _on_button(incoming.tap, state, ctx)
    if incoming.kind == "edit":
        return _edited(incoming, state, ctx)
    if (argued := _with_argument(incoming, state)) is not None:
        return ARGUED[argued[0]](state, ctx, argued[1])
    command = _command(incoming)
    if not state.conversation and command in {None, "start", "menu"}:
        asks_something = command is None and incoming.kind == "text"
        return menu.welcome(incoming.text if asks_something else "", state, ctx, UNREAD.get(incoming.kind))
    if command is not None:
        return _commanded(command, incoming, state, ctx)
    if state.conversation == form.NAME:
        return _in_form(incoming, state, ctx)
    if incoming.kind in UNREAD and state.conversation != upload.NAME:
        return reprompt(state, ctx, UNREAD[incoming.kind])
    return CONVERSATIONS.get(state.conversation, menu).on_message(incoming, state, ctx)


def reprompt(state: DialogueState, ctx: Context, notice: Text) -> Turn:
    """A word from outside, and the open question once more."""
    place = form.places.of_state(state, ctx) if state.conversation == form.NAME else None
    if place is not None:
        return form.reprompt(place, notice)
    conversation = CONVERSATIONS.get(state.conversation, menu)
    return conversation.reprompt(state, ctx, notice)


def _edited(incoming: Incoming, state: DialogueState, ctx: Context) -> Turn:
    """Never an answer to what is open now."""
    is_command = _command(replace(incoming, kind="text")) is not None
    notice = edits.notice(incoming, state, ctx, is_command=is_command)
    return reprompt(state, ctx, notice) if notice else Turn(state)


def _on_button(code: str, state: DialogueState, ctx: Context) -> Turn:
    action = actions.parse(code)
    if isinstance(action, FormButton):
        return _on_form_button(action, state, ctx)
    conversation = CONVERSATIONS.get(actions.conversation_of(action))
    if conversation is not None:
        return conversation.on_button(action, state, ctx)
    return reprompt(state, ctx, Text("Tombol itu tidak kami kenali."))


def _on_form_button(button: FormButton, state: DialogueState, ctx: Context) -> Turn:
    place = form.places.of_draft(button.draft_id, state, ctx)
    if place is None:
        return reprompt(state, ctx, Text("Isian itu sudah tidak terbuka, jadi tombolnya tidak berlaku lagi."))
    return _ended(form.on_button(actions.fields_of(button)[1:], place.state, place), ctx)


def _in_form(incoming: Incoming, state: DialogueState, ctx: Context) -> Turn:
    place = form.places.of_state(state, ctx)
    if place is None:
        return menu.show(state, ctx, Text("Isian itu sudah tidak terbuka."))
    return _ended(form.on_message(incoming, state, place), ctx)


def _ended(outcome: Outcome, ctx: Context) -> Turn:
    if isinstance(outcome, Finished) and not outcome.submits:
        return _leave(outcome.state, ctx)
    if isinstance(outcome, Finished):
        return ENDS[outcome.draft.form](outcome.draft, outcome.state, ctx)
    return outcome


def _with_argument(incoming: Incoming, state: DialogueState) -> tuple[str, str] | None:
    """ "/periksa REK-2026-0001": a command that says to what. Outside a form the "/" may be left out when searching,
    and before a code.
    """
    name, _, argument = incoming.text.strip().partition(" ")
    searches = name.casefold() in {"cari", "search"} and state.conversation in {"", menu.NAME, catalogue.NAME}
    has_code = name.casefold() in {"gabung", "lanjut"} and state.conversation != form.NAME
    if (searches and argument) or (has_code and _CODE.fullmatch(argument.strip())):
        name = f"/{name}"
    if incoming.kind not in {"text", "command"} or name.casefold() not in ARGUED:
        return None
    if not argument and state.conversation == form.NAME and _command(incoming) in IN_FORM:
        return None
    return name.casefold(), argument.strip()


def _command(incoming: Incoming) -> str | None:
    if incoming.kind not in {"text", "command"}:
        return None
    return COMMANDS.get(incoming.text.strip().casefold().removeprefix("/").rstrip(".!"))


def _commanded(command: str, incoming: Incoming, state: DialogueState, ctx: Context) -> Turn:
    if state.conversation == form.NAME and command in IN_FORM:
        place = form.places.of_state(state, ctx)
        outcome = form.command(command, place, incoming) if place else None
        if outcome is not None:
            return _ended(outcome, ctx)
    match command:
        case "leave":
            return _leave(state, ctx)
        case "help":
            return reprompt(state, ctx, menu.HELP)
        case "language":
            return language.start(state, ctx)
        case "apply":
            return apply.start(state, ctx)
        case "status":
            return status.start(state, ctx)
        case "revise":
            return revise.newest(state, ctx)
        case "letter":
            return status.letter(state, ctx)
        case "catalogue":
            return catalogue.start(state, ctx)
        case "inbox":
            return inbox.start(state, ctx)
        case "ratings":
            return rating.report(state, ctx)
        case "complaint":
            if state.conversation in {"", menu.NAME, complaint.NAME, guide.NAME}:
                return complaint.show(state, ctx)
            return reprompt(state, ctx, guide.complaint(ctx))
    return menu.show(state, ctx)


def _leave(state: DialogueState, ctx: Context) -> Turn:
    in_form = state.conversation == form.NAME
    saved = Text("Isian Anda tersimpan. Kapan saja Anda dapat melanjutkannya dari menu, juga dari perangkat lain.")
    return menu.show(state, ctx, saved if in_form else None)
