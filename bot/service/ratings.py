"""The rating that the service standard asks for (SK 66/2023, last step): one an application, changed for 7 days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import get_args

from bot.actions import code
from bot.actions.applicant import GiveStars, Stars
from bot.chat import Choice
from bot.service import audit, officers, transitions
from bot.service.context import Context
from bot.service.pages import Page, page_of
from domain.permissions import may
from domain.text import Json, Text, many_lines
from storage import applications, ratings
from storage.tables import Application, Rating

CHANGEABLE = timedelta(days=7)
MOST_COMMENT = 1000
PAGE = 5
STARS = {number: "★" * number for number in range(1, 6)}


@dataclass(frozen=True, slots=True)
class Summary:
    count: int
    mean: Decimal
    comments: Page[tuple[int, str]]  #: (stars, comment), the newest first


def stars_of(application_id: int) -> tuple[Choice, ...]:
    """The five buttons under the letter; what they say can be typed, and so can the number of the stars."""
    labels = (
        Text("★ 1 bintang"),
        Text("★★ 2 bintang"),
        Text("★★★ 3 bintang"),
        Text("★★★★ 4 bintang"),
        Text("★★★★★ 5 bintang"),
    )
    return tuple(
        Choice(code(GiveStars(application_id, stars)), label)
        for stars, label in zip(get_args(Stars), labels, strict=True)
    )


def rate(ctx: Context, application_id: int, stars: int) -> bool:
    """False where there is nothing to rate, or it is too late to change one's mind."""
    application = _mine(ctx, application_id)
    if application is None or application.status not in {"issued", "closed"} or not 1 <= stars <= 5:
        return False
    rating = ratings.get(ctx.session, application_id)
    before: dict[str, Json] = {"stars": rating.stars} if rating else {}
    if rating is None:
        rating = Rating(application_id=application_id, stars=stars, comment="", created_at=ctx.now)
        ctx.session.add(rating)
    elif ctx.now > rating.created_at + CHANGEABLE:
        return False
    rating.stars = stars
    audit.record(ctx, application, "rate", before, {"stars": stars})
    if application.status == "issued":
        transitions.move(ctx, application, "close")
    return True


def comment(ctx: Context, application_id: int, words: str) -> bool:
    application = _mine(ctx, application_id)
    rating = ratings.get(ctx.session, application_id) if application is not None else None
    if application is None or rating is None or ctx.now > rating.created_at + CHANGEABLE:
        return False
    before, rating.comment = rating.comment, many_lines(words)[:MOST_COMMENT]
    audit.record(ctx, application, "rate", {"comment": before}, {"comment": rating.comment})
    return True


def summary(ctx: Context, page: int = 0) -> Summary | None:
    """With one page of the comments. None for those who may not see it."""
    if not may(officers.role(ctx), "read_ratings", owns=False, holds=False):
        return None
    count, mean = ratings.count_and_mean(ctx.session)
    comments = [(rating.stars, rating.comment) for rating in ratings.with_comment(ctx.session, page, PAGE)]
    return Summary(count, Decimal(str(round(mean, 2))), page_of(comments, PAGE))


def _mine(ctx: Context, application_id: int) -> Application | None:
    application = applications.get(ctx.session, application_id)
    return application if application is not None and application.person_id == ctx.actor.id else None
