"""The applications that were begun and not sent: each can be taken up again, or thrown away."""

from __future__ import annotations

from typing import Literal

from bot.actions import Action, code
from bot.actions.applicant import AskDiscard, DiscardDraft, ListDrafts, OpenDraft
from bot.chat import Choice, DialogueState, Incoming, Prompt, Turn, turn
from bot.conversations import menu
from bot.conversations.buttons import MENU, page_choices
from bot.conversations.state import read, to_json
from bot.service import drafts
from bot.service.applications import FORM
from bot.service.context import Context
from domain.frozen import frozen
from domain.text import Text, lines, paragraphs
from storage.tables import Draft

NAME = "draft"
#: what every screen says about a draft that was sent or thrown away meanwhile
NOT_OPEN = Text("Isian itu sudah tidak terbuka.")


@frozen
class DraftListState:
    """The page on the screen, or the draft `draft_id` that is asked about before it is thrown away."""

    step: Literal["list", "discard"]
    page: int = 0
    draft_id: int = 0


def show_list(state: DialogueState, ctx: Context, page: int = 0, notice: Text | None = None) -> Turn:
    """One page of the drafts. Buttons that continue come first, so that the number of a draft is the number of its
    button.
    """
    listed = drafts.list_unsent(ctx, FORM, page)
    if not listed.rows:
        return menu.show(state, ctx, paragraphs(notice, Text("Tidak ada isian yang belum dikirim.")))
    numbered = list(enumerate(listed.rows, start=1))
    rows = [Text("%(number)s. %(draft)s", number=n, draft=title_and_progress(ctx, draft)) for n, draft in numbered]
    go_on = [Choice(code(OpenDraft(draft.id)), Text("Lanjutkan isian %(number)s", number=n)) for n, draft in numbered]
    discard = [Choice(code(AskDiscard(draft.id)), Text("Hapus isian %(number)s", number=n)) for n, draft in numbered]
    following = ListDrafts(page + 1) if listed.has_more else None
    navigation = page_choices(ListDrafts(page - 1) if page else None, following)
    text = paragraphs(notice, Text("Isian Anda yang belum dikirim:"), lines(*rows))
    shown = state.at(NAME, **to_json(DraftListState("list", page)))
    return turn(shown, Prompt(text, (*go_on, *discard, *navigation, MENU)))


def reprompt(state: DialogueState, ctx: Context, notice: Text) -> Turn:
    match read(DraftListState, state.data):
        case DraftListState("discard", draft_id=draft_id):
            return _ask_discard(state, ctx, draft_id, notice)
        case DraftListState("list", page):
            return show_list(state, ctx, page, notice)
    return show_list(state, ctx, notice=notice)


def on_message(incoming: Incoming, state: DialogueState, ctx: Context) -> Turn:
    asked = read(DraftListState, state.data)
    if asked is not None and asked.step == "discard":
        return reprompt(state, ctx, Text("Silakan pilih salah satu."))
    return menu.on_message(incoming, state, ctx)


def on_button(action: Action, state: DialogueState, ctx: Context) -> Turn:
    match action:
        case ListDrafts(page):
            return show_list(state, ctx, page)
        case AskDiscard(draft_id):
            return _ask_discard(state, ctx, draft_id)
        case DiscardDraft(draft_id, revision):
            return _discard(state, ctx, draft_id, revision)
    return show_list(state, ctx)


def title_and_progress(ctx: Context, draft: Draft) -> Text:
    path = drafts.path(ctx, ctx.app.form(draft.form), draft)
    done = sum(question.id in draft.answers for question in path)
    title = draft.answers.get("judul_kegiatan")
    name = Text("“%(title)s”", title=str(title)) if title else Text("(belum berjudul)")
    return Text("%(title)s, terisi %(done)s dari %(count)s butir", title=name, done=done, count=len(path))


def _ask_discard(state: DialogueState, ctx: Context, draft_id: int, notice: Text | None = None) -> Turn:
    draft = drafts.get_unsent(ctx, draft_id)
    if draft is None:
        return show_list(state, ctx, notice=NOT_OPEN)
    text = paragraphs(
        notice,
        Text("Hapus isian ini?"),
        title_and_progress(ctx, draft),
        Text("Jawaban dan berkas di dalamnya dihapus dan tidak dapat dikembalikan."),
    )
    choices = (
        Choice(code(DiscardDraft(draft.id, draft.revision)), Text("Ya, hapus")),
        Choice(code(ListDrafts()), Text("Tidak jadi")),
    )
    return turn(state.at(NAME, **to_json(DraftListState("discard", draft_id=draft.id))), Prompt(text, choices))


def _discard(state: DialogueState, ctx: Context, draft_id: int, revision: int) -> Turn:
    """The answer holds for the draft that was shown; one that has changed since is asked about again."""
    draft = drafts.get_unsent(ctx, draft_id)
    if draft is None:
        return show_list(state, ctx, notice=NOT_OPEN)
    if not drafts.discard(ctx, draft, revision):
        changed = Text("Isian berubah sejak tombol itu dikirim. Silakan periksa sekali lagi.")
        return _ask_discard(state, ctx, draft_id, changed)
    return show_list(state, ctx, notice=Text("✓ Isian itu sudah dihapus."))
