"""Stars and a comment after a letter, a consultation or a visit to the desk; and the report for staff."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import field
from functools import partial

from bot.actions import Action, code
from bot.actions.applicant import AskRating
from bot.actions.survey import AnswerComment, LeaveCommentOut, RateService, ReadComments
from bot.chat import Choice, DialogueState, Incoming, Prompt, Turn, turn
from bot.conversations import guide, menu, survey, text_input
from bot.conversations.buttons import MENU, place_choices, start_of
from bot.conversations.protocol import CommandHandlers, without_argument
from bot.conversations.state import read, stored_as, to_json
from bot.conversations.text_input import TextInput
from bot.service import consultations, ratings, visit_ratings
from bot.service.access import ActionRefused
from bot.service.context import Context
from bot.service.ratings import STARS, star_buttons
from domain.asides import judge
from domain.frozen import frozen
from domain.satisfaction import SurveyedService
from domain.text import Text, join_messages, lines, paragraphs

NAME = "rating"
_FINAL = Text("Penilaian itu tidak dapat diubah lagi.")
_RATE: Mapping[SurveyedService, Callable[[Context, int, int], bool]] = {
    "letter": ratings.rate,
    "consultation": consultations.rate,
    "visit": visit_ratings.rate,
}
_COMMENT_ON: Mapping[SurveyedService, Callable[[Context, int, str], bool]] = {
    "letter": ratings.comment,
    "consultation": consultations.comment,
    "visit": visit_ratings.comment,
}
_NAMES: Mapping[SurveyedService, Text] = {
    "letter": Text("Surat rekomendasi"),
    "consultation": Text("Konsultasi"),
    "visit": Text("Kunjungan"),
}
_COMMENTS: Mapping[SurveyedService, Text] = {
    "letter": Text("Komentar surat"),
    "consultation": Text("Komentar konsultasi"),
    "visit": Text("Komentar kunjungan"),
}


@frozen
class RatingState:
    """What was rated, while its comment is awaited."""

    row_id: int = field(metadata=stored_as("application"))
    service: SurveyedService = "letter"


def on_button(action: Action, state: DialogueState, ctx: Context) -> Turn:
    try:
        match action:
            case AskRating(application_id):
                return ask_stars(state.at(NAME), "letter", application_id)
            case RateService(service, row_id, stars):
                return _rate(state, ctx, RatingState(row_id, service), stars)
            case AnswerComment(service, row_id):
                return _answer(state, ctx, RatingState(row_id, service))
            case ReadComments(service, page, place):
                return report(state, ctx, service, page, place)
            case LeaveCommentOut(service, row_id):
                return survey.offer(state, ctx, service, row_id, Text("Terima kasih atas penilaian Anda."))
    except ActionRefused as refused:
        return menu.show(state, ctx, refused.text)
    return menu.show(state, ctx)


def on_message(incoming: Incoming, state: DialogueState, ctx: Context) -> Turn:
    return menu.on_message(incoming, state, ctx)


def awaited_text(state: DialogueState) -> TextInput | None:
    """The comment."""
    return _COMMENT if read(RatingState, state.data) is not None else None


def reprompt(state: DialogueState, ctx: Context, notice: Text) -> Turn:
    return menu.show(state, ctx, notice)


def report(
    state: DialogueState, ctx: Context, service: SurveyedService = "letter", page: int = 0, place: str = ""
) -> Turn:
    """`/penilaian`, for staff: how each service is rated, and the comments on one of them."""
    summary = ratings.summary(ctx, service, start_of(page, place, ratings.PAGE))
    if summary is None:
        return menu.show(state, ctx, Text("Perintah ini hanya untuk petugas."))
    means = [
        Text(
            "%(service)s: rata-rata %(mean)s dari %(count)s penilaian",
            service=_NAMES[each],
            mean=figures.mean,
            count=figures.count,
        )
        for each, figures in summary.figures.items()
        if figures.count
    ]
    comments = [
        Text("%(stars)s %(comment)s", stars=STARS[one.stars], comment=one.words) for one in summary.comments.rows
    ]
    text = paragraphs(
        lines(Text("Penilaian"), *means) if means else Text("Belum ada penilaian."),
        lines(Text("Komentar tentang %(service)s:", service=_NAMES[service]), *comments) if comments else None,
    )
    others = (each for each, figures in summary.figures.items() if figures.count and each != service)
    choices = (Choice(code(ReadComments(each)), _COMMENTS[each]) for each in others)
    navigation = place_choices(partial(ReadComments, service), page, summary.comments)
    return turn(state.at(NAME), Prompt(text, (*choices, *navigation, MENU)))


def ask_stars(state: DialogueState, service: SurveyedService, row_id: int, notice: Text | None = None) -> Turn:
    question = Text("Bagaimana layanan kami? Silakan beri 1 sampai 5 bintang.").shown_as("question")
    return turn(state, Prompt(paragraphs(notice, question), (*star_buttons(service, row_id), MENU)))


def _rate(state: DialogueState, ctx: Context, rated: RatingState, stars: int) -> Turn:
    if not _RATE[rated.service](ctx, rated.row_id, stars):
        return menu.show(state, ctx, _FINAL)
    thanks = Text("Terima kasih. Anda memberi %(stars)s.", stars=STARS[stars])
    return text_input.show(_COMMENT, state.at(NAME, **to_json(rated)), ctx, thanks)


def _ask_comment(state: DialogueState, ctx: Context, notice: Text | None) -> Turn:
    rated = read(RatingState, state.data)
    if rated is None:
        return menu.show(state, ctx, notice)
    text = Text("Bila berkenan, tulis satu kalimat tentang layanan kami. Penilaian dapat diubah selama 7 hari.")
    without = Choice(code(LeaveCommentOut(rated.service, rated.row_id)), Text("Tanpa komentar"), nav=True)
    return turn(state, Prompt(paragraphs(notice, text), (without,), expects="text"))


def _question_choice(state: DialogueState, ctx: Context) -> tuple[None, tuple[Choice, ...]]:
    """For words that ask something."""
    rated, words = read(RatingState, state.data), _written(state)
    if rated is None or judge(words) not in {"question", "about"}:
        return None, ()
    return None, (Choice(code(AnswerComment(rated.service, rated.row_id)), Text("Ini pertanyaan")),)


def _answer(state: DialogueState, ctx: Context, rated: RatingState) -> Turn:
    """Answers what was written, and asks for the comment again."""
    opened = state.at(NAME, **to_json(rated))
    words = _written(opened)
    asked = text_input.drop(opened, text_input.find(opened, NAME, opened.data))
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
    if rated is None or not _COMMENT_ON[rated.service](ctx, rated.row_id, words):
        return menu.show(state, ctx, _FINAL)
    thanks = Text("Terima kasih, komentar Anda sudah kami simpan.")
    return survey.offer(state, ctx, rated.service, rated.row_id, thanks)


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
