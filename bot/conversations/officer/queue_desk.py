"""`/antrean` for the staff: the next number, once more, served, absent, pause; a number for who has no phone."""

from __future__ import annotations

from collections.abc import Sequence

from bot.actions import Action, code
from bot.actions.applicant import ShowGuestBook
from bot.actions.counter import BeginRecord, OpenCounter
from bot.actions.desk import (
    CallNext,
    DeskStep,
    GiveNumber,
    OpenDesk,
    PauseQueue,
    PickService,
    PrintSlip,
    ResumeQueue,
)
from bot.chat import Choice, DialogueState, Incoming, Prompt, Turn, turn, with_choice
from bot.conversations import menu
from bot.conversations.buttons import MENU
from bot.service import queue_desk as desk
from bot.service import slips
from bot.service.access import ActionRefused
from bot.service.context import Context
from bot.service.counter import SERVICE
from bot.service.queue_desk import DeskView
from bot.service.queue_news import code_of
from domain.office.services import desk_services
from domain.queue import MOST_CALLS_UNANSWERED
from domain.text import Text, joined, lines, paragraphs, verbatim
from storage.tables import QueueTicket

NAME = "desk"
_PRINTING = Text("Struk sedang dibuat dan segera dikirim ke percakapan ini.")
_NOBODY = Text("Tidak ada yang menunggu.")


def show(state: DialogueState, ctx: Context, notice: Text | None = None) -> Turn:
    """Today's queue, and what can be done now."""
    try:
        view = desk.view(ctx)
    except ActionRefused as refused:
        return menu.show(state, ctx, refused.text)
    notice = None if notice == _unavailable(view) else notice  # the lines below say it
    text = paragraphs(notice, Text("Antrean hari ini"), _lines(view))
    return turn(state.at(NAME), Prompt(text, (*_choices(ctx, view), MENU)))


def reprompt(state: DialogueState, ctx: Context, notice: Text) -> Turn:
    return show(state, ctx, notice)


def on_message(incoming: Incoming, state: DialogueState, ctx: Context) -> Turn:
    return menu.on_message(incoming, state, ctx)


def on_button(action: Action, state: DialogueState, ctx: Context) -> Turn:
    try:
        match action:
            case PickService():
                return _ask_service(state, ctx)
            case GiveNumber(service_id):
                return _give(state, ctx, service_id)
            case _:
                return show(state, ctx, _act(action, ctx))
    except ActionRefused as refused:
        return show(state, ctx, refused.text)


def _act(action: Action, ctx: Context) -> Text | None:
    """What was done, in a sentence."""
    match action:
        case CallNext(calls):
            called = desk.call_next(ctx, calls)
            return Text("Memanggil %(number)s.", number=code_of(called)) if called else _NOBODY
        case DeskStep("again", ticket_id):
            return Text("Memanggil %(number)s sekali lagi.", number=code_of(desk.call_again(ctx, ticket_id)))
        case DeskStep("served", ticket_id):
            return Text("✓ %(number)s selesai dilayani.", number=code_of(desk.serve(ctx, ticket_id)))
        case DeskStep("absent", ticket_id):
            return _absent(desk.absent(ctx, ticket_id))
        case PauseQueue():
            desk.pause(ctx, paused=True)
        case ResumeQueue():
            desk.pause(ctx, paused=False)
        case PrintSlip(kind, row_id):
            return _PRINTING if slips.order(ctx, kind, row_id) else Text("Struk itu tidak dapat Anda cetak.")
    return None


def _give(state: DialogueState, ctx: Context, service_id: str) -> Turn:
    given = desk.give_number(ctx, service_id)
    told = Text("Nomor untuk pengunjung ini: %(number)s.", number=code_of(given))
    return with_choice(show(state, ctx, told), print_choice("number", given.id))


def print_choice(kind: slips.SlipKind, row_id: int) -> Choice:
    """For a visitor without a phone."""
    return Choice(code(PrintSlip(kind, row_id)), Text("Cetak struk"))


def _absent(ticket: QueueTicket) -> Text:
    number = code_of(ticket)
    if ticket.state == "waiting":
        return Text("%(number)s tidak hadir. Nomor itu dipanggil sekali lagi nanti.", number=number)
    if ticket.unanswered < MOST_CALLS_UNANSWERED:
        return Text("%(number)s tidak hadir, dan meja layanan sudah tutup. Nomor itu berakhir.", number=number)
    return Text("%(number)s tidak hadir untuk kedua kalinya. Nomor itu berakhir.", number=number)


def _ask_service(state: DialogueState, ctx: Context) -> Turn:
    desk.view(ctx)
    choices = [
        Choice(code(GiveNumber(service.id)), service.label, service.short) for service in desk_services().values()
    ]
    back = Choice(code(OpenDesk()), Text("Kembali"), nav=True)
    text = Text("Pengunjung ini ingin dilayani untuk apa?")
    return turn(state.at(NAME), Prompt(text, (*choices, back)))


def _lines(view: DeskView) -> Text:
    return lines(
        Text("Anda melayani: %(number)s", number=_with_service(view.mine)) if view.mine else None,
        Text("Di meja lain: %(numbers)s", numbers=_codes(view.others)) if view.others else None,
        Text("Menunggu: %(count)s", count=view.waiting),
        Text("Berikutnya: %(numbers)s", numbers=_codes(view.next)) if view.next else None,
        Text("Antrean sedang dijeda.") if view.is_paused else None,
        _unavailable(view),
    )


def _unavailable(view: DeskView) -> Text | None:
    """Why nobody can be called now."""
    if view.is_closed:
        return desk.CLOSED
    return None if view.has_opened else desk.NOT_OPEN_YET


def _with_service(ticket: QueueTicket) -> Text:
    service = desk_services().get(ticket.service)
    number = code_of(ticket)
    return Text("%(number)s (%(service)s)", number=number, service=service.label) if service else verbatim(number)


def _codes(tickets: Sequence[QueueTicket]) -> Text:
    return joined(", ", *(verbatim(code_of(ticket)) for ticket in tickets))


def _choices(ctx: Context, view: DeskView) -> tuple[Choice, ...]:
    if view.mine is not None:
        record = Choice(code(BeginRecord("number", view.mine.id)), Text("Catat permohonan"))
        return (
            Choice(code(DeskStep("served", view.mine.id)), Text("Selesai dilayani")),
            Choice(code(DeskStep("again", view.mine.id)), Text("Panggil lagi")),
            Choice(code(DeskStep("absent", view.mine.id)), Text("Tidak hadir")),
            *((record,) if view.mine.service == SERVICE else ()),
        )
    pause = (
        Choice(code(ResumeQueue()), Text("Lanjutkan antrean"))
        if view.is_paused
        else Choice(code(PauseQueue()), Text("Jeda"))
    )
    guests = Choice(code(ShowGuestBook()), Text("Buku tamu"), nav=True)
    counter = Choice(code(OpenCounter()), Text("Loket"), nav=True)
    refresh = Choice(code(OpenDesk()), Text("Perbarui"), nav=True)
    if view.is_closed:
        return (refresh, guests, counter)
    call = Choice(code(CallNext(desk.calls_today(ctx))), Text("Panggil berikutnya"))
    give = Choice(code(PickService()), Text("Beri nomor"))
    calls = bool(view.next) and view.has_opened and not view.is_paused
    return (*((call,) if calls else ()), give, pause, refresh, guests, counter)
