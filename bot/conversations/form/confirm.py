"""What a person says about copied answers: all of a section hold, or one has changed."""

from __future__ import annotations

from bot.actions.form import ChangeCopied, ConfirmCopied
from bot.chat import Incoming, Turn
from bot.conversations.form.ask import ask
from bot.conversations.form.copied import ask_whether_same, ask_which_changed, unconfirmed
from bot.conversations.form.record import go_on
from bot.conversations.form.session import FormSession
from bot.service import drafts
from domain.form.reading import fold
from domain.text import Text

#: what people type below "Masih sama?" → whether the answers hold
SAME = {
    **dict.fromkeys(("ya", "iya", "yes", "sama", "masih sama", "masih", "betul", "benar", "oke", "ok"), True),
    **dict.fromkeys(("tidak", "no", "beda", "berubah", "tidak sama", "ada yang berubah"), False),
}


def on_button(session: FormSession, act: ConfirmCopied | ChangeCopied, revision: int) -> Turn:
    """The button holds for the answers that were shown; after a change they are shown again."""
    questions = unconfirmed(session, act.section_id)
    if not questions:
        session.leave_question(review="")
        return go_on(session)
    if isinstance(act, ChangeCopied):
        return _change(session, act.section_id)
    if revision != session.draft.revision:
        notice = Text("Isian berubah sejak tombol itu dikirim. Silakan periksa sekali lagi.")
        return ask_whether_same(session, act.section_id, notice)
    return _confirm(session, act.section_id)


def on_words(incoming: Incoming, session: FormSession) -> Turn | None:
    """Typed words instead of the buttons. `None` for other words, and where nothing is to be confirmed."""
    agrees, following = SAME.get(fold(incoming.text)), session.next()
    if agrees is None or following is None or following.id not in session.draft.unconfirmed:
        return None
    if not agrees:
        return _change(session, following.section)
    asked = session.screen(ConfirmCopied(following.section)) in {choice.value for choice in session.dialogue.choices}
    if asked and incoming.saw_last_message:
        return _confirm(session, following.section)
    return ask_whether_same(session, following.section)


def _confirm(session: FormSession, section_id: str) -> Turn:
    drafts.confirm(session.ctx, session.draft, [question.id for question in unconfirmed(session, section_id)])
    session.leave_question(review="")
    section = next(section for section in session.form.sections if section.id == section_id)
    return go_on(session, Text("✓ Blok %(code)s tetap sama.", code=section.code))


def _change(session: FormSession, section_id: str) -> Turn:
    """Asks a single answer anew at once; of several, asks which has changed."""
    questions = unconfirmed(session, section_id)
    if len(questions) > 1:
        return ask_which_changed(session, section_id)
    session.leave_question(review="")
    return ask(session, questions[0])
