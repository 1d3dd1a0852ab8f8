"""Papers that somebody asks for in the chat: the English translation of a letter, the note of remarks, and the register
of a year. They are drawn by the worker for the address that asked.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Literal, TypeAlias, cast

from bot.service import access, daily_limits, documents, register, step_up
from bot.service.access import ActionRefused
from bot.service.context import Context
from bot.service.documents import StoredDocument
from bot.service.receipts import question_name
from domain import remarks
from domain.form.answers import show
from domain.lifecycle import WITHOUT_RESULT
from domain.text import Json, Text, verbatim
from letters.courtesy_translation import CourtesyTranslation
from letters.recommendation_facts import Recommendation
from letters.register_page import PrintedRegister
from letters.remark_note import NotedRemark, RemarkNote
from storage import applications, jobs, letters
from storage import remarks as remark_rows
from storage.tables import Application, Letter, RegisterEntry

PaperKind = Literal["translation", "remarks", "register"]
Paper: TypeAlias = CourtesyTranslation | RemarkNote | PrintedRegister

IN_WORK = Text("Dokumennya sedang dibuat, lalu kami kirim di sini.")
TOO_MANY = Text("Hari ini sudah banyak dokumen yang dibuat untuk Anda. Silakan coba lagi besok.")
_NO_TRANSLATION = Text("Surat ini belum dapat diterjemahkan.")
_NO_REMARKS = Text("Tidak ada catatan yang menunggu perbaikan pada permohonan ini.")
#: answers of the form that the letter names too, in its order
_EXAMINED = (
    "tahun_kegiatan",
    "cara_pengumpulan_data",
    "metode_pengumpulan",
    "sarana_pengumpulan_data",
    "wilayah_kegiatan",
    "jadwal",
    "rancangan_sampel",
    "kerangka_sampel",
    "fraksi_sampel",
    "sampling_error",
    "unit_sampel",
    "unit_observasi",
    "unit_analisis",
)


def order(ctx: Context, kind: PaperKind, subject_id: int) -> None:
    """Lets the worker draw a paper for the actor's address. `subject_id`: the application, or the year of the register.

    Raises `ActionRefused` for somebody who may not have it, where there is none, and for too many on one day.
    """
    _MAKERS[kind](ctx, subject_id)
    if kind == "register":
        step_up.require(ctx, "print_register")
    if not daily_limits.may_draw_paper(ctx):
        raise ActionRefused(TOO_MANY)
    key = f"paper/{kind}/{subject_id}/{ctx.address.id}/{ctx.now.isoformat()}"
    arguments: dict[str, Json] = {"kind": kind, "subject": subject_id, "address": ctx.address.id}
    jobs.add(ctx.session, "paper", key, ctx.now, arguments)


def facts_of(ctx: Context, kind: PaperKind, subject_id: int) -> Paper:
    """Raises `ActionRefused` when the actor may not have it any more, or when there is none any more."""
    return _MAKERS[kind](ctx, subject_id)


def send(ctx: Context, document: StoredDocument, kind: PaperKind, subject_id: int) -> None:
    """To the address that asked."""
    name, text = _NAMES[kind]
    application_id = None if kind == "register" else subject_id
    documents.send(ctx, document, name, text, application_id=application_id)


def can_translate(ctx: Context, application: Application, entry: RegisterEntry | None) -> bool:
    """Whether there is a valid letter that was drawn here. The caller has opened the application. `entry`: the
    application's in the register.
    """
    return _translatable(ctx, application, entry) is not None


def _translatable(ctx: Context, application: Application, entry: RegisterEntry | None) -> Letter | None:
    if not register.is_valid(entry):
        return None
    letter = letters.newest(ctx.session, application.id)
    return letter if letter is not None and letter.stage == "issued" and letter.state == "ready" else None


def _open(ctx: Context, application_id: int) -> Application:
    """The actor's own application, or one that the actor reads as an officer. Raises `ActionRefused`."""
    application = applications.get(ctx.session, application_id)
    if application is None:
        raise ActionRefused(Text("Permohonan itu tidak ada."))
    if application.person_id != ctx.actor.id and not access.can(ctx, application, "read"):
        raise ActionRefused(Text("Anda tidak berwenang melakukan itu pada permohonan ini."))
    return application


def _translation(ctx: Context, application_id: int) -> CourtesyTranslation:
    application = _open(ctx, application_id)
    letter = _translatable(ctx, application, register.newest(ctx, application))
    if letter is None:
        raise ActionRefused(_NO_TRANSLATION)
    facts = Recommendation.of_json(letter.facts)
    return CourtesyTranslation(
        office=facts.letterhead.office,
        number=facts.number,
        day=cast("date", facts.day),
        recipient=facts.recipient,
        signer=facts.signer.name,
        position=_position(ctx, facts.signer.title),
        application=facts.application,
        application_day=facts.application_day,
        title=facts.activity.title,
        organiser=facts.activity.organiser,
        verdict=facts.verdict,
        identity=facts.identity,
        activity=_examined(ctx, application),
        grounds=tuple(map(remarks.in_english, facts.grounds)),
        advice=tuple(map(remarks.in_english, facts.remarks)),
        obligations=facts.obligations,
    )


def _position(ctx: Context, written: str) -> Text:
    """Translated, if it is the one of the office's profile."""
    of_profile = ctx.office.signer.title
    return of_profile if of_profile.msgid == written else verbatim(written)


def _examined(ctx: Context, application: Application) -> tuple[tuple[Text, Text], ...]:
    form = ctx.app.form(application.form, application.version)
    frozen = applications.submission(ctx.session, application.id, application.round)
    answers = frozen.answers if frozen else {}
    asked = [form.questions[id] for id in _EXAMINED if answers.get(id) is not None]
    return tuple((question.heading or question.label, show(question, answers[question.id])) for question in asked)


def _note(ctx: Context, application_id: int) -> RemarkNote:
    """For the applicant as soon as the remarks were sent; for officers also before."""
    application = _open(ctx, application_id)
    is_sent = application.status == "revision_requested"
    found = remark_rows.of_application(ctx.session, application.id, "open", "answered")
    if application.status not in WITHOUT_RESULT or not found or (application.person_id == ctx.actor.id and not is_sent):
        raise ActionRefused(_NO_REMARKS)
    form = ctx.app.form(application.form, application.version)
    frozen = applications.submission(ctx.session, application.id, application.round)
    answers = frozen.answers if frozen else {}
    noted = tuple(
        NotedRemark(
            question_name(form.questions[remark.question]),
            show(form.questions[remark.question], answers.get(remark.question)),
            remark.text,
            remark.reply,
        )
        for remark in found
    )
    returned_on = (application.returned_at or ctx.now).astimezone(ctx.office.zone).date()
    name, number = ctx.office.office.name, application.number
    return RemarkNote(name, number, application.title, application.organiser, returned_on, application.round, noted)


def _register(ctx: Context, year: int) -> PrintedRegister:
    access.require_staff(ctx, "print_register")
    if not 1 <= year <= date.max.year:
        raise ActionRefused(Text("Belum ada surat yang terbit."))
    rows = tuple(register.export(ctx.session, year))
    if not rows:
        raise ActionRefused(Text("Belum ada surat yang terbit."))
    return PrintedRegister(ctx.office.office.name, year, ctx.today, rows)


_MAKERS: Mapping[PaperKind, Callable[[Context, int], Paper]] = {
    "translation": _translation,
    "remarks": _note,
    "register": _register,
}
#: kind of paper → name of its file, and what is said with it
_NAMES: Mapping[PaperKind, tuple[str, Text]] = {
    "translation": (
        "courtesy-translation.pdf",
        Text("Terjemahan bahasa Inggris sebagai bantuan baca. Yang berlaku tetap surat berbahasa Indonesia."),
    ),
    "remarks": ("catatan-pemeriksaan.pdf", Text("Catatan pemeriksaan sebagai berkas PDF.")),
    "register": ("register-surat.pdf", Text("Register surat siap dicetak.")),
}
