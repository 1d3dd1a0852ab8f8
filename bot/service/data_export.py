"""A copy of everything that is kept about the actor, for themselves: JSON, files and letters (UU 27/2022)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.chat import prompt_from_json
from bot.service import audit, daily_limits, documents, own_data
from bot.service.access import ActionRefused
from bot.service.context import Context
from bot.service.documents import StoredDocument
from bot.service.queue_news import code_of
from domain.form.answers import show
from domain.form.definition import Answers, Form
from domain.form.reading import source_words
from domain.satisfaction import QUESTIONS, SurveyedService, read_scores
from domain.text import Json, Text, joined
from storage import (
    complaints,
    guests,
    inquiries,
    jobs,
    messages,
    people,
    personal_data,
    ratings,
    satisfaction,
    threads,
)
from storage.tables import Application, Complaint, Consultation, Draft, File, Person, QueueTicket
from storage.threads import Thread

JOB = "export_data"
#: of the person
_FIELDS = ("name", "institution", "position", "phone", "email", "identity_kind", "identity_last4")


@dataclass(frozen=True, slots=True)
class ExportedFile:
    """A file of the person, as it lies in the store."""

    name: str
    object: str
    owner: str
    size: int


@dataclass(frozen=True, slots=True)
class OwnDataExport:
    document: Mapping[str, Json]
    files: Sequence[ExportedFile]


def order(ctx: Context) -> None:
    """Lets the worker make the copy for the actor's address. Raises `ActionRefused` for too many on one day."""
    if not daily_limits.may_draw_paper(ctx):
        raise ActionRefused(Text("Hari ini sudah banyak dokumen yang dibuat untuk Anda. Silakan coba lagi besok."))
    audit.record(ctx, ctx.actor, "export_own_data")
    jobs.add(ctx.session, JOB, f"{JOB}/{ctx.address.id}/{ctx.now.isoformat()}", ctx.now, _arguments(ctx))


def _arguments(ctx: Context) -> dict[str, Json]:
    return {"address": ctx.address.id, "person": ctx.person_id}


def facts_of(ctx: Context, person_id: int) -> OwnDataExport:
    """`person_id`: who asked. Raises `ActionRefused` when the address belongs to somebody else by now."""
    if ctx.person_id != person_id:
        raise ActionRefused(Text("Percakapan ini tidak tersambung ke akun mana pun."))
    cases = personal_data.applications_of(ctx.session, person_id)
    document: dict[str, Json] = {
        "data_diri": _person(ctx.actor),
        "alamat_percakapan": [
            {"saluran": one.channel, "alamat": one.external_id} for one in people.addresses(ctx.session, person_id)
        ],
        "isian_belum_dikirim": [
            _draft(ctx, one) for one in personal_data.drafts_of(ctx.session, person_id) if one.state != "submitted"
        ],
        "permohonan": [_application(ctx, one) for one in cases],
        "buku_tamu": [
            _visit_of(ctx, one.day.isoformat(), guests.answers_of(ctx.app.keys, one))
            for one in personal_data.visits_of(ctx.session, person_id)
        ],
        "nomor_antrean": [_number(ctx, one) for one in personal_data.queue_tickets_of(ctx.session, person_id)],
        "pengaduan": [_complaint(ctx, one) for one in personal_data.complaints_of(ctx.session, person_id)],
        "konsultasi": [_consultation(ctx, one) for one in personal_data.consultations_of(ctx.session, person_id)],
        "percakapan_dengan_petugas": [_said(ctx, one) for one in personal_data.talks_of(ctx.session, person_id)],
        "percakapan": _conversation(ctx, person_id),
    }
    return OwnDataExport(document, [_file(one) for one in own_data.files(ctx, person_id)])


def _said(ctx: Context, thread: Thread) -> list[Json]:
    """What both sides said, in order."""
    return [
        {"pada": _at(line.at), "dari": "Anda" if line.officer_id is None else "petugas", "isi": line.words}
        for line in threads.said_in(ctx.session, ctx.app.keys, thread)
    ]


def _consultation(ctx: Context, consultation: Consultation) -> dict[str, Json]:
    return {
        "nomor": consultation.number,
        "pada": _at(consultation.created_at),
        "isi": _said(ctx, consultation),
        "penilaian": {"bintang": consultation.stars, "komentar": consultation.comment},
        "survei_kepuasan": _survey(ctx, "consultation", consultation.id),
    }


def _number(ctx: Context, ticket: QueueTicket) -> dict[str, Json]:
    return {
        "hari": ticket.day.isoformat(),
        "nomor": code_of(ticket),
        "penilaian": {"bintang": ticket.stars, "komentar": ticket.comment},
        "survei_kepuasan": _survey(ctx, "visit", ticket.id),
    }


def _complaint(ctx: Context, complaint: Complaint) -> dict[str, Json]:
    return {
        "nomor": complaint.number,
        "pada": _at(complaint.created_at),
        "isi": complaint.text,
        "tentang": complaint.about,
        "jawaban": [
            {"jenis": entry.kind, "pada": _at(entry.at), "isi": entry.text}
            for entry in complaints.entries(ctx.session, complaint.id)
        ],
    }


def send(ctx: Context, person_id: int, parts: Sequence[StoredDocument]) -> None:
    """To the address that asked, while it belongs to the same person. The files are deleted after some days."""
    if ctx.person_id != person_id:
        return
    for number, document in enumerate(parts, start=1):
        name = "data-saya.zip" if len(parts) == 1 else f"data-saya-{number}.zip"
        which = Text("Bagian %(number)s dari %(count)s.", number=number, count=len(parts)) if len(parts) > 1 else None
        text = Text("Ini salinan data Anda. Simpan sekarang: berkas ini kami hapus setelah 3 hari.")
        documents.send(ctx, document, name, joined(" ", text, which), kind="zip")


def _person(person: Person) -> dict[str, Json]:
    known: dict[str, Json] = {name: getattr(person, name) for name in _FIELDS}
    valid_until = person.identity_valid_until
    return known | {
        "identity_valid_until": valid_until.isoformat() if valid_until else None,
        "created_at": _at(person.created_at),
        "consent_at": _at(person.consent_at),
        "registered_at": _at(person.registered_at),
    }


def _draft(ctx: Context, draft: Draft) -> dict[str, Json]:
    form = ctx.app.form(draft.form, draft.version)
    return {"formulir": draft.form, "diubah": _at(draft.updated_at), "jawaban": _answers(form, draft.answers)}


def _application(ctx: Context, application: Application) -> dict[str, Json]:
    form, rating = ctx.app.form(application.form, application.version), ratings.get(ctx.session, application.id)
    return {
        "nomor": application.number,
        "status": application.status,
        "dikirim": _at(application.submitted_at),
        "pengiriman": [
            {"pada": _at(one.submitted_at), "jawaban": _answers(form, one.answers)}
            for one in personal_data.submissions_of(ctx.session, application.id)
        ],
        "pertanyaan_petugas": [
            {"pada": _at(one.created_at), "pertanyaan": one.text, "jawaban": one.answer}
            for one in inquiries.of_application(ctx.session, application.id)
        ],
        "penilaian": {"bintang": rating.stars, "komentar": rating.comment} if rating is not None else None,
        "survei_kepuasan": _survey(ctx, "letter", application.id),
    }


def _survey(ctx: Context, service: SurveyedService, row_id: int) -> list[Json]:
    """The answers, while they name what they are about."""
    survey = satisfaction.get(ctx.session, service, row_id)
    given = read_scores(survey.scores) if survey is not None else {}
    return [
        {
            "unsur": name,
            "pertanyaan": source_words(QUESTIONS[name].question),
            "jawaban": source_words(QUESTIONS[name].answers[score - 1].label),
        }
        for name, score in given.items()
    ]


def _visit_of(ctx: Context, day: str, answers: Answers) -> dict[str, Json]:
    return {"hari": day, "jawaban": dict(answers)}


def _answers(form: Form, answers: Answers) -> list[Json]:
    return [
        {
            "butir": question.code,
            "pertanyaan": source_words(question.label),
            "jawaban": source_words(show(question, answers[question.id])),
        }
        for question in form.questions.values()
        if question.id in answers
    ]


def _conversation(ctx: Context, person_id: int) -> list[Json]:
    """What was said in all conversations of the person, except what was hidden from them when somebody signed out, and
    what they were told as staff, which is about other people.
    """
    own = [one for one in people.addresses(ctx.session, person_id) if one.staff_since is None]
    hidden = {one.id: one.hidden_message_id or 0 for one in own}
    return [
        {
            "pada": _at(line.at),
            "dari": "Anda" if line.direction == "in" else "layanan",
            "isi": source_words(prompt_from_json(messages.read_body(ctx.app.keys, line)).text),
        }
        for line in personal_data.messages_of(ctx.session, hidden)
        if line.id > hidden[line.address_id]
    ]


def _file(file: File) -> ExportedFile:
    return ExportedFile(f"berkas/{file.id}-{file.name}", file.object, file.owner, file.size)


def _at(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment is not None else None
