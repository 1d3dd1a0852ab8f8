"""What an admin does with the staff in chat: inviting, revoking, and looking at what the service could not do."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.actions.staff import InvitedRole
from bot.chat import Prompt
from bot.service import access, audit, notices, officers, step_up
from bot.service.access import ActionRefused
from bot.service.context import Context
from domain.frozen import frozen
from domain.system_check import CheckLine, as_message
from domain.text import Text
from storage import deliveries, installation, jobs, outbox, personal_data
from storage import officers as rows
from storage.tables import Officer

CHECK_JOB = "check"
#: notices that did not arrive are shown for so long
SHOWN_FOR = timedelta(days=7)


@frozen
class Failures:
    jobs: tuple[tuple[str, int], ...]  #: kind of a job that fails, and how often it was tried
    undelivered: int  #: notices and replies of the last days that did not arrive
    newest: tuple[tuple[str, str], ...]  #: channel and reason of the newest of them
    deleted_at: datetime | None  #: when old data were deleted last


def invite(ctx: Context, role: InvitedRole) -> str:
    """A one-time code, shown once. Raises `ActionRefused`."""
    access.require_staff(ctx, "manage_staff")
    step_up.require(ctx, "manage_staff")
    code = officers.invite(ctx.session, ctx.app.keys, role, "", ctx.now)
    audit.record_staff(ctx, "invite", {"role": role})
    return code


def find(ctx: Context, person_id: int) -> Officer:
    """A colleague who can be revoked. Raises `ActionRefused`."""
    access.require_staff(ctx, "manage_staff")
    found = rows.get(ctx.session, person_id)
    if found is None:
        raise ActionRefused(Text("Akses itu sudah dicabut."))
    if person_id == ctx.actor.id:
        raise ActionRefused(Text("Akses Anda sendiri dicabut oleh admin lain."))
    return found


def revoke(ctx: Context, person_id: int) -> str:
    """Ends what a colleague may do. Returns their name. Raises `ActionRefused`."""
    find(ctx, person_id)
    step_up.require(ctx, "manage_staff")
    rows.lock(ctx.session, {ctx.person_id, person_id})  # of two admins who revoke each other, one remains
    officer = find(ctx, person_id)
    role, name = officer.role, officer.name
    officers.end_access(ctx.session, ctx.app.keys, officer, ctx.now)
    audit.record(ctx, officer, "revoke", {"role": role}, {"role": ""})
    return name


def order_check(ctx: Context) -> None:
    """Lets the worker check the installation for the actor's address. Raises `ActionRefused`."""
    access.require_staff(ctx, "manage_staff")
    key = f"{CHECK_JOB}/{ctx.address.id}/{ctx.now.isoformat()}"
    jobs.add(ctx.session, CHECK_JOB, key, ctx.now, {"address": ctx.address.id})


def send_check(ctx: Context, found: Sequence[CheckLine]) -> None:
    """To the address that asked, if it is still an admin's."""
    if access.may_do(ctx, "manage_staff"):
        notices.queue(ctx, [ctx.address], Prompt(as_message(found), reason="check"), bulk=False)


def failures(ctx: Context) -> Failures:
    """Names nobody. Raises `ActionRefused`."""
    access.require_staff(ctx, "manage_staff")
    lost = deliveries.undelivered(ctx.session, ctx.now - SHOWN_FOR)
    failed = [each for each in lost if each.failure not in {outbox.SIGNED_OUT, personal_data.FORGOTTEN}]
    return Failures(
        jobs=tuple((job.kind, job.attempts) for job in jobs.failing(ctx.session)),
        undelivered=len(failed),
        newest=tuple((each.channel, each.reason) for each in failed[:-6:-1]),
        deleted_at=installation.moment(ctx.session, installation.LAST_RETENTION),
    )


def retry_jobs(ctx: Context) -> int:
    """Makes the jobs that fail due again. Returns how many. Raises `ActionRefused`."""
    access.require_staff(ctx, "manage_staff")
    count = jobs.retry(ctx.session, ctx.now)
    audit.record_staff(ctx, "retry_jobs", {"count": count})
    return count
