"""What an officer asks the applicant during the examination. The form stays sent, and the promised day does not move.

Source: SK 66/BPS/Tahun 2023, step 5 online: the officer examines the form with the applicant.
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.actions import code
from bot.actions.examination import AnswerInquiry, ListInquiries
from bot.chat import Choice
from bot.service import access, applications, audit, cases, notices, transitions
from bot.service.access import ActionRefused
from bot.service.context import Context
from domain.form.definition import Question
from domain.lifecycle import WITHOUT_RESULT
from domain.text import Json, Text, lines, paragraphs
from storage import inquiries
from storage.tables import Application, Inquiry

#: questions about one application that may wait for an answer at the same time
MOST_OPEN = 5
CLOSED = Text("Pertanyaan itu sudah dijawab, atau tidak menunggu jawaban lagi.")


def check(ctx: Context, application: Application, question: Question | None) -> None:
    """Raises `ActionRefused` when the actor may not ask now; asked before the question is typed."""
    _check_examined(ctx, application)
    if question is not None:
        cases.check_answered(ctx, application, question)
    if inquiries.count_open(ctx.session, application.id) >= MOST_OPEN:
        raise ActionRefused(Text("Sudah ada %(count)s pertanyaan yang belum dijawab. Tunggu dahulu.", count=MOST_OPEN))


def ask(ctx: Context, application: Application, question: Question | None, words: str) -> Inquiry:
    """`question`: of the form; `None`: the whole application. The applicant is told in chat and by e-mail."""
    check(ctx, application, question)
    row = Inquiry(
        application_id=application.id,
        question=question.id if question else "",
        text=words,
        author_id=ctx.actor.id,
        created_at=ctx.now,
        state="open",
        answer="",
    )
    ctx.session.add(row)
    ctx.session.flush()
    audit.record(ctx, application, "inquire", {}, {**_named(row), "text": words})
    asked = paragraphs(
        Text("Petugas bertanya tentang permohonan %(number)s:", number=application.number), asked_text(ctx, row)
    )
    notices.tell_applicant(
        ctx,
        application,
        paragraphs(asked, Text("Tekan Jawab, lalu tulis jawaban Anda. Isian Anda tetap seperti semula.")),
        "inquiry",
        answer_choice(row),
        subject=Text("Pertanyaan tentang permohonan %(number)s", number=application.number),
        mail_text=paragraphs(
            asked, Text("Untuk menjawabnya, buka percakapan Anda dengan layanan ini, lalu tulis: jawab")
        ),
    )
    return row


def list_of(ctx: Context, application: Application) -> Sequence[Inquiry]:
    """The oldest first, with their answers. The caller has opened the case."""
    return inquiries.of_application(ctx.session, application.id)


def list_mine(ctx: Context) -> Sequence[Inquiry]:
    """Those that wait for an answer of the actor, the oldest first."""
    return open_about(ctx, applications.list_mine(ctx))


def open_about(ctx: Context, mine: Sequence[Application]) -> Sequence[Inquiry]:
    """The same, where the actor's applications are loaded already."""
    waiting = [application.id for application in mine if application.status in WITHOUT_RESULT]
    return inquiries.open_of(ctx.session, waiting) if waiting else ()


def get_mine(ctx: Context, inquiry_id: int) -> tuple[Application, Inquiry]:
    """A question that waits for an answer of the actor, and its application, both locked. Raises `ActionRefused`, with
    the same sentence for one of somebody else.
    """
    application_id = inquiries.application_of(ctx.session, inquiry_id)
    application = applications.get_mine(ctx, application_id) if application_id is not None else None
    row = inquiries.get(ctx.session, inquiry_id) if application is not None else None
    if application is None or row is None or row.state != "open" or application.status not in WITHOUT_RESULT:
        raise ActionRefused(CLOSED)
    return application, row


def answer(ctx: Context, inquiry_id: int, words: str) -> Application:
    """The applicant answers; the officer is told."""
    application, row = get_mine(ctx, inquiry_id)
    access.require(ctx, application, "answer_inquiry")
    _close(ctx, application, row, words)
    text = Text("Pemohon %(number)s menjawab pertanyaan Anda.", number=application.number)
    opens = Choice(code(ListInquiries(application.id)), Text("Baca"))
    notices.tell_case_officer(ctx, application, paragraphs(text, answered_text(ctx, row)), "inquiry_answered", opens)
    return application


def record_answer(ctx: Context, application: Application, inquiry_id: int, words: str) -> None:
    """The officer writes down what the applicant said by telephone or at the desk."""
    row = get_open(ctx, application, inquiry_id)
    row.answered_by_id = ctx.actor.id
    _close(ctx, application, row, words)


def withdraw(ctx: Context, application: Application, inquiry_id: int) -> None:
    """The officer needs no answer any more. The applicant's button says so when it is pressed."""
    row = get_open(ctx, application, inquiry_id)
    row.state = "withdrawn"
    ctx.session.flush()
    audit.record(ctx, application, "withdraw_inquiry", {"state": "open"}, {**_named(row), "state": row.state})


def get_open(ctx: Context, application: Application, inquiry_id: int) -> Inquiry:
    """For the officer. Raises `ActionRefused` for one that is closed or about another application."""
    _check_examined(ctx, application)
    row = inquiries.get(ctx.session, inquiry_id)
    if row is None or row.application_id != application.id or row.state != "open":
        raise ActionRefused(CLOSED)
    return row


def asked_text(ctx: Context, row: Inquiry) -> Text:
    """What is asked, below the name of the answer that it is about."""
    application = ctx.session.get_one(Application, row.application_id)
    about = ctx.app.form(application.form, application.version).questions.get(row.question)
    return lines(
        Text("%(code)s %(label)s", code=about.code, label=about.heading or about.label) if about else None,
        Text("“%(words)s”", words=row.text),
    )


def answered_text(ctx: Context, row: Inquiry) -> Text:
    """The question with its answer, for the officer."""
    said = Text("Dicatat petugas: %(answer)s", answer=row.answer)
    if row.answered_by_id is None:
        said = Text("Jawaban pemohon: %(reply)s", reply=row.answer)
    return lines(asked_text(ctx, row), said if row.state == "answered" else Text("(belum dijawab)"))


def said_of(row: Inquiry) -> Text:
    """The question with its answer, beside the answer of the form that it is about."""
    if row.state != "answered":
        return Text("Ditanyakan: %(text)s (belum dijawab)", text=row.text)
    return Text("Ditanyakan: %(text)s Dijawab: %(answer)s", text=row.text, answer=row.answer)


def answer_choice(row: Inquiry) -> Choice:
    """For the applicant."""
    return Choice(code(AnswerInquiry(row.id)), Text("Jawab"))


def _check_examined(ctx: Context, application: Application) -> None:
    otherwise = Text("Pertanyaan kepada pemohon hanya dapat diurus selama permohonan diperiksa.")
    transitions.check_under_review(ctx, application, "inquire", otherwise)


def _close(ctx: Context, application: Application, row: Inquiry, words: str) -> None:
    row.state, row.answer, row.answered_at = "answered", words, ctx.now
    ctx.session.flush()
    after: dict[str, Json] = {**_named(row), "text": words, "by_officer": row.answered_by_id is not None}
    audit.record(ctx, application, "answer_inquiry", {"state": "open"}, after)


def _named(row: Inquiry) -> dict[str, Json]:
    """What an audit line says of any question."""
    return {"inquiry": row.id, "question": row.question}
