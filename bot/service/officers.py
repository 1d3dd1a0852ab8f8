"""Officers: they join with a one-time code, have a role, and can be revoked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Literal, cast

from bot.chat import Choice, Prompt
from bot.service import audit, buttons, code_attempts, notices
from bot.service.context import Context
from domain.permissions import Role
from domain.text import Json, Text, paragraphs
from storage import authenticators, cases, outbox, people
from storage import officers as rows
from storage import queue as queue_rows
from storage.secrets import Keys
from storage.tables import Application, Invite, Officer, Person
from storage.unit import Session

CODE_LIFETIME = timedelta(hours=24)
CODE_LENGTH = 10
#: how many cases of a role that ended are named to the heads
MAX_HELD = 8

ROLES: Mapping[str, Text] = {
    "applicant": Text("pemohon"),
    "officer": Text("petugas"),
    "head": Text("kepala"),
    "director": Text("direktur"),
    "admin": Text("admin"),
}

JoinResult = Literal["joined", "wrong", "expired", "too_many"]


def invite(session: Session, keys: Keys, role: Role, name: str, now: datetime) -> str:
    """A new one-time code. It is shown to the operator once; the table keeps only its hash."""
    invite_code = code_attempts.new_code(CODE_LENGTH)
    digest = _digest(keys, invite_code)
    session.add(Invite(role=role, name=name, code=digest, expires_at=now + CODE_LIFETIME, used_at=None))
    return invite_code


def join(ctx: Context, invite_code: str) -> JoinResult:
    if code_attempts.must_wait(ctx):
        return "too_many"
    found = rows.invite(ctx.session, _digest(ctx.app.keys, code_attempts.normalise(invite_code)))
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
    authenticators.forget_removal(ctx.session, ctx.actor.id)
    officer = ctx.session.get(Officer, ctx.actor.id)
    if officer is None:
        officer = Officer(person_id=ctx.actor.id)
        ctx.session.add(officer)
    officer.role, officer.joined_at, officer.revoked_at = invitation.role, ctx.now, None
    officer.name = invitation.name or ctx.actor.name
    ctx.address.staff_since = ctx.now
    audit.record(ctx, officer, "join", after={"role": officer.role})


def needs_name(ctx: Context) -> bool:
    """Whether the actor is of the staff and has no name yet: letters and case histories show it."""
    officer = _staff_row(ctx)
    return officer is not None and not officer.name.strip()


def set_name(ctx: Context, name: str) -> None:
    """Names a member of the staff who joined without a name. A name that is there stays."""
    officer = _staff_row(ctx)
    if officer is not None and not officer.name.strip():
        officer.name = name
        audit.record(ctx, officer, "name", after={"name": name})


def letter_signer(ctx: Context) -> dict[str, Json] | None:
    """Whom the actor named last as the signer of the letters that they issue."""
    officer = rows.get(ctx.session, ctx.actor.id)
    return officer.letter_signer if officer is not None else None


def remember_letter_signer(ctx: Context, signer: Mapping[str, Json]) -> None:
    """The next letters that the actor issues name the same signer."""
    officer = rows.get(ctx.session, ctx.actor.id)
    if officer is not None:
        officer.letter_signer = dict(signer)


def _staff_row(ctx: Context) -> Officer | None:
    """The actor's, if they have a role where they write from."""
    officer = ctx.officer if ctx.address.staff_since is not None else None
    return officer if officer is not None and officer.revoked_at is None else None


def needs_rank(ctx: Context) -> bool:
    """Whether the actor signs letters in their own name, and was not asked yet for what a letter says beside it."""
    officer = _staff_row(ctx)
    if officer is None or officer.role != "director" or ctx.office.signer.name:
        return False
    return officer.letter_signer is None


def list_active(session: Session) -> Sequence[Officer]:
    return rows.active(session)


def revoke(session: Session, keys: Keys, person_id: int, now: datetime) -> bool:
    """From now on the person is an applicant, and is told. Their cases stay assigned until somebody takes them over.
    False when the person is no officer.
    """
    officer = rows.get(session, person_id)
    if officer is None:
        return False
    end_access(session, keys, officer, now)
    audit.record_by_operator(session, keys, officer, "revoke", now, {"role": officer.role}, {"role": ""})
    return True


def end_access(session: Session, keys: Keys, officer: Officer, now: datetime) -> None:
    """The person is an applicant from now on, and is told. The caller records it."""
    person_id = officer.person_id
    officer.revoked_at = now
    queue_rows.give_back(session, person_id)
    end_staff(session, person_id, now)
    notice = Prompt(Text("Akses Anda sebagai petugas sudah dicabut."), reason="revoked", commands="applicant")
    for address in people.chat_addresses(session, person_id):
        notices.queue_at(session, keys, address, notice, now)


def end_staff(session: Session, person_id: int, now: datetime) -> None:
    """No address of this person has a role any more, nor shows what it was told. Their authenticator ends too."""
    authenticators.delete_of(session, person_id)
    for address in people.staff_addresses(session, person_id):
        address.staff_since = None
        outbox.hide_messages(session, address, now)


def end_role_of_merged(ctx: Context, merged: Person, remaining: Person) -> None:
    """A role never goes from one account to another by an e-mail code alone. Called before the rows of the merged
    account are moved.

    The role of the merged account ends, and needs a new invitation; the heads are told which cases it held. The
    remaining account keeps its own role, but only on the addresses that joined with an invitation.
    """
    theirs = ctx.session.get(Officer, merged.id)
    lost = _role_of(theirs)
    _ask_to_take_over(ctx, merged, remaining)
    if theirs is None or lost == "applicant":
        return
    held = cases.assigned_to(ctx.session, merged.id, 0, MAX_HELD).rows
    queue_rows.give_back(ctx.session, merged.id)
    theirs.revoked_at = ctx.now  # the row stays, because audit lines show its name
    addresses = people.staff_addresses(ctx.session, merged.id)
    end_staff(ctx.session, merged.id, ctx.now)
    audit.record(ctx, theirs, "merge", {"role": lost}, {"role": "applicant"})
    ended = Text(
        "Akun Anda digabungkan, jadi peran Anda sebagai %(role)s berakhir. "
        "Untuk bertugas lagi, mintalah undangan baru kepada admin.",
        role=ROLES[lost],
    )
    notices.queue(ctx, addresses, Prompt(ended, reason="revoked", commands="applicant"))
    _tell_heads(ctx, merged, remaining, lost, held)


def _role_of(officer: Officer | None) -> Role:
    return cast("Role", officer.role) if officer is not None and officer.revoked_at is None else "applicant"


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


def _tell_heads(ctx: Context, merged: Person, remaining: Person, lost: Role, held: Sequence[Application]) -> None:
    text = paragraphs(
        Text(
            "%(name)s membuktikan alamat %(email)s, jadi akunnya digabungkan. Perannya sebagai %(role)s berakhir "
            "sampai ada undangan baru.",
            name=name_of(ctx, merged.id),
            role=ROLES[lost],
            email=remaining.email,
        ),
        Text("Permohonan yang dipegangnya menunggu petugas lain:") if held else None,
    )
    choices = map(buttons.open_numbered, held)
    _tell_others(ctx, ("head", "admin"), {merged.id, remaining.id}, text, *choices)


def _tell_others(ctx: Context, roles: Sequence[Role], excluded_ids: set[int], text: Text, *choices: Choice) -> None:
    for officer in rows.active(ctx.session, *roles):
        if officer.person_id not in excluded_ids:
            notices.tell_officer(ctx, officer.person_id, text, "merged", *choices)


def role(ctx: Context) -> Role:
    """The actor's role now, at the address that they write from. A revoked officer is an applicant, and so is an
    officer at an address that did not join with an invitation.
    """
    return _role_of(ctx.officer) if ctx.address.staff_since is not None else "applicant"


def has_role_elsewhere(ctx: Context) -> bool:
    """Whether the actor is on the staff, but not at the address that they write from."""
    return role(ctx) == "applicant" and rows.get(ctx.session, ctx.actor.id) is not None


def name_of(ctx: Context, person_id: int | None) -> str:
    """Of an officer, also of a revoked one; empty for anybody else."""
    officer = ctx.session.get(Officer, person_id) if person_id is not None else None
    return officer.name if officer else ""


def _digest(keys: Keys, invite_code: str) -> str:
    return keys.digest("officer invite", invite_code)
