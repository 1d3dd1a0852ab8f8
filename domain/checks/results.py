"""The examiner's rules on how data are processed and published (blocks VII and VIII)."""

from __future__ import annotations

from domain.form.form_answers import NOT_EVALUABLE, PASS, Check, CheckResult, FormAnswers, Violation, violation
from domain.text import Text

PROCESSING = ("olah_editing", "olah_coding", "olah_data_entry", "olah_validasi")
PRODUCTS = ("produk_tercetak", "produk_digital", "produk_mikrodata")
INFERENCE = ("inferensia", "deskriptif_inferensia")


def one_answered_yes(*ids: str) -> Check:
    def check(answers: FormAnswers) -> CheckResult:
        given = [answers.choice(id) for id in ids]
        if "ya" in given:
            return PASS
        if None in given:
            return NOT_EVALUABLE
        return violation(
            Text(
                "Paling sedikit satu dari butir %(codes)s perlu dijawab “Ya” sebelum permohonan dapat dikirim. "
                "Silakan periksa jawaban Anda."
            ),
            Text("Butir %(codes)s semuanya dijawab “Tidak”. Mohon paling sedikit satu dijawab “Ya”."),
            codes=answers.code(*ids),
        )

    return check


def inference_needs_probability(answers: FormAnswers) -> CheckResult:
    infers = _infers_from_survey(answers)
    if infers is not True:
        return NOT_EVALUABLE if infers is None else PASS
    selection = answers.choice("pemilihan_sampel")
    if selection is None:
        return NOT_EVALUABLE
    if selection == "probabilitas":
        return PASS
    return violation(
        Text(
            "Butir %(code)s memuat inferensia, padahal butir %(other)s diisi “%(selection)s”. Inferensia memerlukan "
            "sampel probabilitas. Silakan perbaiki salah satunya."
        ),
        Text(
            "Analisis (butir %(code)s) memuat inferensia, tetapi pemilihan sampelnya (butir %(other)s) "
            "“%(selection)s”. Inferensia memerlukan sampel probabilitas. Mohon disesuaikan."
        ),
        code=answers.code("metode_analisis"),
        other=answers.code("pemilihan_sampel"),
        selection=answers.option("pemilihan_sampel", selection),
    )


def inference_needs_block_v(answers: FormAnswers) -> CheckResult:
    infers = _infers_from_survey(answers)
    if infers is not True:
        return NOT_EVALUABLE if infers is None else PASS
    block_v = (question for question in answers.form.questions.values() if question.section == "blok_v")
    required = (question.id for question in block_v if question.required and answers.applies(question.id))
    missing = tuple(id for id in required if not answers.has(id))
    return unfilled_for_inference(answers, missing) if missing else PASS


def unfilled_for_inference(answers: FormAnswers, missing: tuple[str, ...]) -> Violation:
    return violation(
        Text(
            "Butir %(code)s memuat inferensia, tetapi desain sampel belum lengkap: butir %(codes)s belum diisi. "
            "Silakan lengkapi."
        ),
        Text(
            "Analisis (butir %(code)s) memuat inferensia, tetapi desain sampel belum lengkap: butir %(codes)s belum "
            "diisi. Mohon dilengkapi."
        ),
        code=answers.code("metode_analisis"),
        codes=answers.code(*missing),
        at=missing,
    )


def _infers_from_survey(answers: FormAnswers) -> bool | None:
    """Whether a sample survey is analysed by inference; `None` while an answer is missing."""
    analysis, approach = answers.choice("metode_analisis"), answers.choice("cara_pengumpulan_data")
    if not analysis or not approach:
        return None
    return approach == "survei" and analysis in INFERENCE
