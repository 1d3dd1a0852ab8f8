"""Activities of the catalogue that are similar to one that is asked for, so that nobody is surveyed twice.

The catalogue holds what is public: imported registers, and approved applications once their letter is issued.
"""

from __future__ import annotations

from bot.service import drafts
from bot.service.applications import FORM
from bot.service.cases import newest_letter
from bot.service.context import Context
from domain.form.definition import Answers
from domain.similarity import SimilarActivity, StatisticalActivity
from storage import applications, similar_activities
from storage.tables import Application, Draft

#: similar activities that are shown
MOST = 3


def of_draft(ctx: Context, draft: Draft) -> tuple[SimilarActivity, ...]:
    """Empty until title, organiser and year are known."""
    activity = _activity(draft.answers) if draft.form == FORM else None
    return similar_activities.find(ctx.session, activity, MOST) if activity is not None else ()


def first_of_draft(ctx: Context, draft: Draft) -> tuple[SimilarActivity, ...]:
    """The same, but only the first time that they can be told, and not in a revision."""
    if draft.similar_shown or draft.state != "open" or draft.form != FORM or _activity(draft.answers) is None:
        return ()
    found = of_draft(ctx, draft)
    drafts.mark_similar_shown(ctx, draft)
    return found


def of_application(ctx: Context, application: Application) -> tuple[SimilarActivity, ...]:
    """For the officer who reads it. Its own entry in the catalogue is left out."""
    frozen = applications.submission(ctx.session, application.id, application.round)
    activity = _activity(frozen.answers) if frozen is not None else None
    if activity is None:
        return ()
    letter = newest_letter(ctx, application)
    own = letter.identity if letter is not None else None
    return similar_activities.find(ctx.session, activity, MOST, own or "")


def _activity(answers: Answers) -> StatisticalActivity | None:
    title, organiser = answers.get("judul_kegiatan"), answers.get("instansi_penyelenggara")
    year = answers.get("tahun_kegiatan")
    if isinstance(title, str) and isinstance(organiser, str) and isinstance(year, int):
        return StatisticalActivity(title, organiser, year)
    return None
