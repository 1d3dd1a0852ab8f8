"""Deciding, sending back, issuing: what is asked before it, and the last question whether to do it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import cast

from bot.conversations.officer import case, steps
from bot.conversations.officer.steps import Step, Tap
from bot.conversations.types import Choice, DialogueState, Incoming, Prompt, Turn, turn
from bot.service import cases, decisions
from bot.service.cases import FEASIBLE, REJECTED, VERDICTS
from bot.service.desk import Desk
from desk.text import Json, Text, lines, paragraphs, verbatim

NAME = "verdict"


def tapped(args: Sequence[str], state: DialogueState, desk: Desk) -> Turn:
    return steps.tapped(TAPS, args, state, desk)


def advance(incoming: Incoming, state: DialogueState, desk: Desk) -> Turn:
    return steps.advance(_STEPS, incoming, state, desk)


def again(state: DialogueState, desk: Desk, notice: Text) -> Turn:
    return case.again(state, desk, notice)


def _decide(state: DialogueState, desk: Desk, number: int, more: list[str]) -> Turn:
    cases.must_be_possible(desk, cases.open_case(desk, number), "decide")
    choices = (
        Choice(f"{NAME}:taken:{number}:{FEASIBLE}", Text("Layak")),
        Choice(f"{NAME}:taken:{number}:{REJECTED}", Text("Ditolak")),
        Choice(f"{case.NAME}:show:{number}", Text("Kembali"), nav=True),
    )
    return turn(state.at(NAME), Prompt(Text("Apa hasil pemeriksaannya?"), choices))


def _verdict_taken(state: DialogueState, desk: Desk, number: int, more: list[str]) -> Turn:
    if more not in ([FEASIBLE], [REJECTED]):
        return _decide(state, desk, number, [])
    cases.must_be_possible(desk, cases.open_case(desk, number), "decide")
    return steps.wait(NAME, state, "grounds", number, Text("Tulis alasannya, satu alasan satu baris."), verdict=more[0])


def _take_grounds(state: DialogueState, desk: Desk, number: int, words: str) -> Turn:
    grounds: list[Json] = [line.strip() for line in words.splitlines() if line.strip()]
    text = Text("Tulis hal yang perlu diperhatikan pemohon, satu hal satu baris. Tulis - bila tidak ada.")
    return steps.wait(NAME, state, "heed", number, text, verdict=state.data["verdict"], grounds=grounds)


def _take_heed(state: DialogueState, desk: Desk, number: int, words: str) -> Turn:
    heed = [line.strip() for line in words.splitlines() if line.strip(" -")]
    return _confirm(state, number, heed)


def _confirm(state: DialogueState, number: int, heed: list[str]) -> Turn:
    grounds = [str(ground) for ground in cast("list[Json]", state.data["grounds"])]
    verdict = VERDICTS[str(state.data["verdict"])]
    text = paragraphs(
        Text("Putusan: %(verdict)s", verdict=verdict),
        lines(Text("Alasan:"), *(verbatim(f"{n}. {ground}") for n, ground in enumerate(grounds, 1))),
        lines(Text("Perlu diperhatikan:"), *(verbatim(f"{n}. {item}") for n, item in enumerate(heed, 1)))
        if heed
        else None,
        Text("Pemohon langsung diberi tahu hasilnya. Putuskan sekarang?"),
    )
    choices = (
        Choice(f"{NAME}:final:{number}", Text("Ya, putuskan")),
        Choice(f"{case.NAME}:show:{number}", Text("Tidak jadi"), nav=True),
    )
    kept: dict[str, Json] = {**dict(state.data), "step": "decided", "application": number, "heed": list(heed)}
    return turn(state.at(NAME, **kept), Prompt(text, choices))


def _final(state: DialogueState, desk: Desk, number: int, more: list[str]) -> Turn:
    if state.data.get("step") != "decided" or state.data.get("application") != number:
        return _decide(state, desk, number, [])
    grounds, heed = (
        [str(item) for item in cast("list[Json]", state.data.get(name) or [])] for name in ("grounds", "heed")
    )
    decisions.decide(desk, cases.open_case(desk, number), str(state.data["verdict"]), grounds, heed)
    return case.show(state, desk, number, Text("✓ Putusan tersimpan. Konsep suratnya sedang disusun."))


def _ask_back(state: DialogueState, desk: Desk, number: int, more: list[str]) -> Turn:
    cases.must_be_possible(desk, cases.open_case(desk, number), "send_back")
    return steps.wait(NAME, state, "back", number, Text("Apa yang perlu diubah? Catatan ini dikirim kepada petugas."))


def _take_back(state: DialogueState, desk: Desk, number: int, words: str) -> Turn:
    decisions.send_back(desk, cases.open_case(desk, number), words)
    return case.show(state, desk, number, Text("✓ Surat dikembalikan kepada petugas."))


def _ask_issue(state: DialogueState, desk: Desk, number: int, more: list[str]) -> Turn:
    application = cases.open_case(desk, number)
    cases.must_be_possible(desk, application, "issue")
    text = Text(
        "Terbitkan surat untuk %(number)s? Nomor surat diberikan sekarang, dan surat dikirim kepada pemohon.",
        number=application.number,
    )
    choices = (
        Choice(f"{NAME}:sure:{number}", Text("Ya, terbitkan")),
        Choice(f"{case.NAME}:show:{number}", Text("Tidak jadi")),
    )
    return turn(state.at(NAME), Prompt(text, choices))


def _issue(state: DialogueState, desk: Desk, number: int, more: list[str]) -> Turn:
    decisions.issue(desk, cases.open_case(desk, number))
    done = Text("✓ Surat terbit. Dokumennya sedang dibuat, lalu dikirim kepada pemohon.")
    return case.show(state, desk, number, done)


TAPS: Mapping[str, Tap] = {
    "decide": _decide,
    "taken": _verdict_taken,
    "final": _final,
    "back": _ask_back,
    "issue": _ask_issue,
    "sure": _issue,
}
_STEPS: Mapping[str, Step] = {"grounds": _take_grounds, "heed": _take_heed, "back": _take_back}
