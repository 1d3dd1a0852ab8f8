"""A filled file of the form: asked for, sent back, compared with the draft, and taken over with one button."""

from __future__ import annotations

from collections.abc import Mapping

from bot.actions.form import DropImported, TakeImported
from bot.chat import Choice, Incoming, Turn
from bot.conversations.form.prompts import label
from bot.conversations.form.record import go_on
from bot.conversations.form.review import show_sections
from bot.conversations.form.session import IMPORT, FormSession
from bot.service import form_files
from bot.service.applications import FORM
from bot.service.form_files import FormFileKind, ImportedAnswers, ImportRefusal
from domain.form import answers
from domain.form.definition import Question, Value
from domain.form.form_cells import ReturnedForm
from domain.text import Text, excerpt, lines, paragraphs, verbatim

#: on one screen: answers that differ, and answers that cannot be read
_MAX_LISTED = 8
#: characters of an answer that differs
_EXCERPT = 60
#: why a file is not taken → what is said
REFUSED: Mapping[ImportRefusal, Text] = {
    "broken_mark": Text(
        "Tanda pada berkas itu rusak atau bukan buatan kami, jadi isinya tidak kami baca. Silakan minta berkas baru."
    ),
    "not_yours": Text("Berkas itu bukan untuk isian Anda, jadi isinya tidak kami baca. Silakan minta berkas baru."),
    "sent": Text("Permohonan dari berkas itu sudah dikirim, jadi isinya tidak dapat diubah lagi dengan berkas."),
    "discarded": Text("Isian dari berkas itu sudah dihapus, jadi isinya tidak kami baca."),
    "set_aside": Text(
        "Berkas itu untuk isian Anda yang lain. Buka isian itu dari menu, di “Isian yang belum dikirim”, lalu kirim "
        "berkasnya sekali lagi."
    ),
    "other_version": Text(
        "Formulirnya sudah diperbarui sejak berkas itu dibuat, jadi isinya tidak kami baca. Silakan minta berkas baru; "
        "isian Anda yang tersimpan sudah ada di dalamnya."
    ),
}
_TOO_MANY = Text("Berkas sudah terlalu sering diminta hari ini. Silakan minta lagi besok, atau lanjutkan di sini.")
_ORDERED: Mapping[FormFileKind, Text] = {
    "xlsx": Text(
        "Berkas Excel sedang disiapkan dan segera kami kirim. Sementara itu Anda boleh tetap menjawab di sini."
    ),
    "pdf": Text("Berkas PDF sedang disiapkan dan segera kami kirim. Sementara itu Anda boleh tetap menjawab di sini."),
}
_REGISTER_FIRST = Text("Berkas formulir tersedia setelah pendaftaran ini selesai.")
_OTHERS_UNUSED = Text("Berkas lain dalam pesan itu tidak kami pakai.")
_SAME = Text("Berkas itu terbaca, tetapi tidak ada jawaban yang berbeda dari isian Anda.")
_CHANGED = Text("Isian atau berkasnya berubah sejak tombol itu dikirim. Silakan periksa sekali lagi.")
_TAKES = Text("Jawaban itu baru tersimpan setelah Anda mengambilnya. Yang masih kosong kami tanyakan di sini.")
_GONE = Text("Berkas itu sudah tidak kami simpan. Silakan kirim sekali lagi.")


def order_file(session: FormSession, kind: FormFileKind) -> Text:
    """What is said about it; the file follows as a message of its own."""
    if session.form.id != FORM:
        return _REGISTER_FIRST
    return _ORDERED[kind] if form_files.order(session.ctx, session.draft, kind) else _TOO_MANY


def returned_form(incoming: Incoming) -> ReturnedForm | None:
    """The first form of ours among the files of a message."""
    return next((file.returned_form for file in incoming.files if file.returned_form is not None), None)


def receive(session: FormSession, returned: ReturnedForm, *, alone: bool) -> Turn:
    """Keeps the file of this draft, and shows what would be taken over. `alone`: no other file came with it."""
    notice = None if alone else _OTHERS_UNUSED
    form_files.keep(session.ctx, session.draft, returned)
    found = form_files.compare(session.ctx, session.draft)
    if found is None or found.new or found.different or found.unreadable:
        return _show(session, found, notice)
    form_files.drop(session.ctx, session.draft)
    session.leave_question(review="")
    return go_on(session, paragraphs(notice, _SAME))


def show_import(session: FormSession, notice: Text | None = None) -> Turn:
    """How many answers are new, differ or cannot be read, and the buttons that take them."""
    return _show(session, form_files.compare(session.ctx, session.draft), notice)


def on_button(session: FormSession, act: TakeImported | DropImported, revision: int) -> Turn:
    """`revision`: of the draft when the button was shown. What has changed since is shown again."""
    notice = Text("Jawaban dari berkas tidak diambil.")
    if isinstance(act, TakeImported):
        found = form_files.compare(session.ctx, session.draft)
        if found is None or (revision, act.mark) != (session.draft.revision, found.mark):
            return _show(session, found, None if found is None else _CHANGED)
        count = form_files.take(session.ctx, session.draft, found, only_new=act.which == "new")
        notice = Text("✓ %(count)s jawaban diambil dari berkas.", count=count)
    else:
        form_files.drop(session.ctx, session.draft)
    session.leave_question(review="")
    return go_on(session, notice)


def _show(session: FormSession, found: ImportedAnswers | None, notice: Text | None) -> Turn:
    if found is None:
        return show_sections(session, notice or _GONE)
    counted = Text(
        "Berkas terbaca: %(new)s jawaban baru, %(different)s berbeda, %(unreadable)s tidak terbaca.",
        new=len(found.new),
        different=len(found.different),
        unreadable=len(found.unreadable),
    )
    rule = _TAKES if found.new or found.different else Text("Perbaiki berkasnya lalu kirim lagi, atau jawab di sini.")
    text = paragraphs(notice, counted, _list_different(session, found), _list_unreadable(session, found), rule)
    return session.say(None, text, *_choices(session, found), review=IMPORT)


def _choices(session: FormSession, found: ImportedAnswers) -> tuple[Choice, ...]:
    everything = Choice(session.screen(TakeImported("all", found.mark)), Text("Ambil semua"))
    only_new = Choice(session.screen(TakeImported("new", found.mark)), Text("Ambil yang baru saja"))
    none = Choice(session.screen(DropImported()), Text("Tidak jadi"))
    if not (found.new or found.different):
        return (Choice(session.screen(DropImported()), Text("Lanjutkan di sini")),)
    return (everything, only_new, none) if found.new and found.different else (everything, none)


def _list_different(session: FormSession, found: ImportedAnswers) -> Text | None:
    rows = [
        Text(
            "• %(question)s: sekarang “%(now)s”, di berkas “%(written)s”",
            question=label(question),
            now=_short(question, session.value(question)),
            written=_short(question, found.different[question.id]),
        )
        for question in _questions(session, found.different)
    ]
    return _listed(Text("Berbeda dari isian sekarang:"), rows)


def _list_unreadable(session: FormSession, found: ImportedAnswers) -> Text | None:
    rows = [
        Text("• %(question)s: %(rule)s", question=label(question), rule=found.unreadable[question.id])
        for question in _questions(session, found.unreadable)
    ]
    return _listed(Text("Tidak terbaca, jadi tidak diambil:"), rows)


def _listed(heading: Text, rows: list[Text]) -> Text | None:
    if not rows:
        return None
    hidden = len(rows) - _MAX_LISTED
    more = Text("… dan %(count)s lagi", count=hidden) if hidden > 0 else None
    return lines(heading, *rows[:_MAX_LISTED], more)


def _questions(session: FormSession, ids: Mapping[str, object]) -> list[Question]:
    return [session.form.questions[id] for id in ids]


def _short(question: Question, value: Value) -> Text:
    if isinstance(value, str) and len(value) > _EXCERPT and not question.options:
        return verbatim(excerpt(value, _EXCERPT))
    if question.columns and isinstance(value, list):
        return Text("%(count)s baris", count=len(value))
    return answers.brief(question, value)
