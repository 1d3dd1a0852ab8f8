"""The satisfaction survey of PermenPANRB 14/2017: after the stars, once for each application, element by element.

The answers are in no audit: it would tell who gave them.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Literal

from bot.chat import Link
from bot.service import applications, form_page
from bot.service.access import ActionRefused
from bot.service.context import Context
from domain.satisfaction import Element, Score, Scores, next_open, read_scores
from domain.text import Text
from storage import ratings, satisfaction
from storage.tables import SatisfactionSurvey

#: after the stars
ANSWERABLE_FOR = timedelta(days=30)
DONE = Text("Survei untuk layanan ini sudah Anda isi. Terima kasih.")
_CLOSED = Text("Survei untuk layanan itu tidak dapat diisi lagi.")
_NOT_YET = Text("Survei dapat diisi sesudah Anda memberi bintang.")

SurveyStage = Literal["open", "begun"]


def stage(ctx: Context, application_id: int) -> SurveyStage | None:
    """Whether the actor can begin the survey of this application, or go on with it. `None`: neither."""
    try:
        given = scores(ctx, application_id)
    except ActionRefused:
        return None
    return "begun" if given else "open"


def scores(ctx: Context, application_id: int) -> Scores:
    """What the actor has answered so far. Raises `ActionRefused` when the survey cannot be answered now."""
    survey = _open_survey(ctx, application_id)
    return read_scores(survey.scores) if survey is not None else {}


def record(ctx: Context, application_id: int, element: Element, score: Score) -> Scores:
    """Stores one answer; with the last one the survey is finished. Raises `ActionRefused`."""
    survey = _open_survey(ctx, application_id) or satisfaction.start(ctx.session, application_id, ctx.now)
    survey.scores = {**survey.scores, element: score}
    given = read_scores(survey.scores)
    if next_open(given) is None:
        survey.finished_at = ctx.now
    ctx.session.flush()
    return given


def page_link(ctx: Context, application_id: int) -> Link | None:
    """The page with all questions, where it knows the reader by the cookie of the chat."""
    if not form_page.has_cookie(ctx):
        return None
    return Link(Text("Isi di halaman"), ctx.app.survey_address.format(application=application_id))


def _open_survey(ctx: Context, application_id: int) -> SatisfactionSurvey | None:
    """Locks the application, so that two presses begin one survey."""
    application = applications.get_mine(ctx, application_id)
    if application is None:
        raise ActionRefused(_CLOSED)
    rating = ratings.get(ctx.session, application_id)
    if rating is None:
        raise ActionRefused(_NOT_YET if application.status in {"issued", "closed"} else _CLOSED)
    survey = satisfaction.of_application(ctx.session, application_id)
    if survey is not None and survey.finished_at is not None:
        raise ActionRefused(DONE)
    if ctx.now > rating.created_at + ANSWERABLE_FOR:
        raise ActionRefused(_CLOSED)
    return survey
