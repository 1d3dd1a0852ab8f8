"""How far the examination of an application has come: which sections its officer has opened, and which are clear."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

from bot.service import audit, cases, remarks
from bot.service.access import ActionRefused
from bot.service.context import Context
from domain.form.definition import Section
from domain.text import Text
from storage import section_reviews
from storage.tables import Application, SectionReview

Progress = Literal["unread", "read", "clear"]


def open_section(ctx: Context, application: Application, section_id: str) -> None:
    """The actor reads the section. The caller has opened the case."""
    cases.record_section_read(ctx, application, section_id)
    section_reviews.record(ctx.session, application.id, ctx.actor.id, section_id, application.round, ctx.now)


def mark_clear(ctx: Context, application: Application, section_id: str, round: int) -> None:
    """The actor has nothing to remark on the section. `round`: of the answers that they have seen; raises
    `ActionRefused` for another one, and for those who may not remark.
    """
    remarks.check_under_review(ctx, application)
    cases.check_round(application, round)
    reviewed = section_reviews.record(ctx.session, application.id, ctx.actor.id, section_id, round, ctx.now)
    if not reviewed.is_clear:
        reviewed.is_clear = True
        audit.record(ctx, application, "clear_section", {}, {"section": section_id})


def progress(ctx: Context, application: Application, sections: Sequence[Section]) -> dict[str, Progress]:
    """Section → how far the actor has come with it. One whose answers have changed since must be read again."""
    reviews = section_reviews.of_officer(ctx.session, application.id, ctx.actor.id)
    return {section.id: _progress_of(ctx, application, section, reviews) for section in sections}


def check_all_read(ctx: Context, application: Application, sections: Sequence[Section]) -> None:
    """Raises `ActionRefused` that names the sections which the actor has not opened."""
    reached = progress(ctx, application, sections)
    if unread := [section for section in sections if reached[section.id] == "unread"]:
        raise ActionRefused(
            Text("Blok ini belum Anda buka: %(codes)s. Buka dahulu semua blok.", codes=codes_of(unread))
        )


def codes_of(sections: Sequence[Section]) -> str:
    """ "I, II, V" """
    return ", ".join(section.code for section in sections)


def _progress_of(
    ctx: Context, application: Application, section: Section, reviews: Mapping[str, SectionReview]
) -> Progress:
    review = reviews.get(section.id)
    if review is None or not _is_current(ctx, application, section, review):
        return "unread"
    return "clear" if review.is_clear else "read"


def _is_current(ctx: Context, application: Application, section: Section, review: SectionReview) -> bool:
    """Whether the answers are those that were read."""
    if review.round == application.round:
        return True
    was, now = cases.answers(ctx, application, review.round).answers, cases.answers(ctx, application).answers
    return all(was.get(question.id) == now.get(question.id) for question in section.questions)
