"""Information about the service: pages to read, and answers to questions in free words."""

from __future__ import annotations

from dataclasses import replace

from bot import commands
from bot.actions import Action, code
from bot.actions.applicant import ChooseIntent, ShowFaq, ShowGuide, ShowGuidePage, StartApplication
from bot.chat import Choice, DialogueState, Incoming, Link, Prompt, Turn, turn
from bot.conversations import courtesy
from bot.conversations.buttons import MENU
from bot.conversations.state import read, to_json
from bot.service.context import Context
from domain import intents
from domain.frozen import frozen
from domain.office.guide import Faq, Intent
from domain.text import Text, lines, paragraphs

NAME = "guide"

#: the most other questions that are offered below an answer
MOST_OTHERS = 3
#: characters of a message that are kept while we ask what it means
MOST_WORDS = 300

#: the buttons below every page and answer
NEXT_STEPS = (
    Choice(code(ShowGuide()), Text("Daftar informasi")),
    Choice(code(StartApplication()), Text("Ajukan permohonan")),
    MENU,
)


@frozen
class GuideState:
    """What is on the screen: a page, an answer, or guesses at what a message meant; without any, the list of pages."""

    page: str = ""
    faq: str = ""
    guesses: tuple[str, ...] = ()  #: ids of questions and intents
    words: str = ""  #: about which the guesses are


def start(state: DialogueState, ctx: Context) -> Turn:
    """Lists the pages."""
    return _list(state, ctx, None)


def reprompt(state: DialogueState, ctx: Context, notice: Text) -> Turn:
    shown = read(GuideState, state.data) or GuideState()
    if shown.page:
        return page(shown.page, state, ctx, notice)
    if shown.guesses:
        return _ask_which(shown.guesses, shown.words, state, ctx, notice)
    faq = ctx.app.guide.faqs.get(shown.faq)
    return _show_answer(faq, (), state, ctx, notice) if faq else _list(state, ctx, notice)


def page(id: str, state: DialogueState, ctx: Context, notice: Text | None = None) -> Turn:
    found = ctx.app.guide.pages.get(id)
    if found is None:
        return _list(state, ctx, Text("Halaman itu sudah tidak ada."))
    text = paragraphs(notice, found.title, found.text)
    return turn(
        state.at(NAME, **to_json(GuideState(page=id))), Prompt(text, NEXT_STEPS, link=map_link(found.body, ctx))
    )


def on_message(incoming: Incoming, state: DialogueState, ctx: Context) -> Turn:
    """Answers a question; lists the pages for words that are not understood."""
    answered = answer(incoming.text, state, ctx)
    if answered is not None:
        return answered
    sorry = Text("Maaf, kami belum memahami pertanyaan itu. Silakan tulis dengan kata-kata lain.")
    return replace(_list(state, ctx, sorry), unclear=incoming.text)


def on_button(action: Action, state: DialogueState, ctx: Context) -> Turn:
    match action:
        case ShowGuidePage(id):
            return page(id, state, ctx)
        case ShowFaq(id) if (faq := ctx.app.guide.faqs.get(id)) is not None:
            return _show_answer(faq, (), state, ctx)
        case ShowFaq(id) | ChooseIntent(id):  # some questions of earlier versions are intents now
            intent = ctx.app.guide.intents.get(id)
            gone = Text("Pertanyaan itu sudah tidak ada.")
            return _carry_out(intent, _guessed_words(id, state), state, ctx) if intent else _list(state, ctx, gone)
    return _list(state, ctx, None)


def answer(words: str, state: DialogueState, ctx: Context) -> Turn | None:
    """Answers a question in free words, or does what they wish; offers the two best guesses where it is not clear.
    `None`: nothing that we know is close enough.
    """
    meaning = intents.understand(words, ctx.app.guide.candidates)
    if (faq := ctx.app.guide.faqs.get(meaning.best)) is not None:
        return _show_answer(faq, meaning.others[:MOST_OTHERS], state, ctx)
    if (intent := ctx.app.guide.intents.get(meaning.best)) is not None:
        return _carry_out(intent, words, state, ctx)
    return replace(_ask_which(meaning.others, words, state, ctx), unclear=words) if meaning.others else None


def find_answer(words: str, ctx: Context) -> Text | None:
    """What a question in the words is answered, for other conversations: the question that it means with its answer, or
    how a wish is carried out; `None`: nothing is close enough.
    """
    best = intents.understand(words, ctx.app.guide.candidates).best
    if (faq := ctx.app.guide.faqs.get(best)) is not None:
        return paragraphs(faq.question, faq.text)
    intent = ctx.app.guide.intents.get(best)
    if intent is None or not intent.command:
        return intent.reply or None if intent else None
    return Text("%(wish)s: tulis “%(word)s”.", wish=intent.label, word=commands.word_of(intent.command))


def _carry_out(intent: Intent, words: str, state: DialogueState, ctx: Context) -> Turn:
    """What the intent leads to. `words`: the message, where it was one."""
    if intent.command:
        return Turn(state, command=intent.command, argument=words if intent.takes_words else "")
    reply = courtesy.reply(intent.aside, words) if intent.aside else intent.reply
    return turn(state.at(NAME), Prompt(reply, NEXT_STEPS))


def _guessed_words(guess: str, state: DialogueState) -> str:
    """The message of which this was a guess, while the guesses are on the screen."""
    shown = read(GuideState, state.data) if state.conversation == NAME else None
    return shown.words if shown is not None and guess in shown.guesses else ""


def _ask_which(
    guesses: tuple[str, ...], words: str, state: DialogueState, ctx: Context, notice: Text | None = None
) -> Turn:
    """Asks which of the guesses was meant."""
    text = Text("Maksud Anda yang mana? Bila tidak ada yang cocok, silakan tulis dengan kata-kata lain.")
    asked = state.at(NAME, **to_json(GuideState(guesses=guesses, words=words[:MOST_WORDS])))
    return turn(asked, Prompt(paragraphs(notice, text), (*_offered(guesses, ctx), MENU)))


def _offered(ids: tuple[str, ...], ctx: Context) -> tuple[Choice, ...]:
    """Buttons for questions and intents."""
    faqs, wishes = ctx.app.guide.faqs, ctx.app.guide.intents
    return tuple(
        Choice(code(ShowFaq(id)), faqs[id].question, faqs[id].short)
        if id in faqs
        else Choice(code(ChooseIntent(id)), wishes[id].label, wishes[id].short)
        for id in ids
        if id in faqs or id in wishes
    )


def _steps_besides(ids: tuple[str, ...], ctx: Context) -> tuple[Choice, ...]:
    """The next steps, without the one that is offered already under another name."""
    wishes = ctx.app.guide.intents
    if not any(id in wishes and wishes[id].command == "apply" for id in ids):
        return NEXT_STEPS
    return tuple(choice for choice in NEXT_STEPS if choice.value != code(StartApplication()))


def map_link(text: Text, ctx: Context) -> Link | None:
    """The button that opens the map, for a text that names our address."""
    return Link(Text("Buka peta"), ctx.office.map_url) if "%(address)s" in text.msgid else None


def complaint(ctx: Context) -> Text:
    """Says where to complain."""
    found = ctx.app.guide.pages["pengaduan"]
    return paragraphs(found.title, found.text)


def _list(state: DialogueState, ctx: Context, notice: Text | None) -> Turn:
    pages = ctx.app.guide.pages.values()
    choices = tuple(Choice(code(ShowGuidePage(found.id)), found.title, found.short) for found in pages)
    text = paragraphs(notice, Text("Apa yang ingin Anda ketahui? Pilih salah satu, atau tulis pertanyaan Anda."))
    return turn(state.at(NAME), Prompt(text, (*choices, MENU)))


def _show_answer(
    faq: Faq, others: tuple[str, ...], state: DialogueState, ctx: Context, notice: Text | None = None
) -> Turn:
    """Shows an answer. The text lists the others too, because most are too long for a button."""
    offered = _offered(others, ctx)
    ask = Text("Bila bukan ini yang Anda maksud, pilih salah satu di bawah atau tulis dengan kata-kata lain.")
    listed = lines(
        *(
            Text("%(number)s. %(question)s", number=str(position), question=choice.label)
            for position, choice in enumerate(offered, 1)
        )
    )
    text = paragraphs(notice, faq.question, faq.text, lines(ask, listed) if offered else None)
    leads = _offered((faq.leads_to,), ctx)
    prompt = Prompt(text, (*offered, *leads, *_steps_besides(others, ctx)), link=map_link(faq.answer, ctx))
    return turn(state.at(NAME, **to_json(GuideState(faq=faq.id))), prompt)
