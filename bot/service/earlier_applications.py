"""Begins an application with the answers of an earlier one: of the same person, or of a colleague who allows it."""

from __future__ import annotations

from collections.abc import Mapping

from bot.service import drafts
from bot.service.applications import FORM
from bot.service.context import Context
from domain.form.copying import copy_answers
from domain.form.definition import Value
from domain.frozen import frozen
from storage import applications
from storage.tables import Application, Draft

#: applications on one page of their list
PAGE = 3


@frozen
class EarlierPage:
    rows: tuple[Application, ...]
    has_more: bool  #: whether there is a page after this one


def list_copyable(ctx: Context, page: int = 0) -> EarlierPage:
    """One page of the actor's own applications, the newest first. Not locked. Empty before registration."""
    if ctx.actor.registered_at is None:
        return EarlierPage((), has_more=False)
    found = applications.of_person(ctx.session, ctx.actor.id)
    begin, end = page * PAGE, (page + 1) * PAGE
    return EarlierPage(tuple(found[begin:end]), len(found) > end)


def copy(ctx: Context, application_id: int) -> Draft | None:
    """A new draft with the answers that the application was last sent with; other open drafts are set aside. None for
    an application of somebody else, and where the office no longer examines such an application.
    """
    application = applications.get(ctx.session, application_id)
    if application is None or application.person_id != ctx.actor.id:
        return None
    return begin_with(ctx, application)


def begin_with(ctx: Context, application: Application, *, of_colleague: bool = False) -> Draft | None:
    """The same, after the permission was checked. `of_colleague`: without personal data."""
    submission = applications.submission(ctx.session, application.id, application.round)
    copied = copy_answers(ctx.app.form(FORM), submission.answers if submission else {}, of_colleague=of_colleague)
    if not _is_eligible(ctx, copied.answers):
        return None
    for draft in drafts.list_unfinished(ctx, FORM):
        drafts.set_aside(ctx, draft)
    return drafts.create(ctx, FORM, copied.answers, unconfirmed=copied.unconfirmed, copied_from_id=application.id)


def _is_eligible(ctx: Context, answers: Mapping[str, Value]) -> bool:
    """Whether the eligibility questions, as they are now, have a choice that leads to these answers."""
    questions = (ctx.app.eligibility.who, ctx.app.eligibility.level)
    return all(
        any(choice.outcome == "eligible" and choice.answers.items() <= answers.items() for choice in question.choices)
        for question in questions
    )
