"""`/laporan`: a report about a month, a quarter, a year, or from one day to another; of the service, or of what people
say about it in the satisfaction survey.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from bot.actions import Action, code
from bot.actions.report import AskPeriod, MakeReport, ReportSubject
from bot.chat import Choice, DialogueState, Incoming, Prompt, Turn, turn
from bot.conversations import menu
from bot.conversations.buttons import MENU
from bot.conversations.protocol import CommandHandlers
from bot.conversations.state import read, to_json
from bot.service import reports, satisfaction_reports
from bot.service.access import ActionRefused
from bot.service.context import Context
from domain import report_period
from domain.form.reading import Unreadable
from domain.frozen import frozen
from domain.report_period import Period, number
from domain.text import Text, joined, paragraphs

NAME = "report"
_ORDERS: Mapping[ReportSubject, Callable[[Context, Period], None]] = {
    "service": reports.order,
    "satisfaction": satisfaction_reports.order,
}
_QUESTIONS: Mapping[ReportSubject, Text] = {
    "service": Text("Laporan untuk masa mana?"),
    "satisfaction": Text("Laporan survei kepuasan untuk masa mana?"),
}
#: what a period begins with that is about the survey
_SATISFACTION = re.compile(r"(?:survei kepuasan|kepuasan|skm|ikm|satisfaction)\b\s*", re.IGNORECASE)


@frozen
class ReportState:
    """Of what the report will be."""

    subject: ReportSubject = "service"


def start(state: DialogueState, ctx: Context, words: str) -> Turn:
    """`words`: the period; without them it is asked for."""
    return _make(state, ctx, words, "service") if words else _ask(state, ctx, "service", None)


def on_button(action: Action, state: DialogueState, ctx: Context) -> Turn:
    match action:
        case AskPeriod(subject):
            return _ask(state, ctx, subject, None)
        case MakeReport(first, last, subject):
            period = report_period.of_numbers(first, last)
            return _order(state, ctx, period, subject) if period is not None else _ask(state, ctx, subject, None)
    return reprompt(state, ctx, None)


def on_message(incoming: Incoming, state: DialogueState, ctx: Context) -> Turn:
    return _make(state, ctx, incoming.text, _subject(state))


def reprompt(state: DialogueState, ctx: Context, notice: Text | None) -> Turn:
    return _ask(state, ctx, _subject(state), notice)


def _subject(state: DialogueState) -> ReportSubject:
    """Of the report that is asked about."""
    asked = read(ReportState, state.data) if state.conversation == NAME else None
    return asked.subject if asked is not None else "service"


def _ask(state: DialogueState, ctx: Context, subject: ReportSubject, notice: Text | None) -> Turn:
    try:
        reports.require(ctx)
    except ActionRefused as refused:
        return menu.show(state, ctx, refused.text)
    how = Text("Pilih salah satu, atau tulis misalnya Maret 2026, triwulan 1 2026, 2026, atau 1/3/2026 – 15/4/2026.")
    month = report_period.month_of(ctx.today)
    choices = (
        Choice(_code(month, subject), Text("Bulan ini")),
        Choice(_code(report_period.before(month), subject), Text("Bulan lalu")),
        Choice(_code(report_period.quarter_of(ctx.today), subject), Text("Triwulan ini")),
        Choice(_code(report_period.year_of(ctx.today), subject), Text("Tahun ini")),
    )
    other = (
        Choice(code(AskPeriod("satisfaction")), Text("Survei kepuasan"), nav=True)
        if subject == "service"
        else Choice(code(AskPeriod()), Text("Laporan layanan"), nav=True)
    )
    asked = state.at(NAME, **to_json(ReportState(subject)))
    return turn(asked, Prompt(paragraphs(notice, joined(" ", _QUESTIONS[subject], how)), (*choices, other, MENU)))


def _code(period: Period, subject: ReportSubject) -> str:
    return code(MakeReport(number(period.first), number(period.last), subject))


def _make(state: DialogueState, ctx: Context, words: str, subject: ReportSubject) -> Turn:
    if (named := _SATISFACTION.match(words)) is not None:
        subject, words = "satisfaction", words[named.end() :]
    try:
        return _order(state, ctx, report_period.read(words, ctx.reading), subject)
    except Unreadable as unreadable:
        return _ask(state, ctx, subject, unreadable.text if words else None)


def _order(state: DialogueState, ctx: Context, period: Period, subject: ReportSubject) -> Turn:
    try:
        _ORDERS[subject](ctx, period)
    except ActionRefused as refused:
        return menu.show(state, ctx, refused.text)
    text = Text(
        "Laporan %(first)s sampai %(last)s sedang disusun dan segera dikirim ke percakapan ini.",
        first=period.first,
        last=period.last,
    )
    return turn(state.at(NAME, **to_json(ReportState(subject))), Prompt(text, (MENU,)))


COMMANDS: CommandHandlers = {"report": start}
