"""The only place that changes the status of an application.

Source of the states and events: SK 66/BPS/Tahun 2023, as the table of `domain.lifecycle`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from bot.service import access, audit
from bot.service.access import ActionRefused
from bot.service.context import Context
from domain import lifecycle
from domain.lifecycle import Event, Status
from domain.permissions import SYSTEM_ACTS, Act
from domain.text import Json, Text
from storage import applications, held_acts
from storage.tables import Application

NOT_NOW = Text("Itu tidak dapat dilakukan pada status permohonan sekarang.")


#: acts of applicants, which wait for nothing; what an officer has held is checked again when it is due
OF_APPLICANTS: frozenset[Event] = frozenset({"resubmit", "withdraw", "close"})


def submit(ctx: Context, application: Application, answers: dict[str, Json]) -> None:
    """Stores a new application with its first status and its first frozen answers."""
    application.status = lifecycle.FIRST
    applications.add(ctx.session, application, answers)
    audit.record(
        ctx, application, "submit", {"status": "draft"}, {"status": lifecycle.FIRST, "number": application.number}
    )


def check(ctx: Context, application: Application, event: Event, *, act: Act | None = None) -> Status:
    """The status after the event. Raises `ActionRefused` when the actor may not do it, or not in this status.

    Conversations ask this before they ask for words, so that nobody types what is refused afterwards. `act`: the
    permission that is needed, where it is not named like the event.
    """
    access.require(ctx, application, act or event)
    if event not in OF_APPLICANTS:
        check_nothing_held(ctx, application)
    return _after(application, event)


def is_possible(application: Application, event: Event) -> bool:
    """Whether the status allows the event, whoever may do it."""
    return lifecycle.next_status(application.status, event) is not None


def check_nothing_held(ctx: Context, application: Application) -> None:
    """Raises `ActionRefused` while an act waits to be done or undone: nothing else changes the case meanwhile."""
    if held_acts.of_application(ctx.session, application.id) is not None:
        raise ActionRefused(Text("Masih ada tindakan yang menunggu dijalankan. Tunggu sebentar, atau batalkan dahulu."))


def check_under_review(ctx: Context, application: Application, act: Act, otherwise: Text) -> None:
    """For what belongs to the examination and moves no status. Raises `ActionRefused` when the actor may not do it now;
    `otherwise`: what is said outside the examination.
    """
    access.require(ctx, application, act)
    if application.status != "under_review":
        raise ActionRefused(otherwise)
    check_nothing_held(ctx, application)


def move(
    ctx: Context,
    application: Application,
    event: Event,
    *,
    act: Act | None = None,
    by_system: bool = False,
    also: Mapping[str, Json] | None = None,
    **values: Json | date,
) -> None:
    """Does one event of the lifecycle: checks it, sets the status and the columns in `values`, records the audit line.

    `by_system`: the event follows from a rule, without a person. `also`: facts for the audit line that are no columns.
    Raises `ActionRefused` as `check` does, and `ValueError` for an event that always needs a person.
    """
    if not by_system:
        following = check(ctx, application, event, act=act)
    elif event in SYSTEM_ACTS:
        following = _after(application, event)
    else:
        raise ValueError(f"{event} needs a person")
    before: dict[str, Json] = {"status": application.status}
    after: dict[str, Json] = {"status": following, **(also or {})}
    for name, value in values.items():
        old = getattr(application, name)
        if not isinstance(value, datetime) and value != old:
            before[name], after[name] = _plain(old), _plain(value)
        setattr(application, name, value)
    application.status = following
    if following in lifecycle.FINAL:
        application.ended_at = ctx.now
    ctx.session.flush()
    audit.record(ctx, application, event, before, after, by_system=by_system)


def _after(application: Application, event: Event) -> Status:
    following = lifecycle.next_status(application.status, event)
    if following is None:
        raise ActionRefused(NOT_NOW)
    return following


def _plain(value: Json | date) -> Json:
    return value.isoformat() if isinstance(value, date) else value
