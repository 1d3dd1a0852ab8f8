"""Whether an act waits for a code of its actor's authenticator, and whether a conversation of the staff is locked."""

from __future__ import annotations

from datetime import timedelta

from bot.service import officers
from bot.service.context import Context
from domain.permissions import STEP_UP, Act
from storage import authenticators as rows

#: for which a right code is enough, where it was given
GRANTED_FOR = timedelta(minutes=10)


class StepUpRequired(Exception):
    """The act waits for a code; nothing of it was done."""


def require(ctx: Context, act: Act) -> None:
    """Raises `StepUpRequired`. The use case asks for it after the permission, and before it changes anything."""
    if act in STEP_UP and is_asked(ctx) and not rows.is_granted(ctx.session, ctx.sender.id, ctx.person_id, ctx.now):
        raise StepUpRequired


def is_asked(ctx: Context) -> bool:
    """Whether the actor is asked for codes at all."""
    policy = ctx.office.staff.step_up
    return policy == "required" or (policy == "enrolled" and has_authenticator(ctx))


def has_authenticator(ctx: Context) -> bool:
    return rows.has_one(ctx.session, ctx.person_id)


def is_idle(ctx: Context) -> bool:
    """Whether this message is the first after so many hours that the conversation of a member of the staff locks. Who
    has never set an authenticator up is not locked out; whose was removed is, until a new invitation.
    """
    hours, last = ctx.office.staff.lock_after_hours, ctx.sender.last_incoming_at
    if not hours or last is None or ctx.now - last < timedelta(hours=hours):
        return False
    if ctx.office.staff.step_up == "off" or officers.role(ctx) == "applicant":
        return False
    return rows.locks(ctx.session, ctx.person_id)
