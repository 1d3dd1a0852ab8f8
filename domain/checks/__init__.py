"""The examiner's rules on the request form. R-F-… are rules of the form itself; the other ids are the examiners' own.

A rule passes, is violated, or cannot be evaluated because an answer is missing; the last never counts as a pass. Only a
violation of a rule that `blocks` prevents the applicant from submitting. Other violations are shown to the applicant
before submitting ("the examiner will probably ask about this") and to the officer beside the answer.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import replace
from typing import Literal

from domain.checks import design, plan, results, schedule
from domain.form.definition import Answers, Form
from domain.form.form_answers import Check, CheckContext, FormAnswers, Level, Violation
from domain.frozen import frozen
from domain.text import Text


@frozen
class Rule:
    id: str
    level: Level
    questions: tuple[str, ...]  #: its findings are shown beside these
    check: Check
    blocks: bool = False


@frozen
class Finding:
    rule: str
    level: Level
    blocks: bool
    questions: tuple[str, ...]  #: of a violation: the answers that the applicant should look at
    outcome: Literal["pass", "violation", "not evaluable"]
    text: Text | None = None  #: of a violation: for the applicant, what to expect and what to do
    officer: Text | None = None  #: of a violation: for who examines; also the words of a remark about it
    rests_on: frozenset[str] = frozenset()  #: of a violation: the questions whose answers the rule looked at


def _required(id: str, *questions: str) -> Rule:
    return Rule(id, "error", questions, plan.filled_in(*questions), blocks=True)


RULES = (
    Rule("R-ID-02A", "error", ("judul_kegiatan", "cara_pengumpulan_data"), plan.title_fits_approach),
    Rule("R-ID-03", "warning", ("judul_kegiatan",), plan.compilation_says_so),
    Rule("R-ID-04A", "remark", ("judul_kegiatan",), plan.title_without_year),
    Rule("R-ID-05A", "error", ("tahun_kegiatan", "jadwal"), plan.year_fits_collection),
    Rule("R-F-03", "error", ("tahun_kegiatan",), plan.year_not_far_ahead),
    _required("R-I-01", "instansi_penyelenggara"),
    _required("R-I-04", "alamat_instansi"),
    Rule("R-I-02A", "warning", ("instansi_penyelenggara",), plan.agency_in_full),
    Rule("R-II-01", "error", ("eselon1", "eselon2"), plan.one_filled_in("eselon1", "eselon2"), blocks=True),
    _required("R-II-02", *plan.PERSON),
    Rule("R-III-04", "error", ("jadwal",), schedule.applied_before_collection),
    Rule("R-F-05", "warning", ("jadwal",), schedule.time_for_examination),
    Rule("R-F-01", "error", ("jadwal",), schedule.periods_run_forward),
    Rule("R-III-05A", "error", ("jadwal",), schedule.stages_in_order),
    Rule("R-III-06", "error", ("jadwal",), schedule.planned_before_collection),
    Rule("R-III-08A", "warning", ("variabel",), plan.names_plain),
    Rule("R-III-09", "error", ("variabel",), plan.defined, blocks=True),
    Rule("R-III-10", "remark", ("variabel",), plan.definitions_well_formed),
    Rule("R-III-12", "warning", ("variabel",), plan.dated),
    _required("R-IV-01", "frekuensi"),
    Rule("R-IV-05", "error", ("kegiatan_dilakukan", "tipe_pengumpulan"), design.once_is_cross_sectional),
    _required("R-IV-07", "wilayah_kegiatan"),
    Rule("R-IV-09", "error", ("metode_pengumpulan",), design.compilation_uses_secondary_data),
    Rule("R-F-04", "error", design.OPEN_CHOICES, design.other_is_named),
    _required("R-V-01", "rancangan_sampel"),
    _required("R-V-02", "pemilihan_sampel", "metode_nonprobabilitas"),
    _required("R-V-03A", "metode_probabilitas"),
    _required("R-V-03B", "kerangka_sampel"),
    _required("R-V-03C", "fraksi_sampel"),
    _required("R-V-03D", "sampling_error"),
    Rule("R-V-08A", "warning", ("fraksi_sampel",), design.fraction_for_each_stage),
    Rule("R-V-11", "warning", ("sampling_error",), design.error_is_low),
    Rule("R-V-12", "warning", ("sampling_error",), design.error_measure_is_named),
    Rule("R-V-14A", "warning", design.UNITS, design.units_are_named),
    Rule("R-VI-01", "warning", ("uji_coba",), design.pilot_planned),
    Rule("R-VI-02", "warning", ("uji_coba", "sarana_pengumpulan_data"), design.system_piloted),
    Rule("R-VI-04A", "warning", ("pendidikan_petugas",), design.enumerators_educated),
    Rule("R-VI-05", "warning", ("jumlah_supervisor", "jumlah_enumerator"), design.fewer_supervisors),
    Rule("R-VI-07", "error", ("pelatihan", "metode_pengumpulan"), design.staff_trained),
    Rule("R-VI-08", "error", ("pemeriksaan_kualitas", "jumlah_supervisor"), design.supervision_ticked),
    Rule("R-VII-01", "error", results.PROCESSING, results.one_answered_yes(*results.PROCESSING), blocks=True),
    Rule("R-VII-03", "error", ("metode_analisis", "pemilihan_sampel"), results.inference_needs_probability),
    Rule("R-VII-04", "error", ("metode_analisis",), results.inference_needs_block_v),
    Rule("R-VIII-01", "error", results.PRODUCTS, results.one_answered_yes(*results.PRODUCTS), blocks=True),
    Rule("R-F-02", "error", (*schedule.RELEASES, "jadwal"), schedule.released_after_collection),
)
#: the questions of the rules that do not prevent submitting
_EXAMINED_ALONE = frozenset(rule.questions for rule in RULES if not rule.blocks)


def examine(form: Form, answers: Answers, context: CheckContext) -> tuple[Finding, ...]:
    """One finding for every rule, in the order of the form. Never raises, whatever the answers hold."""
    form_answers = FormAnswers(form, answers, context)
    return tuple(_finding(rule, form_answers) for rule in RULES)


def examine_answer(form: Form, answers: Answers, context: CheckContext, question_id: str) -> tuple[Finding, ...]:
    """The violations that concern this answer alone and do not prevent submitting."""
    form_answers = FormAnswers(form, answers, context)
    return advice(_finding(rule, form_answers) for rule in RULES if rule.questions == (question_id,))


def is_examined_alone(question_id: str) -> bool:
    """Whether a rule that does not prevent submitting concerns this answer alone."""
    return (question_id,) in _EXAMINED_ALONE


def blocking(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The violations that prevent submitting. Unanswered required questions are found by `next_question` instead."""
    return tuple(finding for finding in findings if finding.blocks and finding.outcome == "violation")


def advice(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The violations that the applicant is told about before submitting, and may leave as they are."""
    return tuple(finding for finding in findings if not finding.blocks and finding.outcome == "violation")


def basis(finding: Finding, answers: Answers) -> str:
    """Identifies the answers that a finding rests on: while they stay, it is the same finding."""
    looked_at = {id: answers.get(id) for id in finding.rests_on}
    return hashlib.sha256(json.dumps(looked_at, sort_keys=True).encode()).hexdigest()[:16]


def _finding(rule: Rule, answers: FormAnswers) -> Finding:
    answers = replace(answers, read=set())
    match rule.check(answers):
        case Violation(text, officer, at):
            rests_on = frozenset(answers.read)
            concerned = at or rule.questions
            return Finding(rule.id, rule.level, rule.blocks, concerned, "violation", text, officer, rests_on)
        case outcome:
            return Finding(rule.id, rule.level, rule.blocks, rule.questions, outcome.kind)
