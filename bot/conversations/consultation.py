"""Consultations in the chat: asking in writing, with files, reading the answer, asking again, ending."""

from __future__ import annotations

from bot.actions import Action, code
from bot.actions.consultation import (
    AdviserStep,
    AskerStep,
    ListConsultations,
    ListOwnConsultations,
    OpenSentFile,
    WriteQuestion,
)
from bot.chat import Attachment, Choice, DialogueState, Incoming, Prompt, Turn, turn
from bot.conversations import consultation_texts, menu, rating, survey, text_input
from bot.conversations.buttons import MENU, place_choices, start_of
from bot.conversations.consultation_screen import STATES, file_choices
from bot.conversations.consultation_state import NAME as STORED_NAME
from bot.conversations.consultation_state import ConsultationState, read_asked
from bot.conversations.officer import consultation_desk
from bot.conversations.protocol import CommandHandlers, without_argument
from bot.conversations.state import read, to_json
from bot.conversations.text_input import TextInput
from bot.service import consultation_desk as desk
from bot.service import consultations
from bot.service.access import ActionRefused
from bot.service.context import Context
from domain.text import Text, lines, paragraphs, verbatim
from storage.tables import Consultation

NAME = STORED_NAME
_ASK = Choice(code(WriteQuestion()), Text("Tulis pertanyaan"))


def start(state: DialogueState, ctx: Context) -> Turn:
    """The list of the staff where they may answer, else the writer's own."""
    return consultation_desk.start(state, ctx) if desk.may_advise(ctx) else _begin(state, ctx)


def _begin(state: DialogueState, ctx: Context) -> Turn:
    """The actor's own; who has none writes at once."""
    if consultations.list_mine(ctx, 0).rows:
        return _list(state, ctx)
    return text_input.show(consultation_texts.QUESTION, consultation_texts.writing(state), ctx, _about(ctx))


def on_number(state: DialogueState, ctx: Context, number: str) -> Turn:
    """Somebody typed the number of a consultation. Says the same of an unknown one and of one of somebody else."""
    desk_id = desk.find(ctx, number)
    if desk_id is not None:
        return consultation_desk.on_button(AdviserStep("open", desk_id), state, ctx)
    mine = consultations.find_mine(ctx, number)
    unknown = Text("Tidak ada konsultasi Anda dengan nomor %(number)s.", number=number)
    return _list(state, ctx, notice=unknown) if mine is None else _show(state, ctx, mine)


def in_brief(ctx: Context, number: str) -> Text:
    """For a form that goes on afterwards."""
    own_id = consultations.find_mine(ctx, number)
    if own_id is None:
        return Text("Tidak ada konsultasi Anda dengan nomor %(number)s.", number=number)
    return Text("%(number)s: %(status)s.", number=number, status=STATES[consultations.get_mine(ctx, own_id).state])


def on_message(incoming: Incoming, state: DialogueState, ctx: Context) -> Turn:
    return menu.on_message(incoming, state, ctx)


def on_button(action: Action, state: DialogueState, ctx: Context) -> Turn:
    try:
        return _handle(action, state, ctx)
    except ActionRefused as refused:
        return menu.show(state, ctx, refused.text)


def reprompt(state: DialogueState, ctx: Context, notice: Text) -> Turn:
    shown = read_asked(state)
    try:
        if shown.step == "own":
            if shown.consultation_id is not None:
                return _show(state, ctx, shown.consultation_id, notice)
            return _list(state, ctx, shown.page or 0, shown.place, notice)
        return consultation_desk.reprompt(state, ctx, shown, notice) or menu.show(state, ctx, notice)
    except ActionRefused:
        return menu.show(state, ctx, notice)


def awaited_text(state: DialogueState) -> TextInput | None:
    """A question, or an officer's answer."""
    match read(ConsultationState, state.data):
        case ConsultationState(step="ask"):
            return consultation_texts.QUESTION
        case ConsultationState(step="more", consultation_id=int()):
            return consultation_texts.MORE
        case ConsultationState(step="answer", consultation_id=int()):
            return consultation_desk.ANSWER
    return None


def _handle(action: Action, state: DialogueState, ctx: Context) -> Turn:
    match action:
        case WriteQuestion():
            return text_input.show(consultation_texts.QUESTION, consultation_texts.writing(state), ctx)
        case ListOwnConsultations(0, ""):
            return _begin(state, ctx)
        case ListOwnConsultations(page, place):
            return _list(state, ctx, page, place)
        case AskerStep("more", consultation_id):
            return _ask_more(state, ctx, consultation_id)
        case AskerStep("enough", consultation_id):
            return _end(state, ctx, consultation_id)
        case AskerStep(_, consultation_id):
            return _show(state, ctx, consultation_id)
        case OpenSentFile(consultation_id, file_id):
            return _send_file(state, ctx, consultation_id, file_id)
        case AdviserStep() | ListConsultations():
            return consultation_desk.on_button(action, state, ctx)
    return _list(state, ctx)


def _about(ctx: Context) -> Text:
    return Text(
        "Di sini Anda dapat bertanya secara tertulis tentang kegiatan statistik. Petugas menjawab paling lambat "
        "%(days)s hari kerja.",
        days=ctx.office.consultations.answer_days,
    )


def _list(state: DialogueState, ctx: Context, page: int = 0, place: str = "", notice: Text | None = None) -> Turn:
    mine = consultations.list_mine(ctx, start_of(page, place, consultations.PAGE))
    rows = [Text("• %(number)s: %(status)s", number=one.number, status=STATES[one.state]) for one in mine.rows]
    choices = [Choice(code(AskerStep("show", one.id)), verbatim(one.number)) for one in mine.rows]
    text = paragraphs(
        notice,
        _about(ctx),
        lines(Text("Konsultasi Anda:"), *rows) if rows else None,
    )
    listed = state.at(NAME, **to_json(ConsultationState("own", page=page, place=place)))
    navigation = place_choices(ListOwnConsultations, page, mine)
    return turn(listed, Prompt(text, (_ASK, *choices, *navigation, MENU)))


def _show(state: DialogueState, ctx: Context, consultation_id: int, notice: Text | None = None) -> Turn:
    consultation = consultations.get_mine(ctx, consultation_id)
    text = paragraphs(
        notice,
        lines(
            Text("Konsultasi %(number)s", number=consultation.number),
            Text("Status: %(status)s", status=STATES[consultation.state]),
            _promise(ctx, consultation),
        ),
        consultations.transcript(ctx, consultation, Text("Anda")),
    )
    files = file_choices(ctx, consultation)
    every = Choice(code(ListOwnConsultations()), Text("Semua konsultasi"), nav=True)
    shown = state.at(NAME, **to_json(ConsultationState("own", consultation.id)))
    surveyed = survey.open_choice(ctx, "consultation", consultation.id) if consultation.state == "closed" else ()
    return turn(shown, Prompt(text, (*_choices(consultation), *surveyed, *files, every, MENU)))


def _promise(ctx: Context, consultation: Consultation) -> Text | None:
    """Of a late one no day is promised again."""
    if consultation.state != "open":
        return None
    day = consultation.due_on
    if day < ctx.today:
        return Text("Maaf, jawaban kami terlambat. Kami menjanjikannya paling lambat %(day)s.", day=day)
    return Text("Dijawab paling lambat: %(day)s", day=day)


def _choices(consultation: Consultation) -> tuple[Choice, ...]:
    enough = Choice(code(AskerStep("enough", consultation.id)), Text("Sudah cukup"))
    more = Choice(code(AskerStep("more", consultation.id)), Text("Tanya lagi"))
    add = Choice(code(AskerStep("more", consultation.id)), Text("Tambah keterangan"))
    return {"open": (add,), "answered": (more, enough), "closed": ()}[consultation.state]


def _send_file(state: DialogueState, ctx: Context, consultation_id: int, file_id: int) -> Turn:
    """To whoever asks; to an officer, who may not have asked it, as a copy of theirs."""
    is_mine = consultations.is_mine(ctx, consultation_id)
    open_file = consultations.file_of_mine if is_mine else desk.open_file
    file = open_file(ctx, consultation_id, file_id)
    back = Choice(
        code(AskerStep("show", consultation_id) if is_mine else AdviserStep("open", consultation_id)),
        Text("Kembali"),
        nav=True,
    )
    shown = state.at(NAME, **to_json(ConsultationState("own" if is_mine else "", consultation_id)))
    return turn(shown, Prompt(verbatim(file.name), (back, MENU), Attachment(file.id, file.name)))


def _ask_more(state: DialogueState, ctx: Context, consultation_id: int) -> Turn:
    consultation = consultations.get_mine(ctx, consultation_id)
    if consultation.state == "closed":
        return _show(state, ctx, consultation_id, consultations.CLOSED)
    written = consultation_texts.writing(state, "more", consultation_id)
    return text_input.show(consultation_texts.MORE, written, ctx)


# Ending ---------------------------------------------------------------------------------------------------------------


def _end(state: DialogueState, ctx: Context, consultation_id: int) -> Turn:
    if not consultations.end(ctx, consultation_id):
        return _show(state, ctx, consultation_id)
    ended = state.at(NAME, **to_json(ConsultationState("own", consultation_id)))
    return rating.ask_stars(ended, "consultation", consultation_id, Text("Terima kasih, konsultasi ini selesai."))


COMMANDS: CommandHandlers = {"consultation": without_argument(start)}
