"""Opens the revision of an application: only the answers that have remarks are asked again."""

from __future__ import annotations

from bot.actions import Action
from bot.actions.applicant import StartRevision
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
    """Opens the revision of an application, or says that none is wanted."""
    application = applications.get_mine(ctx, application_id)
    session = None
    if application is not None and application.status == "revision_requested":
        session = session_of_draft(application.draft_id, state, ctx)
    if application is None or session is None:
        return menu.show(state, ctx, Text("Permohonan itu sekarang tidak menunggu perbaikan dari Anda."))
    notice = Text(
        "Perbaikan permohonan %(number)s. Ubah isian yang dicatat, atau biarkan tetap dengan menulis alasannya.",
        number=application.number,
    )
    return flow.resume(session, notice)


def start_newest(state: DialogueState, ctx: Context) -> Turn:
    """Opens the revision of the newest application that waits for one."""
    waiting = [application for application in applications.list_mine(ctx) if application.status == "revision_requested"]
    if not waiting:
        return menu.show(state, ctx, Text("Sekarang tidak ada permohonan yang menunggu perbaikan dari Anda."))
    return start(state, ctx, waiting[0].id)


def reprompt(state: DialogueState, ctx: Context, notice: Text) -> Turn:
    return menu.show(state, ctx, notice)


def on_message(incoming: Incoming, state: DialogueState, ctx: Context) -> Turn:
    return menu.on_message(incoming, state, ctx)


def on_button(action: Action, state: DialogueState, ctx: Context) -> Turn:
    match action:
        case StartRevision(application_id):
            return start(state, ctx, application_id)
    return menu.show(state, ctx)


COMMANDS: CommandHandlers = {"revise": without_argument(start_newest)}
