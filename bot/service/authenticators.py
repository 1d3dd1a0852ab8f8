"""The authenticator app of a member of the staff: it is set up over a one-time page and gives codes. An admin resets
it for somebody who has lost the phone.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Literal

from bot.chat import Link
from bot.service import access, audit, notices, officers, staff, step_up
from bot.service.access import ActionRefused
from bot.service.context import AppContext, Context
from domain import authenticator
from domain.authenticator import SetupKey
from domain.permissions import Role
from domain.text import Text
from letters import qr
from storage import authenticators as rows
from storage import officers as officer_rows
from storage.secrets import Keys
from storage.tables import Authenticator, Officer
from storage.unit import Session

LABEL = Text("Pasang autentikator")
LINK_LIFETIME = timedelta(minutes=15)
MOST_WRONG, PAUSE = 5, timedelta(minutes=15)
_PURPOSE = "authenticator"

#: "used": it was given before; "paused": too many wrong ones; "not_opened": the page was not opened yet
CodeResult = Literal["right", "wrong", "used", "paused", "not_opened"]


def new_link(ctx: Context) -> Link:
    """A link to the page that sets up an authenticator for the actor; an older one holds no longer. Who has one gives a
    code of it first. Raises `ActionRefused` and `StepUpRequired`.
    """
    access.require_staff(ctx, "set_up_authenticator")
    if ctx.office.staff.step_up == "off":
        raise ActionRefused(Text("Kantor ini tidak memakai kode autentikator."))
    if step_up.has_authenticator(ctx):
        step_up.require(ctx, "set_up_authenticator")
    token = secrets.token_urlsafe(32)
    row = rows.lock_or_add(ctx.session, ctx.person_id)
    row.link, row.link_expires_at = _digest(ctx.app, token), ctx.now + LINK_LIFETIME
    row.pending_secret = None
    ctx.session.flush()
    return Link(LABEL, ctx.app.authenticator_address.format(token=token))


def is_open(session: Session, app: AppContext, token: str, now: datetime) -> bool:
    """Whether the link holds. Does not use it up."""
    return rows.of_link(session, _digest(app, token), now) is not None


def redeem(session: Session, app: AppContext, token: str, now: datetime) -> SetupKey | None:
    """Uses a link up: a new secret, which counts after a code of it; `None` also for somebody who has no role now."""
    row = rows.of_link(session, _digest(app, token), now)
    officer = officer_rows.get(session, row.person_id) if row is not None else None
    if row is None or officer is None:
        return None
    secret = authenticator.new_secret()
    row.link, row.link_expires_at = None, None
    row.pending_secret = app.keys.seal(_PURPOSE, secret.encode(), str(row.person_id))
    code = qr.encode(uri := authenticator.uri_of(secret, officer.name or officer.role, app.office.office.name))
    return SetupKey(secret, uri, code.size, code.runs)


def check_code(ctx: Context, code: str) -> CodeResult:
    """A code of the actor's authenticator. A right one is enough for some minutes at this address."""
    row = rows.lock(ctx.session, ctx.person_id)
    if row is None or row.secret is None:
        return "not_opened"
    return _check(ctx, row, row.secret, code)


def confirm(ctx: Context, code: str) -> CodeResult:
    """The first code of an authenticator that is being set up; from now on the actor is asked for its codes."""
    row = rows.lock(ctx.session, ctx.person_id)
    if row is None or row.pending_secret is None:
        return "not_opened"
    replaced, before = row.secret is not None, row.last_step
    row.last_step = 0  # of the one that is replaced
    result = _check(ctx, row, row.pending_secret, code)
    if result != "right":
        row.last_step = before
        return result
    row.secret, row.pending_secret = row.pending_secret, None
    audit.record_staff(ctx, "set_up_authenticator", {"replaced": replaced})
    name = officers.name_of(ctx, ctx.person_id)
    notices.tell_staff(ctx, ("admin",), Text("%(name)s memasang autentikator.", name=name), "authenticator")
    return result


def _check(ctx: Context, row: Authenticator, sealed: bytes, code: str) -> CodeResult:
    if row.paused_until is not None and ctx.now < row.paused_until:
        return "paused"
    secret = ctx.app.keys.open(_PURPOSE, sealed, str(row.person_id)).decode()
    step = authenticator.step_of(secret, code, ctx.now)
    if step is None:
        return _count_wrong(ctx, row)
    if step <= row.last_step:
        return "used"
    row.last_step, row.wrong_codes, row.paused_until = step, 0, None
    rows.grant(ctx.session, ctx.sender.id, ctx.person_id, ctx.now + step_up.GRANTED_FOR)
    return "right"


def _count_wrong(ctx: Context, row: Authenticator) -> CodeResult:
    row.wrong_codes += 1
    if row.wrong_codes < MOST_WRONG:
        return "wrong"
    row.wrong_codes, row.paused_until = 0, ctx.now + PAUSE
    audit.record_staff(ctx, "wrong_authenticator_codes", {"count": MOST_WRONG})
    text = Text(
        "Lima kode autentikator yang salah ditulis atas nama %(name)s. Kodenya baru diterima lagi setelah 15 menit.",
        name=officers.name_of(ctx, ctx.person_id),
    )
    notices.tell_staff(ctx, _told_of_wrong_codes(ctx), text, "authenticator")
    return "paused"


def _told_of_wrong_codes(ctx: Context) -> tuple[Role, ...]:
    """Heads stand in where no other admin can be reached."""
    admins = officer_rows.reachable(ctx.session, "admin")
    return ("admin",) if any(admin.person_id != ctx.person_id for admin in admins) else ("head",)


def missing(ctx: Context, person_ids: Collection[int]) -> frozenset[int]:
    """Those of these people who have none; for the admin, who sees to it that the office is protected."""
    if ctx.office.staff.step_up == "off" or not access.may_do(ctx, "manage_staff"):
        return frozenset()
    return frozenset(person_ids) - rows.owners(ctx.session, person_ids)


def has_one(ctx: Context, person_id: int) -> bool:
    return rows.has_one(ctx.session, person_id)


def check_reset(ctx: Context, person_id: int) -> Officer:
    """The colleague whose authenticator can be reset. Raises `ActionRefused`."""
    officer = staff.find(ctx, person_id)
    if not rows.has_one(ctx.session, person_id):
        raise ActionRefused(Text("%(name)s belum memasang autentikator.", name=officer.name))
    return officer


def reset(ctx: Context, person_id: int) -> str:
    """Removes the authenticator of a colleague, who is told. Returns their name. Raises `ActionRefused` and
    `StepUpRequired`.
    """
    officer = check_reset(ctx, person_id)
    step_up.require(ctx, "manage_staff")
    rows.remove(ctx.session, person_id)
    audit.record(ctx, officer, "reset_authenticator")
    notices.tell_officer(ctx, person_id, _RESET, "authenticator")
    return officer.name


def reset_by_operator(session: Session, keys: Keys, person_id: int, now: datetime) -> bool:
    """The same for a command on the server: for an admin without colleagues. False where there is none."""
    officer = officer_rows.get(session, person_id)
    if officer is None or not rows.remove(session, person_id):
        return False
    audit.record_by_operator(session, keys, officer, "reset_authenticator", now, {}, {})
    return True


_RESET = Text("Autentikator Anda dihapus oleh admin. Pasang yang baru dengan menulis /autentikator.")


def _digest(app: AppContext, token: str) -> str:
    return app.keys.digest(_PURPOSE, token)
