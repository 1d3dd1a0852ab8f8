"""What officers write about an application: remarks, which the applicant answers, and notes for colleagues.

Source: SK 66/BPS/Tahun 2023, step 5 online.
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.service import access, audit, cases, transitions
from bot.service.access import ActionRefused
from bot.service.context import Context
from domain.form import answers
from domain.form.definition import Question, Value
from domain.remarks import Severity
from domain.text import Json, Text
from storage import remarks
from storage.tables import Application, Note, Remark

#: kinds of questions whose answer can be proposed in words
PROPOSABLE = frozenset({"text", "longtext", "number", "date", "period", "choice", "choices", "contact", "code", "area"})


def list_remarks(ctx: Context, application: Application, *states: str) -> Sequence[Remark]:
    """The oldest first; only those in `states`, if any are named. The caller has opened the case."""
    return remarks.of_application(ctx.session, application.id, *states)


def check_under_review(ctx: Context, application: Application) -> None:
    """Raises `ActionRefused` when the actor may not write or close remarks now."""
    otherwise = Text("Catatan hanya dapat diurus selama permohonan diperiksa.")
    transitions.check_under_review(ctx, application, "remark", otherwise)


def check_question(ctx: Context, application: Application, question: Question) -> None:
    """Raises `ActionRefused` when the actor may not write a remark on this answer; asked before the remark is typed."""
    check_under_review(ctx, application)
    cases.check_answered(ctx, application, question)


def check_none_open(ctx: Context, application: Application) -> None:
    """Raises `ActionRefused` while a remark is open or answered: the verdict *layak* needs all of them closed."""
    if remarks.of_application(ctx.session, application.id, "open", "answered"):
        raise ActionRefused(Text("Masih ada catatan yang belum ditutup. Tutup dahulu, atau minta perbaikan."))


def add(
    ctx: Context,
    application: Application,
    question: Question,
    words: str,
    *,
    severity: Severity = "mendable",
    rule: str = "",
) -> Remark:
    """A remark on one answer. The applicant sees it when revision is requested. `rule`: of the finding that it states;
    raises `ActionRefused` where an unclosed remark states it already.
    """
    check_question(ctx, application, question)
    if rule and rule in rules_remarked(ctx, application):
        raise ActionRefused(Text("Temuan itu sudah menjadi catatan."))
    row = Remark(
        application_id=application.id,
        number=remarks.next_number(ctx.session, application.id),
        severity=severity,
        rule=rule,
        round=application.round,
        question=question.id,
        text=words,
        author_id=ctx.actor.id,
        created_at=ctx.now,
        state="open",
        reply="",
    )
    ctx.session.add(row)
    ctx.session.flush()
    named: dict[str, Json] = {"rule": rule} if rule else {}
    after: dict[str, Json] = {"question": question.id, "number": row.number, "text": words, "severity": severity}
    audit.record(ctx, application, "remark", {}, after | named)
    return row


def rules_remarked(ctx: Context, application: Application) -> set[str]:
    """The rules whose findings an unclosed remark states."""
    return {row.rule for row in remarks.of_application(ctx.session, application.id, "open", "answered") if row.rule}


def set_severity(ctx: Context, application: Application, remark_id: int, severity: Severity) -> Remark:
    """Raises `ActionRefused` for a remark that is closed or of another application."""
    check_under_review(ctx, application)
    row = _unclosed(ctx, application, remark_id)
    if row.severity != severity:
        before, row.severity = row.severity, severity
        ctx.session.flush()
        audit.record(ctx, application, "weigh_remark", {"severity": before}, _named(row) | {"severity": severity})
    return row


def ask_again(ctx: Context, application: Application, remark_id: int, round: int, words: str) -> Remark:
    """The answer to the remark is not enough: more words are added, and the next request asks for it again. `round`: as
    for `close`.
    """
    row = check_unclosed(ctx, application, remark_id, round)
    before = row.state
    row.text, row.state = f"{row.text}\n{words}", "open"
    ctx.session.flush()
    audit.record(ctx, application, "ask_again", {"state": before, "reply": row.reply}, {**_named(row), "text": words})
    return row


def check_proposable(ctx: Context, application: Application, remark_id: int, round: int) -> Remark:
    """Raises `ActionRefused` when no value can be proposed with this remark now; asked before it is typed."""
    row = check_unclosed(ctx, application, remark_id, round)
    if _question(ctx, application, row).kind not in PROPOSABLE:
        raise ActionRefused(Text("Usulan untuk butir seperti ini tulis saja di catatannya."))
    return row


def propose(ctx: Context, application: Application, remark_id: int, round: int, words: str) -> Remark:
    """Proposes an answer, which the applicant takes with one tap or changes. `round`: as for `close`. Raises
    `Unreadable` for words that do not answer the question.
    """
    row = check_proposable(ctx, application, remark_id, round)
    question = _question(ctx, application, row)
    value = answers.read(question, words, ctx.reading)
    if value == cases.answers(ctx, application).answers.get(question.id):
        raise ActionRefused(Text("Usulan itu sama dengan isian pemohon."))
    before = row.proposal.get("value")
    row.proposal, row.state = {"value": value}, "open"
    ctx.session.flush()
    after: dict[str, Json] = {**_named(row), "proposal": value}
    audit.record(ctx, application, "propose", {"proposal": before}, after)
    return row


def proposed(question: Question, row: Remark) -> Text | None:
    """ "Usulan: 400" """
    return proposal_line(question, row.proposal["value"]) if row.proposal else None


def proposal_line(question: Question, value: Value) -> Text:
    return Text("Usulan pemeriksa: %(answer)s", answer=answers.brief(question, value))


def check_unclosed(ctx: Context, application: Application, remark_id: int, round: int) -> Remark:
    """A remark that is not closed. Raises `ActionRefused` when the actor may not write about it, or saw the answers of
    another round.
    """
    check_under_review(ctx, application)
    cases.check_round(application, round)
    return _unclosed(ctx, application, remark_id)


def _question(ctx: Context, application: Application, row: Remark) -> Question:
    return ctx.app.form(application.form, application.version).questions[row.question]


def has_fatal(ctx: Context, application: Application) -> bool:
    found = remarks.of_application(ctx.session, application.id, "open", "answered")
    return any(row.severity == "fatal" for row in found)


def close(ctx: Context, application: Application, remark_id: int, round: int) -> Remark:
    """`round`: the round whose answer the officer has seen. Raises `ActionRefused` for another one."""
    row = check_unclosed(ctx, application, remark_id, round)
    _close(ctx, application, row)
    return row


def close_all(ctx: Context, application: Application, last_id: int, round: int) -> int:
    """Closes the unclosed remarks up to this one, and returns how many. `round`: as for `close`."""
    check_under_review(ctx, application)
    cases.check_round(application, round)
    unclosed = remarks.of_application(ctx.session, application.id, "open", "answered")
    rows = [row for row in unclosed if row.id <= last_id]
    for row in rows:
        _close(ctx, application, row)
    return len(rows)


def _unclosed(ctx: Context, application: Application, remark_id: int) -> Remark:
    row = remarks.get(ctx.session, remark_id)
    if row is None or row.application_id != application.id or row.state == "closed":
        raise ActionRefused(Text("Catatan itu sudah tidak terbuka."))
    return row


def _close(ctx: Context, application: Application, row: Remark) -> None:
    before, row.state = row.state, "closed"
    ctx.session.flush()
    after: dict[str, Json] = {**_named(row), "state": "closed", "text": row.text, "reply": row.reply}
    audit.record(ctx, application, "close_remark", {"state": before}, after)


def _named(row: Remark) -> dict[str, Json]:
    """What an audit line says of any remark."""
    return {"question": row.question, "number": row.number}


def list_notes(ctx: Context, application: Application) -> Sequence[Note]:
    """The oldest first. The caller has opened the case."""
    return remarks.notes(ctx.session, application.id)


def add_note(ctx: Context, application: Application, words: str) -> None:
    """For colleagues; the applicant never sees it."""
    access.require(ctx, application, "note")
    ctx.session.add(Note(application_id=application.id, author_id=ctx.actor.id, created_at=ctx.now, text=words))
    audit.record(ctx, application, "note", {}, {"text": words})
