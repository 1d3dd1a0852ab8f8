"""Reading about the service, and asking in one's own words."""

from __future__ import annotations

from bot.actions import Action, fields_of
from bot.chat import Choice, DialogueState, Incoming, Link, Prompt, Turn, turn
from bot.service.context import Context
from domain import intents
from domain.office.guide import Faq
from domain.text import Text, lines, paragraphs

NAME = "guide"

#: of the other questions that may have been meant
MOST_OTHERS = 3

MENU = Choice("menu:show", Text("Menu"), nav=True)
ONWARD = (
    Choice(f"{NAME}:start", Text("Daftar informasi")),
    Choice("apply:start", Text("Ajukan permohonan")),
    MENU,
)


def start(state: DialogueState, ctx: Context) -> Turn:
    """The list of pages."""
    return _list(state, ctx, None)


def reprompt(state: DialogueState, ctx: Context, notice: Text) -> Turn:
    match state.data:
        case {"page": str(id)}:
            return page(id, state, ctx, notice)
        case {"faq": str(id)} if id in ctx.app.guide.faqs:
            return _answered(ctx.app.guide.faqs[id], (), state, ctx, notice)
    return _list(state, ctx, notice)


def page(id: str, state: DialogueState, ctx: Context, notice: Text | None = None) -> Turn:
    found = ctx.app.guide.pages.get(id)
    if found is None:
        return _list(state, ctx, Text("Halaman itu sudah tidak ada."))
    text = paragraphs(notice, found.title, found.body)
    return turn(state.at(NAME, page=id), Prompt(text, ONWARD, link=way_there(found.body, ctx)))


def on_message(incoming: Incoming, state: DialogueState, ctx: Context) -> Turn:
    """Free words: the best answer that we have, else the list of pages."""
    answered = answer(incoming.text, state, ctx)
    if answered is not None:
        return answered
    return _list(state, ctx, Text("Maaf, kami belum memahami pertanyaan itu. Silakan tulis dengan kata-kata lain."))


def on_button(action: Action, state: DialogueState, ctx: Context) -> Turn:
    match fields_of(action):
        case ["page", id]:
            return page(id, state, ctx)
        case ["faq", id]:
            faq = ctx.app.guide.faqs.get(id)
            if faq is None:
                return _list(state, ctx, Text("Pertanyaan itu sudah tidak ada."))
            return _answered(faq, (), state, ctx)
    return _list(state, ctx, None)


def answer(words: str, state: DialogueState, ctx: Context) -> Turn | None:
    """The best answer to a question in free words, with others that may have been meant; None when in doubt."""
    found = intents.match(words, ctx.app.guide.candidates)
    if not found or not intents.confident(found[0][1]):
        return None
    faqs = ctx.app.guide.faqs
    (best, score), rest = found[0], found[1 : MOST_OTHERS + 1]
    others = tuple(faqs[id] for id, other in rest if intents.comparable(other, score))
    return _answered(faqs[best], others, state, ctx)


def way_there(told: Text, ctx: Context) -> Link | None:
    """The map, where our address is told."""
    return Link(Text("Buka peta"), ctx.office.map_url) if "%(address)s" in told.msgid else None


def complaint(ctx: Context) -> Text:
    """Where to complain; said anywhere, in the middle of anything."""
    found = ctx.app.guide.pages["pengaduan"]
    return paragraphs(found.title, found.body)


def _list(state: DialogueState, ctx: Context, notice: Text | None) -> Turn:
    pages = ctx.app.guide.pages.values()
    choices = tuple(Choice(f"{NAME}:page:{found.id}", found.title, found.short) for found in pages)
    text = paragraphs(notice, Text("Apa yang ingin Anda ketahui? Pilih salah satu, atau tulis pertanyaan Anda."))
    return turn(state.at(NAME), Prompt(text, (*choices, MENU)))


def _answered(
    faq: Faq, others: tuple[Faq, ...], state: DialogueState, ctx: Context, notice: Text | None = None
) -> Turn:
    """The other questions stand in the text too: most are too long for a button."""
    numbered = [(str(number), other) for number, other in enumerate(others, 1)]
    ask = Text("Bila bukan ini yang Anda maksud, pilih pertanyaan di bawah atau tulis dengan kata-kata lain.")
    listed = lines(
        *(Text("%(number)s. %(question)s", number=number, question=other.question) for number, other in numbered)
    )
    choices = tuple(
        Choice(f"{NAME}:faq:{other.id}", other.question, Text("Pertanyaan %(number)s", number=number))
        for number, other in numbered
    )
    text = paragraphs(notice, faq.question, faq.answer, lines(ask, listed) if others else None)
    return turn(state.at(NAME, faq=faq.id), Prompt(text, (*choices, *ONWARD), link=way_there(faq.answer, ctx)))
