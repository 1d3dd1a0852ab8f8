"""The examiner's rules on when things happen: the schedule (3.3), the application and the releases (8.2)."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

from domain.form.form_answers import NOT_EVALUABLE, PASS, CheckResult, FormAnswers, Violation
from domain.text import Text

RELEASES = ("rilis_tercetak", "rilis_digital", "rilis_mikrodata")


def applied_before_collection(answers: FormAnswers) -> CheckResult:
    collection = answers.periods().get("pengumpulan")
    if collection is None:
        return NOT_EVALUABLE
    if answers.context.today < collection[0]:
        return PASS
    return Violation(
        Text(
            "Pengumpulan data pada butir %(code)s mulai %(start)s, padahal rekomendasi diajukan sebelum pengumpulan "
            "data dimulai. Pemeriksa akan menanyakannya. Silakan periksa jadwal Anda.",
            code=answers.code("jadwal"),
            start=collection[0],
        )
    )


def time_for_examination(answers: FormAnswers) -> CheckResult:
    """A warning and no error, because an office may be quicker than it promises."""
    collection, working_days = answers.periods().get("pengumpulan"), answers.context.working_days_to_collection
    expected = answers.context.expected
    if collection is None or working_days is None:
        return NOT_EVALUABLE
    if expected.day <= collection[0]:
        return PASS
    day = expected.day if expected.certain else Text("%(day)s (perkiraan)", day=expected.day)
    return Violation(
        Text(
            "Pengumpulan data (butir %(code)s) mulai %(start)s (%(days)s hari kerja lagi), sedangkan hasil pemeriksaan "
            "paling lambat %(day)s. Silakan pertimbangkan untuk mengundurkan jadwal.",
            code=answers.code("jadwal"),
            start=collection[0],
            days=max(working_days, 0),
            day=day,
        )
    )


def stages_in_order(answers: FormAnswers) -> CheckResult:
    periods = answers.periods()
    given = [(stage, periods[stage.id]) for stage in answers.stages() if stage.id in periods]
    for (stage, (_, end)), (following, (start, _)) in pairwise(given):
        if end > start:
            return Violation(
                Text(
                    "Pada butir %(code)s, tahap “%(stage)s” berakhir %(end)s, sesudah tahap “%(next)s” mulai "
                    "(%(start)s). Pemeriksa akan menanyakan tahap yang tumpang tindih.",
                    code=answers.code("jadwal"),
                    stage=stage.label,
                    end=end,
                    next=following.label,
                    start=start,
                )
            )
    return _if_complete(answers)


def periods_run_forward(answers: FormAnswers) -> CheckResult:
    periods = answers.periods()
    for stage in answers.stages():
        start, end = periods.get(stage.id, (date.min, date.max))
        if start > end:
            return Violation(
                Text(
                    "Pada butir %(code)s, tahap “%(stage)s” berakhir %(end)s, sebelum hari mulainya (%(start)s). "
                    "Silakan perbaiki tanggalnya.",
                    code=answers.code("jadwal"),
                    stage=stage.label,
                    end=end,
                    start=start,
                )
            )
    return _if_complete(answers)


def _if_complete(answers: FormAnswers) -> CheckResult:
    periods = answers.periods()
    required = [stage.id for stage in answers.stages() if stage.required]
    return PASS if required and all(id in periods for id in required) else NOT_EVALUABLE


def planned_before_collection(answers: FormAnswers) -> CheckResult:
    planning, collection = (answers.periods().get(id) for id in ("perencanaan", "pengumpulan"))
    if planning is None or collection is None:
        return NOT_EVALUABLE
    if planning[1] <= collection[0]:
        return PASS
    return Violation(
        Text(
            "Pada butir %(code)s, perencanaan berakhir %(end)s, sesudah pengumpulan data mulai (%(start)s). "
            "Akhiri perencanaan paling lambat pada hari pertama pengumpulan.",
            code=answers.code("jadwal"),
            end=planning[1],
            start=collection[0],
        )
    )


def released_after_collection(answers: FormAnswers) -> CheckResult:
    collection = answers.periods().get("pengumpulan")
    if collection is None:
        return NOT_EVALUABLE
    for id in RELEASES:
        release = answers.day(id)
        if release and release < collection[0]:
            text = Text(
                "Rilis pada butir %(code)s (%(release)s) mendahului mulainya pengumpulan data (%(start)s) pada butir "
                "%(other)s. Silakan perbaiki salah satunya.",
                code=answers.code(id),
                release=release,
                start=collection[0],
                other=answers.code("jadwal"),
            )
            return Violation(text, (id, "jadwal"))
    known = all(answers.applies(id) is False or answers.day(id) for id in RELEASES)
    return PASS if known else NOT_EVALUABLE
