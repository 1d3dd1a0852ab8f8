"""Officers: they join with a one-time code, have a role, and can be revoked."""

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

CODE_LIFETIME = timedelta(hours=24)
CODE_LENGTH = 10

ROLES: dict[Role, Text] = {
    "applicant": Text("pemohon"),
    "officer": Text("petugas"),
    "head": Text("kepala"),
    "director": Text("direktur"),
    "admin": Text("admin"),
}

JoinResult = Literal["joined", "wrong", "expired", "too_many"]


def invite(session: Session, keys: Keys, role: Role, name: str, now: datetime) -> str:
    """A new one-time code. It is shown to the operator once; the table keeps only its hash."""
    code = code_attempts.new_code(CODE_LENGTH)
    session.add(Invite(role=role, name=name, code=_digest(keys, code), expires_at=now + CODE_LIFETIME, used_at=None))
    return code


def join(ctx: Context, code: str) -> JoinResult:
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


def list_active(session: Session) -> Sequence[Officer]:
    return rows.active(session)


def revoke(session: Session, keys: Keys, person_id: int, now: datetime) -> bool:
    """From now on the person is an applicant, and is told. Their cases stay assigned until somebody takes them over.
    False when the person is no officer.
    """
    officer = rows.get(session, person_id)
    if officer is None:
        return False
    officer.revoked_at = now
    audit.record_by_operator(session, officer, "revoke", now, {"role": officer.role}, {"role": ""})
    notice = Prompt(Text("Akses Anda sebagai petugas sudah dicabut."), reason="revoked", commands="applicant")
    for address in people.chat_addresses(session, person_id):
        outbox.add(session, keys, address, prompt_to_json(notice), now, reason=notice.reason, bulk=True)
    return True


def merge_roles(ctx: Context, merged: Person, remaining: Person) -> None:
    """Two accounts of one person keep one role: the higher one of those that are not revoked. Called before the rows of
    the merged account are moved.

    Somebody who makes an officer prove another person's mailbox would get that person's role. So the change is
    recorded, and the head and the admin are told who has the role now.
    """
    theirs, own = ctx.session.get(Officer, merged.id), ctx.session.get(Officer, remaining.id)
    before: dict[int, Role] = {merged.id: _role_of(theirs), remaining.id: _role_of(own)}
    kept = max(before.values(), key=RANKS.index)
    if theirs is not None:
        if own is None or kept != before[remaining.id]:
            own = ctx.session.merge(_copy_for(remaining, theirs))
        theirs.revoked_at = theirs.revoked_at or ctx.now  # the row stays, because audit lines show its name
        ctx.session.flush()
    if kept == "applicant":
        return
    _tell_changed_role(ctx, before, kept)
    if theirs is not None and before[merged.id] != "applicant":
        audit.record(ctx, theirs, "merge", {"role": before[merged.id]}, {"role": "applicant"})
        _ask_to_take_over(ctx, merged, remaining)
    if own is not None and before[remaining.id] != kept:
        audit.record(ctx, own, "merge", {"role": before[remaining.id]}, {"role": kept})
        _tell_heads(ctx, merged, remaining, kept)


def _role_of(officer: Officer | None) -> Role:
    return cast("Role", officer.role) if officer is not None and officer.revoked_at is None else "applicant"


def _copy_for(person: Person, officer: Officer) -> Officer:
    return Officer(
        person_id=person.id,
        role=officer.role,
        name=officer.name,
        joined_at=officer.joined_at,
        revoked_at=officer.revoked_at,
    )


def _tell_changed_role(ctx: Context, before: Mapping[int, Role], kept: Role) -> None:
    notice = Prompt(Text("Anda sekarang masuk sebagai %(role)s.", role=ROLES[kept]), reason="joined", commands=kept)
    for person_id, role in before.items():
        if role != kept:
            notices.queue(ctx, people.chat_addresses(ctx.session, person_id), notice)


def _ask_to_take_over(ctx: Context, merged: Person, remaining: Person) -> None:
    """Nobody decides an application of their own, so a colleague has to take over applications of the one account that
    are assigned to the other.
    """
    for application in cases.assigned_to_each_other(ctx.session, merged.id, remaining.id):
        text = Text(
            "Permohonan %(number)s dipegang oleh pemohonnya sendiri. Mohon petugas lain mengambil alih.",
            number=application.number,
        )
        _tell_others(ctx, ("officer", "head"), {merged.id, remaining.id}, text, buttons.open_case(application))


def _tell_heads(ctx: Context, merged: Person, remaining: Person, kept: Role) -> None:
    text = Text(
        "%(name)s sekarang bertugas sebagai %(role)s dari akun %(email)s. Bila itu tidak semestinya, cabut aksesnya.",
        name=name_of(ctx, remaining.id),
        role=ROLES[kept],
        email=remaining.email,
    )
    _tell_others(ctx, ("head", "admin"), {merged.id, remaining.id}, text)


def _tell_others(ctx: Context, roles: Sequence[Role], excluded_ids: set[int], text: Text, *choices: Choice) -> None:
    for officer in rows.active(ctx.session, *roles):
        if officer.person_id not in excluded_ids:
            notices.tell(ctx, officer.person_id, text, "merged", *choices)


def role(ctx: Context) -> Role:
    """The actor's role now. A revoked officer is an applicant."""
    return _role_of(ctx.session.get(Officer, ctx.actor.id))


def name_of(ctx: Context, person_id: int | None) -> str:
    """Of an officer, also of a revoked one; empty for anybody else."""
    officer = ctx.session.get(Officer, person_id) if person_id is not None else None
    return officer.name if officer else ""


def _digest(keys: Keys, code: str) -> str:
    return keys.digest("officer invite", code)
