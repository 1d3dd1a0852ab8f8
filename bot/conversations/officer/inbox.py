"""`/berkas`: the applications by state, the most urgent first; search. `/gabung CODE`: joining the office."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.conversations import menu
from bot.conversations.officer import head
from bot.conversations.officer.words import number_in
from bot.conversations.types import Choice, DialogueState, Incoming, Prompt, Turn, turn
from bot.service import cases, complaints, officers
from bot.service.cases import Refused
from bot.service.desk import Desk
from bot.service.wording import STATUSES, line
from desk.reading import one_line
from desk.text import Text, lines, paragraphs
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


def join(state: DialogueState, desk: Desk, code: str) -> Turn:
    if not code:
        return menu.show(state, desk, Text("Tulis kodenya setelah perintah, misalnya /gabung ABCD234567."))
    outcome = officers.join(desk, code)
    if outcome != "joined":
        return menu.show(state, desk, _JOINED[outcome])
    role = officers.role(desk)
    shown = start(
        state, desk, Text("Selamat bergabung. Anda sekarang masuk sebagai %(role)s.", role=officers.ROLES[role])
    )
    return replace(shown, prompts=tuple(replace(prompt, commands=role) for prompt in shown.prompts))


def start(state: DialogueState, desk: Desk, notice: Text | None = None) -> Turn:
    """What waits: the most urgent applications first, then how many in each state."""
    try:
        counts, urgent = cases.counts(desk), cases.urgent(desk)
    except Refused as refused:
        return menu.show(state, desk, notice or refused.text)
    waiting = complaints.count_open(desk)
    rows = [Text("%(status)s: %(count)s", status=STATUSES[key], count=counts[key]) for key in STATUSES if key in counts]
    text = paragraphs(
        notice,
        Text("Berkas permohonan"),
        lines(*rows) if rows else Text("Tidak ada berkas yang sedang dikerjakan."),
        lines(Text("Paling mendesak:"), *(line(desk, application) for application in urgent)) if urgent else None,
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
        *((mine,) if cases.can_hold(desk) else ()),
        Choice(f"{NAME}:list:{cases.ENDED}:0", Text("Selesai"), nav=True),
        Choice("menu:show", Text("Menu"), nav=True),
    )
    return turn(state.at(NAME), Prompt(text, (*map(_open, urgent), *lists, *nav)))


def again(state: DialogueState, desk: Desk, notice: Text) -> Turn:
    return start(state, desk, notice)


def advance(incoming: Incoming, state: DialogueState, desk: Desk) -> Turn:
    """A number opens its application, other words are searched for."""
    return look_up(state, desk, incoming.text)


def look_up(state: DialogueState, desk: Desk, words: str) -> Turn:
    sought = one_line(words)[:LONGEST_SEARCH]
    number = number_in(desk, sought)
    try:
        if not sought:
            return start(state, desk)
        if number is None:
            return _found(state, desk, sought, 0)
        application = cases.find(desk, number)
        if application is None:
            return start(state, desk, Text("Permohonan dengan nomor %(number)s tidak ada.", number=number))
        return head.show(state, desk, application.id)
    except Refused as refused:
        return menu.show(state, desk, refused.text)


def tapped(args: Sequence[str], state: DialogueState, desk: Desk) -> Turn:
    try:
        match args:
            case ["list", name, page] if name in LISTS and _is_page(page):
                return _listed(state, desk, name, int(page))
            case ["found", page] if _is_page(page) and state.data.get("sought"):
                return _found(state, desk, str(state.data["sought"]), int(page))
    except Refused as refused:
        return menu.show(state, desk, refused.text)
    return start(state, desk)


def _is_page(words: str) -> bool:
    return words.isascii() and words.isdigit() and len(words) < 6


def _listed(state: DialogueState, desk: Desk, name: str, page: int) -> Turn:
    found, more = cases.inbox(desk, name, page)
    if not found:
        return start(state, desk, Text("Tidak ada permohonan di sana sekarang."))
    return _page(state.at(NAME), desk, LISTS[name], found, f"{NAME}:list:{name}", page, more)


def _found(state: DialogueState, desk: Desk, sought: str, page: int) -> Turn:
    found, more = cases.search(desk, sought, page)
    if not found:
        text = Text(
            "Tidak ada berkas yang sedang dikerjakan dengan kata “%(words)s”. "
            "Permohonan yang sudah selesai dibuka dengan nomornya.",
            words=sought,
        )
        return start(state, desk, text)
    heading = Text("Berkas dengan kata “%(words)s”:", words=sought)
    return _page(state.at(NAME, sought=sought), desk, heading, found, f"{NAME}:found", page, more)


def _page(
    state: DialogueState,
    desk: Desk,
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
    text = paragraphs(heading, lines(*(line(desk, application) for application in found)))
    return turn(state, Prompt(text, tuple(choices)))


def _open(application: Application) -> Choice:
    return Choice(f"case:show:{application.id}", Text("%(number)s", number=application.number))
