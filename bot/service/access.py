"""Who may do what to an application. Every use case asks here before it does anything."""

from __future__ import annotations

from bot.service import audit, officers
from bot.service.context import Context
from domain.permissions import Act, may
from domain.text import Text
from storage import applications
from storage.tables import Application


class ActionRefused(Exception):
    """The act does not happen; `text` tells the person why. Audit lines that were already recorded are kept."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.msgid)
        self.text = text


def can(ctx: Context, application: Application, act: Act) -> bool:
    """Whether a button for the act may be shown. Records nothing; the use case checks again with `require`."""
    owns, holds = application.person_id == ctx.actor.id, application.officer_id == ctx.actor.id
    return may(officers.role(ctx), act, owns=owns, holds=holds)


def can_open(ctx: Context, application_id: int) -> bool:
    application = applications.get(ctx.session, application_id)
    return application is not None and can(ctx, application, "read")


def may_do(ctx: Context, act: Act) -> bool:
    """Whether the actor's role may do what is about no application."""
    return may(officers.role(ctx), act, owns=False, holds=False)


def can_hold_cases(ctx: Context) -> bool:
    """Whether applications can be assigned to the actor."""
    return may_do(ctx, "claim")


def require(ctx: Context, application: Application, act: Act) -> None:
    """Raises `ActionRefused` when the actor may not do this. Attempts of the staff stand in the audit of the case."""
    if can(ctx, application, act):
        return
    if officers.role(ctx) == "applicant":
        audit.count_refusal(ctx, application)
    else:
        audit.record(ctx, application, "refused", {"status": application.status}, {"act": act})
    if application.person_id == ctx.actor.id:
        raise ActionRefused(Text("Petugas tidak dapat memproses permohonannya sendiri."))
    if may(officers.role(ctx), act, owns=False, holds=True):
        raise ActionRefused(_held_by_another(ctx, application))
    raise ActionRefused(Text("Anda tidak berwenang melakukan itu pada permohonan ini."))


def is_staff(ctx: Context) -> bool:
    """Whether the actor may list applications."""
    return may_do(ctx, "list")


def require_staff(ctx: Context, act: Act = "list") -> None:
    """Raises `ActionRefused` for people whose role may not do this, which is about no application."""
    if may_do(ctx, act):
        return
    if officers.role(ctx) == "applicant":
        raise ActionRefused(Text("Perintah ini hanya untuk petugas."))
    raise ActionRefused(Text("Perintah ini tidak termasuk wewenang peran Anda."))


def _held_by_another(ctx: Context, application: Application) -> Text:
    name = officers.name_of(ctx, application.officer_id)
    if not name:
        return Text("Permohonan ini belum Anda pegang. Ambil dahulu permohonannya.")
    return Text("Permohonan ini sekarang dipegang oleh %(name)s.", name=name)
