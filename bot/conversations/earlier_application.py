"""The offer to begin with the answers of an earlier application. These screens belong to the conversation `apply`."""

from __future__ import annotations

from bot.actions import code
from bot.actions.applicant import CopyApplication, FillBlankForm, ListEarlier
from bot.chat import Choice, DialogueState, Prompt, Turn, turn
from bot.conversations.buttons import MENU, page_choices
from bot.conversations.eligibility import NAME, ApplyState, ask_who, colleague_choices, draft_shown
from bot.conversations.form import flow
from bot.conversations.form.session import session_of_draft
from bot.conversations.state import to_json
from bot.service import earlier_applications
from bot.service.context import Context
from domain.text import Text, lines, paragraphs
from storage.tables import Application, Draft

NOT_COPIED = Text("Permohonan itu tidak dapat disalin. Silakan isi dari awal.")

_BLANK = Choice(code(FillBlankForm()), Text("Isi dari awal"))


def ask_to_copy(state: DialogueState, ctx: Context, notice: Text | None = None) -> Turn | None:
    """Asks whether to copy an earlier application; `None` when there is none."""
    earlier = earlier_applications.list_copyable(ctx)
    if not earlier.rows:
        return None
    newest = earlier.rows[0]
    is_only_one = len(earlier.rows) == 1
    action = CopyApplication(newest.id) if is_only_one else ListEarlier()
    text = paragraphs(
        notice,
        Text("Anda pernah mengirim permohonan ini:") if is_only_one else Text("Permohonan Anda yang terakhir:"),
        _title(newest),
        Text("Bila kegiatannya berulang, salin jawabannya. Tahun, jadwal, dan berkas tetap kami tanyakan."),
    )
    own = Choice(code(action), Text("Salin permohonan lama"), Text("Salin yang lama"))
    choices = (own, *colleague_choices(ctx), _BLANK, MENU)
    return turn(_copying(state), Prompt(text, choices))


def ask_which_to_copy(state: DialogueState, ctx: Context, page: int = 0) -> Turn:
    earlier = earlier_applications.list_copyable(ctx, page)
    if not earlier.rows:
        return ask_to_copy(state, ctx) or ask_who(state, ctx)
    numbered = list(enumerate(earlier.rows, start=1))
    listed = [Text("%(number)s. %(title)s", number=number, title=_title(row)) for number, row in numbered]
    copies = [
        Choice(code(CopyApplication(row.id)), Text("Salin %(number)s", number=row.number)) for row in earlier.rows
    ]
    following = ListEarlier(page + 1) if earlier.has_more else None
    navigation = page_choices(ListEarlier(page - 1) if page else None, following)
    blank = Choice(_BLANK.value, _BLANK.label, nav=True)
    text = paragraphs(Text("Permohonan mana yang disalin?"), lines(*listed))
    return turn(_copying(state), Prompt(text, (*copies, *navigation, blank, MENU)))


def copy(state: DialogueState, ctx: Context, application_id: int) -> Turn:
    """Opens a new form with the copied answers."""
    return begin_copied(state, ctx, earlier_applications.copy(ctx, application_id))


def begin_copied(state: DialogueState, ctx: Context, draft: Draft | None) -> Turn:
    """Shows the new form; says so where there is none."""
    session = session_of_draft(draft.id, state, ctx) if draft is not None else None
    if draft is None or session is None:
        return ask_who(state, ctx, NOT_COPIED)
    count = sum(question.id in draft.answers for question in session.path)
    notice = paragraphs(
        Text("✓ %(count)s dari %(all)s jawaban sudah disalin.", count=count, all=len(session.path)),
        Text("Jawaban yang mungkin berubah kami tunjukkan per blok; yang lain dapat dilihat di Daftar isian."),
    )
    return flow.resume(session, notice)


def _title(application: Application) -> Text:
    return Text("“%(title)s” (%(number)s)", title=application.title, number=application.number)


def _copying(state: DialogueState) -> DialogueState:
    return state.at(NAME, **to_json(ApplyState("copy", draft_id=draft_shown(state))))
