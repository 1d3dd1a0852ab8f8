"""Acts that people are told about wait a moment, and can be undone until then. What is due runs as if it were confirmed
now: by the ordinary use case, with the permission that its actor has then.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Literal, cast

from bot.chat import Prompt
from bot.service import access, audit, buttons, cases, decisions, notices, officers, revisions, step_up
from bot.service.access import ActionRefused
from bot.service.context import AppContext, Context, context_of_address
from domain.text import Json, Text
from storage import applications, held_acts, jobs
from storage.tables import Application, HeldAct
from storage.unit import Session

#: kind of the job that does a held act
JOB = "held_act"

HeldActName = Literal["request_revision", "decide", "send_back", "issue"]


def do_or_hold(ctx: Context, application: Application, act: HeldActName, arguments: dict[str, Json]) -> bool:
    """Checks the act, then holds it; does it at once where the installation holds nothing. True: it is held."""
    CHECKS[act](ctx, application, arguments)
    step_up.require(ctx, act)
    seconds = ctx.app.undo_seconds
    if not seconds:
        ACTS[act](ctx, application, arguments)
        return False
    due_at = ctx.now + timedelta(seconds=seconds)
    held = HeldAct(
        application_id=application.id,
        act=act,
        arguments=arguments,
        round=application.round,
        address_id=ctx.address.id,
        due_at=due_at,
    )
    ctx.session.add(held)
    ctx.session.flush()
    # The number of a deleted row may be given again, so it is not the key alone.
    jobs.add(ctx.session, JOB, f"{JOB}/{held.id}/{due_at.isoformat()}", due_at, {"held": held.id})
    audit.record(ctx, application, "hold", {}, {"act": act})
    return True


def pending(ctx: Context, application: Application) -> HeldAct | None:
    """The act that waits. The caller has opened the case."""
    return held_acts.of_application(ctx.session, application.id)


def can_undo(ctx: Context, application: Application, held: HeldAct) -> bool:
    return access.can(ctx, application, _name(held))


def undo(ctx: Context, application: Application, held_id: int) -> bool:
    """False when it was done or undone before. Raises `ActionRefused` for those who may not do the act."""
    waiting = held_acts.of_application(ctx.session, application.id)
    if waiting is None or waiting.id != held_id:
        return False
    access.require(ctx, application, _name(waiting))
    if held_acts.take(ctx.session, held_id, application.id) is None:
        return False
    audit.record(ctx, application, "undo", {"act": waiting.act}, {"act": waiting.act})
    return True


def run(session: Session, app: AppContext, now: datetime, held_id: int) -> None:
    """Does what is due, in the caller's transaction. Nothing happens when it was undone, also where a later act, which
    is not due yet, has the number now.
    """
    application_id = held_acts.application_of_due(session, held_id, now)
    application = applications.get(session, application_id) if application_id is not None else None
    held = held_acts.take(session, held_id, application.id) if application is not None else None
    if application is None or held is None:
        return
    ctx = context_of_address(session, app, now, held.address_id)
    try:
        cases.check_round(application, held.round)
        ACTS[_name(held)](ctx, application, held.arguments)
    except ActionRefused as refused:
        audit.record(ctx, application, "drop_held", {}, {"act": held.act}, by_system=True)
        told = Text("%(number)s: %(what)s", number=application.number, what=refused.text)
        outcome = Text("Itu tidak jadi dilakukan. %(why)s", why=told)
    else:
        outcome = Text("%(done)s Permohonan %(number)s.", done=DONE[_name(held)], number=application.number)
    if officers.role(ctx) != "applicant":
        notices.queue(ctx, [ctx.address], Prompt(outcome, (buttons.open_case(application),), reason="held_act"))


def bring_forward(session: Session, app: AppContext, now: datetime) -> None:
    """An act waits no longer than it can be undone, also where the clock was ahead when it was confirmed."""
    latest = now + timedelta(seconds=app.undo_seconds)
    held_acts.bring_forward(session, latest)
    jobs.bring_forward(session, JOB, latest)


def _name(held: HeldAct) -> HeldActName:
    return cast("HeldActName", held.act)


ACTS: Mapping[HeldActName, Callable[[Context, Application, Mapping[str, Json]], None]] = {
    "request_revision": lambda ctx, case, _: revisions.request_revision(ctx, case),
    "decide": lambda ctx, case, known: decisions.decide(
        ctx, case, cast("int", known["round"]), str(known["verdict"]), _words(known["grounds"]), _words(known["advice"])
    ),
    "send_back": lambda ctx, case, known: decisions.send_back(
        ctx, case, cast("int", known["letter_id"]), str(known["words"])
    ),
    "issue": lambda ctx, case, known: decisions.issue(ctx, case, cast("int", known["letter_id"])),
}
#: what would be refused is refused before it is held
CHECKS: Mapping[HeldActName, Callable[[Context, Application, Mapping[str, Json]], object]] = {
    "request_revision": lambda ctx, case, _: revisions.check_request(ctx, case),
    "decide": lambda ctx, case, known: decisions.check_decision(
        ctx, case, cast("int", known["round"]), str(known["verdict"]), _words(known["grounds"])
    ),
    "send_back": lambda ctx, case, known: decisions.check_send_back(ctx, case, cast("int", known["letter_id"])),
    "issue": lambda ctx, case, known: decisions.check_issue_of(ctx, case, cast("int", known["letter_id"])),
}
#: how the screen calls the act that waits
NAMES: Mapping[str, Text] = {
    "request_revision": Text("Permintaan perbaikan"),
    "decide": Text("Putusan"),
    "send_back": Text("Pengembalian surat"),
    "issue": Text("Penerbitan surat"),
}
DONE: Mapping[HeldActName, Text] = {
    "request_revision": Text("✓ Pemohon sudah diminta memperbaiki."),
    "decide": Text("✓ Putusan tersimpan. Konsep suratnya sedang disusun."),
    "send_back": Text("✓ Surat dikembalikan kepada petugas."),
    "issue": Text("✓ Surat terbit. Dokumennya sedang dibuat, lalu dikirim kepada pemohon."),
}


def _words(listed: Json) -> list[str]:
    return [str(item) for item in listed] if isinstance(listed, list) else []
