"""Whom a complaint is about: these people neither read nor handle it."""

from __future__ import annotations

from collections.abc import Collection

from bot.service import applications, audit, officers
from bot.service.context import Context
from domain.form.reading import fold
from domain.frozen import frozen
from domain.text import one_line
from storage import complaints
from storage import officers as rows
from storage.tables import Application

#: characters of a name that somebody writes
MAX_WORDS = 200
#: shorter parts of a name, such as initials and titles, name nobody
_SHORTEST_PART = 3
#: what people call the head of the office
_HEAD = "kepala"


@frozen
class Subject:
    """As the complainer said it: an application of theirs, or words that name somebody. Both empty: nobody."""

    application_id: int = 0
    words: str = ""


@frozen
class MeantPeople:
    words: str = ""  #: what the staff read
    person_ids: frozenset[int] = frozenset()
    application_id: int | None = None
    is_unknown: bool = False  #: words that name nobody whom we know


def who_is_meant(ctx: Context, subject: Subject) -> MeantPeople:
    """Everybody whom the words may mean, and everybody who has worked on the application."""
    application = applications.get_mine(ctx, subject.application_id) if subject.application_id else None
    if application is not None:
        return _of_application(ctx, application)
    words = one_line(subject.words)[:MAX_WORDS]
    if not words:
        return MeantPeople()
    parts = set(fold(words).split())
    staff = rows.active(ctx.session)
    named = {officer.person_id for officer in staff if parts & _parts(officer.name)}
    heads = {officer.person_id for officer in staff if officer.role == "head"} if _HEAD in parts else set()
    found = frozenset(named | heads)
    return MeantPeople(_names(ctx, found) or words, found, is_unknown=not found)


def _of_application(ctx: Context, application: Application) -> MeantPeople:
    actors = complaints.who_acted(ctx.session, audit.chain_of(application))
    worked = {officer.person_id for officer in rows.active(ctx.session) if f"person/{officer.person_id}" in actors}
    if application.officer_id is not None:
        worked.add(application.officer_id)
    worked.discard(ctx.person_id)
    return MeantPeople(_names(ctx, worked), frozenset(worked), application.id)


def _names(ctx: Context, person_ids: Collection[int]) -> str:
    return ", ".join(filter(None, (officers.name_of(ctx, person_id) for person_id in sorted(person_ids))))


def _parts(name: str) -> set[str]:
    return {part for part in fold(name).split() if len(part) >= _SHORTEST_PART}
