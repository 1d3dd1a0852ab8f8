"""What the guide, the answers, the consent and the status promise is named, and a test or transcript shows it kept."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import get_args

import pytest

from domain.form.reading import source_words
from domain.office import guide
from domain.office.guide import Feature
from domain.office.profile import Office
from tests.source_sentences import sentences

TESTS = Path(__file__).parent
GUIDE = guide.load(Office.load().words)

#: promise → a file under tests/, and the test or the line in it that shows it kept
PROOFS: Mapping[Feature, tuple[str, str]] = {
    "answers_kept": ("transcripts/drafts.chat", "< Selamat datang kembali. Kita lanjutkan dari sini."),
    "result_by_mail": ("transcripts/withdrawn.chat", "< Hasil pemeriksaan kami sampaikan melalui e-mail paling lambat"),
    "clock_starts_with_sending": ("transcripts/withdrawn.chat", "paling lambat 21 April 2026."),
    "cover_letter_template": ("transcripts/uploads.chat", "<   (berkas: surat-pengantar.docx)"),
    "counter": (
        "test_counter.py",
        "def test_a_visitor_without_phone_and_mailbox_goes_from_the_counter_to_a_rated_letter",
    ),
    "reminders": ("unit/test_clock_applicants.py", "def test_the_applicant_is_reminded_in_chat_and_by_mail_on"),
    "files_in_chat": ("transcripts/withdrawn.chat", "< ✓ 9.2 diterima: kuesioner.docx, tabel.xlsx"),
    "form_files": ("test_form_files.py", "def test_a_word_asks_for_the_file_in_the_form_and_outside"),
    "account_by_mail": ("transcripts/another_device.chat", "Isian dan permohonan Anda sekarang ada di sini."),
    "letter_codes": ("test_letter_checks.py", "def test_the_chat_judges_codes_and_files"),
    "own_data": ("test_own_data.py", "def test_after_the_deletion_nothing_is_left_in_any_table_or_file"),
    "retention": ("test_retention.py", "def test_documents_go_after_the_offices_days_and_the_letter_stays"),
    "revision": ("transcripts/two_rounds.chat", "> [Perbaiki"),
    "results_reminder": ("unit/test_clock_calendar.py", "def test_after_the_planned_release_the_organiser_is_reminded"),
    "answers_changed": ("unit/test_asides.py", "def test_a_question_of_the_form_is_named_with_words_around_it"),
    "code_sent_again": ("test_codes.py", 'tap("Kirim ulang kode")'),
    "complaints": ("test_complaints.py", "def test_days_are_watched"),
    "letter_sent": ("test_letter_checks.py", "def test_a_letter_that_the_office_signs_itself_reaches_its_applicant"),
    "consultations": ("transcripts/consultation.chat", "< Jawaban atas konsultasi KON-2026-0001 dari Siti:"),
    "officer_in_chat": ("test_live_chats.py", "def test_outside_the_desk_hours_it_is_said_when_it_is_read"),
}
#: sentences of the consent, the receipt and the status → what they promise
SAID: Mapping[str, Feature] = {
    "Data ini hanya dipakai untuk mengurus permohonan rekomendasi": "own_data",
    "Bila ada catatan, Anda kami beri tahu di percakapan ini dan melalui e-mail.": "reminders",
    "Surat sudah kami kirim di percakapan ini dan melalui e-mail.": "letter_sent",
    "Setiap jawaban langsung tersimpan;": "answers_kept",
    "Perbaikan permohonan %(number)s sudah kami terima dan akan kami periksa lagi.": "result_by_mail",
}
#: words of a promise
_PROMISE = re.compile(
    r"\bkami (?:akan )?(?:kirim|beri|ingat|jawab|balas)|\bkami (?:mengirim|mengingatkan|memberi)|\btulis (?:“|: )"
    r"|petugas (?:mengirim|merekam|membalas)|Anda (?:langsung )?(?:menerima|mendapat) (?:e-mail|tanda)"
    r"|dihapus|tersimpan|tanda terima|muncul kembali|contoh surat|kode QR|\btulis: ",
    re.IGNORECASE,
)


def promises() -> list[tuple[str, str, tuple[Feature, ...]]]:
    """Id, text and what it needs, of everything in the guide."""
    pages = [(page.id, source_words(page.body), page.needs) for page in GUIDE.pages.values()]
    return pages + [(faq.id, source_words(faq.answer), faq.needs) for faq in GUIDE.faqs.values()]


def test_what_promises_something_names_what_it_needs() -> None:
    found = promises()
    unnamed = [id for id, text, needs in found if _PROMISE.search(text) and not needs]
    assert sum(bool(needs) for _, _, needs in found) >= 20 and unnamed == []


@pytest.mark.parametrize("feature", get_args(Feature))
def test_every_promise_is_shown_kept(feature: Feature) -> None:
    path, words = PROOFS[feature]
    assert words in (TESTS / path).read_text(encoding="utf-8"), f"{path} no longer shows it"


def test_sentences_that_promise_outside_of_the_guide_are_still_said() -> None:
    said = "\n".join(sentences())
    assert [sentence for sentence in SAID if sentence not in said] == []
    assert set(SAID.values()) <= PROOFS.keys()


def test_the_standards_own_way_is_told_as_the_profile_says() -> None:
    told = source_words(GUIDE.faqs["romantik"].answer)
    assert str(Office.load().words["national_application"]) in told and "menu Rekomendasi" in told
