"""The examiner's rules on how data are collected, processed and published (blocks IV to VIII)."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from domain import wording
from domain.checks.plan import COMPILATION
from domain.form.filled import NOT_EVALUABLE, PASSED, Check, Filled, Outcome, Violation
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


def once_is_cross_sectional(form: Filled) -> Outcome:
    repeated, type_ = form.choice("kegiatan_dilakukan"), form.choice("tipe_pengumpulan")
    if not repeated or not type_:
        return NOT_EVALUABLE
    if repeated != "hanya_sekali" or type_ == "cross_sectional":
        return PASSED
    return Violation(
        Text(
            "Butir %(code)s diisi “%(once)s”, tetapi butir %(other)s diisi “%(type)s”. Kegiatan yang hanya sekali "
            "bertipe Cross Sectional. Silakan perbaiki salah satunya.",
            code=form.code("kegiatan_dilakukan"),
            once=form.option("kegiatan_dilakukan", repeated),
            other=form.code("tipe_pengumpulan"),
            type=form.option("tipe_pengumpulan", type_),
        )
    )


def compilation_uses_secondary_data(form: Filled) -> Outcome:
    approach, methods = form.choice("cara_pengumpulan_data"), form.choices("metode_pengumpulan")
    if not approach or not methods:
        return NOT_EVALUABLE
    if approach != COMPILATION or "data_sekunder" in methods:
        return PASSED
    return Violation(
        Text(
            "Kompilasi memakai catatan yang sudah ada, tetapi “%(option)s” belum dipilih pada butir %(code)s. "
            "Silakan tambahkan pilihan itu.",
            option=form.option("metode_pengumpulan", "data_sekunder"),
            code=form.code("metode_pengumpulan"),
        )
    )


def other_is_named(form: Filled) -> Outcome:
    for id in OPEN_CHOICES:
        question, value = form.question(id), form.value(id)
        asking = [option for option in question.options if option.asks_text] if question else []
        picked = next((option for option in asking if option.value in form.choices(id)), None)
        words = value.get("other") if isinstance(value, dict) else None
        if picked and not (isinstance(words, str) and words.strip()):
            text = Text(
                "Anda memilih “%(option)s” pada butir %(code)s, tetapi belum menuliskan keterangannya. "
                "Silakan sebutkan.",
                option=picked.label,
                code=form.code(id),
            )
            return Violation(text, (id,))
    return PASSED if all(form.has(id) for id in OPEN_CHOICES) else NOT_EVALUABLE


# V · Sample -----------------------------------------------------------------------------------------------------------


def of_words(id: str) -> Callable[[Callable[[Filled, str], Outcome]], Check]:
    """A rule on the free text of a question; where the question does not apply, nor does the rule."""

    def decorate(judge: Callable[[Filled, str], Outcome]) -> Check:
        def check(form: Filled) -> Outcome:
            words = form.text(id)
            if form.applies(id) is False:
                return PASSED
            return judge(form, words) if words else NOT_EVALUABLE

        return check

    return decorate


@of_words("fraksi_sampel")
def fraction_for_each_stage(form: Filled, words: str) -> Outcome:
    stages = form.choice("rancangan_sampel")
    if stages is None:
        return NOT_EVALUABLE
    if stages != "multi" or wording.fractions_in(words) > 1:
        return PASSED
    return Violation(
        Text(
            "Rancangan sampel Anda bertahap (butir %(other)s), tetapi butir %(code)s belum memuat fraksi setiap tahap. "
            "Tuliskan satu per satu, misalnya “tahap 1: 20/82, tahap 2: 10/150”.",
            other=form.code("rancangan_sampel"),
            code=form.code("fraksi_sampel"),
        )
    )


@of_words("sampling_error")
def error_is_low(form: Filled, words: str) -> Outcome:
    percent = wording.sampling_error(words)
    if percent is None:
        return NOT_EVALUABLE
    if percent <= HIGHEST_ERROR:
        return PASSED
    return Violation(
        Text(
            "Sampling error pada butir %(code)s (%(percent)s%%) lebih dari %(highest)s%%. Pemeriksa akan "
            "menanyakannya. Siapkan alasan, atau tambah jumlah sampel.",
            code=form.code("sampling_error"),
            percent=percent,
            highest=HIGHEST_ERROR,
        )
    )


@of_words("sampling_error")
def error_measure_is_named(form: Filled, words: str) -> Outcome:
    if wording.names_measure(words):
        return PASSED
    return Violation(
        Text(
            "Butir %(code)s belum menyebut ukuran sampling error. Pemeriksa akan menanyakannya. Tuliskan RSE, CV, MoE, "
            "atau alpha, misalnya “RSE 5%%”.",
            code=form.code("sampling_error"),
        )
    )


def units_are_named(form: Filled) -> Outcome:
    if form.applies("unit_sampel") is False:
        return PASSED
    missing = tuple(id for id in UNITS if form.applies(id) and not form.has(id))
    if missing:
        text = Text(
            "Butir %(codes)s belum diisi. Pemeriksa mencocokkan unit sampel, unit observasi, dan unit analisis. "
            "Silakan lengkapi ketiganya.",
            codes=form.code(*missing),
        )
        return Violation(text, missing)
    return PASSED if all(form.applies(id) for id in UNITS) else NOT_EVALUABLE


# VI · Collection ------------------------------------------------------------------------------------------------------


def pilot_planned(form: Filled) -> Outcome:
    approach, pilot = form.choice("cara_pengumpulan_data"), form.choice("uji_coba")
    if not approach or not pilot:
        return NOT_EVALUABLE
    if approach == COMPILATION or pilot == "ya":
        return PASSED
    return Violation(
        Text(
            "Butir %(code)s dijawab “Tidak”. Pemeriksa biasanya menyarankan uji coba kuesioner dan prosedur. "
            "Siapkan alasan bila uji coba memang tidak dilakukan.",
            code=form.code("uji_coba"),
        )
    )


def system_piloted(form: Filled) -> Outcome:
    tools, pilot = form.choices("sarana_pengumpulan_data"), form.choice("uji_coba")
    if not tools or not pilot:
        return NOT_EVALUABLE
    systems = [tool.upper() for tool in ("capi", "cawi") if tool in tools]
    if not systems or pilot == "ya":
        return PASSED
    return Violation(
        Text(
            "Anda memakai %(systems)s (butir %(other)s) tanpa uji coba (butir %(code)s). "
            "Pemeriksa akan menanyakan uji coba aplikasinya.",
            systems="/".join(systems),
            other=form.code("sarana_pengumpulan_data"),
            code=form.code("uji_coba"),
        )
    )


def enumerators_educated(form: Filled) -> Outcome:
    education = form.choice("pendidikan_petugas")
    if form.applies("pendidikan_petugas") is False:
        return PASSED
    if education is None:
        return NOT_EVALUABLE
    if education != "smp":
        return PASSED
    return Violation(
        Text(
            "Butir %(code)s diisi “%(education)s”. Pemeriksa akan menanyakan kemampuan petugas. "
            "Siapkan alasan, atau naikkan persyaratannya.",
            code=form.code("pendidikan_petugas"),
            education=form.option("pendidikan_petugas", education),
        )
    )


def fewer_supervisors(form: Filled) -> Outcome:
    supervisors, enumerators = form.number("jumlah_supervisor"), form.number("jumlah_enumerator")
    if form.applies("jumlah_supervisor") is False:
        return PASSED
    if supervisors is None or enumerators is None:
        return NOT_EVALUABLE
    if supervisors <= enumerators:
        return PASSED
    return Violation(
        Text(
            "Supervisor (butir %(code)s: %(supervisors)s orang) lebih banyak daripada enumerator (butir %(other)s: "
            "%(enumerators)s orang). Silakan periksa kedua angka itu.",
            code=form.code("jumlah_supervisor"),
            supervisors=supervisors,
            other=form.code("jumlah_enumerator"),
            enumerators=enumerators,
        )
    )


def staff_trained(form: Filled) -> Outcome:
    methods, training = form.choices("metode_pengumpulan"), form.choice("pelatihan")
    if not methods:
        return NOT_EVALUABLE
    if not {"wawancara", "pengamatan"} & set(methods):
        return PASSED
    if training is None:
        return NOT_EVALUABLE
    if training == "ya":
        return PASSED
    return Violation(
        Text(
            "Wawancara atau pengamatan (butir %(other)s) memerlukan pelatihan petugas, tetapi butir %(code)s dijawab "
            "“Tidak”. Silakan perbaiki salah satunya.",
            other=form.code("metode_pengumpulan"),
            code=form.code("pelatihan"),
        )
    )


def supervision_ticked(form: Filled) -> Outcome:
    supervisors, checks = form.number("jumlah_supervisor"), form.choices("pemeriksaan_kualitas")
    if form.applies("jumlah_supervisor") is False or supervisors == 0:
        return PASSED
    if supervisors is None or not checks:
        return NOT_EVALUABLE
    if "supervisi" in checks:
        return PASSED
    return Violation(
        Text(
            "Ada supervisor (butir %(other)s), tetapi “%(option)s” belum dipilih pada butir %(code)s. "
            "Silakan tambahkan, atau periksa jumlah supervisor.",
            other=form.code("jumlah_supervisor"),
            option=form.option("pemeriksaan_kualitas", "supervisi"),
            code=form.code("pemeriksaan_kualitas"),
        )
    )


# VII, VIII · Processing, publication ----------------------------------------------------------------------------------


def one_answered_yes(*ids: str) -> Check:
    def check(form: Filled) -> Outcome:
        given = [form.choice(id) for id in ids]
        if "ya" in given:
            return PASSED
        if None in given:
            return NOT_EVALUABLE
        return Violation(
            Text(
                "Paling sedikit satu dari butir %(codes)s perlu dijawab “Ya” sebelum permohonan dapat dikirim. "
                "Silakan periksa jawaban Anda.",
                codes=form.code(*ids),
            )
        )

    return check


def inference_needs_probability(form: Filled) -> Outcome:
    infers = _infers_from_survey(form)
    if infers is not True:
        return NOT_EVALUABLE if infers is None else PASSED
    selection = form.choice("pemilihan_sampel")
    if selection is None:
        return NOT_EVALUABLE
    if selection == "probabilitas":
        return PASSED
    return Violation(
        Text(
            "Butir %(code)s memuat inferensia, padahal butir %(other)s diisi “%(selection)s”. Inferensia memerlukan "
            "sampel probabilitas. Silakan perbaiki salah satunya.",
            code=form.code("metode_analisis"),
            other=form.code("pemilihan_sampel"),
            selection=form.option("pemilihan_sampel", selection),
        )
    )


def inference_needs_block_v(form: Filled) -> Outcome:
    infers = _infers_from_survey(form)
    if infers is not True:
        return NOT_EVALUABLE if infers is None else PASSED
    asked = [q.id for q in form.form.questions.values() if q.section == "blok_v" and q.required and form.applies(q.id)]
    missing = tuple(id for id in asked if not form.has(id))
    return unfilled_for_inference(form, missing) if missing else PASSED


def unfilled_for_inference(form: Filled, missing: tuple[str, ...]) -> Violation:
    text = Text(
        "Butir %(code)s memuat inferensia, tetapi desain sampel belum lengkap: butir %(codes)s belum diisi. "
        "Silakan lengkapi.",
        code=form.code("metode_analisis"),
        codes=form.code(*missing),
    )
    return Violation(text, missing)


def _infers_from_survey(form: Filled) -> bool | None:
    """None while it cannot be told."""
    analysis, approach = form.choice("metode_analisis"), form.choice("cara_pengumpulan_data")
    if not analysis or not approach:
        return None
    return approach == "survei" and analysis in INFERENCE
