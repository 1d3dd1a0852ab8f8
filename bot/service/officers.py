"""Officers: joining by a one-time code, roles, revoking. Permission for every act on a case is asked here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Literal, cast

from bot.chat import Choice, Prompt, prompt_to_json
from bot.service import audit, buttons, code_attempts, notices
from bot.service.context import Context
from domain.permissions import RANKS, Role
from domain.text import Text
from storage import cases, outbox, people
from storage import officers as rows
from storage.secrets import Keys
from storage.tables import Invite, Officer, Person
from storage.unit import Session

CODE_LIFE = timedelta(hours=24)
CODE_LENGTH = 10

ROLES: dict[Role, Text] = {
    "applicant": Text("pemohon"),
    "officer": Text("petugas"),
    "head": Text("kepala"),
    "director": Text("direktur"),
    "admin": Text("admin"),
}

Joined = Literal["joined", "wrong", "expired", "too_many"]


def invite(session: Session, keys: Keys, role: Role, name: str, now: datetime) -> str:
    """A one-time code, shown once to the operator; the table keeps only its hash."""
    code = code_attempts.new_code(CODE_LENGTH)
    session.add(Invite(role=role, name=name, code=_digest(keys, code), expires_at=now + CODE_LIFE, used_at=None))
    return code


def join(ctx: Context, code: str) -> Joined:
    if code_attempts.must_wait(ctx):
        return "too_many"
    found = rows.invite(ctx.session, _digest(ctx.app.keys, code_attempts.normalise(code)))
    if found is None:
        code_attempts.count_wrong(ctx)
        return "wrong"
    if found.used_at is not None or ctx.now >= found.expires_at:
        return "expired"
    found.used_at = ctx.now
    code_attempts.reset(ctx)
    _enroll(ctx, found)
    return "joined"


def _enroll(ctx: Context, invitation: Invite) -> None:
    officer = ctx.session.get(Officer, ctx.actor.id)
    if officer is None:
        officer = Officer(person_id=ctx.actor.id)
        ctx.session.add(officer)
    officer.role, officer.joined_at, officer.revoked_at = invitation.role, ctx.now, None
    officer.name = invitation.name or ctx.actor.name
    audit.record(ctx, officer, "join", after={"role": officer.role})


def listed(session: Session) -> Sequence[Officer]:
    return rows.active(session)


def revoke(session: Session, keys: Keys, person_id: int, now: datetime) -> bool:
    """From now on none of their buttons works, and they are told; cases in their hands stay visible to the head."""
    officer = rows.get(session, person_id)
    if officer is None:
        return False
    officer.revoked_at = now
    audit.record_by_operator(session, officer, "revoke", now, {"role": officer.role}, {"role": ""})
    told = Prompt(Text("Akses Anda sebagai petugas sudah dicabut."), reason="revoked", commands="applicant")
    for address in people.chat_addresses(session, person_id):
        outbox.add(session, keys, address, prompt_to_json(told), now, reason=told.reason, bulk=True)
    return True


def inherit(ctx: Context, losing: Person, heir: Person) -> None:
    """Two accounts that turn out to be one person's keep one seat in the office, the higher of those still held. Called
    before their rows become one's.

    Whoever talks an officer into proving somebody else's mailbox would take the seat: so it is written down, and the
    head and the admin are told to whom it went.
    """
    theirs, own = ctx.session.get(Officer, losing.id), ctx.session.get(Officer, heir.id)
    before: dict[int, Role] = {losing.id: _held(theirs), heir.id: _held(own)}
    kept = max(before.values(), key=RANKS.index)
    if theirs is not None:
        if own is None or kept != before[heir.id]:
            own = ctx.session.merge(_seat_of(theirs, heir))
        theirs.revoked_at = theirs.revoked_at or ctx.now  # the row stays for the name under which they acted
        ctx.session.flush()
    if kept == "applicant":
        return
    _tell_whose_role_changed(ctx, before, kept)
    if theirs is not None and before[losing.id] != "applicant":
        audit.record(ctx, theirs, "merge", {"role": before[losing.id]}, {"role": "applicant"})
        _say_who_must_step_in(ctx, losing, heir)
    if own is not None and before[heir.id] != kept:
        audit.record(ctx, own, "merge", {"role": before[heir.id]}, {"role": kept})
        _warn(ctx, losing, heir, kept)


def _held(officer: Officer | None) -> Role:
    return cast("Role", officer.role) if officer is not None and officer.revoked_at is None else "applicant"


def _seat_of(officer: Officer, heir: Person) -> Officer:
    return Officer(
        person_id=heir.id,
        role=officer.role,
        name=officer.name,
        joined_at=officer.joined_at,
        revoked_at=officer.revoked_at,
    )


def _tell_whose_role_changed(ctx: Context, before: Mapping[int, Role], kept: Role) -> None:
    told = Prompt(Text("Anda sekarang masuk sebagai %(role)s.", role=ROLES[kept]), reason="joined", commands=kept)
    for person_id, role in before.items():
        if role != kept:
            notices.queue(ctx, people.chat_addresses(ctx.session, person_id), told)


def _say_who_must_step_in(ctx: Context, losing: Person, heir: Person) -> None:
    """Nobody decides an application of their own: from now on only others can act on these."""
    for application in cases.assigned_to_each_other(ctx.session, losing.id, heir.id):
        text = Text(
            "Permohonan %(number)s dipegang oleh pemohonnya sendiri. Mohon petugas lain mengambil alih.",
            number=application.number,
        )
        _tell_others(ctx, ("officer", "head"), {losing.id, heir.id}, text, buttons.open_case(application))


def _warn(ctx: Context, losing: Person, heir: Person, kept: Role) -> None:
    text = Text(
        "%(name)s sekarang bertugas sebagai %(role)s dari akun %(email)s. Bila itu tidak semestinya, cabut aksesnya.",
        name=name_of(ctx, heir.id),
        role=ROLES[kept],
        email=heir.email,
    )
    _tell_others(ctx, ("head", "admin"), {losing.id, heir.id}, text)


def _tell_others(ctx: Context, roles: tuple[str, ...], but: set[int], text: Text, *choices: Choice) -> None:
    for officer in rows.active(ctx.session, *roles):
        if officer.person_id not in but:
            notices.tell(ctx, officer.person_id, text, "merged", *choices)


def role(ctx: Context) -> Role:
    """The actor's role now: a revoked officer is an applicant like everybody."""
    return _held(ctx.session.get(Officer, ctx.actor.id))


def name_of(ctx: Context, person_id: int | None) -> str:
    officer = ctx.session.get(Officer, person_id) if person_id is not None else None
    return officer.name if officer else ""


def _digest(keys: Keys, code: str) -> str:
    return keys.digest("officer invite", code)
