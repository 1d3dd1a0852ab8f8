"""Reports about a period: what came in, what was issued, how long it took, and where it went wrong.

The worker counts and draws outside of any writing transaction. Nobody is named in a report.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, time, timedelta

from bot.actions import code
from bot.actions.report import AskPeriod
from bot.chat import Choice
from bot.service import access, documents
from bot.service.cases import FEASIBLE, REJECTED
from bot.service.context import Context
from bot.service.documents import StoredDocument
from bot.service.wording import channel_name
from domain import statistics as figures
from domain.files import StoredKind
from domain.form.definition import Form
from domain.form.loading import REQUEST_FORM
from domain.form.reading import source_words
from domain.report_period import Period, number, of_numbers
from domain.text import Json, Text, lines, paragraphs
from letters.report import Report, Row
from storage import complaints, consultations, jobs
from storage import statistics as counts
from storage.statistics import Moments

JOB = "report"


def require(ctx: Context) -> None:
    """Raises `ActionRefused` for those who may not read reports."""
    access.require_staff(ctx, "read_report")


def order(ctx: Context, period: Period, job: str = JOB) -> None:
    """Lets the worker make the report for the actor's address. `job`: of another report. Raises `ActionRefused`."""
    require(ctx)
    first, last = number(period.first), number(period.last)
    key = f"{job}/{ctx.address.id}/{first}-{last}/{ctx.now.isoformat()}"
    arguments: dict[str, Json] = {"first": first, "last": last, "address": ctx.address.id}
    jobs.add(ctx.session, job, key, ctx.now, arguments)


def period_of(ctx: Context, first: int, last: int) -> Period:
    """The period of an ordered report. Raises `ActionRefused` when the actor may not read reports any more."""
    require(ctx)
    period = of_numbers(first, last)
    if period is None:
        raise ValueError(f"no period: {first}-{last}")
    return period


def facts_of(ctx: Context, first: int, last: int) -> Report:
    """Reads only. The counts are those of one moment, where the caller's transaction is a snapshot. Raises
    `ActionRefused` when the actor may not read reports any more.
    """
    period = period_of(ctx, first, last)
    form, moments, session = ctx.app.form(REQUEST_FORM), moments_of(ctx, period), ctx.session
    days = counts.days_to_verdict(session, moments)
    promised = ctx.office.deadline.working_days
    return Report(
        office=ctx.office.office.name,
        first=period.first,
        last=period.last,
        made_on=ctx.today,
        figures=_figures(ctx, moments, days),
        days=[(_bar(*bar), count) for bar, count in zip(figures.BARS, figures.bars(days), strict=True)],
        late_bars=sum(first > promised for first, _ in figures.BARS),
        promised_days=promised,
        remarks=_named(form, counts.remarked_questions(session, moments)),
        repeated=counts.repeated_remarks(session, moments),
        stops=_named(form, counts.left_drafts(session, REQUEST_FORM, moments, ctx.now)),
        channels=_by_channel(ctx, counts.received_by_channel(session, moments)),
    )


def send(ctx: Context, report: Report, files: Mapping[StoredKind, StoredDocument]) -> None:
    """To the address that ordered it, if its person may still read reports."""
    if not access.may_do(ctx, "read_report"):
        return
    name = f"laporan-{report.first:%Y%m%d}-{report.last:%Y%m%d}"
    documents.send(ctx, files["png"], f"{name}.png", _caption(report), kind="png", reason="report")
    other = Choice(code(AskPeriod()), Text("Masa lain"), nav=True)
    documents.send(ctx, files["xlsx"], f"{name}.xlsx", _told(report), other, kind="xlsx", reason="report")


def _caption(report: Report) -> Text:
    """What the picture shows, for whoever does not see it."""
    received, feasible, rejected = (figure for _, figure in report.figures[:3])
    bars = ", ".join(f"{name}: {count}" for name, count in report.days if count)
    return lines(
        Text(
            "Grafik %(first)s sampai %(last)s: %(received)s masuk, %(feasible)s terbit layak, %(rejected)s ditolak.",
            first=report.first,
            last=report.last,
            received=received,
            feasible=feasible,
            rejected=rejected,
        ),
        Text("Hari kerja sampai hasil: %(bars)s.", bars=bars) if bars else None,
    )


def _told(report: Report) -> Text:
    return paragraphs(
        Text("Laporan %(first)s sampai %(last)s", first=report.first, last=report.last),
        lines(*(Text("%(name)s: %(figure)s", name=name, figure=figure) for name, figure in report.figures)),
        _list(Text("Catatan terbanyak:"), report.remarks),
        _list(Text("Berhenti setelah menjawab:"), report.stops),
        _list(Text("Kanal:"), report.channels),
    )


def _list(heading: Text, rows: Sequence[Row]) -> Text | None:
    if not rows:
        return None
    return lines(heading, *(Text("• %(name)s: %(count)s", name=name, count=count) for name, count in rows))


def _figures(ctx: Context, moments: Moments, days: figures.Histogram) -> list[tuple[Text, str]]:
    session = ctx.session
    received = counts.received_by_status(session, moments)
    issued = counts.issued_by_verdict(session, moments)
    return [
        (Text("Masuk"), str(sum(received.values()))),
        (Text("Terbit layak"), str(issued.get(FEASIBLE, 0))),
        (Text("Terbit ditolak"), str(issued.get(REJECTED, 0))),
        (Text("Ditarik pemohon, dari yang masuk"), str(received.get("withdrawn", 0))),
        (Text("Kedaluwarsa, dari yang masuk"), str(received.get("expired", 0))),
        *_figures_of_results(ctx, moments, days),
        (Text("Sekarang lewat janji tanpa hasil"), str(counts.overdue(session, ctx.today))),
        *_figures_of_complaints(ctx, moments),
        *_figures_of_consultations(ctx, moments),
    ]


def _figures_of_complaints(ctx: Context, moments: Moments) -> list[tuple[Text, str]]:
    """Counts without content. Nothing where there were none."""
    found = complaints.figures(ctx.session, moments, ctx.today)
    if not found.filed:
        return []
    return [
        (Text("Pengaduan masuk"), str(found.filed)),
        (Text("Pengaduan dijawab tepat waktu"), str(found.in_time)),
        (Text("Pengaduan terlambat dijawab"), str(found.late)),
    ]


def _figures_of_consultations(ctx: Context, moments: Moments) -> list[tuple[Text, str]]:
    found = consultations.figures(ctx.session, moments)
    if not found.asked:
        return []
    told = [
        (Text("Konsultasi masuk"), str(found.asked)),
        (Text("Konsultasi dijawab tepat waktu"), str(found.in_time)),
    ]
    if found.rated:
        told.append((Text("Bintang untuk konsultasi, rata-rata"), f"{found.mean:.1f}".replace(".", ",")))
    return told


def _figures_of_results(ctx: Context, moments: Moments, days: figures.Histogram) -> list[tuple[Text, str]]:
    """Of what was decided in the period; without a result only that there was none."""
    total, office = figures.spread(days), figures.spread(counts.days_at_office(ctx.session, moments))
    decided = [(Text("Hasil diputuskan"), str(total.count))]
    if not total.count:
        return decided
    rounds = counts.rounds(ctx.session, moments)
    return [
        *decided,
        (Text("Hari kerja sampai hasil, median"), str(total.median)),
        (Text("Hari kerja sampai hasil, persentil ke-90"), str(total.ninetieth)),
        (Text("Hari kerja di kantor, median"), str(office.median)),
        (Text("Hari kerja di kantor, persentil ke-90"), str(office.ninetieth)),
        (Text("Putaran, rata-rata"), str(figures.mean(rounds)).replace(".", ",")),
        (Text("Putaran, terbanyak"), str(max(rounds))),
        (Text("Hasil yang lewat janji"), str(counts.decided_late(ctx.session, moments))),
    ]


def moments_of(ctx: Context, period: Period) -> Moments:
    """By the days of the office."""
    zone = ctx.office.zone
    start = datetime.combine(period.first, time(), zone)
    return Moments(start, datetime.combine(period.last + timedelta(days=1), time(), zone))


def _bar(first: int, last: int | None) -> str:
    return f">{first - 1}" if last is None else f"{first}–{last}"


def _named(form: Form, rows: Sequence[Row]) -> list[Row]:
    """The questions as on paper. One of an older version of the form has its id."""
    named = []
    for id, count in rows:
        question = form.questions.get(id)
        named.append((f"{question.code} {(question.heading or question.label).msgid}" if question else id, count))
    return named


def _by_channel(ctx: Context, received: Mapping[str, int]) -> list[Row]:
    rows = [(source_words(channel_name(ctx, name)), count) for name, count in received.items()]
    return sorted(rows, key=lambda row: (-row[1], row[0]))
