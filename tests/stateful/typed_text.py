"""What people type: good answers to every question of a form, and everything else that fingers produce."""

from __future__ import annotations

from domain.form import answers
from domain.form.definition import Question, Stage, Value
from domain.form.options import NeedsOther
from domain.form.reading import Reading, Unreadable, source_words
from domain.form.rows import read_cell, read_row
from domain.text import Json

_TEXTS = ("Kepala Dinas Kesehatan Kabupaten Jeneponto", "Kompilasi Data Pelayanan Kesehatan", "Rumah tangga di desa")
_PHONES = ("(0419) 21234", "0411 123456", "0812 3456 7890")
_EMAILS = ("dinkes@example.go.id", "andi.contoh@example.go.id", "a.b@example.com")
_LONG = (
    "Pelayanan kesehatan dicatat oleh dua puluh puskesmas dengan cara yang berbeda-beda sehingga sulit dibandingkan. "
    "Karena itu angkanya belum dapat dipakai untuk rencana dan anggaran daerah tahun berikutnya.",
    "Data ini dihimpun setiap tahun oleh dinas dari catatan puskesmas, rumah sakit, dan klinik di sebelas kecamatan.\n"
    "Hasilnya dipakai bersama oleh beberapa instansi, dan diterbitkan dalam satu publikasi setiap bulan Desember.",
)
_DAYS = ("31/12/2027", "15 November 2027", "2027-12-01")
_PERIODS = ("1/7/2026 – 31/7/2026", "Agustus 2026", "1 - 5 September 2026")
_AREAS = ("Gowa", "7306", "Takalar", "Kota Makassar")

#: words that are no good answer to most questions
ODD = (
    "", "   ", "😀", "👍🏽 👍", "-", "???", "0", "1", "2", "3", "00012", "99999", "12345678901234567890", "31/2/2027",
    "1-3", "ya", "tidak", "0.5", "4.6", "3.3", "9.1", "R.1", "/xyz", "a" * 5000, "|", "| | |", "satu | dua",
    "a | b | c | d", "x\ny", "selesai", "done", "batal dulu", "\u202e\u200b", "\ud800 patah", "%(name)s 100%",
    "“” « »", "lainnya", "lainnya: kertas", "1, 2", "Ya, pakai", "Selesai", "Kembali ke daftar", "Lewati",
    "Agustus 2026", "Gowa", "budi@example.go.id", "0812 3456 7890", "Simpan & keluar", "dua", "Three!",
)  # fmt: skip


def good(question: Question, n: int) -> str:
    """One of several good answers; `n` chooses. For a `rows` question a whole row, for a schedule one stage."""
    if question.options:
        return _picked(question, n)
    match question.kind:
        case "phone":
            return _PHONES[n % len(_PHONES)]
        case "email":
            return _EMAILS[n % len(_EMAILS)]
        case "number":
            least = question.limits.min or 0
            return str(2026 + n % 3 if least >= 1900 else least + n % 40)
        case "date":
            return _DAYS[n % len(_DAYS)]
        case "longtext":
            return _LONG[n % len(_LONG)][: question.limits.max_length or 500]
        case "schedule":
            return _PERIODS[n % len(_PERIODS)]
        case "rows":
            return (
                _AREAS[n % len(_AREAS)]
                if question.areas
                else " | ".join(" ".join(good(c, n).split()) for c in question.columns)
            )
    return _text(question, n)


def value(question: Question, n: int, reading: Reading) -> Value:
    """A good answer as it is stored. Not for files."""
    if question.kind == "schedule":
        stages = "\n".join(f"{source_words(stage.label)}: {month} 2026" for stage, month in _months(question))
        return answers.read(question, stages, reading)
    return answers.read(question, good(question, n), reading)


def reads(question: Question, words: str, reading: Reading) -> Json:
    """The value that the words mean; `None` if they mean none."""
    try:
        return answers.read(question, words, reading)
    except NeedsOther as missing:
        return {"values": list(missing.values)}
    except Unreadable:
        return None


def _months(question: Question) -> list[tuple[Stage, str]]:
    names = ("Maret", "Juli", "Agustus", "September", "Oktober")
    required = [stage for stage in question.stages if stage.required]
    return list(zip(required, names, strict=True))


def _picked(question: Question, n: int) -> str:
    count = max(question.limits.min_choices, 1 + n % 2) if question.kind == "choices" else 1
    numbers = sorted({(n + more) % len(question.options) for more in range(count)})
    words = ", ".join(str(number + 1) for number in numbers)
    return f"{words}: lembar kerja" if any(question.options[number].asks_text for number in numbers) else words


def _text(question: Question, n: int) -> str:
    example = source_words(question.example)
    if question.kind == "code" or question.limits.pattern or (n == 0 and example):
        return example
    words = _TEXTS[n % len(_TEXTS)] if n % 2 else f"{example or _TEXTS[0]} {n}"
    return words[: question.limits.max_length or 200].strip()


def row(question: Question, words: str, reading: Reading) -> Json:
    """The record that the words of one message mean."""
    return dict(read_row(question, words, reading))


def cell(column: Question, words: str, reading: Reading) -> str:
    return read_cell(column, words, reading)


#: what a button of a form may claim to do
WHATS = (
    "skip", "keep", "use", "drop", "jump", "take", "edit", "fix", "help", "back", "done", "clear", "1", "2", "99",
    "0", "pick.1", "pick.99", "on.1", "off.1", "remove.1", "replace.1", "letter", "cells", "pick", "edit.1",
    "edit.99.0", "delete.1", "delete.2.0", "undelete", "undelete.0", "skipcell.1.1", "keepcell.1.0", "nostage.1",
    "keepstage.2", "own", "area.7306", "area.x", "page.1", "page.-1", "list", "next", "block.blok_0", "block.x",
    "check", "submit", "leave", "blocks",
)  # fmt: skip
REVISIONS = ("0", "5", "999999999", "999999999", "9999999999", "x", "")
#: buttons of other conversations, and what was never a button
CODES = (
    "apply:new", "apply:start", "apply:resume", "apply:take:1", "apply:take:2", "apply:level:pemerintah:kabupaten",
    "apply:level:x:y", "apply:who:swasta", "account:agree", "account:register", "account:move", "account:start",
    "account:resend", "status:show:1", "status:start", "revise:start:1", "revise:start:99", "language:en",
    "language:id", "language:xx", "guide:start", "guide:page:x", "catalogue:start", "catalogue:show:1", "menu:show",
    "menu", "case:show:1", "inbox:start", "rating:start", "form", "form:", "form:1", "form::::", ":", "x",
    "form:1:-::", "form:1:\ud800:1:1", "apply:take:99999999999999999", "form:99999999999999999:0.1:1:1", "\ud800",
)  # fmt: skip
#: words that work at every question, and some that lead out of the form
ALWAYS = (
    "bantuan", "selesai", "selesai", "daftar", "kembali", "kembali", "lewati", "lewati", "/menu", "batal", "/bahasa",
    "halo",
)  # fmt: skip
#: what somebody does who does not know that another device went on; "words": a good answer
STALE = ("words", "words", "words", "ya", "button", "lewati", "selesai", "kembali")
