"""Rating the service: one to five stars and a comment, asked when the letter has arrived; and the report for staff."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.actions import Action, code
from bot.actions.applicant import AskInstead, AskRating, GiveStars, RateLater
from bot.actions.officer import RatingReport
from bot.chat import Choice, DialogueState, Incoming, Prompt, Turn, turn
from bot.conversations import guide, menu, survey, text_input
from bot.conversations.buttons import MENU, place_choices, start_of
from bot.conversations.protocol import CommandHandlers, without_argument
from bot.conversations.state import read, stored_as, to_json
from bot.conversations.text_input import TextInput
from bot.service import ratings
from bot.service.context import Context
from bot.service.ratings import STARS, star_buttons
from domain.asides import judge
from domain.text import Text, join_messages, lines, paragraphs

NAME = "rating"
_FINAL = Text("Penilaian untuk permohonan itu tidak dapat diubah lagi.")


@dataclass(frozen=True, slots=True)
class RatingState:
    """The application whose rating waits for a comment."""

    application_id: int = field(metadata=stored_as("application"))


def on_button(action: Action, state: DialogueState, ctx: Context) -> Turn:
    match action:
        case AskRating(application_id):
            return _ask_stars(state, application_id)
        case GiveStars(application_id, stars):
            return _rate(state, ctx, application_id, stars)
        case AskInstead(application_id):
            return _answer(state, ctx, application_id)
        case RatingReport(page, place):
            return report(state, ctx, page, place)
        case RateLater(application_id):
            return survey.offer(state, ctx, "letter", application_id, Text("Terima kasih atas penilaian Anda."))
    return menu.show(state, ctx)


def on_message(incoming: Incoming, state: DialogueState, ctx: Context) -> Turn:
    return menu.on_message(incoming, state, ctx)


def awaited_text(state: DialogueState) -> TextInput | None:
    """The comment."""
    return _COMMENT if read(RatingState, state.data) is not None else None


def reprompt(state: DialogueState, ctx: Context, notice: Text) -> Turn:
    return menu.show(state, ctx, notice)


def report(state: DialogueState, ctx: Context, page: int = 0, place: str = "") -> Turn:
    """`/penilaian`, for staff: the mean, the number of ratings, and the comments."""
    summary = ratings.summary(ctx, start_of(page, place, ratings.PAGE))
    if summary is None:
        return menu.show(state, ctx, Text("Perintah ini hanya untuk petugas."))
    heading = Text("Penilaian: rata-rata %(mean)s dari %(count)s penilaian.", mean=summary.mean, count=summary.count)
    rows = [
        Text("%(stars)s %(comment)s", stars=STARS[rating.stars], comment=rating.comment)
        for rating in summary.comments.rows
    ]
    text = paragraphs(heading if summary.count else Text("Belum ada penilaian."), lines(*rows) if rows else None)
    navigation = place_choices(RatingReport, page, summary.comments)
    return turn(state.at(NAME), Prompt(text, (*navigation, MENU)))


def _ask_stars(state: DialogueState, application_id: int) -> Turn:
    text = Text("Bagaimana layanan kami? Silakan beri 1 sampai 5 bintang.").shown_as("question")
    return turn(state.at(NAME), Prompt(text, (*star_buttons(application_id), MENU)))


def _rate(state: DialogueState, ctx: Context, application_id: int, stars: int) -> Turn:
    if not ratings.rate(ctx, application_id, stars):
        return menu.show(state, ctx, _FINAL)
    rated = state.at(NAME, **to_json(RatingState(application_id)))
    return text_input.show(_COMMENT, rated, ctx, Text("Terima kasih. Anda memberi %(stars)s.", stars=STARS[stars]))


def _ask_comment(state: DialogueState, ctx: Context, notice: Text | None) -> Turn:
    rated = read(RatingState, state.data)
    if rated is None:
        return menu.show(state, ctx, notice)
    text = Text("Bila berkenan, tulis satu kalimat tentang layanan kami. Penilaian dapat diubah selama 7 hari.")
    without = Choice(code(RateLater(rated.application_id)), Text("Tanpa komentar"), nav=True)
    return turn(state, Prompt(paragraphs(notice, text), (without,), expects="text"))


def _question_choice(state: DialogueState, ctx: Context) -> tuple[None, tuple[Choice, ...]]:
    """For words that ask something."""
    rated, words = read(RatingState, state.data), _written(state)
    if rated is None or judge(words) not in {"question", "about"}:
        return None, ()
    return None, (Choice(code(AskInstead(rated.application_id)), Text("Ini pertanyaan"), nav=True),)


def _answer(state: DialogueState, ctx: Context, application_id: int) -> Turn:
    """Answers what was written, and asks for the comment again."""
    rated = state.at(NAME, **to_json(RatingState(application_id)))
    words = _written(rated)
    asked = text_input.drop(rated, text_input.find(rated, NAME, rated.data))
    answer = guide.find_answer(words, ctx) if words else None
    if words and answer is None:
        return guide.answer(words, asked, ctx) or menu.show(asked, ctx, menu.NOT_UNDERSTOOD)
    return text_input.show(_COMMENT, asked, ctx, answer)


def _written(state: DialogueState) -> str:
    """The comment so far."""
    unsent = text_input.find(state, NAME, state.data)
    return join_messages(unsent.messages) if unsent is not None else ""


def _file_comment(state: DialogueState, ctx: Context, words: str) -> Turn:
    rated = read(RatingState, state.data)
    if rated is None or not ratings.comment(ctx, rated.application_id, words):
        return menu.show(state, ctx, _FINAL)
    return survey.offer(
        state, ctx, "letter", rated.application_id, Text("Terima kasih, komentar Anda sudah kami simpan.")
    )


_COMMENT = TextInput(
    Text("Komentar Anda:"),
    _ask_comment,
    _file_comment,
    menu.show,
    max_length=ratings.MAX_COMMENT,
    takes_courtesy=True,
    details=_question_choice,
)


COMMANDS: CommandHandlers = {"ratings": without_argument(report)}
