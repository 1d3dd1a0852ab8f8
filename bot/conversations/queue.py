"""The visitor's number for the desk. For staff, the same command opens the desk's side of the queue."""

from __future__ import annotations

from datetime import date, datetime

from bot.actions import Action, code
from bot.actions.applicant import GiveNumberBack, MoveNumber, NumberStep, PickDay, ShowQueue, ShowVisit, TakeNumber
from bot.chat import Choice, DialogueState, Incoming, Prompt, Turn, turn
from bot.conversations import menu, survey
from bot.conversations.buttons import MENU
from bot.conversations.officer import queue_desk
from bot.conversations.protocol import CommandHandlers, without_argument
from bot.service import queue
from bot.service import queue_desk as desk
from bot.service.access import ActionRefused
from bot.service.context import Context
from bot.service.queue_news import code_of
from domain.office.services import desk_services
from domain.text import Text, lines, paragraphs
from storage.tables import QueueTicket

NAME = "queue"
_HAS_ONE = Text("Anda sudah mempunyai nomor.")
#: how a day stands in a button
_DAY = "%Y%m%d"


def start(state: DialogueState, ctx: Context) -> Turn:
    """The command: staff serve the queue, everybody else waits in it."""
    return queue_desk.show(state, ctx) if desk.can_serve(ctx) else show(state, ctx)


def show(state: DialogueState, ctx: Context, notice: Text | None = None) -> Turn:
    """The person's number; where they have none, the services for which they can take one."""
    ticket = queue.my_ticket(ctx)
    return _show_ticket(state, ctx, ticket, notice) if ticket is not None else _ask_service(state, ctx, notice)


def reprompt(state: DialogueState, ctx: Context, notice: Text) -> Turn:
    return show(state, ctx, notice)


def on_message(incoming: Incoming, state: DialogueState, ctx: Context) -> Turn:
    return menu.on_message(incoming, state, ctx)


def on_button(action: Action, state: DialogueState, ctx: Context) -> Turn:
    try:
        return _on_button(action, state, ctx)
    except ActionRefused as refused:
        return show(state, ctx, refused.text)


def _on_button(action: Action, state: DialogueState, ctx: Context) -> Turn:
    match action:
        case PickDay(service) if service in desk_services():
            return _ask_day(state, ctx, service)
        case TakeNumber(service, number) if (day := _day(number)) is not None:
            ticket = queue.take(ctx, service, day)
            is_other = (ticket.service, ticket.day) != (service, day)
            return _show_ticket(state, ctx, ticket, _HAS_ONE if is_other else None)
        case NumberStep("ask", ticket_id):
            return _ask_to_give_back(state, ctx, ticket_id)
        case NumberStep("move", ticket_id):
            return _ask_other_day(state, ctx, ticket_id)
        case GiveNumberBack(ticket_id):
            given_back = queue.cancel(ctx, ticket_id)
            return menu.show(state, ctx, Text("Nomor %(number)s sudah dibatalkan.", number=code_of(given_back)))
        case MoveNumber(ticket_id, number) if (day := _day(number)) is not None:
            return _show_ticket(state, ctx, queue.move(ctx, ticket_id, day))
    return show(state, ctx)


def _ask_service(state: DialogueState, ctx: Context, notice: Text | None = None) -> Turn:
    choices = [Choice(code(PickDay(service.id)), service.label, service.short) for service in desk_services().values()]
    text = paragraphs(notice, Text("Nomor antrean untuk layanan apa?"))
    last = queue.last_visit(ctx)
    surveyed = survey.open_choice(ctx, "visit", last.id) if last is not None else ()
    return turn(state.at(NAME), Prompt(text, (*choices, *surveyed, MENU)))


def _ask_day(state: DialogueState, ctx: Context, service_id: str) -> Turn:
    if queue.my_ticket(ctx) is not None:
        return show(state, ctx, _HAS_ONE)
    days = [_day_choice(ctx, day, TakeNumber(service_id, _number(day))) for day in queue.days(ctx)]
    text = Text("Untuk hari apa? Meja layanan buka %(hours)s.", hours=ctx.office.words["hours"])
    return turn(state.at(NAME), Prompt(text, (*days, MENU)))


def _ask_other_day(state: DialogueState, ctx: Context, ticket_id: int) -> Turn:
    ticket = queue.open_mine(ctx, ticket_id)
    others = [day for day in queue.days(ctx) if day != ticket.day]
    days = [_day_choice(ctx, day, MoveNumber(ticket.id, _number(day))) for day in others]
    keep = Choice(code(ShowQueue()), Text("Tetap"), nav=True)
    text = Text(
        "Nomor %(number)s dipindahkan ke hari apa? Anda mendapat nomor baru untuk hari itu.", number=code_of(ticket)
    )
    return turn(state.at(NAME), Prompt(text, (*days, keep)))


def _ask_to_give_back(state: DialogueState, ctx: Context, ticket_id: int) -> Turn:
    ticket = queue.open_mine(ctx, ticket_id)
    choices = (
        Choice(code(GiveNumberBack(ticket.id)), Text("Ya, batalkan")),
        Choice(code(ShowQueue()), Text("Tetap"), nav=True),
    )
    return turn(state.at(NAME), Prompt(Text("Batalkan nomor %(number)s?", number=code_of(ticket)), choices))


def _show_ticket(state: DialogueState, ctx: Context, ticket: QueueTicket, notice: Text | None = None) -> Turn:
    service = desk_services().get(ticket.service)
    text = paragraphs(
        notice,
        lines(
            Text("Nomor antrean Anda: %(number)s", number=code_of(ticket)),
            Text("%(service)s, %(day)s", service=service.label, day=ticket.day) if service else None,
        ),
        *_standing(ctx, ticket),
    )
    acts = (
        Choice(code(ShowQueue()), Text("Perbarui")),
        Choice(code(NumberStep("move", ticket.id)), Text("Pindah hari")),
        Choice(code(NumberStep("ask", ticket.id)), Text("Batalkan nomor")),
    )
    about = Choice(code(ShowVisit()), Text("Alamat dan jam"), nav=True)
    choices = acts if ticket.state == "waiting" else ()
    return turn(state.at(NAME), Prompt(text, (*choices, about, MENU)))


def _standing(ctx: Context, ticket: QueueTicket) -> tuple[Text | None, ...]:
    """How many are before this number, and what will be told."""
    if ticket.state == "called":
        return (Text("Nomor Anda dipanggil. Silakan ke meja layanan sekarang."),)
    standing = queue.standing(ctx, ticket)
    ahead = (
        Text("%(count)s orang di depan Anda.", count=standing.ahead)
        if standing.ahead
        else Text("Tidak ada yang menunggu di depan Anda.")
    )
    return (
        lines(ahead, _expected(ctx, standing.expected_at), _paused(standing)),
        Text("Kami mengabari di percakapan ini saat tinggal 3 orang, saat giliran berikutnya, dan saat dipanggil."),
    )


def _paused(standing: queue.Standing) -> Text | None:
    return Text("Antrean sedang dijeda sebentar.") if standing.is_paused else None


def _expected(ctx: Context, at: datetime | None) -> Text | None:
    if at is None:
        return None
    label = ctx.office.office.timezone_label
    return Text("Perkiraan dipanggil pukul %(time)s %(zone)s.", time=f"{at:%H.%M}", zone=label)


def _day_choice(ctx: Context, day: date, action: Action) -> Choice:
    if day == ctx.today:
        return Choice(code(action), Text("Hari ini, %(day)s", day=day), Text("Hari ini"))
    return Choice(code(action), Text("%(day)s", day=day))


def _number(day: date) -> int:
    return int(day.strftime(_DAY))


def _day(number: int) -> date | None:
    """`None` for a number that is no day: codes are untrusted."""
    try:
        return datetime.strptime(str(number), _DAY).date()  # noqa: DTZ007
    except ValueError:
        return None


COMMANDS: CommandHandlers = {"queue": without_argument(start)}
