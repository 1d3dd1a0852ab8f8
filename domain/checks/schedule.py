"""The examiner's rules on when things happen: the schedule (3.3), the application and the releases (8.2)."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

from domain.form.filled import NOT_EVALUABLE, PASSED, Filled, Outcome, Violation
from domain.text import Text

RELEASES = ("rilis_tercetak", "rilis_digital", "rilis_mikrodata")


def applied_before_collection(form: Filled) -> Outcome:
    collection = form.periods().get("pengumpulan")
    if collection is None:
        return NOT_EVALUABLE
    if form.facts.today < collection[0]:
        return PASSED
    return Violation(
        Text(
            "Pengumpulan data pada butir %(code)s mulai %(start)s, padahal rekomendasi diajukan sebelum pengumpulan "
            "data dimulai. Pemeriksa akan menanyakannya. Silakan periksa jadwal Anda.",
            code=form.code("jadwal"),
            start=collection[0],
        )
    )


def time_for_examination(form: Filled) -> Outcome:
    """Not an error: an office may be quicker than it promises."""
    collection, working_days = form.periods().get("pengumpulan"), form.facts.working_days_to_collection
    expected = form.facts.expected
    if collection is None or working_days is None:
        return NOT_EVALUABLE
    if expected.day <= collection[0]:
        return PASSED
    day = expected.day if expected.certain else Text("%(day)s (perkiraan)", day=expected.day)
    return Violation(
        Text(
            "Pengumpulan data (butir %(code)s) mulai %(start)s (%(days)s hari kerja lagi), sedangkan hasil pemeriksaan "
            "paling lambat %(day)s. Silakan pertimbangkan untuk mengundurkan jadwal.",
            code=form.code("jadwal"),
            start=collection[0],
            days=max(working_days, 0),
            day=day,
        )
    )


def stages_in_order(form: Filled) -> Outcome:
    periods = form.periods()
    given = [(stage, periods[stage.id]) for stage in form.stages() if stage.id in periods]
    for (stage, (_, end)), (following, (start, _)) in pairwise(given):
        if end > start:
            return Violation(
                Text(
                    "Pada butir %(code)s, tahap “%(stage)s” berakhir %(end)s, sesudah tahap “%(next)s” mulai "
                    "(%(start)s). Pemeriksa akan menanyakan tahap yang tumpang tindih.",
                    code=form.code("jadwal"),
                    stage=stage.label,
                    end=end,
                    next=following.label,
                    start=start,
                )
            )
    return _if_complete(form)


def periods_run_forward(form: Filled) -> Outcome:
    periods = form.periods()
    for stage in form.stages():
        start, end = periods.get(stage.id, (date.min, date.max))
        if start > end:
            return Violation(
                Text(
                    "Pada butir %(code)s, tahap “%(stage)s” berakhir %(end)s, sebelum hari mulainya (%(start)s). "
                    "Silakan perbaiki tanggalnya.",
                    code=form.code("jadwal"),
                    stage=stage.label,
                    end=end,
                    start=start,
                )
            )
    return _if_complete(form)


def _if_complete(form: Filled) -> Outcome:
    periods = form.periods()
    required = [stage.id for stage in form.stages() if stage.required]
    return PASSED if required and all(id in periods for id in required) else NOT_EVALUABLE


def planned_before_collection(form: Filled) -> Outcome:
    planning, collection = (form.periods().get(id) for id in ("perencanaan", "pengumpulan"))
    if planning is None or collection is None:
        return NOT_EVALUABLE
    if planning[1] <= collection[0]:
        return PASSED
    return Violation(
        Text(
            "Pada butir %(code)s, perencanaan berakhir %(end)s, sesudah pengumpulan data mulai (%(start)s). "
            "Akhiri perencanaan paling lambat pada hari pertama pengumpulan.",
            code=form.code("jadwal"),
            end=planning[1],
            start=collection[0],
        )
    )


def released_after_collection(form: Filled) -> Outcome:
    collection = form.periods().get("pengumpulan")
    if collection is None:
        return NOT_EVALUABLE
    for id in RELEASES:
        release = form.day(id)
        if release and release < collection[0]:
            text = Text(
                "Rilis pada butir %(code)s (%(release)s) mendahului mulainya pengumpulan data (%(start)s) pada butir "
                "%(other)s. Silakan perbaiki salah satunya.",
                code=form.code(id),
                release=release,
                start=collection[0],
                other=form.code("jadwal"),
            )
            return Violation(text, (id, "jadwal"))
    known = all(form.applies(id) is False or form.day(id) for id in RELEASES)
    return PASSED if known else NOT_EVALUABLE
