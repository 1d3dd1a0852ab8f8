"""Keeps what was not understood, without who wrote it, so that the office can teach the service new words."""

from __future__ import annotations

from datetime import datetime

from bot.service import daily_limits, officers
from bot.service.context import AppContext, Context
from domain import intents
from domain.frozen import frozen
from domain.masking import mask
from storage import unknown_phrases as rows
from storage.unit import Session

_PURPOSE = "unknown phrase"


@frozen
class KeptPhrase:
    """`meant`: what it would be understood as now; below the threshold, the guesses."""

    words: str
    count: int
    last_at: datetime
    meant: tuple[str, ...]


def keep(ctx: Context, words: str) -> None:
    """Keeps the masked words of an applicant, within the limits of a day. The staff write names of other people."""
    if officers.role(ctx) != "applicant" or not daily_limits.may_keep_phrase(ctx):
        return
    person = ctx.actor
    masked = mask(words, (person.name, person.institution, person.position, person.email.partition("@")[0]))
    digest = ctx.app.keys.digest(_PURPOSE, masked.casefold())
    rows.add(ctx.session, digest, ctx.app.keys.seal(_PURPOSE, masked.encode(), digest), ctx.now)


def list_kept(session: Session, app: AppContext) -> list[KeptPhrase]:
    found = []
    for row in rows.list_all(session):
        words = app.keys.open(_PURPOSE, row.words, row.digest).decode()
        meaning = intents.understand(words, app.guide.candidates)
        found.append(KeptPhrase(words, row.count, row.last_at, (meaning.best,) if meaning.best else meaning.others))
    return found
