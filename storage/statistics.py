"""Counts for reports. The database counts; what is read does not grow with the rows that are counted."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from domain.frozen import frozen
from domain.lifecycle import WITHOUT_RESULT
from storage.tables import IN_WORK, Application, Draft, Remark

#: a form that nobody touched for so long was left
LEFT_AFTER = timedelta(days=7)
MOST = 10


@frozen
class Moments:
    """From `start` until before `end`."""

    start: datetime
    end: datetime

    def hold(self, column: Any) -> ColumnElement[bool]:
        found: ColumnElement[bool] = (column >= self.start) & (column < self.end)
        return found


def received_by_status(session: Session, moments: Moments) -> dict[str, int]:
    """Applications that were sent then, by the status of today."""
    return _counted(session, Application.status, moments.hold(Application.submitted_at))


def received_by_channel(session: Session, moments: Moments) -> dict[str, int]:
    """The same by the channel on which they were sent; empty: of a version that did not record it."""
    return _counted(session, Application.channel, moments.hold(Application.submitted_at))


def issued_by_verdict(session: Session, moments: Moments) -> dict[str, int]:
    """Letters that were issued then."""
    return _counted(session, Application.verdict, moments.hold(Application.issued_at))


def days_to_verdict(session: Session, moments: Moments) -> dict[int, int]:
    """Working days in all → how many of the applications that were decided then."""
    return _counted(session, Application.days_total, *_decided(moments))


def days_at_office(session: Session, moments: Moments) -> dict[int, int]:
    """The same without the days on which the applicant had to answer."""
    return _counted(session, Application.days_total - Application.days_with_applicant, *_decided(moments))


def rounds(session: Session, moments: Moments) -> dict[int, int]:
    """Rounds → how many of the applications that were decided then."""
    return _counted(session, Application.round, *_decided(moments))


def decided_late(session: Session, moments: Moments) -> int:
    """Of the applications that were decided then, those that were decided after their promised day."""
    late = select(func.count()).where(*_decided(moments), Application.days_total > Application.promised_days)
    return session.scalar(late) or 0


def overdue(session: Session, today: date) -> int:
    """Applications that wait for a result after their promised day, today."""
    waiting = (IN_WORK, Application.status.in_(WITHOUT_RESULT), Application.due_on < today)
    return session.scalar(select(func.count()).select_from(Application).where(*waiting)) or 0


def remarked_questions(session: Session, moments: Moments) -> list[tuple[str, int]]:
    """The questions with the most remarks, the most frequent first."""
    return _most(session, select(Remark.question, func.count()).where(moments.hold(Remark.created_at)), Remark.question)


def repeated_remarks(session: Session, moments: Moments) -> list[tuple[str, int]]:
    """The words of remarks that were written more than once, the most frequent first."""
    query = select(Remark.text, func.count()).where(moments.hold(Remark.created_at)).having(func.count() > 1)
    return _most(session, query, Remark.text)


def left_drafts(session: Session, form: str, moments: Moments, now: datetime) -> list[tuple[str, int]]:
    """The questions after whose answer applicants stopped: of forms that were touched then for the last time, and not
    for a while.
    """
    left = (Draft.form == form, Draft.state.in_(("open", "set_aside")), Draft.last_question != "")
    query = select(Draft.last_question, func.count()).where(*left, moments.hold(Draft.updated_at))
    return _most(session, query.where(Draft.updated_at < now - LEFT_AFTER), Draft.last_question)


def _decided(moments: Moments) -> tuple[ColumnElement[bool], ...]:
    return (moments.hold(Application.decided_at), Application.verdict != "", Application.days_total.is_not(None))


def _counted(session: Session, column: Any, *where: ColumnElement[bool]) -> dict[Any, int]:
    rows = session.execute(select(column, func.count()).where(*where).group_by(column))
    return {value: count for value, count in rows}


def _most(session: Session, query: Select[str, int], column: Any) -> list[tuple[str, int]]:
    most = query.group_by(column).order_by(func.count().desc(), column).limit(MOST)
    return [(words, count) for words, count in session.execute(most)]
