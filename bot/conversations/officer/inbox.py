"""`/berkas`: the applications by state, the most urgent first; search. `/gabung CODE`: joining the office."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.actions import Action, fields_of
from bot.chat import Choice, DialogueState, Incoming, Prompt, Turn, turn
from bot.conversations import menu
from bot.conversations.officer import head
from bot.conversations.officer.words import number_in
from bot.conversations.protocol import CommandHandlers
from bot.service import access, cases, complaints, officers
from bot.service.access import ActionRefused
from bot.service.context import Context
from bot.service.wording import STATUSES, line
from domain.text import Text, lines, one_line, paragraphs
from storage.tables import Application

NAME = "inbox"
LONGEST_SEARCH = 60

_JOINED = {
    "wrong": Text("Kode itu tidak cocok. Periksa hurufnya, atau minta kode baru kepada admin."),
    "expired": Text("Kode itu sudah dipakai atau kedaluwarsa. Minta kode baru kepada admin."),
    "too_many": Text("Terlalu banyak kode yang salah. Silakan coba lagi satu jam kemudian."),
}

#: list → its heading; the first five are states of work
LISTS: Mapping[str, Text] = {
    **STATUSES,
    cases.MINE: Text("Berkas yang Anda pegang"),
    cases.ENDED: Text("Berkas yang sudah selesai"),
}


def join(state: DialogueState, ctx: Context, code: str) -> Turn:
    if not code:
        return menu.show(state, ctx, Text("Tulis kodenya setelah perintah, misalnya /gabung ABCD234567."))
    outcome = officers.join(ctx, code)
    if outcome != "joined":
        return menu.show(state, ctx, _JOINED[outcome])
    role = officers.role(ctx)
    shown = start(
        state, ctx, Text("Selamat bergabung. Anda sekarang masuk sebagai %(role)s.", role=officers.ROLES[role])
    )
    return replace(shown, prompts=tuple(replace(prompt, commands=role) for prompt in shown.prompts))


def start(state: DialogueState, ctx: Context, notice: Text | None = None) -> Turn:
    """What waits: the most urgent applications first, then how many in each state."""
    try:
        counts, urgent = cases.counts(ctx), cases.urgent(ctx)
    except ActionRefused as refused:
        return menu.show(state, ctx, notice or refused.text)
    waiting = complaints.count_open(ctx)
    rows = [Text("%(status)s: %(count)s", status=STATUSES[key], count=counts[key]) for key in STATUSES if key in counts]
    text = paragraphs(
        notice,
        Text("Berkas permohonan"),
        lines(*rows) if rows else Text("Tidak ada berkas yang sedang dikerjakan."),
        lines(Text("Paling mendesak:"), *(line(ctx, application) for application in urgent)) if urgent else None,
        Text("Untuk membuka atau mencari, tulis nomor permohonan atau kata dari judulnya."),
    )
    lists = [
        Choice(f"{NAME}:list:{key}:0", Text("%(status)s (%(count)s)", status=name, count=counts[key]), name)
        for key, name in STATUSES.items()
        if key in counts
    ]
    if waiting:
        lists.append(Choice("complaint:list", Text("Pengaduan (%(count)s)", count=waiting), Text("Pengaduan")))
    mine = Choice(f"{NAME}:list:{cases.MINE}:0", Text("Berkas saya"), nav=True)
    nav = (
        *((mine,) if access.can_hold_cases(ctx) else ()),
        Choice(f"{NAME}:list:{cases.ENDED}:0", Text("Selesai"), nav=True),
        Choice("menu:show", Text("Menu"), nav=True),
    )
    return turn(state.at(NAME), Prompt(text, (*map(_open, urgent), *lists, *nav)))


def reprompt(state: DialogueState, ctx: Context, notice: Text) -> Turn:
    return start(state, ctx, notice)


def on_message(incoming: Incoming, state: DialogueState, ctx: Context) -> Turn:
    """A number opens its application, other words are searched for."""
    return look_up(state, ctx, incoming.text)


def look_up(state: DialogueState, ctx: Context, words: str) -> Turn:
    sought = one_line(words)[:LONGEST_SEARCH]
    number = number_in(ctx, sought)
    try:
        if not sought:
            return start(state, ctx)
        if number is None:
            return _found(state, ctx, sought, 0)
        application = cases.find(ctx, number)
        if application is None:
            return start(state, ctx, Text("Permohonan dengan nomor %(number)s tidak ada.", number=number))
        return head.show(state, ctx, application.id)
    except ActionRefused as refused:
        return menu.show(state, ctx, refused.text)


def on_button(action: Action, state: DialogueState, ctx: Context) -> Turn:
    try:
        match fields_of(action):
            case ["list", name, page] if name in LISTS and _is_page(page):
                return _listed(state, ctx, name, int(page))
            case ["found", page] if _is_page(page) and state.data.get("sought"):
                return _found(state, ctx, str(state.data["sought"]), int(page))
    except ActionRefused as refused:
        return menu.show(state, ctx, refused.text)
    return start(state, ctx)


def _is_page(words: str) -> bool:
    return words.isascii() and words.isdigit() and len(words) < 6


def _listed(state: DialogueState, ctx: Context, name: str, page: int) -> Turn:
    found, more = cases.inbox(ctx, name, page)
    if not found:
        return start(state, ctx, Text("Tidak ada permohonan di sana sekarang."))
    return _page(state.at(NAME), ctx, LISTS[name], found, f"{NAME}:list:{name}", page, more)


def _found(state: DialogueState, ctx: Context, sought: str, page: int) -> Turn:
    found, more = cases.search(ctx, sought, page)
    if not found:
        text = Text(
            "Tidak ada berkas yang sedang dikerjakan dengan kata “%(words)s”. "
            "Permohonan yang sudah selesai dibuka dengan nomornya.",
            words=sought,
        )
        return start(state, ctx, text)
    heading = Text("Berkas dengan kata “%(words)s”:", words=sought)
    return _page(state.at(NAME, sought=sought), ctx, heading, found, f"{NAME}:found", page, more)


def _page(
    state: DialogueState,
    ctx: Context,
    heading: Text,
    found: Sequence[Application],
    code: str,
    page: int,
    more: bool,
) -> Turn:
    choices = [_open(application) for application in found]
    if page:
        choices.append(Choice(f"{code}:{page - 1}", Text("Sebelumnya"), nav=True))
    if more:
        choices.append(Choice(f"{code}:{page + 1}", Text("Berikutnya"), nav=True))
    choices.append(Choice(f"{NAME}:start", Text("Semua berkas"), nav=True))
    text = paragraphs(heading, lines(*(line(ctx, application) for application in found)))
    return turn(state, Prompt(text, tuple(choices)))


def _open(application: Application) -> Choice:
    return Choice(f"case:show:{application.id}", Text("%(number)s", number=application.number))


COMMANDS: CommandHandlers = {"join": join, "inbox": look_up, "look_up": look_up}
