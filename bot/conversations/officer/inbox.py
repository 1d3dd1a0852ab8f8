"""`/berkas`: the applications by state, the most urgent first. `/gabung CODE`: joining the office."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.conversations import menu
from bot.conversations.officer.words import number_in
from bot.conversations.types import Choice, DialogueState, Incoming, Prompt, Turn, turn
from bot.service import cases, officers
from bot.service.desk import Desk
from bot.service.wording import STATUSES, line
from desk.text import Text, lines, paragraphs
from storage.tables import Application

NAME = "inbox"

_JOINED = {
    "wrong": Text("Kode itu tidak cocok. Periksa hurufnya, atau minta kode baru kepada admin."),
    "expired": Text("Kode itu sudah dipakai atau kedaluwarsa. Minta kode baru kepada admin."),
    "too_many": Text("Terlalu banyak kode yang salah. Silakan coba lagi satu jam kemudian."),
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
    """How many wait in each state."""
    try:
        counts = cases.counts(desk)
    except cases.Refused as refused:
        return menu.show(state, desk, notice or refused.text)
    rows = [Text("%(status)s: %(count)s", status=STATUSES[status], count=counts.get(status, 0)) for status in STATUSES]
    choices = tuple(
        Choice(f"{NAME}:list:{status}:0", Text("%(status)s (%(count)s)", status=name, count=counts[status]), name)
        for status, name in STATUSES.items()
        if counts.get(status)
    )
    how = Text("Buka satu permohonan langsung dengan /periksa dan nomornya, misalnya /periksa REK-2026-0001.")
    text = paragraphs(notice, Text("Berkas permohonan"), lines(*rows), how)
    return turn(state.at(NAME), Prompt(text, (*choices, Choice("menu:show", Text("Menu"), nav=True))))


def again(state: DialogueState, desk: Desk, notice: Text) -> Turn:
    return start(state, desk, notice)


def advance(incoming: Incoming, state: DialogueState, desk: Desk) -> Turn:
    """A number opens its application."""
    return look_up(state, desk, incoming.text)


def look_up(state: DialogueState, desk: Desk, words: str) -> Turn:
    from bot.conversations.officer import case

    number = number_in(desk, words)
    try:
        application = cases.find(desk, number) if number else None
    except cases.Refused as refused:
        return menu.show(state, desk, refused.text)
    if application is None:
        return start(state, desk, Text("Permohonan dengan nomor itu tidak ada."))
    return case.opened(state, desk, application.id)


def tapped(args: Sequence[str], state: DialogueState, desk: Desk) -> Turn:
    match args:
        case ["list", status, page] if status in STATUSES and page.isascii() and page.isdigit() and len(page) < 6:
            return _listed(state, desk, status, int(page))
    return start(state, desk)


def _listed(state: DialogueState, desk: Desk, status: str, page: int) -> Turn:
    try:
        found, more = cases.inbox(desk, status, page)
    except cases.Refused as refused:
        return menu.show(state, desk, refused.text)
    if not found:
        return start(state, desk, Text("Tidak ada permohonan di sana sekarang."))
    text = paragraphs(STATUSES[status], lines(*(line(desk, application) for application in found)))
    choices = [_open(application) for application in found]
    if page:
        choices.append(Choice(f"{NAME}:list:{status}:{page - 1}", Text("Sebelumnya"), nav=True))
    if more:
        choices.append(Choice(f"{NAME}:list:{status}:{page + 1}", Text("Berikutnya"), nav=True))
    choices.append(Choice(f"{NAME}:start", Text("Semua berkas"), nav=True))
    return turn(state.at(NAME), Prompt(text, tuple(choices)))


def _open(application: Application) -> Choice:
    return Choice(f"case:show:{application.id}", Text("%(number)s", number=application.number))
