"""From the verdict to the issued letter: the assigned officer decides, the director issues.

Source: SK 66/BPS/Tahun 2023, steps 6 and 7 online, 10 and 11 at the desk.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bot.service import audit, buttons, cases, letter_facts, letters, notices, officers, promises, remarks, transitions
from bot.service.access import ActionRefused
from bot.service.cases import FEASIBLE
from bot.service.context import Context
from bot.service.letter_facts import LetterChanges
from domain.numbers import letter_number, recommendation_identity
from domain.text import Json, Text
from storage import officers as officer_rows
from storage import register
from storage.number_series import next_number
from storage.tables import Application

#: numbers in a row that letters may have which were signed outside
MOST_TAKEN = 10_000


def decide(
    ctx: Context, application: Application, round: int, verdict: str, grounds: list[str], advice: list[str]
) -> None:
    """Sets the verdict, requests a draft of the letter and tells the applicant. Raises `ActionRefused` for a verdict
    without grounds, for *layak* while a remark is not closed, and for a verdict about the answers of another round.

    `round`: the round whose answers the officer has seen. `advice`: what the letter asks the applicant to note.
    """
    check_decision(ctx, application, round, verdict, grounds)
    days = promises.days_taken(ctx, application)
    transitions.move(
        ctx,
        application,
        "decide",
        verdict=verdict,
        grounds=list(grounds),
        advice=list(advice),
        decided_at=ctx.now,
        days_total=days.total,
        days_with_applicant=days.with_applicant,
        first_result_at=application.first_result_at or ctx.now,
    )
    letters.request_draft(ctx, application)
    outcome = Text("layak") if verdict == FEASIBLE else Text("ditolak")
    text = Text(
        "Permohonan %(number)s selesai diperiksa. Hasilnya: %(verdict)s. "
        "Suratnya sedang disiapkan dan kami kirim setelah terbit.",
        number=application.number,
        verdict=outcome,
    )
    subject = Text("Permohonan %(number)s selesai diperiksa", number=application.number)
    notices.tell_applicant(ctx, application, text, "result", subject=subject)


def check_decision(ctx: Context, application: Application, round: int, verdict: str, grounds: Sequence[str]) -> None:
    """Raises what `decide` raises."""
    transitions.check(ctx, application, "decide")
    cases.check_round(application, round)
    if verdict == FEASIBLE:
        remarks.check_none_open(ctx, application)
    _check_grounds(grounds)


def edit_letter(ctx: Context, application: Application, changes: LetterChanges) -> None:
    """Changes the words of the letter, not the verdict, before it goes to the director; a new draft is drawn."""
    transitions.check(ctx, application, "edit_letter")
    check_changes(changes)
    transitions.move(ctx, application, "edit_letter", **changes.columns())  # type: ignore[arg-type]
    letters.request_draft(ctx, application)


def check_changes(changes: LetterChanges) -> None:
    """Raises `ActionRefused` when the letter would have no ground."""
    if changes.grounds is not None:
        _check_grounds(changes.grounds)


def _check_grounds(grounds: Sequence[str]) -> None:
    if not grounds:
        raise ActionRefused(Text("Tulis paling sedikit satu alasan."))


def complete_letter(ctx: Context, application: Application, changes: LetterChanges) -> None:
    """The director gives what the letter still lacks, or names another signer, before it gets its number."""
    transitions.check(ctx, application, "issue")
    before, after = apply_changes(application, changes)
    if changes.signer is not None:
        officers.remember_letter_signer(ctx, changes.signer)
    audit.record(ctx, application, "complete_letter", before, after)


def apply_changes(application: Application, changes: LetterChanges) -> tuple[dict[str, Json], dict[str, Json]]:
    """Sets the columns that change. Returns what they were, and what they are now."""
    after = changes.columns()
    before = {name: getattr(application, name) for name in after}
    for name, value in after.items():
        setattr(application, name, value)
    return before, after


def send_to_director(ctx: Context, application: Application, letter_id: int) -> bool:
    """False when no director uses the chat; then the letter is signed outside, and an officer records its issue.

    `letter_id`: the letter that the officer has seen. Raises `ActionRefused` for any but the newest one.
    """
    transitions.check(ctx, application, "send_to_director")
    cases.check_seen(ctx, application, letter_id)
    transitions.move(ctx, application, "send_to_director")
    text = Text("Surat untuk %(number)s menunggu penerbitan Anda.", number=application.number)
    opens = buttons.open_case(application)
    notices.tell_staff(ctx, ("director",), text, "awaiting_issue", opens, about=application)
    return bool(officer_rows.reachable(ctx.session, "director"))


def reopen(ctx: Context, application: Application, letter_id: int) -> None:
    """Returns to the examination; the drafted letter is void. Notifies the applicant, because the verdict was announced
    before. `letter_id`: the letter that the officer has seen. Raises `ActionRefused` for any but the newest one.
    """
    transitions.check(ctx, application, "reopen")
    cases.check_newest(ctx, application, letter_id)
    transitions.move(ctx, application, "reopen", verdict="", grounds=[], advice=[])
    text = Text(
        "Permohonan %(number)s kami periksa lagi sebelum suratnya terbit. "
        "Hasilnya kami beri tahukan setelah pemeriksaan selesai.",
        number=application.number,
    )
    subject = Text("Permohonan %(number)s diperiksa lagi", number=application.number)
    notices.tell_applicant(ctx, application, text, "reopened", subject=subject)


def send_back(ctx: Context, application: Application, letter_id: int, words: str) -> None:
    """The director returns the letter to the officer. `letter_id`: the letter that the director has seen; raises
    `ActionRefused` for any but the newest one. `words`: what to change.
    """
    check_send_back(ctx, application, letter_id)
    transitions.move(ctx, application, "send_back", director_note=words)
    text = Text("Direktur mengembalikan surat %(number)s: %(note)s", number=application.number, note=words)
    notices.tell_case_officer(ctx, application, text, "sent_back", buttons.open_case(application))


def check_send_back(ctx: Context, application: Application, letter_id: int) -> None:
    """Raises what `send_back` raises."""
    transitions.check(ctx, application, "send_back")
    cases.check_seen(ctx, application, letter_id)


def issue(ctx: Context, application: Application, letter_id: int) -> None:
    """Gives the letter its number and its recommendation identity, and lets the worker draw it. `letter_id`: the draft
    that the director has seen. Raises `ActionRefused` for any but the newest one.

    Both come from series that are locked in this transaction, so none is given twice and none is lost. What the drawing
    needs is checked before. Raises `ActionRefused` when something of it is missing.
    """
    check_issue_of(ctx, application, letter_id)
    number, identity = new_numbers(ctx, application)
    named: dict[str, Json] = {"letter_number": number, "identity": identity or None}
    signer = letter_facts.signer_of(ctx, application)  # stays the same if another director corrects the letter
    transitions.move(ctx, application, "issue", also=named, issued_at=ctx.now, signer=signer)
    letters.request_issued(ctx, application, number, identity)
    text = Text("Direktur menerbitkan surat %(number)s. Surat sedang disiapkan untuk pemohon.", number=number)
    notices.tell_case_officer(ctx, application, text, "issued", buttons.open_case(application))


def new_numbers(ctx: Context, application: Application) -> tuple[str, str]:
    """The next number of letters and, for a feasible design, the next identity; otherwise an empty one."""
    return _next_number(ctx), _next_identity(ctx) if application.verdict == FEASIBLE else ""


def check_issue(ctx: Context, application: Application) -> None:
    """Raises `ActionRefused` when the letter cannot be issued by the actor, or not now."""
    transitions.check(ctx, application, "issue")
    letters.check_complete(ctx, application)


def check_issue_of(ctx: Context, application: Application, letter_id: int) -> None:
    """The same for the letter that the actor has seen."""
    check_issue(ctx, application)
    cases.check_seen(ctx, application, letter_id)


def _next_number(ctx: Context) -> str:
    today, area = ctx.today, ctx.office.office.area
    pattern = ctx.office.numbers.letter_number
    return _next_free(
        ctx,
        letters.series_of_numbers(ctx),
        lambda serial: letter_number(pattern, year=today.year, month=today.month, area=area, serial=serial),
    )


def _next_identity(ctx: Context) -> str:
    year, area = ctx.today.year, ctx.office.office.area
    pattern = ctx.office.numbers.identity
    return _next_free(
        ctx,
        f"identity/{year}/{area}",
        lambda serial: recommendation_identity(pattern, year=year, area=area, serial=serial),
    )


def _next_free(ctx: Context, series: str, written: Callable[[int], str]) -> str:
    """The next number of a series that no letter has: letters that were signed outside have numbers of their own."""
    for _ in range(MOST_TAKEN):
        try:
            number = written(next_number(ctx.session, series))
        except ValueError:
            break  # the notation has no more numbers
        if not register.has_number(ctx.session, number):
            return number
    raise ActionRefused(Text("Nomor surat atau identitas untuk tahun ini sudah habis. Hubungi pengelola sistem."))
