"""The examiner's rules on how data are collected (blocks IV to VI)."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from domain import wording
from domain.checks.plan import COMPILATION
from domain.form.definition import Option
from domain.form.form_answers import NOT_EVALUABLE, PASS, Check, CheckResult, FormAnswers, violation
from domain.text import Text

UNITS = ("unit_sampel", "unit_observasi", "unit_analisis")
OPEN_CHOICES = (
    "metode_pengumpulan",
    "sarana_pengumpulan_data",
    "unit_pengumpulan",
    "pemeriksaan_kualitas",
    "unit_analisis",
    "tingkat_penyajian",
)

HIGHEST_ERROR = Decimal(5)  #: percent


# IV · Design ----------------------------------------------------------------------------------------------------------


def once_is_cross_sectional(answers: FormAnswers) -> CheckResult:
    repeated, type_ = answers.choice("kegiatan_dilakukan"), answers.choice("tipe_pengumpulan")
    if not repeated or not type_:
        return NOT_EVALUABLE
    if repeated != "hanya_sekali" or type_ == "cross_sectional":
        return PASS
    return violation(
        Text(
            "Butir %(code)s diisi “%(once)s”, tetapi butir %(other)s diisi “%(type)s”. Kegiatan satu kali "
            "bertipe Cross Sectional. Silakan perbaiki salah satunya."
        ),
        Text(
            "Kegiatan (butir %(code)s) diisi “%(once)s”, tetapi tipenya (butir %(other)s) “%(type)s”. Kegiatan satu "
            "kali bertipe Cross Sectional. Mohon disesuaikan."
        ),
        code=answers.code("kegiatan_dilakukan"),
        once=answers.option("kegiatan_dilakukan", repeated),
        other=answers.code("tipe_pengumpulan"),
        type=answers.option("tipe_pengumpulan", type_),
    )


def compilation_uses_secondary_data(answers: FormAnswers) -> CheckResult:
    approach, methods = answers.choice("cara_pengumpulan_data"), answers.choices("metode_pengumpulan")
    if not approach or not methods:
        return NOT_EVALUABLE
    if approach != COMPILATION or "data_sekunder" in methods:
        return PASS
    return violation(
        Text(
            "Kompilasi memakai catatan yang sudah ada, tetapi “%(option)s” belum dipilih pada butir %(code)s. "
            "Silakan tambahkan pilihan itu."
        ),
        Text(
            "Kompilasi memakai catatan yang sudah ada, tetapi “%(option)s” belum dipilih pada butir %(code)s. Mohon "
            "dilengkapi."
        ),
        option=answers.option("metode_pengumpulan", "data_sekunder"),
        code=answers.code("metode_pengumpulan"),
    )


def other_is_named(answers: FormAnswers) -> CheckResult:
    unnamed = {id: option for id in OPEN_CHOICES if (option := _unnamed_option(answers, id)) is not None}
    if not unnamed:
        return PASS if all(answers.has(id) for id in OPEN_CHOICES) else NOT_EVALUABLE
    picked = next(iter(unnamed.values()))
    return violation(
        Text(
            "Anda memilih “%(option)s” pada butir %(codes)s, tetapi belum menuliskan keterangannya. Silakan sebutkan."
        ),
        Text("Pilihan “%(option)s” pada butir %(codes)s belum diberi keterangan. Mohon disebutkan."),
        option=picked.short or picked.label,
        codes=answers.code(*unnamed),
        at=tuple(unnamed),
    )


def _unnamed_option(answers: FormAnswers, id: str) -> Option | None:
    """The chosen option that asks for words and got none."""
    question, value = answers.question(id), answers.value(id)
    asking = [option for option in question.options if option.asks_text] if question else []
    words = value.get("other") if isinstance(value, dict) else None
    is_named = isinstance(words, str) and words.strip()
    return None if is_named else next((option for option in asking if option.value in answers.choices(id)), None)


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
    return violation(
        Text(
            "Rancangan sampel Anda bertahap (butir %(other)s), tetapi butir %(code)s belum memuat fraksi setiap tahap. "
            "Tuliskan satu per satu, misalnya “tahap 1: 20/82, tahap 2: 10/150”."
        ),
        Text(
            "Rancangan sampel (butir %(other)s) bertahap, tetapi fraksinya (butir %(code)s) belum ditulis untuk "
            "setiap tahap. Mohon dilengkapi."
        ),
        other=answers.code("rancangan_sampel"),
        code=answers.code("fraksi_sampel"),
    )


@of_words("sampling_error")
def error_is_low(answers: FormAnswers, words: str) -> CheckResult:
    percent = wording.find_sampling_error(words)
    if percent is None:
        return NOT_EVALUABLE
    if percent <= HIGHEST_ERROR:
        return PASS
    return violation(
        Text(
            "Sampling error pada butir %(code)s (%(percent)s%%) lebih dari %(highest)s%%. Pemeriksa akan "
            "menanyakannya. Siapkan alasan, atau tambah jumlah sampel."
        ),
        Text(
            "Sampling error (butir %(code)s) %(percent)s%%, lebih dari %(highest)s%%. Mohon alasannya, atau jumlah "
            "sampel ditambah."
        ),
        code=answers.code("sampling_error"),
        percent=percent,
        highest=HIGHEST_ERROR,
    )


@of_words("sampling_error")
def error_measure_is_named(answers: FormAnswers, words: str) -> CheckResult:
    if wording.names_measure(words):
        return PASS
    return violation(
        Text(
            "Butir %(code)s belum menyebut ukuran sampling error. Pemeriksa akan menanyakannya. Tuliskan RSE, CV, MoE, "
            "atau alpha, misalnya “RSE 5%%”."
        ),
        Text("Butir %(code)s belum menyebut ukuran sampling error: RSE, CV, MoE, atau alpha. Mohon disebutkan."),
        code=answers.code("sampling_error"),
    )


def units_are_named(answers: FormAnswers) -> CheckResult:
    if answers.applies("unit_sampel") is False:
        return PASS
    missing = tuple(id for id in UNITS if answers.applies(id) and not answers.has(id))
    if missing:
        return violation(
            Text(
                "Butir %(codes)s belum diisi. Pemeriksa mencocokkan unit sampel, unit observasi, dan unit analisis. "
                "Silakan lengkapi ketiganya."
            ),
            Text("Butir %(codes)s belum diisi. Mohon unit sampel, unit observasi, dan unit analisis dilengkapi."),
            codes=answers.code(*missing),
            at=missing,
        )
    return PASS if all(answers.applies(id) for id in UNITS) else NOT_EVALUABLE


# VI · Collection ------------------------------------------------------------------------------------------------------


def pilot_planned(answers: FormAnswers) -> CheckResult:
    approach, pilot = answers.choice("cara_pengumpulan_data"), answers.choice("uji_coba")
    if not approach or not pilot:
        return NOT_EVALUABLE
    if approach == COMPILATION or pilot == "ya":
        return PASS
    return violation(
        Text(
            "Butir %(code)s dijawab “Tidak”. Pemeriksa biasanya menyarankan uji coba kuesioner dan prosedur. "
            "Siapkan alasan bila uji coba memang tidak dilakukan."
        ),
        Text(
            "Uji coba (butir %(code)s) tidak dilakukan. Mohon alasannya, atau uji coba kuesioner dan prosedur "
            "direncanakan."
        ),
        code=answers.code("uji_coba"),
    )


def system_piloted(answers: FormAnswers) -> CheckResult:
    tools, pilot = answers.choices("sarana_pengumpulan_data"), answers.choice("uji_coba")
    if not tools or not pilot:
        return NOT_EVALUABLE
    systems = [tool.upper() for tool in ("capi", "cawi") if tool in tools]
    if not systems or pilot == "ya":
        return PASS
    return violation(
        Text(
            "Anda memakai %(systems)s (butir %(other)s) tanpa uji coba (butir %(code)s). "
            "Pemeriksa akan menanyakan uji coba aplikasinya."
        ),
        Text(
            "%(systems)s dipakai (butir %(other)s) tanpa uji coba (butir %(code)s). Mohon dijelaskan bagaimana "
            "aplikasinya diuji."
        ),
        systems="/".join(systems),
        other=answers.code("sarana_pengumpulan_data"),
        code=answers.code("uji_coba"),
    )


def enumerators_educated(answers: FormAnswers) -> CheckResult:
    education = answers.choice("pendidikan_petugas")
    if answers.applies("pendidikan_petugas") is False:
        return PASS
    if education is None:
        return NOT_EVALUABLE
    if education != "smp":
        return PASS
    return violation(
        Text(
            "Butir %(code)s diisi “%(education)s”. Pemeriksa akan menanyakan kemampuan petugas. "
            "Siapkan alasan, atau naikkan persyaratannya."
        ),
        Text(
            "Pendidikan petugas (butir %(code)s) diisi “%(education)s”. Mohon kemampuan petugas dijelaskan, atau "
            "persyaratannya dinaikkan."
        ),
        code=answers.code("pendidikan_petugas"),
        education=answers.option("pendidikan_petugas", education),
    )


def fewer_supervisors(answers: FormAnswers) -> CheckResult:
    supervisors, enumerators = answers.number("jumlah_supervisor"), answers.number("jumlah_enumerator")
    if answers.applies("jumlah_supervisor") is False:
        return PASS
    if supervisors is None or enumerators is None:
        return NOT_EVALUABLE
    if supervisors <= enumerators:
        return PASS
    return violation(
        Text(
            "Supervisor (butir %(code)s: %(supervisors)s orang) lebih banyak daripada enumerator (butir %(other)s: "
            "%(enumerators)s orang). Silakan periksa kedua angka itu."
        ),
        Text(
            "Supervisor (butir %(code)s: %(supervisors)s orang) lebih banyak daripada enumerator (butir %(other)s: "
            "%(enumerators)s orang). Mohon diperiksa."
        ),
        code=answers.code("jumlah_supervisor"),
        supervisors=supervisors,
        other=answers.code("jumlah_enumerator"),
        enumerators=enumerators,
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
    return violation(
        Text(
            "Wawancara atau pengamatan (butir %(other)s) memerlukan pelatihan petugas, tetapi butir %(code)s dijawab "
            "“Tidak”. Silakan perbaiki salah satunya."
        ),
        Text(
            "Data dikumpulkan dengan wawancara atau pengamatan (butir %(other)s), tetapi pelatihan petugas (butir "
            "%(code)s) dijawab “Tidak”. Mohon disesuaikan atau dijelaskan."
        ),
        other=answers.code("metode_pengumpulan"),
        code=answers.code("pelatihan"),
    )


def supervision_ticked(answers: FormAnswers) -> CheckResult:
    supervisors, checks = answers.number("jumlah_supervisor"), answers.choices("pemeriksaan_kualitas")
    if answers.applies("jumlah_supervisor") is False or supervisors == 0:
        return PASS
    if supervisors is None or not checks:
        return NOT_EVALUABLE
    if "supervisi" in checks:
        return PASS
    return violation(
        Text(
            "Ada supervisor (butir %(other)s), tetapi “%(option)s” belum dipilih pada butir %(code)s. "
            "Silakan tambahkan, atau periksa jumlah supervisor."
        ),
        Text(
            "Ada supervisor (butir %(other)s), tetapi “%(option)s” belum dipilih pada butir %(code)s. Mohon "
            "disesuaikan."
        ),
        other=answers.code("jumlah_supervisor"),
        option=answers.option("pemeriksaan_kualitas", "supervisi"),
        code=answers.code("pemeriksaan_kualitas"),
    )
