"""The satisfaction survey of PermenPANRB 14/2017: after the stars, once for each application, consultation and visit,
element by element.

The answers are in no audit: it would tell who gave them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Literal

from bot.chat import Link
from bot.service import applications, form_page, visit_ratings
from bot.service.access import ActionRefused
from bot.service.context import AppContext, Context
from bot.service.one_time_links import OneTimeLinks, OpenedPage
from domain.satisfaction import Element, Score, Scores, SurveyedService, next_open, read_scores
from domain.text import Text
from storage import consultations, ratings, satisfaction
from storage.page_keys import KeyedPage, page_of_key
from storage.tables import SatisfactionSurvey
from storage.unit import Session

#: after the stars
ANSWERABLE_FOR = timedelta(days=30)
DONE = Text("Survei untuk layanan ini sudah Anda isi. Terima kasih.")
LINKS = OneTimeLinks("survey page")
_PAGE_LABEL = Text("Isi di halaman")
_CLOSED = Text("Survei untuk layanan itu tidak dapat diisi lagi.")
_NOT_YET = Text("Survei dapat diisi sesudah Anda memberi bintang.")

SurveyStage = Literal["open", "begun"]


def stage(ctx: Context, service: SurveyedService, row_id: int) -> SurveyStage | None:
    """Whether the actor can begin this survey, or go on with it. `None`: neither. `row_id`: of the application,
    the consultation, or the number at the desk.
    """
    try:
        given = scores(ctx, service, row_id)
    except ActionRefused:
        return None
    return "begun" if given else "open"


def scores(ctx: Context, service: SurveyedService, row_id: int) -> Scores:
    """What the actor has answered so far. Raises `ActionRefused` when the survey cannot be answered now."""
    survey = _open_survey(ctx, service, row_id)
    return read_scores(survey.scores) if survey is not None else {}


def record(ctx: Context, service: SurveyedService, row_id: int, element: Element, score: Score) -> Scores:
    """Stores one answer; with the last one the survey is finished. Raises `ActionRefused`."""
    survey = _open_survey(ctx, service, row_id) or satisfaction.start(ctx.session, service, row_id, ctx.now)
    survey.scores = {**survey.scores, element: score}
    given = read_scores(survey.scores)
    if next_open(given) is None:
        survey.finished_at = ctx.now
    ctx.session.flush()
    return given


def page_link(ctx: Context, service: SurveyedService, row_id: int) -> Link | None:
    """The page with all questions, where it knows the reader by the cookie of the chat."""
    if not form_page.has_cookie(ctx):
        return None
    return Link(_PAGE_LABEL, ctx.app.survey_address.format(service=service, row=row_id))


def one_time_link(ctx: Context, service: SurveyedService, row_id: int) -> Link | None:
    """A new link to the page; an older one holds no longer. `None` where there is no such page. Raises `ActionRefused`
    when the survey cannot be answered now.
    """
    scores(ctx, service, row_id)
    if not form_page.gives_one_time_links(ctx):
        return page_link(ctx, service, row_id)
    return Link(_PAGE_LABEL, ctx.app.survey_link.format(token=LINKS.give(ctx, page_of(service, row_id))))


def redeem(session: Session, app: AppContext, token: str, now: datetime) -> OpenedPage | None:
    """Uses a link up. `None` for one that is unknown, used or expired. The page says whether its reader can answer."""
    key = LINKS.spend(session, app, token, now)
    return LINKS.open(session, app, now, key.address_id, page_of_key(key)) if key is not None else None


def page_of(service: SurveyedService, row_id: int) -> KeyedPage:
    return KeyedPage(service, row_id)


def _open_survey(ctx: Context, service: SurveyedService, row_id: int) -> SatisfactionSurvey | None:
    """Locks what the survey follows, so that two presses begin one survey."""
    rated_at = _RATED_AT[service](ctx, row_id)
    survey = satisfaction.get(ctx.session, service, row_id)
    if survey is not None and survey.finished_at is not None:
        raise ActionRefused(DONE)
    if ctx.now > rated_at + ANSWERABLE_FOR:
        raise ActionRefused(_CLOSED)
    return survey


def _letter_rated_at(ctx: Context, application_id: int) -> datetime:
    application = applications.get_mine(ctx, application_id)
    if application is None:
        raise ActionRefused(_CLOSED)
    rating = ratings.get(ctx.session, application_id)
    if rating is None:
        raise ActionRefused(_NOT_YET if application.status in {"issued", "closed"} else _CLOSED)
    return rating.created_at


def _consultation_rated_at(ctx: Context, consultation_id: int) -> datetime:
    """Its end: the stars come right after it."""
    consultation = consultations.lock(ctx.session, consultation_id)
    if consultation is None or consultation.person_id != ctx.person_id or consultation.state != "closed":
        raise ActionRefused(_CLOSED)
    if consultation.stars is None:
        raise ActionRefused(_NOT_YET)
    return consultation.changed_at


def _visit_rated_at(ctx: Context, ticket_id: int) -> datetime:
    """Its end: the stars come right after it."""
    ticket = visit_ratings.get_mine(ctx, ticket_id)
    if ticket is None or ticket.ended_at is None:
        raise ActionRefused(_CLOSED)
    if ticket.stars is None:
        raise ActionRefused(_NOT_YET)
    return ticket.ended_at


#: when the actor rated it, with its row locked. Raises `ActionRefused` for what is not theirs or not rated.
_RATED_AT: Mapping[SurveyedService, Callable[[Context, int], datetime]] = {
    "letter": _letter_rated_at,
    "consultation": _consultation_rated_at,
    "visit": _visit_rated_at,
}
