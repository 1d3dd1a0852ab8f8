"""Ends what the office keeps for a time only (UU 27/2022), and tells people before their form goes.

The rules are in `storage.retention`; here is what needs the office, or somebody to tell.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta

from bot.actions import code
from bot.actions.applicant import ListDrafts
from bot.chat import Choice
from bot.service import notices
from bot.service.context import AppContext, context_of_person
from domain.form.loading import REQUEST_FORM
from domain.frozen import frozen
from domain.office.profile import Office
from domain.text import Text
from storage import clock, installation, retention
from storage.inbox import KEEP_IDS
from storage.retention import RetentionLimits
from storage.tables import Draft
from storage.unit import Session

#: how long before its deletion the person of a form is told
WARN_BEFORE = timedelta(days=14)
#: setting with what the last run ended, as JSON
_LAST_RUN = "retention"


@frozen
class RetentionRun:
    at: datetime
    ended: Mapping[str, int]  #: name of a rule → rows


def limits(office: Office, now: datetime) -> RetentionLimits:
    days, today = office.retention, now.astimezone(office.zone).date()
    messages = now - timedelta(days=days.messages)
    return RetentionLimits(
        now=now,
        messages=messages,
        received=now - max(timedelta(days=days.inbox_ids), KEEP_IDS),
        documents=now - timedelta(days=days.files_after_close),
        drafts=now - timedelta(days=days.drafts),
        queue=messages.astimezone(office.zone).date(),
        visits=today - timedelta(days=days.guest_book),
    )


def warn(session: Session, app: AppContext, now: datetime, after: int) -> int | None:
    """Tells the people of one page of forms, above an id, when their form goes. Returns where the next page begins."""
    last_kept = limits(app.office, now).drafts + WARN_BEFORE
    page = retention.drafts_to_warn_of(session, last_kept, after)
    for draft in page:
        if draft.form == REQUEST_FORM and clock.claim_reminder(session, f"draft/{draft.id}/{draft.revision}", now):
            _tell_of_end(session, app, now, draft)
    return page[-1].id if len(page) == retention.PAGE else None


def _tell_of_end(session: Session, app: AppContext, now: datetime, draft: Draft) -> None:
    """At least some days before, also where the service did not run meanwhile: the change of the form waits."""
    ends = max(draft.updated_at + timedelta(days=app.office.retention.drafts), now + WARN_BEFORE)
    draft.updated_at = ends - timedelta(days=app.office.retention.drafts)
    text = Text(
        "Isian Anda yang belum dikirim sudah lama tidak diubah. Isian itu dihapus pada %(day)s bila tidak Anda "
        "lanjutkan.",
        day=ends.astimezone(app.office.zone).date(),
    )
    show = Choice(code(ListDrafts()), Text("Isian yang belum dikirim"), Text("Belum dikirim"))
    ctx = context_of_person(session, app, now, draft.person_id)
    notices.tell(ctx, draft.person_id, text, "draft_ends", show)


def save_run(session: Session, run: RetentionRun) -> None:
    installation.save_setting(session, installation.LAST_RETENTION, run.at.isoformat())
    installation.save_setting(session, _LAST_RUN, json.dumps({"ended": dict(run.ended)}))


def last_run(session: Session) -> RetentionRun | None:
    at = installation.moment(session, installation.LAST_RETENTION)
    if at is None:
        return None
    return RetentionRun(at, json.loads(installation.setting(session, _LAST_RUN))["ended"])
