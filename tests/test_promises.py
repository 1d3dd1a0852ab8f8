"""What the guide, the answers, the consent and the status promise is named, and a test or transcript shows it kept."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import get_args

import pytest

from bot.service.context import AppContext
from domain.form.reading import source_words
from domain.letter_seal import SigningWay
from domain.office import guide
from domain.office.features import ALL, Feature, Reach, switched_on
from domain.office.guide import SaidWhere
from domain.office.profile import Office
from domain.text import Text
from storage.secrets import Keys
from tests.casework import staffed
from tests.filling import at
from tests.office_profiles import profile
from tests.source_sentences import sentences
from tests.talk import World

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
    "clock_pauses": (
        "unit/test_officer_screens.py",
        '("pauses_during_revision = false", "pauses_during_revision = true")',
    ),
    "joint_leave_off": ("unit/test_working_days.py", "def test_the_deadline_skips_weekends_holidays_and_joint_leave"),
    "copy_to_addressee": ("test_mails.py", '("copy_by_mail = false", "copy_by_mail = true")'),
    "form_page": ("contract/test_form_page_links.py", "def test_a_link_is_used_up_by_its_button_and_opens_the_draft"),
    "other_channels": ("transcripts/another_channel.chat", "2. Lanjutkan di aplikasi lain"),
    "letter_checks": ("test_letter_checks.py", "def test_the_chat_judges_codes_and_files"),
    "signed_letters": ("test_letter_checks.py", "def test_a_letter_that_the_office_signs_itself_reaches_its_applicant"),
    "sealed_letters": ("test_letter_checks.py", "Tanpa tanda tangan elektronik; disahkan dengan kode QR bersegel"),
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
    r"\bkami (?:akan )?(?:kirim|beri|ingat|jawab|balas|sampaikan)|\bkami (?:mengirim|mengingatkan|memberi)"
    r"|\btulis (?:“|: )|petugas (?:mengirim|merekam|membalas)|Anda (?:langsung )?(?:menerima|mendapat) (?:e-mail|tanda)"
    r"|dihapus|tersimpan|tanda terima|muncul kembali|contoh surat|kode QR|\btulis: ",
    re.IGNORECASE,
)


def promises() -> list[tuple[str, str, tuple[Feature, ...]]]:
    """Id, text and what it depends on, of everything in the guide."""
    texts: list[tuple[SaidWhere, str, Text]] = [(page, page.id, page.body) for page in GUIDE.pages.values()]
    texts += [(faq, faq.id, faq.answer) for faq in GUIDE.faqs.values()]
    whole = [(id, source_words(text), where.needs) for where, id, text in texts]
    return whole + [
        (id, source_words(added.text), added.needs + added.without) for where, id, _ in texts for added in where.also
    ]


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


# What is off is not promised ------------------------------------------------------------------------------------------

KEYS = Keys(bytes(32))
NOTHING = Reach(sends_mail=False, has_public_address=False, has_messenger=False)


def said_by(app: AppContext) -> str:
    """All pages and answers of this installation."""
    texts = [page.text for page in app.guide.pages.values()] + [faq.text for faq in app.guide.faqs.values()]
    return "\n".join(map(source_words, texts))


def test_an_installation_that_sends_no_mail_and_is_seen_nowhere_promises_neither() -> None:
    promised, kept = said_by(AppContext.load(None, KEYS)), said_by(AppContext.load(None, KEYS, reach=NOTHING))
    for words in (
        "Hasilnya kami kirim melalui e-mail.",
        "Kami mengirim kode ke e-mail itu",
        "Kirim ulang kode",
        "Kode QR pada surat juga dapat dipindai",
        "Lanjutkan di aplikasi lain",
        "tulis “halaman”",
    ):
        assert words in promised and words not in kept, words
    assert "Untuk membukanya di ponsel lain" in kept and "Untuk membukanya di ponsel lain" not in promised


@pytest.mark.parametrize(
    ("change", "said", "instead"),
    [
        (
            ("exclude_joint_leave = true", "exclude_joint_leave = false"),
            "hari libur nasional dan cuti bersama",
            "Pada hari libur nasional, kantor tutup.",
        ),
        (
            ("pauses_during_revision = false", "pauses_during_revision = true"),
            "hitungan tetap berjalan",
            "hitungan berhenti",
        ),
        (("reminder_days = [7, 30, 60, 80]", "reminder_days = []"), "kami mengingatkan Anda beberapa kali", ""),
        (("copy_by_mail = false", "copy_by_mail = true"), "", "Salinan surat dan formulir kami kirim"),
        (
            ('way = "none"', 'way = "certificate"'),
            "tidak memuat tanda tangan elektronik",
            "Surat itu ditandatangani secara elektronik.",
        ),
    ],
)
def test_the_profile_decides_what_is_promised(change: tuple[str, str], said: str, instead: str, tmp_path: Path) -> None:
    usual, other = said_by(AppContext.load(None, KEYS)), said_by(AppContext.load(profile(tmp_path, change), KEYS))
    assert said in usual and (not said or said not in other)
    assert instead in other and (not instead or instead not in usual)


@pytest.mark.parametrize("way", get_args(SigningWay))
def test_a_scan_may_be_signed_by_hand_so_it_is_not_called_electronic(way: SigningWay, tmp_path: Path) -> None:
    scans = Office.load(profile(tmp_path, ("scans = false", "scans = true")))
    assert ("signed_letters" in switched_on(Office.load(), way, Reach())) == (way != "none")
    assert ("signed_letters" in switched_on(scans, way, Reach())) == (way in {"certificate", "bsre"})


def test_every_feature_that_a_text_names_can_be_told() -> None:
    """The other way around: a feature that no text names is a word without a promise."""
    named = {feature for _, _, needs in promises() for feature in needs} | set(SAID.values())
    assert named == ALL


def test_receipt_and_status_promise_a_mail_only_where_mails_are_sent(tmp_path: Path) -> None:
    """The whole way, in a service without PST_SMTP_URL."""
    said = {}
    for url in ("", "smtp://127.0.0.1"):
        world = World(tmp_path / (url.partition(":")[0] or "without"), settings={"smtp_url": url})
        staffed(world)
        talk = at(world, "catatan")
        talk.say("lewati")
        while "Kirim sekarang" not in talk.labels():
            talk.say("daftar")
        talk.tap("Kirim sekarang")
        receipt = talk.last
        talk.say("status")
        said[url] = f"{receipt}\n{talk.last}"
        world.stop()
    assert "e-mail" not in said[""] and "Tanda terima" not in said[""]
    assert said[""].count("Hasil pemeriksaan kami sampaikan paling lambat") == 2
    assert said["smtp://127.0.0.1"].count("kami sampaikan melalui e-mail paling lambat") == 2
