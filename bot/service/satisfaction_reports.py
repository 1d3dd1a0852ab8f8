"""The report of the satisfaction survey about a period, anonymous: the worker draws it outside of any transaction."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from bot.actions import code
from bot.actions.report import AskPeriod
from bot.chat import Choice
from bot.service import access, documents, reports
from bot.service.context import Context
from bot.service.documents import StoredDocument
from domain.files import StoredKind
from domain.report_period import Period
from domain.satisfaction import ELEMENTS, QUESTIONS, SMALLEST_GROUP, SatisfactionIndex, index_of, read_scores
from domain.text import Text, joined, lines, paragraphs, verbatim
from letters.satisfaction_report import SatisfactionReport
from storage import satisfaction

JOB = "satisfaction_report"
_NOBODY = Text("Belum ada survei yang selesai diisi dalam masa ini.")


def order(ctx: Context, period: Period) -> None:
    """Lets the worker make the report for the actor's address. Raises `ActionRefused`."""
    reports.order(ctx, period, JOB)


def facts_of(ctx: Context, first: int, last: int) -> SatisfactionReport:
    """Reads only. Raises `ActionRefused` when the actor may not read reports any more."""
    period = reports.period_of(ctx, first, last)
    moments = reports.moments_of(ctx, period)
    surveys = [read_scores(scores) for scores in satisfaction.finished(ctx.session, moments)]
    stars = satisfaction.stars(ctx.session, moments)
    comments = satisfaction.comments(ctx.session, moments) if len(stars) >= SMALLEST_GROUP else ()
    one_by_one = sorted(surveys, key=lambda scores: [scores[name] for name in ELEMENTS])
    return SatisfactionReport(
        office=ctx.office.office.name,
        first=period.first,
        last=period.last,
        made_on=ctx.today,
        result=index_of(surveys),
        ratings=len(stars),
        mean_stars=(Decimal(sum(stars)) / len(stars)).quantize(Decimal("0.01")) if stars else None,
        respondents=one_by_one if len(surveys) >= SMALLEST_GROUP else (),
        comments=comments,
    )


def send(ctx: Context, report: SatisfactionReport, files: Mapping[StoredKind, StoredDocument]) -> None:
    """To the address that ordered it, if its person may still read reports."""
    if not access.may_do(ctx, "read_report"):
        return
    name = f"kepuasan-{report.first:%Y%m%d}-{report.last:%Y%m%d}"
    documents.send(ctx, files["png"], f"{name}.png", _told(report), kind="png", reason="report")
    figures, paper = Text("Angkanya sebagai berkas Excel."), Text("Laporannya sebagai PDF.")
    documents.send(ctx, files["xlsx"], f"{name}.xlsx", figures, kind="xlsx", reason="report")
    other = Choice(code(AskPeriod("satisfaction")), Text("Masa lain"), nav=True)
    documents.send(ctx, files["pdf"], f"{name}.pdf", paper, other, kind="pdf", reason="report")


def _told(report: SatisfactionReport) -> Text:
    heading = Text("Survei kepuasan %(first)s sampai %(last)s", first=report.first, last=report.last)
    if report.result is None:
        return paragraphs(heading, _NOBODY)
    return paragraphs(heading, *_result(report.result))


def _result(result: SatisfactionIndex) -> tuple[Text, Text]:
    interval = Text("Belum andal: kurang dari 10 responden.")
    if result.interval is not None:
        low, high = result.interval
        interval = Text("Selang kepercayaan 95 persen: %(low)s sampai %(high)s", low=low, high=high)
    lowest = joined("; ", *(_named(name, QUESTIONS[name].name) for name in result.lowest))
    figures = lines(
        Text("IKM: %(index)s", index=result.index),
        Text("Mutu pelayanan: %(letter)s, %(label)s", letter=result.grade.letter, label=result.grade.label),
        Text("Responden: %(count)s", count=result.respondents),
        interval,
        Text("Unsur terendah: %(lowest)s", lowest=lowest),
    )
    means = (
        Text("%(element)s: %(mean)s", element=_named(name, QUESTIONS[name].name), mean=mean)
        for name, mean in result.means.items()
    )
    return figures, lines(*means)


def _named(element: str, name: Text) -> Text:
    return joined(" ", verbatim(element), name)
