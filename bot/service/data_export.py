"""A copy of everything that is kept about the actor, for themselves: JSON, files and letters (UU 27/2022)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import TypeAlias
from zoneinfo import ZoneInfo

from bot.chat import prompt_from_json
from bot.service import audit, daily_limits, documents, own_data
from bot.service.access import ActionRefused
from bot.service.complaints import entry_name
from bot.service.context import Context
from bot.service.documents import StoredDocument
from bot.service.queue_news import code_of
from bot.service.wording import status_name
from domain.form.answers import show
from domain.form.definition import Answers, Form
from domain.form.reading import source_words
from domain.frozen import frozen
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
#: the words of a sentence in a language, with its moments in a zone
Say: TypeAlias = Callable[[Text, str, ZoneInfo], str]
#: of the person → its name in the copy
_FIELDS: Mapping[str, str] = {
    "name": "nama",
    "institution": "instansi",
    "position": "jabatan",
    "phone": "telepon",
    "email": "e_mail",
    "identity_kind": "jenis_kartu_identitas",
    "identity_last4": "empat_karakter_terakhir_kartu",
}


@frozen
class ExportedFile:
    """A file of the person, as it lies in the store."""

    name: str
    object: str
    owner: str
    size: int


@frozen
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


def facts_of(ctx: Context, person_id: int, say: Say) -> OwnDataExport:
    """`person_id`: who asked. `say`: as in `locales`. Raises `ActionRefused` when the address is of somebody else."""
    if ctx.person_id != person_id:
        raise ActionRefused(Text("Percakapan ini tidak tersambung ke akun mana pun."))
    cases = personal_data.applications_of(ctx.session, person_id)
    document: dict[str, Json] = {
        "data_diri": _person(ctx, ctx.actor),
        "alamat_percakapan": [
            {"saluran": one.channel, "alamat": one.external_id} for one in people.addresses(ctx.session, person_id)
        ],
        "isian_belum_dikirim": [
            _draft(ctx, one, say) for one in personal_data.drafts_of(ctx.session, person_id) if one.state != "submitted"
        ],
        "permohonan": [_application(ctx, one, say) for one in cases],
        "buku_tamu": [
            {"hari": one.day.isoformat(), "jawaban": guests.answers_of(ctx.app.keys, one)}
            for one in personal_data.visits_of(ctx.session, person_id)
        ],
        "nomor_antrean": [_number(ctx, one) for one in personal_data.queue_tickets_of(ctx.session, person_id)],
        "pengaduan": [_complaint(ctx, one) for one in personal_data.complaints_of(ctx.session, person_id)],
        "konsultasi": [_consultation(ctx, one) for one in personal_data.consultations_of(ctx.session, person_id)],
        "percakapan_dengan_petugas": [_said(ctx, one) for one in personal_data.talks_of(ctx.session, person_id)],
        "percakapan": _conversation(ctx, person_id, say),
    }
    return OwnDataExport(document, [_file(one) for one in own_data.files(ctx, person_id)])


def _said(ctx: Context, thread: Thread) -> list[Json]:
    """What both sides said, in order."""
    return [
        {"pada": _at(ctx, line.at), "dari": "Anda" if line.officer_id is None else "petugas", "isi": line.words}
        for line in threads.said_in(ctx.session, ctx.app.keys, thread)
    ]


def _consultation(ctx: Context, consultation: Consultation) -> dict[str, Json]:
    return {
        "nomor": consultation.number,
        "pada": _at(ctx, consultation.created_at),
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
        "pada": _at(ctx, complaint.created_at),
        "isi": complaint.text,
        "tentang": complaint.about,
        "jawaban": [
            {"jenis": source_words(entry_name(entry)), "pada": _at(ctx, entry.at), "isi": entry.text}
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


def _person(ctx: Context, person: Person) -> dict[str, Json]:
    known: dict[str, Json] = {called: getattr(person, name) for name, called in _FIELDS.items()}
    valid_until = person.identity_valid_until
    return known | {
        "kartu_berlaku_sampai": valid_until.isoformat() if valid_until else None,
        "pertama_menghubungi": _at(ctx, person.created_at),
        "menyetujui": _at(ctx, person.consent_at),
        "terdaftar": _at(ctx, person.registered_at),
    }


def _draft(ctx: Context, draft: Draft, say: Say) -> dict[str, Json]:
    form = ctx.app.form(draft.form, draft.version)
    return {
        "formulir": source_words(form.title),
        "diubah": _at(ctx, draft.updated_at),
        "jawaban": _answers(ctx, form, draft.answers, say),
    }


def _application(ctx: Context, application: Application, say: Say) -> dict[str, Json]:
    form, rating = ctx.app.form(application.form, application.version), ratings.get(ctx.session, application.id)
    return {
        "nomor": application.number,
        "status": source_words(status_name(application.status)),
        "dikirim": _at(ctx, application.submitted_at),
        "pengiriman": [
            {"pada": _at(ctx, one.submitted_at), "jawaban": _answers(ctx, form, one.answers, say)}
            for one in personal_data.submissions_of(ctx.session, application.id)
        ],
        "pertanyaan_petugas": [
            {"pada": _at(ctx, one.created_at), "pertanyaan": one.text, "jawaban": one.answer}
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


def _answers(ctx: Context, form: Form, answers: Answers, say: Say) -> list[Json]:
    return [
        {
            "butir": question.code,
            "pertanyaan": source_words(question.label),
            "jawaban": say(show(question, answers[question.id]), "id", ctx.office.zone),
        }
        for question in form.questions.values()
        if question.id in answers
    ]


def _conversation(ctx: Context, person_id: int, say: Say) -> list[Json]:
    """What was said in all conversations of the person, except what was hidden from them when somebody signed out, and
    what they were told as staff, which is about other people.
    """
    own = [one for one in people.addresses(ctx.session, person_id) if one.staff_since is None]
    hidden = {one.id: one.hidden_message_id or 0 for one in own}
    return [
        {
            "pada": _at(ctx, line.at),
            "dari": "Anda" if line.direction == "in" else "layanan",
            "isi": say(prompt_from_json(messages.read_body(ctx.app.keys, line)).text, line.locale, ctx.office.zone),
        }
        for line in personal_data.messages_of(ctx.session, hidden)
        if line.id > hidden[line.address_id]
    ]


def _file(file: File) -> ExportedFile:
    return ExportedFile(f"berkas/{file.id}-{file.name}", file.object, file.owner, file.size)


def _at(ctx: Context, moment: datetime | None) -> str | None:
    """In the office's zone."""
    return moment.astimezone(ctx.office.zone).isoformat(timespec="seconds") if moment else None
