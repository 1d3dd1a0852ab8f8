"""`/laporan`: a report about a month, a quarter, a year, or from one day to another."""

from __future__ import annotations

from bot.actions import Action, code
from bot.actions.report import MakeReport
from bot.chat import Choice, DialogueState, Incoming, Prompt, Turn, turn
from bot.conversations import menu
from bot.conversations.buttons import MENU
from bot.conversations.protocol import CommandHandlers
from bot.service import reports
from bot.service.access import ActionRefused
from bot.service.context import Context
from domain import report_period
from domain.form.reading import Unreadable
from domain.report_period import Period, number
from domain.text import Text, paragraphs

NAME = "report"


def start(state: DialogueState, ctx: Context, words: str) -> Turn:
    """`words`: the period; without them it is asked for."""
    return _make(state, ctx, words) if words else reprompt(state, ctx, None)


def on_button(action: Action, state: DialogueState, ctx: Context) -> Turn:
    period = report_period.of_numbers(action.first, action.last) if isinstance(action, MakeReport) else None
    return _order(state, ctx, period) if period is not None else reprompt(state, ctx, None)


def on_message(incoming: Incoming, state: DialogueState, ctx: Context) -> Turn:
    return _make(state, ctx, incoming.text)


def reprompt(state: DialogueState, ctx: Context, notice: Text | None) -> Turn:
    try:
        reports.require(ctx)
    except ActionRefused as refused:
        return menu.show(state, ctx, refused.text)
    text = Text(
        "Laporan untuk masa mana? Pilih salah satu, atau tulis misalnya Maret 2026, triwulan 1 2026, 2026, atau "
        "1/3/2026 – 15/4/2026."
    )
    month = report_period.month_of(ctx.today)
    choices = (
        Choice(_code(month), Text("Bulan ini")),
        Choice(_code(report_period.before(month)), Text("Bulan lalu")),
        Choice(_code(report_period.quarter_of(ctx.today)), Text("Triwulan ini")),
        Choice(_code(report_period.year_of(ctx.today)), Text("Tahun ini")),
        MENU,
    )
    return turn(state.at(NAME), Prompt(paragraphs(notice, text), choices))


def _code(period: Period) -> str:
    return code(MakeReport(number(period.first), number(period.last)))


def _make(state: DialogueState, ctx: Context, words: str) -> Turn:
    try:
        return _order(state, ctx, report_period.read(words, ctx.reading))
    except Unreadable as unreadable:
        return reprompt(state, ctx, unreadable.text)


def _order(state: DialogueState, ctx: Context, period: Period) -> Turn:
    try:
        reports.order(ctx, period)
    except ActionRefused as refused:
        return menu.show(state, ctx, refused.text)
    text = Text(
        "Laporan %(first)s sampai %(last)s sedang disusun dan segera dikirim ke percakapan ini.",
        first=period.first,
        last=period.last,
    )
    return turn(state.at(NAME), Prompt(text, (MENU,)))


COMMANDS: CommandHandlers = {"report": start}
