"""The audit lines of use cases: who did what to which subject, before and after."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from bot.service.context import Context
from domain.text import Json
from storage import audit, daily_counts
from storage.secrets import Keys
from storage.tables import Application, Complaint, Consultation, Officer, Person
from storage.unit import Session

Subject = Application | Complaint | Consultation | Officer | Person

#: the actor of an act that follows from a rule, without a person
SYSTEM = "system"
#: of a line: the visitor for whom an officer at the counter acted
FOR = "for"


def chain_of(subject: Subject) -> str:
    """The name of the subject's chain of audit lines, such as "application/12"."""
    match subject:
        case Application():
            return f"application/{subject.id}"
        case Complaint():
            return f"complaint/{subject.id}"
        case Consultation():
            return f"consultation/{subject.id}"
        case Officer():
            return f"officer/{subject.person_id}"
        case Person():
            return f"person/{subject.id}"


def record(
    ctx: Context,
    subject: Subject,
    act: str,
    before: Mapping[str, Json] | None = None,
    after: Mapping[str, Json] | None = None,
    *,
    by_system: bool = False,
) -> None:
    """Appends one line in the transaction of the act. `by_system`: the line names no person. An officer who acts
    for a visitor is its actor; the line names the visitor too.
    """
    actor = SYSTEM if by_system else f"person/{ctx.recorder_id or ctx.actor.id}"
    if ctx.recorder_id is not None and not by_system:
        after = {**(after or {}), FOR: ctx.actor.id}
    audit.append(ctx.session, ctx.app.keys, chain_of(subject), actor, act, ctx.now, before, after)


def record_staff(ctx: Context, act: str, after: Mapping[str, Json]) -> None:
    """The same in the chain of the actor, who is of the staff, for what is about no case and no other person."""
    record(ctx, ctx.session.get_one(Officer, ctx.actor.id), act, after=after)


def count_refusal(ctx: Context, subject: Subject) -> None:
    """Counts an attempt of a stranger by the day: a stranger adds nothing to the history of a case."""
    daily_counts.add(ctx.session, f"refused/{chain_of(subject)}", ctx.today)


def record_by_operator(
    session: Session,
    keys: Keys,
    subject: Subject,
    act: str,
    now: datetime,
    before: Mapping[str, Json],
    after: Mapping[str, Json],
) -> None:
    """The same for a command that an operator gives on the server."""
    audit.append(session, keys, chain_of(subject), "operator", act, now, before, after)
