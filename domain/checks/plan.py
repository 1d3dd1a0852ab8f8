"""The examiner's rules on what the activity is, who runs it, and which variables it collects (blocks 0 to 3.4)."""

from __future__ import annotations

from collections.abc import Mapping

from domain import wording
from domain.form.form_answers import (
    NOT_EVALUABLE,
    PASS,
    Check,
    CheckResult,
    FormAnswers,
    Violation,
    joined_violation,
    violation,
)
from domain.text import Text, cut

COMPILATION = "kompilasi_produk_administrasi"
PERSON = ("pj_teknis_nama", "pj_teknis_jabatan", "pj_teknis_alamat", "pj_teknis_telepon", "pj_teknis_email")
LONGEST_QUOTE = 30  #: characters of a word that a finding quotes


def filled_in(*ids: str) -> Check:
    """A rule: each of the questions has an answer if it applies."""

    def check(answers: FormAnswers) -> CheckResult:
        applies = {id: answers.applies(id) for id in ids}
        missing = tuple(id for id in ids if applies[id] and not answers.has(id))
        if missing:
            return unfilled(answers, *missing)
        return NOT_EVALUABLE if None in applies.values() else PASS

    return check


def one_filled_in(*ids: str) -> Check:
    """A rule: at least one of the questions has an answer."""

    def check(answers: FormAnswers) -> CheckResult:
        if any(answers.has(id) for id in ids):
            return PASS
        asked = tuple(id for id in ids if answers.applies(id))
        return unfilled(answers, *asked) if asked == ids else NOT_EVALUABLE

    return check


def unfilled(answers: FormAnswers, *missing: str) -> Violation:
    return violation(
        Text(
            "Butir %(codes)s belum diisi. Permohonan baru dapat dikirim setelah bagian ini lengkap. Silakan isi dahulu."
        ),
        Text("Butir %(codes)s belum diisi. Mohon dilengkapi."),
        codes=answers.code(*missing),
        at=missing,
    )


# 0 · Activity ---------------------------------------------------------------------------------------------------------


def title_fits_approach(answers: FormAnswers) -> CheckResult:
    title, approach = answers.text("judul_kegiatan"), answers.choice("cara_pengumpulan_data")
    if not title or not approach:
        return NOT_EVALUABLE
    named = wording.find_approach(title)
    if named is None or named[1] == approach:
        return PASS
    return violation(
        Text(
            "Butir %(code)s memuat kata “%(word)s”, tetapi butir %(other)s diisi “%(approach)s”. "
            "Samakan keduanya, karena pemeriksa akan menanyakannya."
        ),
        Text(
            "Judul (butir %(code)s) memuat kata “%(word)s”, tetapi cara pengumpulan data (butir %(other)s) diisi "
            "“%(approach)s”. Mohon disamakan."
        ),
        code=answers.code("judul_kegiatan"),
        word=named[0],
        other=answers.code("cara_pengumpulan_data"),
        approach=answers.option("cara_pengumpulan_data", approach),
    )


def compilation_says_so(answers: FormAnswers) -> CheckResult:
    title, approach = answers.text("judul_kegiatan"), answers.choice("cara_pengumpulan_data")
    if not title or not approach:
        return NOT_EVALUABLE
    if approach != COMPILATION or "kompilasi" in title.casefold():
        return PASS
    return violation(
        Text(
            "Butir %(code)s belum memuat kata “Kompilasi”. Pemeriksa biasanya memintanya. "
            "Silakan awali judul dengan “Kompilasi …”."
        ),
        Text("Judul (butir %(code)s) belum memuat kata “Kompilasi”. Mohon judul diawali “Kompilasi …”."),
        code=answers.code("judul_kegiatan"),
    )


def title_without_year(answers: FormAnswers) -> CheckResult:
    title = answers.text("judul_kegiatan")
    if not title:
        return NOT_EVALUABLE
    year = wording.find_year(title)
    if year is None:
        return PASS
    return violation(
        Text(
            "Butir %(code)s memuat tahun %(year)s. Sebagian pemeriksa meminta judul tanpa tahun, karena tahun sudah "
            "tercatat pada butir %(other)s. Anda boleh membiarkannya."
        ),
        Text(
            "Judul (butir %(code)s) memuat tahun %(year)s. Mohon dipertimbangkan judul tanpa tahun, karena tahun "
            "sudah tercatat pada butir %(other)s."
        ),
        code=answers.code("judul_kegiatan"),
        year=year,
        other=answers.code("tahun_kegiatan"),
    )


def year_fits_collection(answers: FormAnswers) -> CheckResult:
    year, collection = answers.number("tahun_kegiatan"), answers.periods().get("pengumpulan")
    if year is None or collection is None:
        return NOT_EVALUABLE
    first, last = collection
    if year in (first.year, last.year):
        return PASS
    return violation(
        Text(
            "Butir %(code)s berisi %(year)s, tetapi pengumpulan data pada butir %(other)s berlangsung %(first)s sampai "
            "%(last)s. Samakan tahunnya atau perbaiki jadwal."
        ),
        Text(
            "Tahun kegiatan (butir %(code)s) %(year)s, tetapi pengumpulan data (butir %(other)s) berlangsung "
            "%(first)s sampai %(last)s. Mohon disamakan."
        ),
        code=answers.code("tahun_kegiatan"),
        year=str(year),
        other=answers.code("jadwal"),
        first=first,
        last=last,
    )


def year_not_far_ahead(answers: FormAnswers) -> CheckResult:
    """The question has this limit already; it is checked again, because a draft may wait for a year or more."""
    year, question = answers.number("tahun_kegiatan"), answers.question("tahun_kegiatan")
    if year is None or question is None or question.limits.max_years_ahead is None:
        return NOT_EVALUABLE
    latest = answers.context.today.year + question.limits.max_years_ahead
    if year <= latest:
        return PASS
    return violation(
        Text(
            "Butir %(code)s berisi %(year)s. Tahun paling jauh yang dapat diajukan sekarang adalah %(latest)s. "
            "Silakan periksa tahunnya."
        ),
        Text(
            "Tahun kegiatan (butir %(code)s) %(year)s, padahal tahun terjauh yang dapat diajukan adalah %(latest)s. "
            "Mohon diperiksa."
        ),
        code=question.code,
        year=str(year),
        latest=str(latest),
    )


# I · Organiser --------------------------------------------------------------------------------------------------------


def agency_in_full(answers: FormAnswers) -> CheckResult:
    name = answers.text("instansi_penyelenggara")
    if not name or wording.is_in_capitals(name):
        return NOT_EVALUABLE
    word = wording.find_abbreviation(name)
    if word is None:
        return PASS
    return violation(
        Text(
            "Butir %(code)s memuat singkatan “%(word)s”. Pemeriksa akan meminta kepanjangannya. "
            "Silakan tulis nama instansi secara lengkap."
        ),
        Text("Nama instansi (butir %(code)s) memuat singkatan “%(word)s”. Mohon ditulis lengkap."),
        code=answers.code("instansi_penyelenggara"),
        word=cut(word, LONGEST_QUOTE),
    )


# III · Variables ------------------------------------------------------------------------------------------------------


def defined(answers: FormAnswers) -> CheckResult:
    rows = _rows_without(answers, "definisi")
    if not rows:
        return NOT_EVALUABLE if rows is None else PASS
    return violation(
        Text(
            "Butir %(code)s, baris %(rows)s, belum memiliki definisi. Permohonan baru dapat dikirim setelah setiap "
            "variabel memiliki definisi."
        ),
        Text("Variabel pada baris %(rows)s (butir %(code)s) belum memiliki definisi. Mohon dilengkapi."),
        code=answers.code("variabel"),
        rows=rows,
    )


def dated(answers: FormAnswers) -> CheckResult:
    rows = _rows_without(answers, "referensi_waktu")
    if not rows:
        return NOT_EVALUABLE if rows is None else PASS
    return violation(
        Text(
            "Butir %(code)s, baris %(rows)s, belum memiliki referensi waktu. Pemeriksa akan memintanya, misalnya "
            "“tahun 2025” atau “seminggu terakhir”."
        ),
        Text("Variabel pada baris %(rows)s (butir %(code)s) belum memiliki referensi waktu. Mohon dilengkapi."),
        code=answers.code("variabel"),
        rows=rows,
    )


def _rows_without(answers: FormAnswers, column: str) -> str | None:
    """The numbers of the rows where the column is empty, counted from 1; `None` if there are no rows at all."""
    rows = answers.rows("variabel")
    return _places([place for place, row in enumerate(rows, 1) if not row.get(column)]) if rows else None


def names_plain(answers: FormAnswers) -> CheckResult:
    names = [row.get("nama", "") for row in answers.rows("variabel")]
    code = answers.code("variabel")
    words = {place: _abbreviation(name) for place, name in enumerate(names, 1)}
    units = {place: wording.find_unit(name) for place, name in enumerate(names, 1)}
    found = (_abbreviated(code, _found(words)), _with_units(code, _found(units)))
    if any(found):
        return joined_violation(*filter(None, found))
    evaluable = names and all(name and not wording.is_in_capitals(name) for name in names)
    return PASS if evaluable else NOT_EVALUABLE


def _abbreviation(name: str) -> str | None:
    word = None if wording.is_in_capitals(name) else wording.find_abbreviation(name)
    return cut(word, LONGEST_QUOTE) if word else None


def _found(words: Mapping[int, str | None]) -> dict[int, str]:
    return {place: word for place, word in words.items() if word}


def _abbreviated(code: str, found: Mapping[int, str]) -> Violation | None:
    if not found:
        return None
    return violation(
        Text(
            "Butir %(code)s: nama variabel memuat singkatan (baris %(rows)s). Pemeriksa akan meminta kepanjangannya. "
            "Silakan tulis secara lengkap."
        ),
        Text("Nama variabel (butir %(code)s) memuat singkatan: baris %(rows)s. Mohon ditulis lengkap."),
        code=code,
        rows=_quoted_places(found),
    )


def _with_units(code: str, found: Mapping[int, str]) -> Violation | None:
    if not found:
        return None
    return violation(
        Text(
            "Butir %(code)s: nama variabel memuat satuan (baris %(rows)s). Pemeriksa akan meminta nama tanpa satuan. "
            "Silakan pindahkan satuan ke definisi."
        ),
        Text("Nama variabel (butir %(code)s) memuat satuan: baris %(rows)s. Mohon satuannya dipindahkan ke definisi."),
        code=code,
        rows=_quoted_places(found),
    )


def definitions_well_formed(answers: FormAnswers) -> CheckResult:
    definitions = [row.get("definisi", "") for row in answers.rows("variabel")]
    code = answers.code("variabel")
    opening = [place for place, words in enumerate(definitions, 1) if words.casefold().split()[:1] == ["adalah"]]
    ends = [words.rstrip(" )”\"'")[-1:] for words in definitions]
    unended = [place for place, end in enumerate(ends, 1) if end not in ("", ".")]
    found = (_opening_with_is(code, opening), _without_full_stop(code, unended))
    if any(found):
        return joined_violation(*filter(None, found))
    return PASS if definitions and all(definitions) else NOT_EVALUABLE


def _opening_with_is(code: str, places: list[int]) -> Violation | None:
    if not places:
        return None
    return violation(
        Text(
            "Butir %(code)s, baris %(rows)s: definisi diawali kata “adalah”. Pemeriksa biasanya meminta kata itu "
            "dihapus."
        ),
        Text("Definisi variabel pada baris %(rows)s (butir %(code)s) diawali kata “adalah”. Mohon kata itu dihapus."),
        code=code,
        rows=_places(places),
    )


def _without_full_stop(code: str, places: list[int]) -> Violation | None:
    if not places:
        return None
    return violation(
        Text(
            "Butir %(code)s, baris %(rows)s: definisi belum diakhiri titik. Pemeriksa biasanya memintanya. "
            "Silakan tambahkan titik."
        ),
        Text("Definisi variabel pada baris %(rows)s (butir %(code)s) belum diakhiri titik. Mohon ditambahkan."),
        code=code,
        rows=_places(places),
    )


def _places(places: list[int]) -> str:
    """The numbers of at most five rows."""
    return _first_few([str(place) for place in places])


def _quoted_places(found: Mapping[int, str]) -> str:
    """The numbers of at most five rows, each with the word that was found there."""
    return _first_few([f"{place}: “{word}”" for place, word in found.items()])


def _first_few(places: list[str]) -> str:
    return ", ".join(places[:5]) + (", …" if len(places) > 5 else "")
