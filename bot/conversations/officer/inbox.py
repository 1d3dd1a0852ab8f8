"""`/berkas`: the applications by status, the most urgent first; searching them. `/gabung CODE`: joining the staff."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field, replace
from functools import partial

from bot.actions import Action, code, read_number
from bot.actions.officer import FoundPage, InboxPage, LeaveRankOut, ListComplaints, OpenInbox
from bot.chat import Choice, DialogueState, Incoming, Prompt, Turn, turn, with_notice
from bot.conversations import menu
from bot.conversations.buttons import MENU, place_choices, start_of
from bot.conversations.officer import case_screen, joining
from bot.conversations.protocol import CommandHandlers, without_argument
from bot.conversations.state import read, stored_as, to_json
from bot.conversations.text_input import resume_choices
from bot.service import access, buttons, cases, complaint_desk, officers
from bot.service.access import ActionRefused
from bot.service.context import Context
from bot.service.wording import STATUSES, count_lines, line
from domain.frozen import frozen
from domain.numbers import application_number, parse_application_number
from domain.text import Text, lines, one_line, paragraphs
from storage.tables import Application

NAME = "inbox"
MAX_SEARCH = 60  #: characters
MAX_SERIAL_DIGITS = 6  #: of an application's serial number within its year

NOT_JOINED = {
    "wrong": Text("Kode itu tidak cocok. Periksa hurufnya, atau minta kode baru kepada admin."),
    "expired": Text("Kode itu sudah dipakai atau kedaluwarsa. Minta kode baru kepada admin."),
    "too_many": Text("Terlalu banyak kode yang salah. Silakan coba lagi satu jam kemudian."),
}

#: list → its heading
LISTS: Mapping[str, Text] = {
    **STATUSES,
    cases.MINE: Text("Permohonan yang Anda pegang"),
    cases.ENDED: Text("Permohonan yang sudah selesai"),
    cases.NOT_IN_ROMANTIK: Text("Permohonan layak yang belum direkam di Romantik"),
}


@frozen
class InboxState:
    """`search`: the words that were searched for, for the other pages of what was found."""

    search: str = field(default="", metadata=stored_as("sought"))
    #: we asked for what is missing of the actor, see `joining`
    asks_actor: bool = field(default=False, metadata=stored_as("asks_name"))


def join(state: DialogueState, ctx: Context, invite_code: str) -> Turn:
    if not invite_code:
        return menu.show(state, ctx, Text("Tulis kodenya setelah perintah, misalnya /gabung ABCD234567."))
    outcome = officers.join(ctx, invite_code)
    if outcome != "joined":
        return menu.show(state, ctx, NOT_JOINED[outcome])
    role = officers.role(ctx)
    shown = start(
        state, ctx, Text("Selamat bergabung. Anda sekarang masuk sebagai %(role)s.", role=officers.ROLES[role])
    )
    return replace(shown, prompts=tuple(replace(prompt, commands=role) for prompt in shown.prompts))


def start(state: DialogueState, ctx: Context, notice: Text | None = None) -> Turn:
    """The most urgent applications, and how many there are in each status. Who has not told their name, or a director
    what letters say beside it, is asked for it first.
    """
    if (missing := joining.question(ctx)) is not None:
        return with_notice(turn(state.at(NAME, **to_json(InboxState(asks_actor=True))), missing), notice)
    try:
        counts, urgent = cases.count_by_status(ctx), cases.urgent(ctx)
    except ActionRefused as refused:
        return menu.show(state, ctx, notice or refused.text)
    rows = count_lines(counts)
    text = paragraphs(
        notice,
        Text("Berkas permohonan"),
        lines(*rows) if rows else Text("Tidak ada permohonan yang sedang dikerjakan."),
        lines(Text("Paling mendesak:"), *(line(ctx, application) for application in urgent)) if urgent else None,
        Text("Untuk membuka atau mencari, tulis nomor permohonan atau kata dari judulnya."),
    )
    choices = (*resume_choices(state), *map(buttons.open_numbered, urgent), *_lists(ctx, counts), *_navigation(ctx))
    return turn(state.at(NAME), Prompt(text, choices))


def statistics(state: DialogueState, ctx: Context) -> Turn:
    """How many applications are in each status of work."""
    try:
        counts = cases.count_by_status(ctx)
    except ActionRefused as refused:
        return menu.show(state, ctx, refused.text)
    rows = [
        Text("%(status)s: %(count)s", status=name, count=counts.get(status, 0)) for status, name in STATUSES.items()
    ]
    overview = Choice(code(OpenInbox()), Text("Semua berkas"), nav=True)
    return turn(state.at(NAME), Prompt(paragraphs(Text("Berkas permohonan"), lines(*rows)), (overview, MENU)))


def _lists(ctx: Context, counts: Mapping[str, int]) -> list[Choice]:
    """The lists with something in them."""
    choices = [
        Choice(code(InboxPage(status, 0)), Text("%(status)s (%(count)s)", status=name, count=counts[status]), name)
        for status, name in STATUSES.items()
        if status in counts
    ]
    waiting = complaint_desk.count_open(ctx)
    if waiting:
        label = Text("Pengaduan (%(count)s)", count=waiting)
        choices.append(Choice(code(ListComplaints()), label, Text("Pengaduan")))
    return choices


def _navigation(ctx: Context) -> tuple[Choice, ...]:
    mine = Choice(code(InboxPage(cases.MINE, 0)), Text("Berkas saya"), nav=True)
    return (
        *((mine,) if access.can_hold_cases(ctx) else ()),
        Choice(code(InboxPage(cases.ENDED, 0)), Text("Selesai"), nav=True),
        MENU,
    )


def reprompt(state: DialogueState, ctx: Context, notice: Text) -> Turn:
    return start(state, ctx, notice)


def on_message(incoming: Incoming, state: DialogueState, ctx: Context) -> Turn:
    asked = read(InboxState, state.data)
    if asked is not None and asked.asks_actor and joining.question(ctx) is not None:
        return start(state, ctx, joining.take(ctx, incoming.text) or Text("✓ Tersimpan."))
    return look_up(state, ctx, incoming.text)


def look_up(state: DialogueState, ctx: Context, words: str) -> Turn:
    """Opens the application with this number; other words are searched for."""
    search = one_line(words)[:MAX_SEARCH]
    number = _application_number(ctx, search)
    try:
        if not search:
            return start(state, ctx)
        if number is None:
            return _show_found(state, ctx, search, 0, "")
        application = cases.find_by_number(ctx, number)
        if application is None:
            return start(state, ctx, Text("Permohonan dengan nomor %(number)s tidak ada.", number=number))
        return case_screen.show(state, ctx, application.id)
    except ActionRefused as refused:
        return menu.show(state, ctx, refused.text)


def _application_number(ctx: Context, words: str) -> str | None:
    """The application's number as the office writes it; a serial number alone is one of this year."""
    pattern = ctx.office.numbers.application_number
    serial = read_number(words.strip()) if len(words.strip()) <= MAX_SERIAL_DIGITS else None
    if serial:
        return application_number(pattern, ctx.today.year, serial)
    return parse_application_number(words, pattern=pattern)


def on_button(action: Action, state: DialogueState, ctx: Context) -> Turn:
    try:
        match action:
            case LeaveRankOut():
                joining.leave_rank_out(ctx)
            case InboxPage(which, page, place) if which in LISTS:
                return _show_list(state, ctx, which, page, place)
            case FoundPage(page, place):
                inbox = read(InboxState, state.data)
                if inbox is not None and inbox.search:
                    return _show_found(state, ctx, inbox.search, page, place)
    except ActionRefused as refused:
        return menu.show(state, ctx, refused.text)
    return start(state, ctx)


def _show_list(state: DialogueState, ctx: Context, which: str, page: int, place: str) -> Turn:
    found = cases.inbox(ctx, which, start_of(page, place, cases.PAGE))
    if not found.rows:
        return start(state, ctx, Text("Tidak ada permohonan di sana sekarang."))
    navigation = place_choices(partial(InboxPage, which), page, found)
    if which == cases.ENDED and access.may_do(ctx, "export_case"):
        unrecorded = Choice(code(InboxPage(cases.NOT_IN_ROMANTIK, 0)), Text("Belum di Romantik"))
        navigation = (unrecorded, *navigation)
    return _show_page(state.at(NAME), ctx, LISTS[which], found.rows, navigation)


def _show_found(state: DialogueState, ctx: Context, search: str, page: int, place: str) -> Turn:
    found = cases.search(ctx, search, start_of(page, place, cases.PAGE))
    if not found.rows:
        text = Text(
            "Tidak ada permohonan yang sedang dikerjakan dengan kata “%(words)s”. "
            "Permohonan yang sudah selesai dibuka dengan nomornya.",
            words=search,
        )
        return start(state, ctx, text)
    heading = Text("Permohonan dengan kata “%(words)s”:", words=search)
    navigation = place_choices(FoundPage, page, found)
    return _show_page(state.at(NAME, **to_json(InboxState(search))), ctx, heading, found.rows, navigation)


def _show_page(
    state: DialogueState,
    ctx: Context,
    heading: Text,
    rows: Sequence[Application],
    navigation: Sequence[Choice],
) -> Turn:
    overview = Choice(code(OpenInbox()), Text("Semua berkas"), nav=True)
    text = paragraphs(heading, lines(*(line(ctx, application) for application in rows)))
    return turn(state, Prompt(text, (*map(buttons.open_numbered, rows), *navigation, overview)))


COMMANDS: CommandHandlers = {
    "join": join,
    "inbox": look_up,
    "look_up": look_up,
    "statistics": without_argument(statistics),
}
