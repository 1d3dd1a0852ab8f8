"""Tells whoever fills the form, once, which recorded activities are similar to theirs."""

from __future__ import annotations

from bot.actions.form import AskNext, ShowSimilar
from bot.chat import Choice, Turn
from bot.conversations.form.prompts import navigation_of_screen
from bot.conversations.form.session import SIMILAR, FormSession
from bot.conversations.similar_activities import SHOW, listing, summary
from bot.service import similar_activities
from domain.text import Text, paragraphs


def first_look(session: FormSession) -> Text | None:
    """What is told beside the next question; `None` when there is nothing, or when it was told before."""
    found = similar_activities.first_of_draft(session.ctx, session.draft)
    return summary(found) if found else None


def show_choice(session: FormSession) -> Choice:
    return Choice(session.screen(ShowSimilar()), SHOW, nav=True)


def show_similar(session: FormSession, notice: Text | None = None) -> Turn:
    found = similar_activities.of_draft(session.ctx, session.draft)
    if found:
        text = paragraphs(
            notice,
            Text("Kegiatan mirip yang sudah tercatat:"),
            listing(found),
            Text("Kegiatan Anda tetap dapat diajukan. Daftar ini membantu agar data yang sama tidak dikumpulkan lagi."),
        )
    else:
        text = paragraphs(notice, Text("Tidak ada kegiatan mirip di katalog."))
    go_on = Choice(session.screen(AskNext()), Text("Lanjutkan mengisi"))
    return session.say(None, text, go_on, *navigation_of_screen(session), review=SIMILAR)
