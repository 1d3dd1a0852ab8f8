"""The examiner's rules on how data are collected, processed and published (blocks IV to VIII)."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from domain import wording
from domain.checks.plan import COMPILATION
from domain.form.form_answers import NOT_EVALUABLE, PASS, Check, CheckResult, FormAnswers, Violation
from domain.text import Text

UNITS = ("unit_sampel", "unit_observasi", "unit_analisis")
PROCESSING = ("olah_editing", "olah_coding", "olah_data_entry", "olah_validasi")
PRODUCTS = ("produk_tercetak", "produk_digital", "produk_mikrodata")
OPEN_CHOICES = (
    "metode_pengumpulan",
    "sarana_pengumpulan_data",
    "unit_pengumpulan",
    "pemeriksaan_kualitas",
    "unit_analisis",
    "tingkat_penyajian",
)
INFERENCE = ("inferensia", "deskriptif_inferensia")

HIGHEST_ERROR = Decimal(5)  #: percent


# IV · Design ----------------------------------------------------------------------------------------------------------


def once_is_cross_sectional(answers: FormAnswers) -> CheckResult:
    repeated, type_ = answers.choice("kegiatan_dilakukan"), answers.choice("tipe_pengumpulan")
    if not repeated or not type_:
        return NOT_EVALUABLE
    if repeated != "hanya_sekali" or type_ == "cross_sectional":
        return PASS
    return Violation(
        Text(
            "Butir %(code)s diisi “%(once)s”, tetapi butir %(other)s diisi “%(type)s”. Kegiatan yang hanya sekali "
            "bertipe Cross Sectional. Silakan perbaiki salah satunya.",
            code=answers.code("kegiatan_dilakukan"),
            once=answers.option("kegiatan_dilakukan", repeated),
            other=answers.code("tipe_pengumpulan"),
            type=answers.option("tipe_pengumpulan", type_),
        )
    )


def compilation_uses_secondary_data(answers: FormAnswers) -> CheckResult:
    approach, methods = answers.choice("cara_pengumpulan_data"), answers.choices("metode_pengumpulan")
    if not approach or not methods:
        return NOT_EVALUABLE
    if approach != COMPILATION or "data_sekunder" in methods:
        return PASS
    return Violation(
        Text(
            "Kompilasi memakai catatan yang sudah ada, tetapi “%(option)s” belum dipilih pada butir %(code)s. "
            "Silakan tambahkan pilihan itu.",
            option=answers.option("metode_pengumpulan", "data_sekunder"),
            code=answers.code("metode_pengumpulan"),
        )
    )


def other_is_named(answers: FormAnswers) -> CheckResult:
    for id in OPEN_CHOICES:
        question, value = answers.question(id), answers.value(id)
        asking = [option for option in question.options if option.asks_text] if question else []
        picked = next((option for option in asking if option.value in answers.choices(id)), None)
        words = value.get("other") if isinstance(value, dict) else None
        if picked and not (isinstance(words, str) and words.strip()):
            text = Text(
                "Anda memilih “%(option)s” pada butir %(code)s, tetapi belum menuliskan keterangannya. "
                "Silakan sebutkan.",
                option=picked.label,
                code=answers.code(id),
            )
            return Violation(text, (id,))
    return PASS if all(answers.has(id) for id in OPEN_CHOICES) else NOT_EVALUABLE


# V · Sample -----------------------------------------------------------------------------------------------------------


def of_words(id: str) -> Callable[[Callable[[FormAnswers, str], CheckResult]], Check]:
    """Makes a rule about the free text of a question. The rule passes where the question does not apply."""

    def decorate(judge: Callable[[FormAnswers, str], CheckResult]) -> Check:
        def check(answers: FormAnswers) -> CheckResult:
            words = answers.text(id)
            if answers.applies(id) is False:
                return PASS
            return judge(answers, words) if words else NOT_EVALUABLE

        return check

    return decorate


@of_words("fraksi_sampel")
def fraction_for_each_stage(answers: FormAnswers, words: str) -> CheckResult:
    stages = answers.choice("rancangan_sampel")
    if stages is None:
        return NOT_EVALUABLE
    if stages != "multi" or wording.count_fractions(words) > 1:
        return PASS
    return Violation(
        Text(
            "Rancangan sampel Anda bertahap (butir %(other)s), tetapi butir %(code)s belum memuat fraksi setiap tahap. "
            "Tuliskan satu per satu, misalnya “tahap 1: 20/82, tahap 2: 10/150”.",
            other=answers.code("rancangan_sampel"),
            code=answers.code("fraksi_sampel"),
        )
    )


@of_words("sampling_error")
def error_is_low(answers: FormAnswers, words: str) -> CheckResult:
    percent = wording.find_sampling_error(words)
    if percent is None:
        return NOT_EVALUABLE
    if percent <= HIGHEST_ERROR:
        return PASS
    return Violation(
        Text(
            "Sampling error pada butir %(code)s (%(percent)s%%) lebih dari %(highest)s%%. Pemeriksa akan "
            "menanyakannya. Siapkan alasan, atau tambah jumlah sampel.",
            code=answers.code("sampling_error"),
            percent=percent,
            highest=HIGHEST_ERROR,
        )
    )


@of_words("sampling_error")
def error_measure_is_named(answers: FormAnswers, words: str) -> CheckResult:
    if wording.names_measure(words):
        return PASS
    return Violation(
        Text(
            "Butir %(code)s belum menyebut ukuran sampling error. Pemeriksa akan menanyakannya. Tuliskan RSE, CV, MoE, "
            "atau alpha, misalnya “RSE 5%%”.",
            code=answers.code("sampling_error"),
        )
    )


def units_are_named(answers: FormAnswers) -> CheckResult:
    if answers.applies("unit_sampel") is False:
        return PASS
    missing = tuple(id for id in UNITS if answers.applies(id) and not answers.has(id))
    if missing:
        text = Text(
            "Butir %(codes)s belum diisi. Pemeriksa mencocokkan unit sampel, unit observasi, dan unit analisis. "
            "Silakan lengkapi ketiganya.",
            codes=answers.code(*missing),
        )
        return Violation(text, missing)
    return PASS if all(answers.applies(id) for id in UNITS) else NOT_EVALUABLE


# VI · Collection ------------------------------------------------------------------------------------------------------


def pilot_planned(answers: FormAnswers) -> CheckResult:
    approach, pilot = answers.choice("cara_pengumpulan_data"), answers.choice("uji_coba")
    if not approach or not pilot:
        return NOT_EVALUABLE
    if approach == COMPILATION or pilot == "ya":
        return PASS
    return Violation(
        Text(
            "Butir %(code)s dijawab “Tidak”. Pemeriksa biasanya menyarankan uji coba kuesioner dan prosedur. "
            "Siapkan alasan bila uji coba memang tidak dilakukan.",
            code=answers.code("uji_coba"),
        )
    )


def system_piloted(answers: FormAnswers) -> CheckResult:
    tools, pilot = answers.choices("sarana_pengumpulan_data"), answers.choice("uji_coba")
    if not tools or not pilot:
        return NOT_EVALUABLE
    systems = [tool.upper() for tool in ("capi", "cawi") if tool in tools]
    if not systems or pilot == "ya":
        return PASS
    return Violation(
        Text(
            "Anda memakai %(systems)s (butir %(other)s) tanpa uji coba (butir %(code)s). "
            "Pemeriksa akan menanyakan uji coba aplikasinya.",
            systems="/".join(systems),
            other=answers.code("sarana_pengumpulan_data"),
            code=answers.code("uji_coba"),
        )
    )


def enumerators_educated(answers: FormAnswers) -> CheckResult:
    education = answers.choice("pendidikan_petugas")
    if answers.applies("pendidikan_petugas") is False:
        return PASS
    if education is None:
        return NOT_EVALUABLE
    if education != "smp":
        return PASS
    return Violation(
        Text(
            "Butir %(code)s diisi “%(education)s”. Pemeriksa akan menanyakan kemampuan petugas. "
            "Siapkan alasan, atau naikkan persyaratannya.",
            code=answers.code("pendidikan_petugas"),
            education=answers.option("pendidikan_petugas", education),
        )
    )


def fewer_supervisors(answers: FormAnswers) -> CheckResult:
    supervisors, enumerators = answers.number("jumlah_supervisor"), answers.number("jumlah_enumerator")
    if answers.applies("jumlah_supervisor") is False:
        return PASS
    if supervisors is None or enumerators is None:
        return NOT_EVALUABLE
    if supervisors <= enumerators:
        return PASS
    return Violation(
        Text(
            "Supervisor (butir %(code)s: %(supervisors)s orang) lebih banyak daripada enumerator (butir %(other)s: "
            "%(enumerators)s orang). Silakan periksa kedua angka itu.",
            code=answers.code("jumlah_supervisor"),
            supervisors=supervisors,
            other=answers.code("jumlah_enumerator"),
            enumerators=enumerators,
        )
    )


def staff_trained(answers: FormAnswers) -> CheckResult:
    methods, training = answers.choices("metode_pengumpulan"), answers.choice("pelatihan")
    if not methods:
        return NOT_EVALUABLE
    if not {"wawancara", "pengamatan"} & set(methods):
        return PASS
    if training is None:
        return NOT_EVALUABLE
    if training == "ya":
        return PASS
    return Violation(
        Text(
            "Wawancara atau pengamatan (butir %(other)s) memerlukan pelatihan petugas, tetapi butir %(code)s dijawab "
            "“Tidak”. Silakan perbaiki salah satunya.",
            other=answers.code("metode_pengumpulan"),
            code=answers.code("pelatihan"),
        )
    )


def supervision_ticked(answers: FormAnswers) -> CheckResult:
    supervisors, checks = answers.number("jumlah_supervisor"), answers.choices("pemeriksaan_kualitas")
    if answers.applies("jumlah_supervisor") is False or supervisors == 0:
        return PASS
    if supervisors is None or not checks:
        return NOT_EVALUABLE
    if "supervisi" in checks:
        return PASS
    return Violation(
        Text(
            "Ada supervisor (butir %(other)s), tetapi “%(option)s” belum dipilih pada butir %(code)s. "
            "Silakan tambahkan, atau periksa jumlah supervisor.",
            other=answers.code("jumlah_supervisor"),
            option=answers.option("pemeriksaan_kualitas", "supervisi"),
            code=answers.code("pemeriksaan_kualitas"),
        )
    )


# VII, VIII · Processing, publication ----------------------------------------------------------------------------------


def one_answered_yes(*ids: str) -> Check:
    def check(answers: FormAnswers) -> CheckResult:
        given = [answers.choice(id) for id in ids]
        if "ya" in given:
            return PASS
        if None in given:
            return NOT_EVALUABLE
        return Violation(
            Text(
                "Paling sedikit satu dari butir %(codes)s perlu dijawab “Ya” sebelum permohonan dapat dikirim. "
                "Silakan periksa jawaban Anda.",
                codes=answers.code(*ids),
            )
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
    return Violation(
        Text(
            "Butir %(code)s memuat inferensia, padahal butir %(other)s diisi “%(selection)s”. Inferensia memerlukan "
            "sampel probabilitas. Silakan perbaiki salah satunya.",
            code=answers.code("metode_analisis"),
            other=answers.code("pemilihan_sampel"),
            selection=answers.option("pemilihan_sampel", selection),
        )
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
    text = Text(
        "Butir %(code)s memuat inferensia, tetapi desain sampel belum lengkap: butir %(codes)s belum diisi. "
        "Silakan lengkapi.",
        code=answers.code("metode_analisis"),
        codes=answers.code(*missing),
    )
    return Violation(text, missing)


def _infers_from_survey(answers: FormAnswers) -> bool | None:
    """Whether a sample survey is analysed by inference; `None` while an answer is missing."""
    analysis, approach = answers.choice("metode_analisis"), answers.choice("cara_pengumpulan_data")
    if not analysis or not approach:
        return None
    return approach == "survei" and analysis in INFERENCE
