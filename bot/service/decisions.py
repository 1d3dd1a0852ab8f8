"""From the verdict to the letter: decided by the officer who holds the case, issued by the director.

Source: SK 66/BPS/Tahun 2023, steps 6 and 7 online, 10 and 11 at the desk.
"""

from __future__ import annotations

from bot.conversations.types import Choice
from bot.service import notices
from bot.service.cases import FEASIBLE, Refused, move, must_be_free_of_remarks, must_be_possible
from bot.service.desk import Desk
from bot.service.letter_facts import facts_of
from desk.numbers import letter_number, recommendation_identity
from desk.text import Json, Text
from storage import applications, jobs
from storage import cases as rows
from storage.tables import Application, Letter


def decide(desk: Desk, application: Application, verdict: str, grounds: list[str], heed: list[str]) -> None:
    """The verdict with its numbered grounds; *layak* only without open remarks. Drafts the letter and tells."""
    must_be_possible(desk, application, "decide")
    if verdict == FEASIBLE:
        must_be_free_of_remarks(desk, application)
    _must_have_grounds(grounds)
    move(
        desk,
        application,
        "decide",
        verdict=verdict,
        grounds=list(grounds),
        heed=list(heed),
        decided_at=desk.now,
        first_result_at=application.first_result_at or desk.now,
    )
    _letter(desk, application, "draft")
    outcome = Text("layak") if verdict == FEASIBLE else Text("ditolak")
    text = Text(
        "Permohonan %(number)s selesai diperiksa. Hasilnya: %(verdict)s. "
        "Suratnya sedang disiapkan dan kami kirim setelah terbit.",
        number=application.number,
        verdict=outcome,
    )
    notices.tell_applicant(desk, application, text, "result")


def edit_letter(desk: Desk, application: Application, grounds: list[str], heed: list[str]) -> None:
    """Other words for the same verdict, before the letter goes to the director; a new draft is drawn."""
    must_be_possible(desk, application, "edit_letter")
    _must_have_grounds(grounds)
    move(desk, application, "edit_letter", grounds=list(grounds), heed=list(heed))
    _letter(desk, application, "draft")


def _must_have_grounds(grounds: list[str]) -> None:
    if not grounds:
        raise Refused(Text("Tulis paling sedikit satu alasan."))


def send_to_director(desk: Desk, application: Application) -> bool:
    """False when no director uses the chat: then the letter is signed outside, and its issue recorded."""
    move(desk, application, "send_to_director")
    text = Text("Surat untuk %(number)s menunggu penerbitan Anda.", number=application.number)
    notices.tell_staff(desk, ("director",), text, "awaiting_issue", _open(application))
    return bool(rows.staff(desk.session, "director"))


def reopen(desk: Desk, application: Application) -> None:
    """Back to examination; the drafted letter no longer counts. The applicant, who was told the verdict, is told."""
    move(desk, application, "reopen", verdict="", grounds=[], heed=[])
    text = Text(
        "Permohonan %(number)s kami periksa lagi sebelum suratnya terbit. "
        "Hasilnya kami beri tahukan setelah pemeriksaan selesai.",
        number=application.number,
    )
    notices.tell_applicant(desk, application, text, "reopened")


def send_back(desk: Desk, application: Application, words: str) -> None:
    """The director wants something changed first."""
    move(desk, application, "send_back", director_note=words)
    text = Text("Direktur mengembalikan surat %(number)s: %(note)s", number=application.number, note=words)
    notices.tell_desk(desk, application, text, "sent_back", _open(application))


def issue(desk: Desk, application: Application) -> None:
    """Number and identity are given in this very transaction: none twice, none lost. The worker draws the letter."""
    must_be_possible(desk, application, "issue")
    number, identity = _next_number(desk), _next_identity(desk) if application.verdict == FEASIBLE else None
    named: dict[str, Json] = {"letter_number": number, "identity": identity}
    move(desk, application, "issue", also=named, issued_at=desk.now)
    _letter(desk, application, "issued", number, identity)
    text = Text("Direktur menerbitkan surat %(number)s. Surat dikirim kepada pemohon.", number=number)
    notices.tell_desk(desk, application, text, "issued", _open(application))


def _letter(
    desk: Desk, application: Application, stage: str, number: str | None = None, identity: str | None = None
) -> None:
    row = Letter(
        application_id=application.id,
        stage=stage,
        state="pending",
        facts=facts_of(desk, application, stage, number or "", identity or ""),
        number=number,
        identity=identity,
        file_id=None,
        sha256="",
        created_at=desk.now,
    )
    desk.session.add(row)
    desk.session.flush()
    jobs.add(desk.session, "letter", f"letter/{row.id}", desk.now, {"letter": row.id, "address": desk.address.id})


def _open(application: Application) -> Choice:
    return Choice(f"case:show:{application.id}", Text("Buka"))


def _next_number(desk: Desk) -> str:
    year = desk.today.year
    serial = applications.next_number(desk.session, f"letter/{year}")
    pattern, area = desk.office.numbers.letter_number, desk.office.office.area
    return letter_number(pattern, year=year, month=desk.today.month, area=area, serial=serial)


def _next_identity(desk: Desk) -> str:
    year, area = desk.today.year, desk.office.office.area
    serial = applications.next_number(desk.session, f"identity/{year}/{area}")
    return recommendation_identity(desk.office.numbers.identity, year=year, area=area, serial=serial)
