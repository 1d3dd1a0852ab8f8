"""The satisfaction survey: nine questions, one tap each. It can be left and taken up again."""

from __future__ import annotations

from dataclasses import field, replace

from bot.actions import Action, code
from bot.actions.survey import AskElement, OpenSurvey, ScoreElement, ShowSurveyPage
from bot.chat import Choice, DialogueState, Incoming, Prompt, Turn, turn
from bot.conversations import guide, menu
from bot.conversations.buttons import MENU
from bot.conversations.state import read, stored_as, to_json
from bot.service import form_page, surveys
from bot.service.access import ActionRefused
from bot.service.context import Context
from bot.service.surveys import SurveyStage
from domain import satisfaction
from domain.asides import judge
from domain.frozen import frozen
from domain.satisfaction import ELEMENTS, QUESTIONS, SCORES, Element, Scores, SurveyedService
from domain.text import Text, paragraphs

NAME = "survey"
OPEN_LABELS: dict[SurveyStage, Text] = {
    "open": Text("Isi survei kepuasan"),
    "begun": Text("Lanjutkan survei"),
}


@frozen
class SurveyState:
    """The survey whose question is open."""

    row_id: int = field(metadata=stored_as("application"))
    element: Element
    service: SurveyedService = "letter"


def open_choice(ctx: Context, service: SurveyedService, row_id: int) -> tuple[Choice, ...]:
    """The button that begins the survey or goes on with it, where the actor can."""
    stage = surveys.stage(ctx, service, row_id)
    return (Choice(code(OpenSurvey(service, row_id)), OPEN_LABELS[stage]),) if stage is not None else ()


def offer(state: DialogueState, ctx: Context, service: SurveyedService, row_id: int, notice: Text) -> Turn:
    """Offered after the stars; the menu where there is nothing to offer."""
    opens = open_choice(ctx, service, row_id)
    if not opens:
        return menu.show(state, ctx, notice)
    text = Text(
        "Bersediakah Anda mengisi survei kepuasan? Isinya %(count)s pertanyaan, masing-masing cukup satu ketukan. "
        "Laporan kami tidak menyebut siapa yang menjawab.",
        count=len(ELEMENTS),
    )
    days = surveys.ANSWERABLE_FOR.days
    later = {
        "letter": Text("Bila ingin mengisinya nanti, buka status permohonan dalam %(days)s hari.", days=days),
        "consultation": Text("Bila ingin mengisinya nanti, buka lagi konsultasi itu dalam %(days)s hari.", days=days),
        "visit": Text("Bila ingin mengisinya nanti, tulis antrean dalam %(days)s hari.", days=days),
    }[service]
    choices = (*opens, *_page_choice(ctx, service, row_id), MENU)
    link = surveys.page_link(ctx, service, row_id)
    return turn(state.at(menu.NAME), Prompt(paragraphs(notice, text, later), choices, link=link))


def on_button(action: Action, state: DialogueState, ctx: Context) -> Turn:
    try:
        match action:
            case OpenSurvey(service, row_id):
                return _begin(state, ctx, service, row_id)
            case ShowSurveyPage(service, row_id):
                return _show_page_link(state, ctx, service, row_id)
            case AskElement(service, row_id, element):
                surveys.scores(ctx, service, row_id)
                return _ask(state, SurveyState(row_id, element, service))
            case ScoreElement(service, row_id, element, score):
                given = surveys.record(ctx, service, row_id, element, score)
                return _go_on(state, service, row_id, given) or _thank(state, ctx)
    except ActionRefused as refused:
        return menu.show(state, ctx, refused.text)
    return menu.show(state, ctx)


def on_message(incoming: Incoming, state: DialogueState, ctx: Context) -> Turn:
    """A question is answered; other words are no answer. The survey asks again in any case."""
    told = guide.find_answer(incoming.text, ctx) if judge(incoming.text) == "question" else None
    hint = Text("Pilih salah satu jawaban dengan tombolnya, atau kirim angkanya.")
    return reprompt(state, ctx, told or hint)


def reprompt(state: DialogueState, ctx: Context, notice: Text) -> Turn:
    survey = read(SurveyState, state.data)
    try:
        if survey is not None:
            surveys.scores(ctx, survey.service, survey.row_id)
            return _ask(state, survey, notice)
    except ActionRefused as refused:
        return menu.show(state, ctx, refused.text)
    return menu.show(state, ctx, notice)


def go_back(state: DialogueState, ctx: Context) -> Turn:
    survey = read(SurveyState, state.data)
    before = satisfaction.before(survey.element) if survey is not None else None
    if survey is None or before is None:
        return menu.show(state, ctx)
    return on_button(AskElement(survey.service, survey.row_id, before), state, ctx)


def _begin(state: DialogueState, ctx: Context, service: SurveyedService, row_id: int) -> Turn:
    """Asks the first element without an answer, and offers the page."""
    shown = _go_on(state, service, row_id, surveys.scores(ctx, service, row_id))
    if shown is None:
        return _thank(state, ctx)
    (prompt,) = shown.prompts
    choices = (*prompt.choices[:-1], *_page_choice(ctx, service, row_id), prompt.choices[-1])
    link = surveys.page_link(ctx, service, row_id)
    return turn(shown.state, replace(prompt, choices=choices, link=link))


def _page_choice(ctx: Context, service: SurveyedService, row_id: int) -> tuple[Choice, ...]:
    """Where messages have no link to the page, a button asks for one."""
    if not form_page.gives_one_time_links(ctx):
        return ()
    return (Choice(code(ShowSurveyPage(service, row_id)), Text("Isi di halaman"), nav=True),)


def _show_page_link(state: DialogueState, ctx: Context, service: SurveyedService, row_id: int) -> Turn:
    """The question that is open in the chat stays open."""
    link = surveys.one_time_link(ctx, service, row_id)
    if link is None:
        return _begin(state, ctx, service, row_id)
    text = Text(
        "Buka halaman ini untuk mengisi survei. Tautannya berlaku 15 menit dan hanya untuk Anda; jangan diteruskan."
    )
    same = Text("Jawaban di halaman sama dengan jawaban di percakapan; Anda boleh berpindah kapan saja.")
    return Turn(state, (Prompt(paragraphs(text, same), link=link),))


def _go_on(state: DialogueState, service: SurveyedService, row_id: int, given: Scores) -> Turn | None:
    """Asks the next element; `None` after the last one."""
    element = satisfaction.next_open(given)
    return _ask(state, SurveyState(row_id, element, service)) if element is not None else None


def _thank(state: DialogueState, ctx: Context) -> Turn:
    return menu.show(state, ctx, Text("Terima kasih. Jawaban survei Anda sudah kami simpan."))


def _ask(state: DialogueState, survey: SurveyState, notice: Text | None = None) -> Turn:
    element, asked = survey.element, (survey.service, survey.row_id)
    question, number = QUESTIONS[element], ELEMENTS.index(element) + 1
    text = paragraphs(
        notice,
        Text("Survei kepuasan, %(number)s dari %(count)s", number=number, count=len(ELEMENTS)).shown_as("progress"),
        question.question.shown_as("question"),
    )
    scores = (
        Choice(code(ScoreElement(*asked, element, score)), answer.label, answer.short)
        for score, answer in zip(SCORES, question.answers, strict=True)
    )
    before = satisfaction.before(element)
    back = (Choice(code(AskElement(*asked, before)), Text("Kembali"), nav=True),) if before else ()
    return turn(state.at(NAME, **to_json(survey)), Prompt(text, (*scores, *back, MENU)))
