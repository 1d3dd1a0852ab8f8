"""How an application is named to officers: its state, its days, one line. In screens and in notices alike."""

from __future__ import annotations

from collections.abc import Mapping

from bot.service import officers
from bot.service.context import Context
from domain.lifecycle import WITHOUT_RESULT
from domain.text import Text, cut, excerpt, verbatim
from storage import deliveries
from storage.deliveries import DeliveryState
from storage.tables import Application

#: states of work
STATUSES = {
    "submitted": Text("Baru masuk"),
    "under_review": Text("Sedang diperiksa"),
    "revision_requested": Text("Menunggu perbaikan"),
    "letter_drafted": Text("Surat disusun"),
    "awaiting_issue": Text("Menunggu terbit"),
}
ENDED = {
    "issued": Text("Surat terbit"),
    "closed": Text("Selesai"),
    "withdrawn": Text("Ditarik"),
    "expired": Text("Kedaluwarsa"),
}


def status_name(status: str) -> Text:
    return STATUSES.get(status) or ENDED[status]


#: how far a message got
DELIVERY: Mapping[DeliveryState, Text] = {
    "waiting": Text("belum terkirim"),
    "template_sent": Text("menunggu pemohon membuka percakapan"),
    "sent": Text("terkirim"),
    "delivered": Text("sampai di ponselnya"),
    "read": Text("sudah dibaca"),
}


def line(ctx: Context, application: Application) -> Text:
    """ "REK-2026-0001 · judul · 12 hari kerja lagi · Siti"; without a promise to keep, its state."""
    title = cut(application.title, 60)
    holder = holder_of(ctx, application)
    waiting = application.status in WITHOUT_RESULT
    return Text(
        "• %(number)s · %(title)s · %(days)s%(holder)s",
        number=application.number,
        title=title,
        days=days_left(ctx, application) if waiting else status_name(application.status),
        holder=Text(" · %(name)s", name=holder) if holder else "",
    )


def holder_of(ctx: Context, application: Application) -> Text | None:
    """In whose hands it is."""
    if application.officer_id == ctx.actor.id:
        return Text("Anda")
    name = officers.name_of(ctx, application.officer_id)
    return verbatim(name) if name else None


def told_last(ctx: Context, application: Application) -> Text | None:
    """The newest notice to the applicant, and how far it got."""
    told = deliveries.newest_notice(ctx.session, application.person_id)
    if told is None:
        return None
    return Text(
        "Pemberitahuan terakhir kepada pemohon (%(day)s): %(state)s.",
        day=told.at.astimezone(ctx.office.zone).date(),
        state=Text("gagal, %(why)s", why=excerpt(told.failure)) if told.state == "failed" else DELIVERY[told.state],
    )


def days_left(ctx: Context, application: Application) -> Text:
    left = ctx.office.calendar.working_days_between(ctx.today, application.due_on)
    if left < 0:
        return Text("lewat %(days)s hari kerja", days=-left)
    return Text("%(days)s hari kerja lagi", days=left) if left else Text("hari ini hari terakhir")
