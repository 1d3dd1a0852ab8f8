"""A mistake in a definition is one line: file, place, and what to write instead."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.definitions import DATA, DefinitionInvalid, read
from domain.form.answers import KINDS
from domain.form.definition import ColumnKind, QuestionKind
from domain.form.document import FormDocument
from domain.form.loading import REQUEST_FORM, load_forms, newest
from domain.form.rows import CELL_KINDS
from domain.office import eligibility
from domain.office.eligibility import Eligibility
from domain.office.guide import FaqDocument, GuideDocument
from domain.office.profile import Office
from domain.office.working_days import CalendarDocument
from domain.references import check_definitions
from domain.remarks import GroundsDocument, RemarksDocument, ready_made

WORDS = Office.load().words
REQUEST = "forms/recommendation_request.v1.toml"
MODELS: dict[str, type[object]] = {
    REQUEST: FormDocument,
    "calendar.toml": CalendarDocument,
    "eligibility.toml": Eligibility,
    "faq.toml": FaqDocument,
    "grounds.toml": GroundsDocument,
    "guide.toml": GuideDocument,
    "remarks.toml": RemarksDocument,
}
T = TypeVar("T")


def mistake(folder: Path, name: str, old: str, new: str) -> str:
    """The line that refuses the packaged file after its first `old` became `new`."""
    text = DATA.joinpath(name).read_text(encoding="utf-8")
    assert old in text, f"{name} no longer has {old!r}"
    path = folder / Path(name).name
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(DefinitionInvalid) as refusal:
        read(MODELS[name], path, WORDS)
    return str(refusal.value)


@pytest.mark.parametrize("name", MODELS)
def test_every_packaged_file_reads(name: str) -> None:
    read(MODELS[name], DATA.joinpath(name), WORDS)


#: the table of question 4.2, where most of the mistakes stand
ASKED = 'code = "4.2"\nkind = "choice"\nlabel = "Jika berulang, Frekuensi Penyelenggaraan"'
WHEN = 'when = { kegiatan_dilakukan = "berulang" }'


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        (ASKED, ASKED.replace("label", "lable"), 'question 4.2: unknown key "lable"; did you mean "label"?'),
        (ASKED, ASKED.replace('"choice"', '"chioce"'), 'question 4.2: kind: "chioce" is unknown; did you mean "choice'),
        (ASKED, ASKED.replace('"choice"', '"essay"'), 'question 4.2: kind: "essay" is unknown; use one of text, '),
        (ASKED, ASKED.replace('"choice"', '"text"'), 'question 4.2: options does not fit kind "text"; remove it'),
        (ASKED, ASKED.replace('"choice"', '"rows"'), 'question 4.2: columns is missing; kind "rows" needs it'),
        (ASKED, ASKED.splitlines()[0] + '\nkind = "choice"', "question 4.2: label: is missing; add it"),
        (ASKED, 'code = "4.1"\n' + ASKED.partition("\n")[2], 'question code "4.1" stands 2 times; each may stand once'),
        ('id = "frekuensi"', 'id = "jadwal"', 'question id "jadwal" stands 2 times; each may stand once'),
        ('id = "blok_ii"', 'id = "blok_i"', 'section id "blok_i" stands 2 times; each may stand once'),
        ('value = "mingguan"', 'value = "harian"', 'question 4.2: option value "harian" stands 2 times'),
        (WHEN, WHEN.replace("kegiatan", "kegitan"), 'question 4.2: when: "kegitan_dilakukan" is no earlier question; '),
        (WHEN, WHEN.replace("kegiatan", "kegitan"), 'did you mean "kegiatan_dilakukan"?'),
        (WHEN, 'when = { metode_analisis = "deskriptif" }', '"metode_analisis" is no earlier question; use one of'),
        (WHEN, WHEN.replace('"berulang"', '["brulang"]'), 'question 4.2: when: "brulang" is no option of '),
        (WHEN, WHEN.replace('"berulang"', '["brulang"]'), '"kegiatan_dilakukan"; did you mean "berulang"?'),
        (WHEN, "when = { kegiatan_dilakukan = 1 }", "question 4.2, when: kegiatan_dilakukan: write a list"),
        ('when = { cara_pengumpulan_data = "survei" }', 'when = { cara = "survei" }', 'section V: when: "cara" is no'),
        ('known_from = "eligibility"', 'known_from = "eligible"', '0.3: known_from: "eligible" is unknown; did'),
        ("min_length = 15, max", 'min_length = "15", max', "question 0.1, limits: min_length: write a whole number"),
        ("min_length = 15, max", "min_lenght = 15, max", '0.1, limits: unknown key "min_lenght"; did you mean "min_'),
        ('pattern = "^[0-9+() ', 'pattern = "^([0-9+() ', "question 1.2a, limits: pattern: "),
        ('accept = ["pdf",', 'accept = ["pfd",', '9.1, limits: accept: "pfd" is unknown; did you mean "pdf"?'),
        ("%(district)s", "%(distrik)s", 'question 0.1: example: unknown placeholder %(distrik)s; did you mean "dist'),
        ("%(district)s", "100%", "question 0.1: example: write a percent sign as %%, a placeholder as %(name)s"),
        ('code = "@area"', 'code = "@aera"', 'question 0.6, options @aera: code: "@aera" is no code of the office'),
        ('["perencanaan", ', '["rencana", ', '"rencana" is no row; did you mean "pere'),
        ('id = "konsep"\nkind = "text"', 'id = "nama"\nkind = "text"', 'question 3.4: column id "nama" stands 2 times'),
        ('id = "konsep"\nkind = "text"', 'id = "konsep"\nkind = "choice"', "columns konsep: options is missing; kind"),
        ('id = "konsep"\nkind = "text"', 'id = "konsep"\nkind = "rows"', 'kind: "rows" is unknown; use one of text, '),
        ('id = "konsep"\nkind = "text"', 'id = "konsep"\nkind = 1', "question 3.4, columns konsep: kind: "),
        ("personal_data = true", "personal_data = 1", "question 2.2a: personal_data: write true or false, not '1'"),
        ("purpose = ", "# purpose = ", "question 2.2a: purpose is missing; say why these personal data are asked for"),
        ('title = "Formulir', 'titel = "Formulir', 'unknown key "titel"; did you mean "title"?'),
        ('title = "Identitas Kegiatan"', 'title = ""', "section 0: title: is empty; fill it in"),
        ("[[section]]", "[[section", "is not TOML: "),
    ],
)  # fmt: skip
def test_a_mistake_in_a_form_is_one_line_that_says_where_and_what_to_write(
    tmp_path: Path, old: str, new: str, line: str
) -> None:
    said = mistake(tmp_path, REQUEST, old, new)
    assert line in said
    assert said.startswith("recommendation_request.v1.toml: ")
    assert "\n" not in said


@pytest.mark.parametrize(
    ("name", "old", "new", "line"),
    [
        ("calendar.toml", "[2026]", "[next]", "[next]: name the table after its year, as [2026]"),
        ("calendar.toml", "2026-01-16", "2027-01-16", "[2026]: 2027-01-16 is in another year; move it there"),
        ("calendar.toml", "2026-01-16", '"2026-01-16"', "[2026], holidays 2: date: write a day, such as 2026-12-31"),
        ("calendar.toml", "2026-01-16", "2026-01-16T00:00:00", "[2026], holidays 2: date: write a day"),
        ("calendar.toml", "holidays = [", "holiday = [", '[2026]: unknown key "holiday"; did you mean "holidays"?'),
        ("eligibility.toml", 'outcome = "eligible"', 'outcome = "elegible"', 'choice pemerintah_daerah: outcome: "ele'),
        ("eligibility.toml", 'id = "konsultan"', 'id = "pemerintah"', '[who]: choice id "pemerintah" stands 2 times'),
        ("eligibility.toml", "[level]", "[tingkat]", 'unknown key "tingkat"; use one of who, level'),
        ("faq.toml", 'id = "konsultan"', 'id = "apa_itu"', 'faq id "apa_itu" stands 2 times; each may stand once'),
        ("faq.toml", "keywords = [", "keyword = [", 'faq apa_itu: unknown key "keyword"; did you mean "keywords"?'),
        ("guide.toml", "%(office)s", "%(ofice)s", "page persyaratan: body: unknown placeholder %(ofice)s; did"),
        ("guide.toml", 'id = "alur_daring"', 'id = "persyaratan"', 'page id "persyaratan" stands 2 times'),
        ("grounds.toml", 'for = "layak"', 'for = "lajak"', 'text 1: for: "lajak" is unknown; did you mean "layak"?'),
        ("remarks.toml", "questions = [", "question = [", 'remark 1: unknown key "question"; did you mean "quest'),
    ],
)  # fmt: skip
def test_a_mistake_in_another_file_is_one_line_too(tmp_path: Path, name: str, old: str, new: str, line: str) -> None:
    said = mistake(tmp_path, name, old, new)
    assert said.startswith(f"{name}: ")
    assert line in said
    assert "\n" not in said


def test_there_is_a_way_to_read_every_kind_of_answer_that_a_form_may_name() -> None:
    assert set(KINDS) == set(get_args(QuestionKind))
    assert set(CELL_KINDS) == set(get_args(ColumnKind))


LINES = [
    (name, number)
    for name in MODELS
    for number, line in enumerate(DATA.joinpath(name).read_text(encoding="utf-8").splitlines())
    if " = " in line
]


VALUES = ["", "1", "-1", "true", "2026-01-01", '""', '"x"', '"%"', "[]", "[1]", '["x"]', "[[1]]", "{}", "{ x = 1 }"]


@given(st.sampled_from(LINES), st.sampled_from(VALUES))
def test_any_other_value_in_any_line_reads_or_is_one_line(place: tuple[str, int], value: str) -> None:
    name, number = place
    lines = DATA.joinpath(name).read_text(encoding="utf-8").splitlines()
    lines[number] = lines[number].partition(" = ")[0] + f" = {value}" if value else ""
    with TemporaryDirectory() as folder:
        path = Path(folder) / Path(name).name
        path.write_text("\n".join(lines), encoding="utf-8")
        try:
            read(MODELS[name], path, WORDS)
        except DefinitionInvalid as refusal:
            said = str(refusal)
            assert said.startswith(f"{path.name}: ") and len(said.splitlines()) == 1
            assert "Input should" not in said and "Value error" not in said, said


# Files that name each other -------------------------------------------------------------------------------------------


def test_the_packaged_files_fit_each_other() -> None:
    check_definitions(load_forms(WORDS), eligibility.load(WORDS))


@pytest.mark.parametrize("id", [REQUEST_FORM, "registration"])
def test_without_a_form_that_the_service_needs_it_does_not_start(id: str) -> None:
    others = {key: form for key, form in load_forms(WORDS).items() if key[0] != id}
    with pytest.raises(DefinitionInvalid, match=rf"^{id}\.v1\.toml: is missing in domain/data/forms"):
        check_definitions(others, eligibility.load(WORDS))


def test_a_known_answer_that_the_form_does_not_have_is_refused() -> None:
    forms, asked = load_forms(WORDS), eligibility.load(WORDS)
    first, *others = asked.who.choices
    for answers, line in (
        ({"jenis_statistk": "sektoral"}, '"jenis_statistk" is no question; did you mean "jenis_statistik"?'),
        ({"jenis_statistik": "sektor"}, '"sektor" is no option of "jenis_statistik"; did you mean "sektoral"?'),
    ):
        wrong = first.model_copy(update={"answers": answers})
        who = asked.who.model_copy(update={"choices": (wrong, *others)})
        with pytest.raises(DefinitionInvalid) as refusal:
            check_definitions(forms, asked.model_copy(update={"who": who}))
        assert str(refusal.value) == f"eligibility.toml: choice pemerintah_daerah: answers: {line}"


def test_a_remark_about_a_question_that_no_version_has_is_refused() -> None:
    forms = load_forms(WORDS)
    form = newest(forms, REQUEST_FORM)
    assert "tujuan" in ready_made()
    sections = tuple(replace(s, questions=tuple(q for q in s.questions if q.id != "tujuan")) for s in form.sections)
    without = replace(form, sections=sections)
    with pytest.raises(DefinitionInvalid, match=r'^remarks\.toml: "tujuan" is no question; '):
        check_definitions({**forms, (form.id, form.version): without}, eligibility.load(WORDS))
    check_definitions({**forms, (form.id, 2): replace(without, version=2)}, eligibility.load(WORDS))
