"""The welcome and the menu."""

from __future__ import annotations

from dataclasses import replace

from bot.actions import Action, code
from bot.actions.applicant import (
    ApplicationStep,
    ListApplications,
    ListDrafts,
    ResumeDraft,
    ShowComplaints,
    ShowGuide,
    ShowServices,
    ShowVisit,
    StartApplication,
    StartRevision,
    StartSearch,
)
from bot.actions.consultation import ListOwnConsultations
from bot.chat import Choice, DialogueState, Incoming, Prompt, Turn, turn
from bot.conversations import courtesy, guide, staff_start
from bot.conversations.buttons import ACCOUNT, LANGUAGE
from bot.conversations.protocol import CommandHandlers, without_argument
from bot.conversations.text_input import resume_choices
from bot.service import drafts, inquiries, officers, waiting
from bot.service.applications import FORM
from bot.service.context import Context
from domain.text import Text, lines, paragraphs

NAME = "menu"
NOT_UNDERSTOOD = Text("Maaf, kami belum memahami pesan itu.")
LIST_DRAFTS = Choice(code(ListDrafts()), Text("Isian yang belum dikirim"), Text("Belum dikirim"))


def welcome(words: str, state: DialogueState, ctx: Context, notice: Text | None = None) -> Turn:
    """Answers the first message of a person. A question in it is answered at once."""
    is_polite = courtesy.reply_to(words) is not None
    answered = guide.answer(words, state, ctx) if words and not is_polite else None
    if answered is not None:
        return answered
    if officers.role(ctx) != "applicant":
        return show(state, ctx, notice)
    hello = Text(
        "Selamat datang di Layanan Rekomendasi Kegiatan Statistik %(office)s. Layanan ini gratis. "
        "Di sini instansi pemerintah memberitahukan survei, sensus, atau kompilasi data yang direncanakan, "
        "lalu memperoleh surat rekomendasi.",
        office=ctx.office.words["office"],
    )
    return replace(show(state, ctx, paragraphs(hello, notice)), unclear="" if is_polite else words)


def show(state: DialogueState, ctx: Context, notice: Text | None = None) -> Turn:
    """Shows the menu; what waits for the person comes first, then an application that was begun. The staff begin with
    their work.
    """
    if officers.role(ctx) == "applicant":
        return _show_services(state, ctx, notice)
    text, choices = staff_start.screen(ctx)
    return turn(state.at(NAME), Prompt(paragraphs(notice, text), (*resume_choices(state), *choices)))


def _show_services(state: DialogueState, ctx: Context, notice: Text | None = None) -> Turn:
    lines_of_waiting, waiting_choices = _waiting(ctx)
    choices: tuple[Choice, ...] = (
        *waiting_choices,
        *resume_choices(state),
        *_begin_or_go_on(ctx),
        Choice(code(ShowGuide()), Text("Syarat, alur, waktu, biaya"), Text("Syarat dan alur")),
        Choice(code(StartSearch()), Text("Cari kegiatan yang sudah direkomendasikan"), Text("Cari kegiatan")),
        Choice(code(ListApplications()), Text("Status permohonan")),
        Choice(code(ShowVisit()), Text("Datang ke kantor")),
        Choice(code(ShowComplaints()), Text("Pengaduan")),
        Choice(code(ListOwnConsultations()), Text("Konsultasi statistik"), Text("Konsultasi")),
        ACCOUNT,
        LANGUAGE,
    )
    text = paragraphs(
        notice, lines_of_waiting, Text("Apa yang dapat kami bantu? Pilih salah satu, atau tulis pertanyaan Anda.")
    )
    return turn(state.at(NAME), Prompt(text, choices))


def _waiting(ctx: Context) -> tuple[Text | None, tuple[Choice, ...]]:
    """What waits for the person, in words and as buttons."""
    found = waiting.of_actor(ctx)
    rows: list[Text] = []
    choices: list[Choice] = []
    if (case := found.to_revise) is not None:
        rows.append(Text("Permohonan %(number)s menunggu perbaikan dari Anda.", number=case.number))
        label = Text("Perbaiki %(number)s", number=case.number)
        choices.append(Choice(code(StartRevision(case.id)), label, Text("Perbaiki sekarang")))
    if found.inquiry is not None:
        rows.append(Text("Petugas menunggu jawaban Anda atas pertanyaannya."))
        label = Text("Jawab pertanyaan petugas")
        choices.append(replace(inquiries.answer_choice(found.inquiry), label=label, short=Text("Jawab pertanyaan")))
    if (case := found.unread_letter) is not None:
        rows.append(Text("Surat untuk %(number)s sudah terbit.", number=case.number))
        label = Text("Terima surat %(number)s", number=case.number)
        choices.append(Choice(code(ApplicationStep("letter", case.id)), label, Text("Terima surat")))
    return lines(*rows) if rows else None, tuple(choices)


def _begin_or_go_on(ctx: Context) -> tuple[Choice, ...]:
    """The open draft can be continued at once; the list of drafts is offered when it holds any other."""
    unsent = drafts.list_unsent(ctx, FORM).rows
    is_open = bool(unsent) and unsent[0].state == "open"
    resume = Choice(code(ResumeDraft()), Text("Lanjutkan permohonan"), Text("Lanjutkan"))
    begin = Choice(code(StartApplication()), Text("Ajukan permohonan"), None)
    first = resume if is_open else begin
    return (first, LIST_DRAFTS) if len(unsent) > is_open else (first,)


def reprompt(state: DialogueState, ctx: Context, notice: Text) -> Turn:
    return show(state, ctx, notice)


def on_message(incoming: Incoming, state: DialogueState, ctx: Context) -> Turn:
    """Answers a question; any other words show the menu again."""
    answered = guide.answer(incoming.text, state, ctx)
    return answered or replace(show(state, ctx, NOT_UNDERSTOOD), unclear=incoming.text)


def on_button(action: Action, state: DialogueState, ctx: Context) -> Turn:
    return _show_services(state, ctx) if isinstance(action, ShowServices) else show(state, ctx)


#: outside a form there is no question to skip, to end or to go back to
COMMANDS: CommandHandlers = dict.fromkeys(("start", "menu", "back", "skip", "done", "blocks"), without_argument(show))
