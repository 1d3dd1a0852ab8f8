"""The guest book in chat: visitors sign it before they come or at the desk; the staff read it and write others down."""

from __future__ import annotations

from datetime import date

from bot.actions import Action, code
from bot.actions.applicant import GuestEntry, ShowQueue, SignGuestBook
from bot.actions.desk import OpenDesk
from bot.chat import Choice, DialogueState, Incoming, Prompt, Turn, turn, with_choice
from bot.conversations import menu
from bot.conversations.buttons import MENU
from bot.conversations.form import flow
from bot.conversations.form.session import session_of_draft
from bot.conversations.officer import queue_desk
from bot.conversations.protocol import CommandHandlers, without_argument
from bot.service import guest_book
from bot.service.access import ActionRefused
from bot.service.context import Context
from bot.service.guest_book import GuestDay, GuestLine
from domain.office.services import desk_services
from domain.text import Text, lines, paragraphs
from storage.tables import Draft

NAME = "guest_book"
FORM = guest_book.FORM


def show(state: DialogueState, ctx: Context, notice: Text | None = None) -> Turn:
    """Names the purpose of the data before any of it is asked (UU 27/2022). To the staff: today's visits."""
    if guest_book.can_keep(ctx):
        return _show_today(state, ctx, notice)
    last = guest_book.last_visit(ctx)
    text = paragraphs(
        notice,
        Text(
            "Buku tamu mencatat siapa yang datang ke meja layanan. Isinya hanya dipakai untuk mencatat dan menghitung "
            "kunjungan, dan hanya dilihat petugas %(office)s.",
            office=ctx.office.words["office"],
        ),
        Text("Isinya disimpan terenkripsi dan dihapus setelah %(days)s hari.", days=ctx.office.retention.guest_book),
        Text("Kunjungan terakhir Anda tercatat pada %(day)s.", day=last) if last else None,
    )
    sign = Choice(code(SignGuestBook()), Text("Isi buku tamu"))
    return turn(state.at(NAME), Prompt(text, (sign, MENU)))


def reprompt(state: DialogueState, ctx: Context, notice: Text) -> Turn:
    return show(state, ctx, notice)


def on_message(incoming: Incoming, state: DialogueState, ctx: Context) -> Turn:
    return menu.on_message(incoming, state, ctx)


def on_button(action: Action, state: DialogueState, ctx: Context) -> Turn:
    return _sign(state, ctx, action.entry) if isinstance(action, SignGuestBook) else show(state, ctx)


def on_submit(draft: Draft, state: DialogueState, ctx: Context) -> Turn:
    try:
        visit = guest_book.record(ctx, draft)
    except ActionRefused as refused:
        return menu.show(state, ctx, refused.text)
    if guest_book.can_keep(ctx):
        recorded = _show_today(state, ctx, Text("✓ Kunjungan itu tercatat."))
        return with_choice(recorded, queue_desk.print_choice("visit", visit.id))
    text = Text("Terima kasih, kunjungan Anda tercatat dalam buku tamu.")
    queue = Choice(code(ShowQueue()), Text("Nomor antrean"))
    return turn(state.at(NAME), Prompt(text, (queue, MENU)))


def _sign(state: DialogueState, ctx: Context, entry: GuestEntry) -> Turn:
    """A visitor who comes again only says what is new, and can change the rest before sending. An officer may have left
    the entry of another visitor unfinished, so it is asked whose entry this is.
    """
    begun, is_recording = guest_book.begun(ctx), guest_book.can_keep(ctx)
    if begun is not None and is_recording and entry == "any":
        return _ask_which(state, str(begun.answers.get("nama") or ""))
    is_new = begun is None or entry == "new"
    draft = guest_book.begin(ctx) if begun is None or is_new else begun
    session = session_of_draft(draft.id, state, ctx)
    assert session is not None
    last = guest_book.last_visit(ctx) if is_new and not is_recording else None
    return flow.resume(session, _known(last) if last is not None else None)


def on_leave(state: DialogueState, ctx: Context) -> Turn:
    """What was written of an entry is dropped with old messages."""
    text = Text(
        "Isian buku tamu tersimpan %(days)s hari. Untuk melanjutkannya, tulis: buku tamu.",
        days=ctx.office.retention.messages,
    )
    return menu.show(state, ctx, text)


def _known(last: date) -> Text:
    return Text("Data Anda kami pakai lagi dari kunjungan %(day)s. Sebelum mengirim, Anda dapat mengubahnya.", day=last)


def _ask_which(state: DialogueState, name: str) -> Turn:
    text = Text("Catatan untuk %(name)s belum dikirim.", name=name) if name else Text("Satu catatan belum dikirim.")
    choices = (
        Choice(code(SignGuestBook("begun")), Text("Lanjutkan")),
        Choice(code(SignGuestBook("new")), Text("Tamu lain")),
        MENU,
    )
    return turn(state.at(NAME), Prompt(text, choices))


def _show_today(state: DialogueState, ctx: Context, notice: Text | None) -> Turn:
    today = guest_book.read_today(ctx)
    choices = (
        Choice(code(SignGuestBook()), Text("Catat tamu")),
        Choice(code(OpenDesk()), Text("Antrean"), nav=True),
        MENU,
    )
    return turn(state.at(NAME), Prompt(paragraphs(notice, _summary(today), _visits(today)), choices))


def _summary(today: GuestDay) -> Text:
    return Text("Buku tamu hari ini: %(count)s kunjungan.", count=today.count)


def _visits(today: GuestDay) -> Text | None:
    return lines(*map(_line, today.newest)) if today.newest else None


def _line(visit: GuestLine) -> Text:
    service = desk_services().get(visit.service)
    return Text(
        "• %(time)s · %(name)s%(institution)s%(service)s",
        time=f"{visit.at:%H.%M}",
        name=visit.name,
        institution=f" · {visit.institution}" if visit.institution else "",
        service=Text(" · %(service)s", service=service.short) if service else "",
    )


COMMANDS: CommandHandlers = {"guest_book": without_argument(show)}
