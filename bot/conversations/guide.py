"""Information about the service: pages to read, and answers to questions in free words."""

from __future__ import annotations

from dataclasses import dataclass

from bot.actions import Action, code
from bot.actions.applicant import ShowFaq, ShowGuide, ShowGuidePage, StartApplication
from bot.chat import Choice, DialogueState, Incoming, Link, Prompt, Turn, turn
from bot.conversations.buttons import MENU
from bot.conversations.state import read, to_json
from bot.service.context import Context
from domain import intents
from domain.office.guide import Faq
from domain.text import Text, lines, paragraphs

NAME = "guide"

#: the most other questions that are offered below an answer
MOST_OTHERS = 3

#: the buttons below every page and answer
NEXT_STEPS = (
    Choice(code(ShowGuide()), Text("Daftar informasi")),
    Choice(code(StartApplication()), Text("Ajukan permohonan")),
    MENU,
)


@dataclass(frozen=True, slots=True)
class GuideState:
    """The page or the answer that is on the screen; both are empty for the list of pages."""

    page: str = ""
    faq: str = ""


def start(state: DialogueState, ctx: Context) -> Turn:
    """Lists the pages."""
    return _list(state, ctx, None)


def reprompt(state: DialogueState, ctx: Context, notice: Text) -> Turn:
    shown = read(GuideState, state.data) or GuideState()
    if shown.page:
        return page(shown.page, state, ctx, notice)
    faq = ctx.app.guide.faqs.get(shown.faq)
    return _show_answer(faq, (), state, ctx, notice) if faq else _list(state, ctx, notice)


def page(id: str, state: DialogueState, ctx: Context, notice: Text | None = None) -> Turn:
    found = ctx.app.guide.pages.get(id)
    if found is None:
        return _list(state, ctx, Text("Halaman itu sudah tidak ada."))
    text = paragraphs(notice, found.title, found.body)
    return turn(
        state.at(NAME, **to_json(GuideState(page=id))), Prompt(text, NEXT_STEPS, link=map_link(found.body, ctx))
    )


def on_message(incoming: Incoming, state: DialogueState, ctx: Context) -> Turn:
    """Answers a question; lists the pages for words that are not understood."""
    answered = answer(incoming.text, state, ctx)
    if answered is not None:
        return answered
    return _list(state, ctx, Text("Maaf, kami belum memahami pertanyaan itu. Silakan tulis dengan kata-kata lain."))


def on_button(action: Action, state: DialogueState, ctx: Context) -> Turn:
    match action:
        case ShowGuidePage(id):
            return page(id, state, ctx)
        case ShowFaq(id):
            faq = ctx.app.guide.faqs.get(id)
            if faq is None:
                return _list(state, ctx, Text("Pertanyaan itu sudah tidak ada."))
            return _show_answer(faq, (), state, ctx)
    return _list(state, ctx, None)


def answer(words: str, state: DialogueState, ctx: Context) -> Turn | None:
    """Answers a question in free words, and offers similar ones. `None`: no known question is close enough."""
    found = _confident(words, ctx)
    if not found:
        return None
    faqs = ctx.app.guide.faqs
    (best, score), rest = found[0], found[1 : MOST_OTHERS + 1]
    others = tuple(faqs[id] for id, other in rest if intents.is_comparable(other, score))
    return _show_answer(faqs[best], others, state, ctx)


def find_answer(words: str, ctx: Context) -> Text | None:
    """The question that the words mean, with its answer, for other conversations; `None`: none is close enough."""
    found = _confident(words, ctx)
    faq = ctx.app.guide.faqs[found[0][0]] if found else None
    return paragraphs(faq.question, faq.answer) if faq else None


def _confident(words: str, ctx: Context) -> list[tuple[str, float]]:
    """The ids of the questions that the words may mean, best first; empty if the best one is not close enough."""
    found = intents.match(words, ctx.app.guide.candidates)
    return found if found and intents.is_confident(found[0][1]) else []


def map_link(text: Text, ctx: Context) -> Link | None:
    """The button that opens the map, for a text that names our address."""
    return Link(Text("Buka peta"), ctx.office.map_url) if "%(address)s" in text.msgid else None


def complaint(ctx: Context) -> Text:
    """Says where to complain."""
    found = ctx.app.guide.pages["pengaduan"]
    return paragraphs(found.title, found.body)


def _list(state: DialogueState, ctx: Context, notice: Text | None) -> Turn:
    pages = ctx.app.guide.pages.values()
    choices = tuple(Choice(code(ShowGuidePage(found.id)), found.title, found.short) for found in pages)
    text = paragraphs(notice, Text("Apa yang ingin Anda ketahui? Pilih salah satu, atau tulis pertanyaan Anda."))
    return turn(state.at(NAME), Prompt(text, (*choices, MENU)))


def _show_answer(
    faq: Faq, others: tuple[Faq, ...], state: DialogueState, ctx: Context, notice: Text | None = None
) -> Turn:
    """Shows an answer. The text lists the other questions too, because most are too long for a button."""
    numbered = [(str(position), other) for position, other in enumerate(others, 1)]
    ask = Text("Bila bukan ini yang Anda maksud, pilih pertanyaan di bawah atau tulis dengan kata-kata lain.")
    listed = lines(
        *(Text("%(number)s. %(question)s", number=position, question=other.question) for position, other in numbered)
    )
    choices = tuple(Choice(code(ShowFaq(other.id)), other.question, other.short) for _, other in numbered)
    text = paragraphs(notice, faq.question, faq.answer, lines(ask, listed) if others else None)
    prompt = Prompt(text, (*choices, *NEXT_STEPS), link=map_link(faq.answer, ctx))
    return turn(state.at(NAME, **to_json(GuideState(faq=faq.id))), prompt)
