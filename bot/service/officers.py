"""Officers: joining by a one-time code, roles, revoking. Permission for every act on a case is asked here."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Literal, cast

from sqlalchemy.orm import Session

from bot.conversations.types import Prompt, prompt_to_json
from bot.service.desk import Desk
from desk.permissions import Act, Role, may
from desk.text import Text
from storage import audit, cases, outbox, people
from storage.secrets import Keys
from storage.tables import Application, Invite, Officer

CODE_LIFE = timedelta(hours=24)
TRIES = 5
PAUSE = timedelta(hours=1)
#: without the letters and digits that are mistaken for each other
ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
CODE_LENGTH = 10

Joined = Literal["joined", "wrong", "expired", "too_many"]


def invite(session: Session, keys: Keys, role: Role, name: str, now: datetime) -> str:
    """A one-time code, shown once to the operator; the table keeps only its hash."""
    code = "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))
    session.add(Invite(role=role, name=name, code=_digest(keys, code), expires_at=now + CODE_LIFE, used_at=None))
    return code


def join(desk: Desk, code: str) -> Joined:
    """Five wrong codes, and this address waits an hour."""
    tries = cases.join_tries(desk.session, desk.address.id, desk.now)
    if tries.tries >= TRIES and desk.now < tries.last_at + PAUSE:
        return "too_many"
    found = cases.invite(desk.session, _digest(desk.house.keys, code.strip().upper()))
    if found is None:
        tries.tries = 1 if tries.tries >= TRIES else tries.tries + 1
        tries.last_at = desk.now
        return "wrong"
    if found.used_at is not None or desk.now >= found.expires_at:
        return "expired"
    found.used_at = desk.now
    tries.tries = 0
    _enroll(desk, found)
    return "joined"


def _enroll(desk: Desk, invitation: Invite) -> None:
    officer = desk.session.get(Officer, desk.actor.id)
    if officer is None:
        officer = Officer(person_id=desk.actor.id)
        desk.session.add(officer)
    officer.role, officer.joined_at, officer.revoked_at = invitation.role, desk.now, None
    officer.name = invitation.name or desk.actor.name
    audit.write(
        desk.session,
        f"officer/{desk.actor.id}",
        f"person/{desk.actor.id}",
        "join",
        desk.now,
        {},
        {"role": officer.role},
    )


def listed(session: Session) -> Sequence[Officer]:
    return cases.staff(session)


def revoke(session: Session, keys: Keys, person_id: int, now: datetime) -> bool:
    """From now on none of their buttons works, and they are told; cases in their hands stay visible to the head."""
    officer = cases.officer(session, person_id)
    if officer is None:
        return False
    officer.revoked_at = now
    audit.write(session, f"officer/{person_id}", "operator", "revoke", now, {"role": officer.role}, {"role": ""})
    told = Prompt(Text("Akses Anda sebagai petugas sudah dicabut."), reason="revoked", commands="applicant")
    for address in people.chats(session, person_id):
        outbox.add(session, keys, address, prompt_to_json(told), now, reason=told.reason, bulk=True)
    return True


def role(desk: Desk) -> Role:
    """The actor's role now: a revoked officer is an applicant like everybody."""
    officer = cases.officer(desk.session, desk.actor.id)
    return cast("Role", officer.role) if officer else "applicant"


def name_of(desk: Desk, person_id: int | None) -> str:
    officer = desk.session.get(Officer, person_id) if person_id is not None else None
    return officer.name if officer else ""


def allowed(desk: Desk, act: Act, application: Application) -> bool:
    """Asked by every use case before it does anything; a refusal is written down."""
    mine = application.person_id == desk.actor.id
    held = application.officer_id == desk.actor.id
    if may(role(desk), act, owns=mine, holds=held):
        return True
    audit.write(
        desk.session,
        f"application/{application.id}",
        f"person/{desk.actor.id}",
        "refused",
        desk.now,
        {"status": application.status},
        {"act": act},
    )
    return False


def _digest(keys: Keys, code: str) -> str:
    return keys.digest("officer invite", code)
