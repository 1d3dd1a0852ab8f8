"""The examiner's rules on when things happen: the schedule (3.3), the application and the releases (8.2)."""

from __future__ import annotations

from itertools import pairwise

from domain.form.form_answers import NOT_EVALUABLE, PASS, CheckResult, FormAnswers, violation
from domain.text import Text, joined

RELEASES = ("rilis_tercetak", "rilis_digital", "rilis_mikrodata")


def applied_before_collection(answers: FormAnswers) -> CheckResult:
    collection = answers.periods().get("pengumpulan")
    if collection is None:
        return NOT_EVALUABLE
    if answers.context.today < collection[0]:
        return PASS
    return violation(
        Text(
            "Pengumpulan data pada butir %(code)s mulai %(start)s, padahal rekomendasi diajukan sebelum pengumpulan "
            "data dimulai. Pemeriksa akan menanyakannya. Silakan periksa jadwal Anda."
        ),
        Text(
            "Pengumpulan data (butir %(code)s) mulai %(start)s, padahal rekomendasi diajukan sebelum pengumpulan data "
            "dimulai. Mohon penjelasan, atau perbaikan jadwal."
        ),
        code=answers.code("jadwal"),
        start=collection[0],
    )


def time_for_examination(answers: FormAnswers) -> CheckResult:
    """A warning and no error, because an office may be quicker than it promises.

    `applied_before_collection` asks about a collection that has begun.
    """
    collection, working_days = answers.periods().get("pengumpulan"), answers.context.working_days_to_collection
    expected = answers.context.expected
    if collection is None or working_days is None:
        return NOT_EVALUABLE
    if expected.day <= collection[0] or collection[0] <= answers.context.today:
        return PASS
    day = expected.day if expected.certain else Text("%(day)s (perkiraan)", day=expected.day)
    return violation(
        Text(
            "Pengumpulan data (butir %(code)s) mulai %(start)s (%(days)s hari kerja lagi), sedangkan hasil pemeriksaan "
            "paling lambat %(day)s. Silakan pertimbangkan untuk mengundurkan jadwal."
        ),
        Text(
            "Pengumpulan data (butir %(code)s) mulai %(start)s, sebelum batas hasil pemeriksaan (%(day)s). Mohon "
            "jadwalnya diundurkan bila memungkinkan."
        ),
        code=answers.code("jadwal"),
        start=collection[0],
        days=working_days,
        day=day,
    )


def stages_in_order(answers: FormAnswers) -> CheckResult:
    periods = answers.periods()
    given = [stage for stage in answers.stages() if stage.id in periods]
    pairs = [(one, next_one) for one, next_one in pairwise(given) if periods[one.id][1] > periods[next_one.id][0]]
    if not pairs:
        return _if_complete(answers)
    return violation(
        Text(
            "Pada butir %(code)s ada tahap yang berakhir sesudah tahap berikutnya mulai: %(stages)s. "
            "Pemeriksa akan menanyakan tahap yang tumpang tindih."
        ),
        Text("Tahap pada jadwal (butir %(code)s) tumpang tindih: %(stages)s. Mohon tanggalnya disesuaikan."),
        code=answers.code("jadwal"),
        stages=joined(
            ", ", *(Text("%(one)s dan %(next)s", one=one.label, next=next_one.label) for one, next_one in pairs)
        ),
    )


def periods_run_forward(answers: FormAnswers) -> CheckResult:
    periods = answers.periods()
    reversed_stages = [
        Text(
            "%(stage)s (%(start)s sampai %(end)s)",
            stage=stage.label,
            start=periods[stage.id][0],
            end=periods[stage.id][1],
        )
        for stage in answers.stages()
        if stage.id in periods and periods[stage.id][0] > periods[stage.id][1]
    ]
    if not reversed_stages:
        return _if_complete(answers)
    return violation(
        Text("Pada butir %(code)s ada tahap yang berakhir sebelum mulai: %(stages)s. Silakan perbaiki tanggalnya."),
        Text("Tahap pada jadwal (butir %(code)s) berakhir sebelum mulai: %(stages)s. Mohon tanggalnya diperbaiki."),
        code=answers.code("jadwal"),
        stages=joined(", ", *reversed_stages),
    )


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
    return violation(
        Text(
            "Pada butir %(code)s, perencanaan berakhir %(end)s, sesudah pengumpulan data mulai (%(start)s). "
            "Akhiri perencanaan paling lambat pada hari pertama pengumpulan."
        ),
        Text(
            "Perencanaan (butir %(code)s) berakhir %(end)s, sesudah pengumpulan data mulai (%(start)s). Mohon "
            "perencanaan diakhiri paling lambat pada hari pertama pengumpulan."
        ),
        code=answers.code("jadwal"),
        end=planning[1],
        start=collection[0],
    )


def released_after_collection(answers: FormAnswers) -> CheckResult:
    collection = answers.periods().get("pengumpulan")
    if collection is None:
        return NOT_EVALUABLE
    releases = {id: day for id in RELEASES if (day := answers.day(id)) is not None}
    early = [id for id, day in releases.items() if day < collection[0]]
    if not early:
        known = all(answers.applies(id) is False or id in releases for id in RELEASES)
        return PASS if known else NOT_EVALUABLE
    return violation(
        Text(
            "Rilis pada butir %(codes)s (%(release)s) mendahului mulainya pengumpulan data (%(start)s) pada butir "
            "%(other)s. Silakan perbaiki salah satunya."
        ),
        Text(
            "Rilis (butir %(codes)s: %(release)s) mendahului mulainya pengumpulan data (butir %(other)s: %(start)s). "
            "Mohon diperbaiki."
        ),
        codes=answers.code(*early),
        release=min(releases[id] for id in early),
        start=collection[0],
        other=answers.code("jadwal"),
        at=(*early, "jadwal"),
    )
