"""Deciding, sending back, issuing: what is asked before it, and the last question whether to do it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from bot.actions import Action, fields_of
from bot.chat import Choice, DialogueState, Incoming, Turn
from bot.conversations.officer import acts, examine, head
from bot.conversations.officer.acts import Step, Steps, Tap
from bot.service import cases, decisions, transitions
from bot.service.cases import FEASIBLE, REJECTED, VERDICTS
from bot.service.context import Context
from domain import remarks
from domain.remarks import HEED
from domain.text import Json, Text, paragraphs

NAME = "verdict"


def on_button(action: Action, state: DialogueState, ctx: Context) -> Turn:
    return acts.on_button(TAPS, fields_of(action), state, ctx)


def on_message(incoming: Incoming, state: DialogueState, ctx: Context) -> Turn:
    return acts.on_message(STEPS, incoming, state, ctx)


def reprompt(state: DialogueState, ctx: Context, notice: Text) -> Turn:
    if not state.data.get("ready"):
        return acts.reprompt(STEPS, state, ctx, notice)
    number, heed = acts.number_in(state), _words(state, "heed")
    shown = acts.guarded(state, ctx, number, lambda: _confirmed(state, ctx, number, *_chosen(state), heed))
    return acts.noticed(notice, shown)


def _fine(state: DialogueState, ctx: Context, number: int, more: list[str]) -> Turn:
    """Everything is in order: the verdict with the usual ground, one question away."""
    return _confirmed(state, ctx, number, FEASIBLE, [remarks.grounds()[FEASIBLE][0]], [])


def _decide(state: DialogueState, ctx: Context, number: int, more: list[str]) -> Turn:
    transitions.check(ctx, cases.open_case(ctx, number), "decide")
    choices = [Choice(f"{NAME}:taken:{number}:{verdict}", name) for verdict, name in VERDICTS.items()]
    return acts.ask(NAME, state, number, Text("Apa hasil pemeriksaannya?"), *choices)


def _taken(state: DialogueState, ctx: Context, number: int, more: list[str]) -> Turn:
    if more not in ([FEASIBLE], [REJECTED]):
        return _decide(state, ctx, number, [])
    return _ask_grounds(state, ctx, number, more[0])


def _ask_grounds(state: DialogueState, ctx: Context, number: int, verdict: str) -> Turn:
    _must_be_free(ctx, number, verdict)
    listed, ready = ready_made(f"{NAME}:ground:{number}:{verdict}", verdict)
    text = paragraphs(Text("Tulis alasannya, satu alasan satu baris, atau pilih salah satu."), listed)
    return acts.wait(NAME, state, "grounds", number, text, *ready, verdict=verdict)


def ready_made(prefix: str, purpose: str) -> tuple[Text | None, list[Choice]]:
    """What letters often say."""
    return acts.ready_made(prefix, remarks.grounds().get(purpose, ()))


def ready_words(purpose: str, more: list[str]) -> list[str]:
    """What such a button means; nothing for one that is none of them."""
    ready, number = remarks.grounds().get(purpose, ()), acts.number_of(more)
    return [ready[number - 1]] if number is not None and 0 < number <= len(ready) else []


def items_of(words: str) -> list[str]:
    """One item a line."""
    return [line.strip() for line in words.splitlines() if any(sign.isalnum() for sign in line)]


def _ground(state: DialogueState, ctx: Context, number: int, more: list[str]) -> Turn:
    if more[:1] not in ([FEASIBLE], [REJECTED]):
        return _decide(state, ctx, number, [])
    return _ask_heed(state, ctx, number, more[0], ready_words(more[0], more[1:]))


def _take_grounds(state: DialogueState, ctx: Context, number: int, words: str) -> Turn:
    return _ask_heed(state, ctx, number, str(state.data["verdict"]), items_of(words))


def _ask_heed(state: DialogueState, ctx: Context, number: int, verdict: str, grounds: list[str]) -> Turn:
    if not grounds:
        return _ask_grounds(state, ctx, number, verdict)
    _must_be_free(ctx, number, verdict)
    listed, ready = ready_made(f"{NAME}:heed:{number}", HEED)
    ready.append(Choice(f"{NAME}:heed:{number}:0", Text("Tidak ada")))
    asked = Text("Apa yang perlu diperhatikan pemohon? Tulis satu hal satu baris, atau pilih salah satu.")
    text = paragraphs(asked, listed)
    return acts.wait(NAME, state, "heed", number, text, *ready, verdict=verdict, grounds=_json(grounds))


def _heed(state: DialogueState, ctx: Context, number: int, more: list[str]) -> Turn:
    if not _has_grounds(state, number):
        return _decide(state, ctx, number, [])
    return _confirmed(state, ctx, number, *_chosen(state), ready_words(HEED, more))


def _take_heed(state: DialogueState, ctx: Context, number: int, words: str) -> Turn:
    return _confirmed(state, ctx, number, *_chosen(state), items_of(words))


def _confirmed(
    state: DialogueState, ctx: Context, number: int, verdict: str, grounds: list[str], heed: list[str]
) -> Turn:
    """The whole verdict once more before anybody is told."""
    _must_be_free(ctx, number, verdict)
    if not grounds:
        return _ask_grounds(state, ctx, number, verdict)
    text = paragraphs(
        Text("Putusan: %(verdict)s", verdict=VERDICTS[verdict]),
        head.numbered(Text("Alasan:"), grounds),
        head.numbered(Text("Perlu diperhatikan:"), heed),
        _found(ctx, number) if verdict == FEASIBLE else None,
        Text("Pemohon langsung diberi tahu hasilnya. Putuskan sekarang?"),
    )
    choices = (
        Choice(f"{NAME}:final:{number}:{verdict}", Text("Ya, putuskan")),
        Choice(f"{NAME}:taken:{number}:{verdict}", Text("Ubah isinya")),
    )
    kept: dict[str, Json] = {"verdict": verdict, "grounds": _json(grounds), "heed": _json(heed), "ready": True}
    return acts.ask(NAME, state, number, text, *choices, **kept)


def _found(ctx: Context, number: int) -> Text | None:
    """What the rules found is not to be overlooked when all is said to be fine."""
    count = len(examine.of(ctx, number).all_found)
    return Text("Pemeriksaan otomatis menemukan %(count)s hal; lihat pada bloknya.", count=count) if count else None


def _final(state: DialogueState, ctx: Context, number: int, more: list[str]) -> Turn:
    """Only what stands on the screen is decided."""
    if not _has_grounds(state, number) or not state.data.get("ready") or more != [state.data["verdict"]]:
        return _decide(state, ctx, number, [])
    verdict, grounds = _chosen(state)
    heed = _words(state, "heed")
    decisions.decide(ctx, cases.open_case(ctx, number), verdict, grounds, heed)
    return head.show(state, ctx, number, Text("✓ Putusan tersimpan. Konsep suratnya sedang disusun."))


def _must_be_free(ctx: Context, number: int, verdict: str) -> None:
    application = cases.open_case(ctx, number)
    transitions.check(ctx, application, "decide")
    if verdict == FEASIBLE:
        cases.must_be_free_of_remarks(ctx, application)


def _has_grounds(state: DialogueState, number: int) -> bool:
    return state.data.get("application") == number and bool(state.data.get("grounds"))


def _chosen(state: DialogueState) -> tuple[str, list[str]]:
    return str(state.data["verdict"]), _words(state, "grounds")


def _words(state: DialogueState, name: str) -> list[str]:
    return [str(item) for item in cast("list[Json]", state.data.get(name) or [])]


def _json(words: list[str]) -> list[Json]:
    return list(words)


def _ask_back(state: DialogueState, ctx: Context, number: int, more: list[str]) -> Turn:
    transitions.check(ctx, cases.open_case(ctx, number), "send_back")
    return acts.wait(NAME, state, "back", number, Text("Apa yang perlu diubah? Catatan ini dikirim kepada petugas."))


def _take_back(state: DialogueState, ctx: Context, number: int, words: str) -> Turn:
    decisions.send_back(ctx, cases.open_case(ctx, number), words)
    return head.show(state, ctx, number, Text("✓ Surat dikembalikan kepada petugas."))


def _ask_issue(state: DialogueState, ctx: Context, number: int, more: list[str]) -> Turn:
    application = cases.open_case(ctx, number)
    transitions.check(ctx, application, "issue")
    text = Text(
        "Terbitkan surat untuk %(number)s? Nomor surat diberikan sekarang, dan surat dikirim kepada pemohon.",
        number=application.number,
    )
    return acts.ask(NAME, state, number, text, Choice(f"{NAME}:sure:{number}", Text("Ya, terbitkan")))


def _issue(state: DialogueState, ctx: Context, number: int, more: list[str]) -> Turn:
    decisions.issue(ctx, cases.open_case(ctx, number))
    done = Text("✓ Surat terbit. Dokumennya sedang dibuat, lalu dikirim kepada pemohon.")
    return head.show(state, ctx, number, done)


TAPS: Mapping[str, Tap] = {
    "fine": _fine,
    "decide": _decide,
    "taken": _taken,
    "ground": _ground,
    "heed": _heed,
    "final": _final,
    "back": _ask_back,
    "issue": _ask_issue,
    "sure": _issue,
}
STEPS: Steps = {
    "grounds": Step(lambda state, ctx, n: _ask_grounds(state, ctx, n, str(state.data["verdict"])), _take_grounds),
    "heed": Step(lambda state, ctx, number: _ask_heed(state, ctx, number, *_chosen(state)), _take_heed),
    "back": Step(lambda state, ctx, number: _ask_back(state, ctx, number, []), _take_back),
}
