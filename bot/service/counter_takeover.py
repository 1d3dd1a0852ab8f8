"""A visitor takes over what officers recorded for them, in a chat of their own, by a one-time code from the counter.

The code alone opens only what has no mailbox. Where the visitor has proven a mailbox, it must prove them here too.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Literal

from bot.service import audit, code_attempts, counter, officers
from bot.service.context import Context
from storage import continuations
from storage import counter as rows
from storage import people as people_rows
from storage.tables import CounterRecord, Person

COMMAND = "ambil"
CODE_LENGTH = 10
CODE_LIFETIME = timedelta(days=7)

Refusal = Literal["wrong", "too_many", "staff"]


def new_code(ctx: Context, record: CounterRecord) -> str:
    """The only code of this record from now on. It is shown once; the table keeps its hash. Raises `ActionRefused`."""
    acting = counter.visitor_context(ctx, record)
    code = code_attempts.new_code(CODE_LENGTH)
    rows.set_code(ctx.session, record, _digests(ctx, code)[0], ctx.now + CODE_LIFETIME)
    audit.record(acting, acting.actor, "take_over_code", after={"record": record.id})
    return code


def links(ctx: Context, code: str) -> list[str]:
    """Links that use the code in a chat."""
    return list(continuations.links(ctx.session, COMMAND, code).values())


def redeem(ctx: Context, words: str) -> Person | Refusal:
    """The visitor to whom the record belongs. Whoever has no mailbox is one with the actor afterwards; the caller must
    let the mailbox of anybody else prove the identity. A code works once.
    """
    if officers.role(ctx) != "applicant" or officers.has_role_elsewhere(ctx):
        return "staff"
    if code_attempts.must_wait(ctx):
        return "too_many"
    record = rows.by_code(ctx.session, _digests(ctx, code_attempts.normalise(words)))
    if record is None or record.code_expires_at is None or ctx.now >= record.code_expires_at:
        code_attempts.count_wrong(ctx)
        return "wrong"
    code_attempts.reset(ctx)
    record.code = record.code_expires_at = None
    ctx.session.flush()
    visitor = people_rows.get(ctx.session, record.person_id)
    if visitor.email_proven_at is None or visitor.id == ctx.actor.id:
        _join(ctx, record, visitor)
    return visitor


def _join(ctx: Context, record: CounterRecord, visitor: Person) -> None:
    """The visitor's rows become the actor's. Data that the actor has registered stay."""
    actor = ctx.actor
    rows.end(ctx.session, visitor.id, ctx.now)
    if actor.id == visitor.id:
        audit.record(ctx, actor, "take_over", after={"record": record.id})
        return
    if actor.registered_at is None:
        for name in ("name", "institution", "position", "phone", "identity_kind", "identity_last4", "consent_at"):
            setattr(actor, name, getattr(visitor, name))
        actor.identity_valid_until = visitor.identity_valid_until
    people_rows.merge(ctx.session, visitor, actor)
    ctx.session.flush()
    audit.record(ctx, actor, "take_over", after={"record": record.id, "merged": visitor.id})


def _digests(ctx: Context, code: str) -> list[str]:
    return ctx.app.keys.digests("counter", code)
