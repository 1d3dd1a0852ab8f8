"""From the verdict to the letter: decided by the officer who holds the case, issued by the director.

Source: SK 66/BPS/Tahun 2023, steps 6 and 7 online, 10 and 11 at the desk.
"""

from __future__ import annotations

from bot.service import buttons, letters, notices, transitions
from bot.service.access import ActionRefused
from bot.service.cases import FEASIBLE, must_be_free_of_remarks
from bot.service.context import Context
from domain.numbers import letter_number, recommendation_identity
from domain.text import Json, Text
from storage import officers
from storage.number_series import next_number
from storage.tables import Application


def decide(ctx: Context, application: Application, verdict: str, grounds: list[str], advice: list[str]) -> None:
    """The verdict with its numbered grounds; *layak* only without open remarks. Drafts the letter and tells."""
    transitions.check(ctx, application, "decide")
    if verdict == FEASIBLE:
        must_be_free_of_remarks(ctx, application)
    _must_have_grounds(grounds)
    transitions.move(
        ctx,
        application,
        "decide",
        verdict=verdict,
        grounds=list(grounds),
        advice=list(advice),
        decided_at=ctx.now,
        first_result_at=application.first_result_at or ctx.now,
    )
    letters.request(ctx, application, "draft")
    outcome = Text("layak") if verdict == FEASIBLE else Text("ditolak")
    text = Text(
        "Permohonan %(number)s selesai diperiksa. Hasilnya: %(verdict)s. "
        "Suratnya sedang disiapkan dan kami kirim setelah terbit.",
        number=application.number,
        verdict=outcome,
    )
    notices.tell_applicant(ctx, application, text, "result")


def edit_letter(ctx: Context, application: Application, grounds: list[str], advice: list[str]) -> None:
    """Other words for the same verdict, before the letter goes to the director; a new draft is drawn."""
    transitions.check(ctx, application, "edit_letter")
    _must_have_grounds(grounds)
    transitions.move(ctx, application, "edit_letter", grounds=list(grounds), advice=list(advice))
    letters.request(ctx, application, "draft")


def _must_have_grounds(grounds: list[str]) -> None:
    if not grounds:
        raise ActionRefused(Text("Tulis paling sedikit satu alasan."))


def send_to_director(ctx: Context, application: Application) -> bool:
    """False when no director uses the chat: then the letter is signed outside, and its issue recorded."""
    transitions.move(ctx, application, "send_to_director")
    text = Text("Surat untuk %(number)s menunggu penerbitan Anda.", number=application.number)
    notices.tell_staff(ctx, ("director",), text, "awaiting_issue", buttons.open_case(application))
    return bool(officers.active(ctx.session, "director"))


def reopen(ctx: Context, application: Application) -> None:
    """Back to examination; the drafted letter no longer counts. The applicant, who was told the verdict, is told."""
    transitions.move(ctx, application, "reopen", verdict="", grounds=[], advice=[])
    text = Text(
        "Permohonan %(number)s kami periksa lagi sebelum suratnya terbit. "
        "Hasilnya kami beri tahukan setelah pemeriksaan selesai.",
        number=application.number,
    )
    notices.tell_applicant(ctx, application, text, "reopened")


def send_back(ctx: Context, application: Application, words: str) -> None:
    """The director wants something changed first."""
    transitions.move(ctx, application, "send_back", director_note=words)
    text = Text("Direktur mengembalikan surat %(number)s: %(note)s", number=application.number, note=words)
    notices.tell_case_officer(ctx, application, text, "sent_back", buttons.open_case(application))


def issue(ctx: Context, application: Application) -> None:
    """Number and identity are given in this very transaction: none twice, none lost. The worker draws the letter."""
    transitions.check(ctx, application, "issue")
    number, identity = _next_number(ctx), _next_identity(ctx) if application.verdict == FEASIBLE else None
    named: dict[str, Json] = {"letter_number": number, "identity": identity}
    transitions.move(ctx, application, "issue", also=named, issued_at=ctx.now)
    letters.request(ctx, application, "issued", number, identity)
    text = Text("Direktur menerbitkan surat %(number)s. Surat dikirim kepada pemohon.", number=number)
    notices.tell_case_officer(ctx, application, text, "issued", buttons.open_case(application))


def _next_number(ctx: Context) -> str:
    year = ctx.today.year
    serial = next_number(ctx.session, f"letter/{year}")
    pattern, area = ctx.office.numbers.letter_number, ctx.office.office.area
    return letter_number(pattern, year=year, month=ctx.today.month, area=area, serial=serial)


def _next_identity(ctx: Context) -> str:
    year, area = ctx.today.year, ctx.office.office.area
    serial = next_number(ctx.session, f"identity/{year}/{area}")
    return recommendation_identity(ctx.office.numbers.identity, year=year, area=area, serial=serial)
