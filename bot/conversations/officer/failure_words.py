"""What an admin reads of jobs that fail, and of news that did not arrive."""

from __future__ import annotations

from collections.abc import Mapping

from bot.service.failures import DOCUMENTS
from domain.text import Text

#: kind of job → what it does
JOB_WORDS: Mapping[str, Text] = {
    **{kind: words.document for kind, words in DOCUMENTS.items()},
    "paper": Text("dokumen yang diminta"),
    "letter": Text("surat rekomendasi"),
    "delivery": Text("pengiriman surat yang ditandatangani di luar"),
    "held_act": Text("tindakan yang sudah dikonfirmasi petugas"),
    "live_chat": Text("pengingat percakapan dengan petugas"),
    "results": Text("pengingat hasil kegiatan"),
    "export_data": Text("salinan data pribadi"),
    "erase_chat": Text("penghapusan data pribadi"),
    "check": Text("pemeriksaan sistem"),
    "clock": Text("pekerjaan harian"),
    "forget": Text("penghapusan data lama"),
    "spool": Text("pembersihan berkas sementara"),
    "failures": Text("pemberitahuan gangguan"),
}
_NEWS: Mapping[Text, str] = {
    Text("jawaban"): "reply page_saved",
    Text("kabar tentang permohonan"): "result reopened revision_requested silent expired taken_back promise results "
    "rate receipt draft_ends copy copy_request copy_answer inquiry",
    Text("kabar tentang surat"): "letter letter_void",
    Text("kabar tentang pengaduan"): "complaint_answered complaint_closed complaint_late",
    Text("kabar tentang antrean"): "queue",
    Text("kabar tentang akun"): "new_device code_refused erased lock revoked",
    Text("percakapan dengan petugas"): "live_chat",
    Text("dokumen yang diminta"): "document report romantik",
}
_WORDS_OF_REASON: Mapping[str, Text] = {reason: words for words, reasons in _NEWS.items() for reason in reasons.split()}
_TO_STAFF = Text("kabar untuk petugas")


def job_words(kind: str) -> Text:
    return JOB_WORDS.get(kind, Text("pekerjaan lain"))


def news_words(reason: str) -> Text:
    """`reason`: of a notice or a reply."""
    return _WORDS_OF_REASON.get(reason, _TO_STAFF)
