"""Who is told what about consultations."""

from __future__ import annotations

from collections.abc import Sequence

from bot.actions import code
from bot.actions.consultation import AdviserStep, AskerStep
from bot.chat import Choice
from bot.service import notices
from bot.service.context import Context
from domain.text import Text, paragraphs
from storage import officers as rows
from storage.tables import Consultation, File, Officer


def readers_of(ctx: Context, consultation: Consultation) -> list[Officer]:
    """Who may answer it and can be reached; nobody answers a question of their own."""
    staff = rows.reachable(ctx.session, "officer", "head")
    return [officer for officer in staff if officer.person_id != consultation.person_id]


def concerned(ctx: Context, consultation: Consultation) -> list[Officer]:
    """Who has taken it; everybody who may answer where nobody has who can still be reached."""
    readers = readers_of(ctx, consultation)
    return [officer for officer in readers if officer.person_id == consultation.officer_id] or readers


def tell_of_new(ctx: Context, consultation: Consultation) -> bool:
    """False when there is nobody who could answer; the admins are told so."""
    text = Text(
        "Konsultasi baru %(number)s, jawab paling lambat %(day)s.", number=consultation.number, day=consultation.due_on
    )
    return _tell_or_warn(ctx, consultation, text)


def tell_of_more(ctx: Context, consultation: Consultation) -> bool:
    text = Text(
        "Ada tulisan baru dalam konsultasi %(number)s, jawab paling lambat %(day)s.",
        number=consultation.number,
        day=consultation.due_on,
    )
    return _tell_or_warn(ctx, consultation, text)


def tell_of_free(ctx: Context, consultation: Consultation) -> None:
    """Nobody has it any more."""
    text = Text("Konsultasi %(number)s menunggu petugas lain.", number=consultation.number)
    tell(ctx, readers_of(ctx, consultation), text, "consultation", consultation)


def tell(ctx: Context, readers: Sequence[Officer], text: Text, reason: str, consultation: Consultation) -> None:
    """All of them but the actor, with the button that opens it."""
    opens = Choice(code(AdviserStep("open", consultation.id)), Text("Baca"))
    for officer in readers:
        if officer.person_id != ctx.person_id:
            notices.tell_officer(ctx, officer.person_id, text, reason, opens)


def tell_asker(ctx: Context, consultation: Consultation, officer: str, words: str, files: Sequence[File]) -> None:
    """The answer, and each file that came with it. By e-mail where all chats have blocked us."""
    text = paragraphs(
        Text("Jawaban atas konsultasi %(number)s dari %(name)s:", number=consultation.number, name=officer),
        Text("%(words)s", words=words),
        Text("Masih ada pertanyaan? Tekan Tanya lagi. Bila sudah cukup, tekan Sudah cukup."),
    )
    more = Choice(code(AskerStep("more", consultation.id)), Text("Tanya lagi"))
    enough = Choice(code(AskerStep("enough", consultation.id)), Text("Sudah cukup"))
    for file in files:
        caption = Text("Berkas untuk konsultasi %(number)s: %(file)s", number=consultation.number, file=file.name)
        notices.send_file(ctx, consultation.person_id, file, caption, "consultation_file")
    notices.tell(ctx, consultation.person_id, text, "consultation_answered", more, enough)


def _tell_or_warn(ctx: Context, consultation: Consultation, text: Text) -> bool:
    readers = concerned(ctx, consultation)
    tell(ctx, readers, text, "consultation", consultation)
    if not readers:
        nobody = Text(
            "Konsultasi %(number)s belum dapat dijawab siapa pun: tidak ada petugas atau kepala yang dapat "
            "dihubungi. Mohon undang petugas.",
            number=consultation.number,
        )
        notices.tell_staff(ctx, ("admin",), nobody, "consultation_unread")
    return bool(readers)
