"""Ratings of letters, consultations and visits to the desk."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TypeVar

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from domain.frozen import frozen
from domain.pages import ListPage, Place
from domain.satisfaction import SurveyedService
from storage.pages import Order, read_page
from storage.tables import COMMENTED, RATED, Consultation, QueueTicket, Rating

_Rated = TypeVar("_Rated", bound=Rating | Consultation | QueueTicket)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_LETTERS = Order(
    column=Rating.created_at,
    row_id=Rating.application_id,
    number=lambda at: (at - _EPOCH) // _MICROSECOND,
    stored=lambda microseconds: _EPOCH + microseconds * _MICROSECOND,
    newest_first=True,
)
_ADVICE = Order(Consultation.id, Consultation.id, number=int, stored=int, newest_first=True)
_VISITS = Order(QueueTicket.id, QueueTicket.id, number=int, stored=int, newest_first=True)
_STARS = {"letter": Rating.stars, "consultation": Consultation.stars, "visit": QueueTicket.stars}


@frozen
class Comment:
    id: int
    stars: int
    words: str


def get(session: Session, application_id: int) -> Rating | None:
    return session.get(Rating, application_id)


def count_and_mean(session: Session, service: SurveyedService) -> tuple[int, float]:
    """Of all ratings of this service; the mean of none is 0."""
    stars = _STARS[service]
    count, mean = session.execute(select(func.count(stars), func.avg(stars)).where(RATED)).one()
    return int(count), float(mean or 0)


def with_comment(session: Session, service: SurveyedService, start: Place | int, size: int) -> ListPage[Comment]:
    """One page, the newest first."""
    match service:
        case "letter":
            return _comments(read_page(session, select(Rating).where(COMMENTED), _LETTERS, start, size))
        case "consultation":
            return _comments(read_page(session, select(Consultation).where(COMMENTED), _ADVICE, start, size))
        case "visit":
            return _comments(read_page(session, select(QueueTicket).where(COMMENTED), _VISITS, start, size))


def _comments(page: ListPage[_Rated]) -> ListPage[Comment]:
    rows = [
        Comment(row.application_id if isinstance(row, Rating) else row.id, row.stars or 0, row.comment)
        for row in page.rows
    ]
    return ListPage(rows, page.before, page.after)
