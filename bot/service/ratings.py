"""Ratings of letters, one for each application, which may be changed for 7 days (source: SK 66/BPS/Tahun 2023, last
step); and what the staff read of the ratings of all services.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from decimal import Decimal
from functools import partial
from typing import get_args

from bot.actions import Action, code
from bot.actions.applicant import Stars
from bot.actions.survey import RateService
from bot.chat import Choice
from bot.service import access, applications, audit, transitions
from bot.service.context import Context
from domain.frozen import frozen
from domain.pages import ListPage, Place
from domain.satisfaction import SERVICES, SurveyedService
from domain.text import Json, Text
from storage import ratings
from storage.ratings import Comment
from storage.tables import Rating

CHANGEABLE_FOR = timedelta(days=7)
MAX_COMMENT = 4000  #: characters
PAGE = 5
STARS = {number: "★" * number for number in range(1, 6)}


@frozen
class RatingFigures:
    count: int
    mean: Decimal  #: 0 for none


@frozen
class RatingSummary:
    figures: Mapping[SurveyedService, RatingFigures]
    comments: ListPage[Comment]  #: of one service, the newest first


def star_buttons(service: SurveyedService, row_id: int) -> tuple[Choice, ...]:
    """The five buttons with which the actor rates what they got. `row_id`: as in `bot.actions.survey`."""
    return star_choices(partial(RateService, service, row_id))


def star_choices(action_of: Callable[[Stars], Action]) -> tuple[Choice, ...]:
    """The five buttons of a rating. People can also type their labels or numbers."""
    labels = (
        Text("★ 1 bintang"),
        Text("★★ 2 bintang"),
        Text("★★★ 3 bintang"),
        Text("★★★★ 4 bintang"),
        Text("★★★★★ 5 bintang"),
    )
    return tuple(
        Choice(code(action_of(stars)), label, step=Text("%(stars)s ★", stars=stars))
        for stars, label in zip(get_args(Stars), labels, strict=True)
    )


def rate(ctx: Context, application_id: int, stars: int) -> bool:
    """Stores the stars and closes the application. False when the actor cannot rate it, or can no longer change it."""
    application = applications.get_mine(ctx, application_id)
    if application is None or application.status not in {"issued", "closed"} or not 1 <= stars <= 5:
        return False
    rating = ratings.get(ctx.session, application_id)
    before: dict[str, Json] = {"stars": rating.stars} if rating else {}
    if rating is None:
        rating = Rating(application_id=application_id, stars=stars, comment="", created_at=ctx.now)
        ctx.session.add(rating)
    elif ctx.now > rating.created_at + CHANGEABLE_FOR:
        return False
    rating.stars = stars
    audit.record(ctx, application, "rate", before, {"stars": stars})
    if application.status == "issued":
        transitions.move(ctx, application, "close")
    return True


def comment(ctx: Context, application_id: int, words: str) -> bool:
    """Adds a comment to the stars. False when there are none, or when they can no longer be changed. The audit says
    that there is one, not what it says: the person may have it deleted.
    """
    application = applications.get_mine(ctx, application_id)
    rating = ratings.get(ctx.session, application_id) if application is not None else None
    if application is None or rating is None or ctx.now > rating.created_at + CHANGEABLE_FOR:
        return False
    rating.comment = words
    audit.record(ctx, application, "rate", {}, {"commented": True})
    return True


def summary(ctx: Context, service: SurveyedService, start: Place | int = 0) -> RatingSummary | None:
    """All ratings, each service by itself, and one page of the comments on one. None for those who may not see them."""
    if not access.may_do(ctx, "read_ratings"):
        return None
    figures = {each: _figures(ctx, each) for each in SERVICES}
    return RatingSummary(figures, ratings.with_comment(ctx.session, service, start, PAGE))


def _figures(ctx: Context, service: SurveyedService) -> RatingFigures:
    count, mean = ratings.count_and_mean(ctx.session, service)
    return RatingFigures(count, Decimal(str(round(mean, 2))))
