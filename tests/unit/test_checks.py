from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from decimal import Decimal
from itertools import repeat

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.checks import RULES, Finding, advice, blocking, examine
from domain.form.definition import Value, route
from domain.form.form_answers import CheckContext, FormAnswers
from domain.form.loading import load_forms, newest
from domain.office.profile import Office
from domain.office.working_days import Calendar
from domain.text import Arg, Text
from tests.unit.check_cases import (
    CHECKED,
    COMPILATION,
    METHODS,
    NOT_EVALUABLE,
    PASSES,
    SURVEY,
    VIOLATIONS,
    schedule,
    variables,
)

OFFICE = Office.load()
FORM = newest(load_forms(OFFICE.words), "recommendation_request")
TODAY = date(2026, 7, 6)


def finding(rule: str, answers: Mapping[str, Value], today: date = TODAY, unasked: Collection[str] = ()) -> Finding:
    context = CheckContext.of(FORM, answers, today, OFFICE.calendar)
    asked = CheckContext(
        context.route - set(unasked), context.today, context.expected, context.working_days_to_collection
    )
    return next(finding for finding in examine(FORM, answers, asked) if finding.rule == rule)


def test_there_are_the_forty_rules_of_the_examiners_and_five_of_the_form() -> None:
    ids = [rule.id for rule in RULES]
    assert len(ids) == len(set(ids)) == 45
    assert sum(id.startswith("R-F-") for id in ids) == 5


def test_every_question_that_a_rule_names_is_in_the_form() -> None:
    assert {id for rule in RULES for id in rule.questions} <= set(FORM.questions)


@pytest.mark.parametrize("rule", [rule.id for rule in RULES])
@pytest.mark.parametrize("answers", [SURVEY, COMPILATION], ids=["survey", "compilation"])
def test_a_good_application_passes_every_rule(rule: str, answers: dict[str, Value]) -> None:
    assert finding(rule, answers).outcome == "pass"


@pytest.mark.parametrize(("rule", "change"), PASSES)
def test_a_rule_passes_at_its_edge(rule: str, change: dict[str, Value]) -> None:
    assert finding(rule, {**SURVEY, **change}).outcome == "pass"


@pytest.mark.parametrize(("rule", "change"), VIOLATIONS)
def test_a_violation_tells_the_applicant_what_to_do(rule: str, change: dict[str, Value]) -> None:
    found = finding(rule, {**SURVEY, **change})
    assert found.outcome == "violation"
    assert found.text is not None
    sentence = shown(found.text)
    assert len(sentence) <= 200, sentence
    assert any(FORM.questions[id].code in sentence for id in found.questions), sentence
    assert set(found.questions) <= set(next(r for r in RULES if r.id == rule).questions) or rule == "R-VII-04"


@pytest.mark.parametrize(("rule", "change"), VIOLATIONS)
def test_a_violation_tells_the_officer_what_to_look_at_in_words_that_fit_a_remark(
    rule: str, change: dict[str, Value]
) -> None:
    found = finding(rule, {**SURVEY, **change})
    assert found.officer is not None and found.officer != found.text
    sentence = shown(found.officer)
    assert len(sentence) <= 200, sentence
    assert "Mohon" in sentence and "emeriksa akan" not in sentence and "Anda" not in sentence, sentence
    assert any(FORM.questions[id].code in sentence for id in found.questions), sentence


def test_a_finding_hides_nothing_behind_the_first_thing_that_it_found() -> None:
    both = variables({"nama": "Luas (ha)"}, {"nama": "AKB"}, {"nama": "AKI"}, {"nama": "Padi (kg)"})
    ends = variables({"definisi": "Adalah orang."}, {"definisi": "Orang"})
    wrong: list[tuple[str, dict[str, Value], tuple[str, ...]]] = [
        ("R-III-08A", both, ("2: “AKB”, 3: “AKI”", "1: “ha”, 4: “kg”")),
        ("R-III-10", ends, ("baris 1: definisi diawali", "baris 2: definisi belum diakhiri")),
        (
            "R-F-01",
            schedule(desain=["2026-08-30", "2026-08-01"], analisis=["2026-11-30", "2026-11-01"]),
            ("Desain (", ", Analisis ("),
        ),
        ("R-F-04", {METHODS: {"values": ["lainnya"]}, CHECKED: {"values": ["lainnya"]}}, ("4.6, 6.2",)),
        (
            "R-F-02",
            {"produk_mikrodata": "ya", "rilis_digital": "2026-08-31", "rilis_mikrodata": "2026-08-30"},
            ("8.2b, 8.2c", "28 September"),
        ),
    ]
    for rule, change, parts in wrong:
        found = finding(rule, {**SURVEY, **change})
        assert found.text is not None, rule
        assert [part for part in parts if part not in shown(found.text)] == [], shown(found.text)


def test_overlapping_stages_are_one_line() -> None:
    late = schedule(perencanaan=["2026-06-01", "2026-08-02"], desain=["2026-08-01", "2026-09-02"])
    found = finding("R-III-05A", {**SURVEY, **late})
    assert found.text is not None
    assert "Perencanaan kegiatan dan Desain, Desain dan Pengumpulan data. " in shown(found.text)


@pytest.mark.parametrize(("rule", "change"), NOT_EVALUABLE)
def test_a_missing_answer_is_never_a_pass(rule: str, change: dict[str, Value]) -> None:
    found = finding(rule, {**SURVEY, **change})
    assert (found.outcome, found.text) == ("not evaluable", None)


@pytest.mark.parametrize(
    ("rule", "unasked"),
    [
        ("R-I-01", {"instansi_penyelenggara"}),
        ("R-I-04", {"alamat_instansi"}),
        ("R-II-01", {"eselon1", "eselon2"}),
        ("R-II-02", {"pj_teknis_email"}),
    ],
)
def test_what_the_form_does_not_ask_cannot_be_evaluated(rule: str, unasked: set[str]) -> None:
    assert finding(rule, SURVEY, unasked=unasked).outcome == "not evaluable"


def test_every_rule_is_seen_to_fail_and_to_be_not_evaluable() -> None:
    ids = {rule.id for rule in RULES}
    assert {rule for rule, _ in VIOLATIONS} == ids
    assert {rule for rule, _ in NOT_EVALUABLE} | {"R-I-01", "R-I-04", "R-II-01", "R-II-02"} == ids


def test_an_empty_form_passes_nothing() -> None:
    found = examine(FORM, {}, CheckContext.of(FORM, {}, TODAY, OFFICE.calendar))
    assert not [finding.rule for finding in found if finding.outcome == "pass"]


def test_answers_off_the_path_do_not_count() -> None:
    answers = {**COMPILATION, "sampling_error": "RSE 40%", "jumlah_supervisor": 99}
    assert not advice(examine(FORM, answers, CheckContext.of(FORM, answers, TODAY, OFFICE.calendar)))


def test_only_rules_that_block_keep_an_application_back() -> None:
    answers: dict[str, Value] = {**SURVEY, "alamat_instansi": None, "uji_coba": "tidak", "tahun_kegiatan": 2027}
    findings = examine(FORM, answers, CheckContext.of(FORM, answers, TODAY, OFFICE.calendar))
    assert [finding.rule for finding in blocking(findings)] == ["R-I-04"]
    assert [finding.rule for finding in advice(findings)] == ["R-ID-05A", "R-VI-01", "R-VI-02"]


def test_the_rules_that_block_are_those_of_the_list() -> None:
    assert {rule.id for rule in RULES if rule.blocks} == {
        *("R-I-01", "R-I-04", "R-II-01", "R-II-02", "R-III-09", "R-IV-01", "R-IV-07", "R-V-01", "R-V-02"),
        *("R-V-03A", "R-V-03B", "R-V-03C", "R-V-03D", "R-VII-01", "R-VIII-01"),
    }


def test_a_finding_points_to_the_questions_that_are_wrong_and_no_others() -> None:
    answers: dict[str, Value] = {**SURVEY, "pj_teknis_alamat": None, "pj_teknis_email": None}
    assert finding("R-II-02", answers).questions == ("pj_teknis_alamat", "pj_teknis_email")
    assert finding("R-F-04", {**SURVEY, CHECKED: {"values": ["lainnya"]}}).questions == (CHECKED,)


@pytest.mark.parametrize(
    ("rule", "change", "words"),
    [
        ("R-ID-02A", {"judul_kegiatan": "Data Hasil Kompilasi Pasien"}, {"word": "Kompilasi"}),
        ("R-I-02A", {"instansi_penyelenggara": f"Dinas {'ABCDE' * 7}"}, {"word": "ABCDEABCDEABCDEABCDEABCDEABCD…"}),
        ("R-III-08A", variables({}, {"nama": "AKB kecamatan"}), {"rows": "2: “AKB”"}),
        ("R-III-08A", variables({}, {"nama": "Luas (ha)"}), {"rows": "2: “ha”"}),
        ("R-III-09", variables({}, *repeat({"definisi": None}, 5)), {"rows": "2, 3, 4, 5, 6"}),
        ("R-III-09", variables({}, *repeat({"definisi": None}, 6)), {"rows": "2, 3, 4, 5, 6, …"}),
        ("R-III-10", variables({}, {"definisi": "Adalah orang."}), {"rows": "2"}),
        ("R-III-10", variables({}, {"definisi": "Orang"}), {"rows": "2"}),
        ("R-V-11", {"sampling_error": "MoE 7,5%"}, {"percent": Decimal("7.5")}),
        ("R-IV-05", {"kegiatan_dilakukan": "hanya_sekali", "tipe_pengumpulan": "aneh"}, {"type": "aneh"}),
        ("R-III-04", schedule(pengumpulan=["2026-07-01", "2026-09-30"]), {"start": date(2026, 7, 1)}),
        ("R-III-06", schedule(perencanaan=["2026-06-01", "2026-09-02"]), {"start": date(2026, 9, 1)}),
        ("R-F-02", {"rilis_digital": "2026-08-31"}, {"start": date(2026, 9, 1), "release": date(2026, 8, 31)}),
        ("R-VI-02", {CHECKED: None, "uji_coba": "tidak"}, {"systems": "CAPI"}),
        (
            "R-F-05",
            schedule(pengumpulan=["2026-07-14", "2026-09-30"]),
            {"days": 6, "start": date(2026, 7, 14), "day": date(2026, 8, 18)},
        ),
    ],
)
def test_a_violation_names_what_it_found(rule: str, change: dict[str, Value], words: dict[str, Arg]) -> None:
    text = finding(rule, {**SURVEY, **change}).text
    assert text is not None
    assert {name: text.args[name] for name in words} == words


@pytest.mark.parametrize("begins", ["2026-07-01", TODAY.isoformat()])
def test_a_collection_that_has_begun_is_asked_about_once(begins: str) -> None:
    answers = {**SURVEY, **schedule(pengumpulan=[begins, "2026-09-30"])}
    assert finding("R-III-04", answers).text is not None
    assert finding("R-F-05", answers).text is None


def test_an_expected_date_that_rests_on_an_estimate_says_so() -> None:
    answers = {**SURVEY, **schedule(pengumpulan=["2027-01-05", "2027-01-31"])}
    found = finding("R-F-05", answers, today=date(2026, 12, 1))
    assert found.text is not None
    assert found.text.args["day"] == Text("%(day)s (perkiraan)", day=date(2027, 1, 18))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=40),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["values", "other", "pengumpulan", "nama"]), inner)
    ),
    max_leaves=6,
)


@st.composite
def answers_of_any_shape(draw: st.DrawFn) -> dict[str, Value]:
    """Good answers, some of them removed, blank, replaced by another option or by a value of another type."""
    answers = dict(draw(st.sampled_from([SURVEY, COMPILATION])))
    for id in draw(st.lists(st.sampled_from(sorted(FORM.questions)), max_size=12, unique=True)):
        options = [option.value for option in FORM.questions[id].options]
        if draw(st.booleans()):
            answers.pop(id, None)
        else:
            answers[id] = draw(st.sampled_from([None, "", *options]) | JSON | st.dates().map(str))
    return answers


@settings(deadline=None)  # the first estimated year imports a slow package
@given(answers_of_any_shape(), st.dates(date(2026, 1, 1), date(2029, 12, 31)))
def test_examining_never_raises_and_speaks_only_of_violations(answers: dict[str, Value], today: date) -> None:
    found = examine(FORM, answers, CheckContext.of(FORM, answers, today, OFFICE.calendar))
    assert len(found) == len(RULES)
    for finding in found:
        assert (finding.text is not None) == (finding.outcome == "violation")
        if finding.text is not None:
            shown(finding.text)


@given(st.sampled_from([SURVEY, COMPILATION]), st.sets(st.sampled_from(sorted(SURVEY))))
def test_taking_answers_away_never_makes_a_blocking_rule_pass_that_needs_them(
    answers: dict[str, Value], gone: set[str]
) -> None:
    kept = {id: value for id, value in answers.items() if id not in gone}
    found = examine(FORM, kept, CheckContext.of(FORM, kept, TODAY, OFFICE.calendar))
    path = {question.id for question in route(FORM, kept)}
    for finding in found:
        if (
            finding.rule in ("R-I-01", "R-I-04", "R-II-02", "R-IV-01", "R-V-03C")
            and gone & set(finding.questions) & path
        ):
            assert finding.outcome == "violation"


def test_nought_is_an_answer_and_a_dash_is_none() -> None:
    answers: dict[str, Value] = {**SURVEY, "jumlah_supervisor": 0, "unit_sampel": "–"}
    form_answers = FormAnswers(FORM, answers, CheckContext.of(FORM, answers, TODAY, OFFICE.calendar))
    assert form_answers.has("jumlah_supervisor")
    assert not form_answers.has("unit_sampel")


def test_the_context_counts_the_working_days_of_its_calendar() -> None:
    context = CheckContext.of(FORM, SURVEY, TODAY, Calendar({}), working_days=10)
    assert context.expected.day == date(2026, 7, 20)
    assert (
        context.working_days_to_collection == 39
    )  # 57 days, less 16 of weekends, Independence Day and the Prophet's birthday
    assert CheckContext.of(FORM, {}, TODAY, OFFICE.calendar).working_days_to_collection is None


def shown(text: Text) -> str:
    """The text at its longest: every date as in September."""

    def arg(value: Arg) -> str:
        match value:
            case Text():
                return shown(value)
            case date():
                return "28 September 2026"
        return str(value)

    return text.msgid % {name: arg(value) for name, value in text.args.items()}
