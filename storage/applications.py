"""One application with its frozen answers. Lists of applications are in `storage.cases`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from domain.text import Json
from storage.tables import Application, Draft, Submission


def add(session: Session, application: Application, answers: dict[str, Json]) -> None:
    """A new application with the first revision of its answers."""
    session.add(application)
    session.flush()
    freeze(session, application, answers, application.submitted_at)


def get(session: Session, application_id: int) -> Application | None:
    """Locked, and its draft before it. The columns are read again, also when this session has them from a list: so
    `bot.service.transitions` needs no comparison of revisions.

    A revision changes both, from the applicant's side and from the officer's. Everybody locks in this order, so there
    is no deadlock.
    """
    its_draft = select(Application.draft_id).where(Application.id == application_id).scalar_subquery()
    session.execute(select(Draft.id).where(Draft.id == its_draft).with_for_update())
    return session.get(Application, application_id, with_for_update=True, populate_existing=True)


def of_draft(session: Session, draft_id: int) -> Application | None:
    """Locked, and read again as by `get`. The caller has locked the draft before."""
    query = select(Application).where(Application.draft_id == draft_id).with_for_update()
    return session.scalars(query.execution_options(populate_existing=True)).first()


def find_of_draft(session: Session, draft_id: int) -> Application | None:
    """The same, not locked."""
    return session.scalars(select(Application).where(Application.draft_id == draft_id)).first()


def of_person(session: Session, person_id: int) -> Sequence[Application]:
    """The newest 50, the newest first."""
    query = select(Application).where(Application.person_id == person_id)
    return session.scalars(query.order_by(Application.id.desc()).limit(50)).all()


def count_before(session: Session, application: Application) -> int:
    """How many the same person sent before this one."""
    earlier = (Application.person_id == application.person_id, Application.id < application.id)
    return session.scalar(select(func.count()).select_from(Application).where(*earlier)) or 0


def freeze(session: Session, application: Application, answers: dict[str, Json], now: datetime) -> None:
    """Stores the answers as the revision `application.round`; they never change again."""
    session.add(
        Submission(application_id=application.id, revision=application.round, answers=answers, submitted_at=now)
    )
    session.flush()


def sent_answers(session: Session, draft_id: int) -> dict[str, Json]:
    """The answers of the last submission of a draft; none where it was never sent."""
    newest = select(Submission.answers).join(Application, Application.id == Submission.application_id)
    of_draft = newest.where(Application.draft_id == draft_id).order_by(Submission.revision.desc()).limit(1)
    return session.scalar(of_draft) or {}


def submission(session: Session, application_id: int, revision: int) -> Submission | None:
    return session.get(Submission, (application_id, revision))
