"""The applicant answers the examiner's remarks: only the flagged answers, one after another."""

from __future__ import annotations

from collections.abc import Sequence

from bot.conversations import form, menu
from bot.conversations.types import DialogueState, Incoming, Turn
from bot.service import applications
from bot.service.desk import Desk
from desk.text import Text

NAME = "revise"


def start(state: DialogueState, desk: Desk, application_id: int) -> Turn:
    """Opens the revision, or says why there is none."""
    application = applications.one_of_mine(desk, application_id)
    if application is None or application.status != "revision_requested":
        return menu.show(state, desk, Text("Permohonan itu sekarang tidak menunggu perbaikan dari Anda."))
    place = form.places.of_draft(application.draft_id, state, desk)
    if place is None:
        return menu.show(state, desk, Text("Permohonan itu sekarang tidak menunggu perbaikan dari Anda."))
    notice = Text(
        "Perbaikan permohonan %(number)s. Ubah isian yang dicatat, atau biarkan tetap dengan menulis alasannya.",
        number=application.number,
    )
    return form.resume(place, notice)


def newest(state: DialogueState, desk: Desk) -> Turn:
    """The revision that waits, for somebody who says so."""
    waiting = [application for application in applications.mine(desk) if application.status == "revision_requested"]
    if not waiting:
        return menu.show(state, desk, Text("Sekarang tidak ada permohonan yang menunggu perbaikan dari Anda."))
    return start(state, desk, waiting[0].id)


def again(state: DialogueState, desk: Desk, notice: Text) -> Turn:
    return menu.show(state, desk, notice)


def advance(incoming: Incoming, state: DialogueState, desk: Desk) -> Turn:
    return menu.advance(incoming, state, desk)


def tapped(args: Sequence[str], state: DialogueState, desk: Desk) -> Turn:
    match args:
        case ["start", number] if number.isascii() and number.isdigit() and len(number) < 18:
            return start(state, desk, int(number))
    return menu.show(state, desk)
