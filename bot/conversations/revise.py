"""The applicant answers the examiner's remarks: only the flagged answers, one after another."""

from __future__ import annotations

from bot.actions import Action, fields_of
from bot.chat import DialogueState, Incoming, Turn
from bot.conversations import menu
from bot.conversations.form import flow
from bot.conversations.form.session import session_of_draft
from bot.conversations.protocol import CommandHandlers, without_argument
from bot.service import applications
from bot.service.context import Context
from domain.text import Text

NAME = "revise"


def start(state: DialogueState, ctx: Context, application_id: int) -> Turn:
    """Opens the revision, or says why there is none."""
    application = applications.one_of_mine(ctx, application_id)
    if application is None or application.status != "revision_requested":
        return menu.show(state, ctx, Text("Permohonan itu sekarang tidak menunggu perbaikan dari Anda."))
    session = session_of_draft(application.draft_id, state, ctx)
    if session is None:
        return menu.show(state, ctx, Text("Permohonan itu sekarang tidak menunggu perbaikan dari Anda."))
    notice = Text(
        "Perbaikan permohonan %(number)s. Ubah isian yang dicatat, atau biarkan tetap dengan menulis alasannya.",
        number=application.number,
    )
    return flow.resume(session, notice)


def newest(state: DialogueState, ctx: Context) -> Turn:
    """The revision that waits, for somebody who says so."""
    waiting = [application for application in applications.mine(ctx) if application.status == "revision_requested"]
    if not waiting:
        return menu.show(state, ctx, Text("Sekarang tidak ada permohonan yang menunggu perbaikan dari Anda."))
    return start(state, ctx, waiting[0].id)


def reprompt(state: DialogueState, ctx: Context, notice: Text) -> Turn:
    return menu.show(state, ctx, notice)


def on_message(incoming: Incoming, state: DialogueState, ctx: Context) -> Turn:
    return menu.on_message(incoming, state, ctx)


def on_button(action: Action, state: DialogueState, ctx: Context) -> Turn:
    match fields_of(action):
        case ["start", number] if number.isascii() and number.isdigit() and len(number) < 18:
            return start(state, ctx, int(number))
    return menu.show(state, ctx)


COMMANDS: CommandHandlers = {"revise": without_argument(newest)}
