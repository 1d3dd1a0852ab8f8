"""The counts of a process, and what it finds in the database, in the format of Prometheus."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import accumulate

from prometheus_client import CONTENT_TYPE_LATEST as CONTENT_TYPE
from prometheus_client import CollectorRegistry, Metric, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.registry import Collector

from bot.metrics import BOUNDS, DurationHistogram, ProcessMetrics
from bot.runtime.health import HealthReport, age
from storage.system_state import OpenWork

#: of the labels of a metric → its value
Values = Iterable[tuple[tuple[str, ...], float]]

__all__ = ["CONTENT_TYPE", "exposition"]


def exposition(metrics: ProcessMetrics, report: HealthReport) -> bytes:
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_ReportCollector(metrics, report))
    ProcessCollector(registry=registry)
    return generate_latest(registry)


class _ReportCollector(Collector):
    def __init__(self, metrics: ProcessMetrics, report: HealthReport) -> None:
        self._metrics = metrics
        self._report = report

    def collect(self) -> Iterable[Metric]:
        yield from _counted(self._metrics)
        states = [((check.name,), float(check.state == "ok")) for check in self._report.checks]
        yield _gauge("pst_check_ok", "1 where a check of /health/ready finds nothing", ("check",), states)
        yield _gauge("pst_disk_free_bytes", "Of the data folder's disk", (), [((), self._report.free_bytes)])
        if self._report.work is not None:
            yield from _open_work(self._report.work, self._report)


def _counted(metrics: ProcessMetrics) -> Iterator[Metric]:
    received = [((channel,), count) for channel, count in metrics.received.items()]
    yield _counter("pst_messages_received", "Messages that were handled", ("channel",), received)
    failed = [((channel,), count) for channel, count in metrics.not_handled.items()]
    yield _counter("pst_messages_failed", "Messages that were kept as failed", ("channel",), failed)
    yield _counter(
        "pst_sends", "Attempts to send; pages fetch for themselves", ("channel", "outcome"), metrics.sends.items()
    )
    yield _counter("pst_jobs", "Runs of jobs", ("kind", "outcome"), metrics.jobs.items())
    yield _histogram("pst_step_seconds", "From the begin of handling a message to its commit", metrics.steps)


def _open_work(work: OpenWork, report: HealthReport) -> Iterator[Metric]:
    unsent = [((channel,), _seconds(since, report)) for channel, since in work.unsent_since.items()]
    yield _gauge("pst_outbox_age_seconds", "Age of the oldest message that should have left", ("channel",), unsent)
    numbers = {
        "pst_inbox_failed": ("Messages that wait for pst-bot inbox retry", work.failed_messages),
        "pst_inbox_age_seconds": (
            "Of the oldest message that is not handled yet",
            _seconds(work.pending_since, report),
        ),
        "pst_jobs_failing": ("Jobs that failed and are tried again", work.failing_jobs),
        "pst_jobs_given_up": ("Jobs that wait for pst-bot jobs retry", work.given_up_jobs),
        "pst_jobs_age_seconds": ("How long the oldest job has been due", _seconds(work.due_job_since, report)),
    }
    for name, (meaning, value) in numbers.items():
        yield _gauge(name, meaning, (), [((), value)])


def _seconds(since: datetime | None, report: HealthReport) -> float:
    return age(since, report.at).total_seconds()


def _counter(name: str, meaning: str, labels: Sequence[str], values: Values) -> Metric:
    family = CounterMetricFamily(name, meaning, labels=labels)
    for of_labels, value in sorted(values):
        family.add_metric(of_labels, value)
    return family


def _gauge(name: str, meaning: str, labels: Sequence[str], values: Values) -> Metric:
    family = GaugeMetricFamily(name, meaning, labels=labels)
    for of_labels, value in sorted(values):
        family.add_metric(of_labels, value)
    return family


def _histogram(name: str, meaning: str, histogram: DurationHistogram) -> Metric:
    bounds = (*map(str, BOUNDS), "+Inf")
    family = HistogramMetricFamily(name, meaning)
    family.add_metric([], list(zip(bounds, accumulate(histogram.counts), strict=True)), histogram.total)
    return family
