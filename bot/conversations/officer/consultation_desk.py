"""Consultations as the staff see them: the list, one of them, its answer."""

from __future__ import annotations

from bot.actions import Action, code
from bot.actions.consultation import AdviserStep, ListConsultations
from bot.chat import Choice, DialogueState, Prompt, Turn, turn
from bot.conversations import attachments, menu, text_input
from bot.conversations.buttons import MENU, place_choices, start_of
from bot.conversations.consultation_screen import STATES, file_choices
from bot.conversations.consultation_state import NAME, ConsultationState, read_asked
from bot.conversations.consultation_texts import MAX_LENGTH, attach, listed, writing
from bot.conversations.state import to_json
from bot.conversations.text_input import TextInput
from bot.service import consultation_desk, consultations, officers
from bot.service.context import Context
from domain.text import Text, lines, paragraphs, verbatim
from storage.tables import Consultation


def start(state: DialogueState, ctx: Context) -> Turn:
    """The consultations that wait for an answer."""
    return _list(state, ctx)


def reprompt(state: DialogueState, ctx: Context, shown: ConsultationState, notice: Text) -> Turn | None:
    """None when nothing of the staff's is on the screen."""
    match shown:
        case ConsultationState(consultation_id=int(consultation_id)):
            return _open(state, ctx, consultation_id, notice)
        case ConsultationState(page=int(page), place=place):
            return _list(state, ctx, page, place, notice)
    return None


def on_button(action: Action, state: DialogueState, ctx: Context) -> Turn:
    """May raise `ActionRefused`."""
    match action:
        case AdviserStep("take", consultation_id):
            consultation_desk.take(ctx, consultation_id)
            return _open(state, ctx, consultation_id, Text("✓ Anda yang menangani konsultasi ini."))
        case AdviserStep("release", consultation_id):
            consultation_desk.release(ctx, consultation_id)
            return _open(state, ctx, consultation_id, Text("✓ Konsultasi ini kembali kepada semua petugas."))
        case AdviserStep("answer", consultation_id):
            consultation_desk.check(ctx, consultation_id)
            return text_input.show(ANSWER, writing(state, "answer", consultation_id), ctx)
        case AdviserStep(_, consultation_id):
            return _open(state, ctx, consultation_id)
        case ListConsultations(page, place):
            return _list(state, ctx, page, place)
    return _list(state, ctx)


def _list(state: DialogueState, ctx: Context, page: int = 0, place: str = "", notice: Text | None = None) -> Turn:
    waiting = consultation_desk.list_open(ctx, start_of(page, place, consultation_desk.PAGE))
    if not waiting.rows:
        return menu.show(state, ctx, paragraphs(notice, Text("Tidak ada konsultasi yang menunggu jawaban.")))
    rows = [
        Text("• %(number)s · jawab paling lambat %(day)s", number=one.number, day=one.due_on) for one in waiting.rows
    ]
    choices = [Choice(code(AdviserStep("open", one.id)), verbatim(one.number)) for one in waiting.rows]
    text = paragraphs(notice, Text("Konsultasi yang menunggu jawaban:"), lines(*rows))
    state = state.at(NAME, **to_json(ConsultationState(page=page, place=place)))
    return turn(state, Prompt(text, (*choices, *place_choices(ListConsultations, page, waiting), MENU)))


def _open(state: DialogueState, ctx: Context, consultation_id: int, notice: Text | None = None) -> Turn:
    consultation = consultation_desk.read(ctx, consultation_id)
    person = consultation_desk.asker(ctx, consultation)
    known = ", ".join(filter(None, (person.name, person.institution)))
    text = paragraphs(
        notice,
        lines(
            Text("Konsultasi %(number)s", number=consultation.number),
            Text("Status: %(status)s", status=STATES[consultation.state]),
            Text("Masuk: %(day)s", day=consultation.created_at.astimezone(ctx.office.zone).date()),
            Text("Jawab paling lambat: %(day)s", day=consultation.due_on) if consultation.state == "open" else None,
            Text("Penanya: %(who)s", who=known) if known else Text("Penanya: belum mendaftar"),
            Text("Ditangani: %(name)s", name=officers.name_of(ctx, consultation.officer_id))
            if consultation.officer_id is not None
            else None,
        ),
        consultations.transcript(ctx, consultation, consultation_desk.asker_name(ctx, consultation)),
    )
    every = Choice(code(ListConsultations()), Text("Semua konsultasi"), nav=True)
    choices = (*_choices(ctx, consultation), *file_choices(ctx, consultation), every, MENU)
    return turn(state.at(NAME, **to_json(ConsultationState(consultation_id=consultation.id))), Prompt(text, choices))


def _choices(ctx: Context, consultation: Consultation) -> tuple[Choice, ...]:
    """What the actor may do now; each act checks again."""
    id = consultation.id
    answer = Choice(code(AdviserStep("answer", id)), Text("Jawab"))
    take = Choice(code(AdviserStep("take", id)), Text("Ambil"))
    release = Choice(code(AdviserStep("release", id)), Text("Lepas"))
    holds = consultation.officer_id == ctx.person_id and consultation.state == "open"
    return (
        *((answer,) if consultation_desk.can_answer(ctx, consultation) else ()),
        *((take,) if consultation_desk.can_take(ctx, consultation) else ()),
        *((release,) if holds else ()),
    )


def _ask_answer(state: DialogueState, ctx: Context, notice: Text | None) -> Turn:
    text = Text("Tulis jawaban Anda. Jawaban dikirim ke percakapan penanya. Anda boleh melampirkan berkas.")
    listing = attachments.listed(ctx, read_asked(state).files)
    return turn(state, Prompt(paragraphs(notice, listing, text), (MENU,), expects="text", takes_file=True))


def _file_answer(state: DialogueState, ctx: Context, words: str) -> Turn:
    shown = read_asked(state)
    consultation_desk.answer(ctx, shown.consultation_id or 0, words, attachments.ids(shown.files))
    return menu.show(state, ctx, Text("✓ Jawaban sudah dikirim."))


ANSWER = TextInput(
    Text("Jawaban Anda:"),
    _ask_answer,
    _file_answer,
    menu.show,
    max_length=MAX_LENGTH,
    details=listed,
    attach=attach,
)
