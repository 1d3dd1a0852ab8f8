"""What reaches a person who has not written for a day: approved sentences that ask for an answer, by which the news
itself may follow.

Their texts are submitted once, see `pst-bot whatsapp templates`; the platform then knows them by name and language.
A text that changes needs a new name, so the names begin with a word that the office sets.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bot.chat import Prompt
from bot.handlers.whatsapp.render import Payload, template
from domain.text import Text
from locales import SUPPORTED, translated

#: an application's number as it stands in the texts; neither first nor last in its sentence
EXAMPLE = "REK-2026-0001"

_GENERAL = "kabar"
TEXTS: Mapping[str, Text] = {
    _GENERAL: Text(
        "Ada kabar untuk Anda dari layanan rekomendasi kegiatan statistik BPS. "
        "Silakan balas pesan ini dengan kata apa saja untuk membacanya."
    ),
    "permohonan": Text(
        "Ada kabar tentang permohonan %(number)s. Silakan balas pesan ini dengan kata apa saja untuk membacanya.",
        number="",
    ),
    "perbaikan": Text(
        "Permohonan %(number)s menunggu perbaikan dari Anda. "
        "Silakan balas pesan ini dengan kata apa saja untuk membaca catatan petugas.",
        number="",
    ),
    "surat": Text(
        "Surat untuk permohonan %(number)s sudah terbit. "
        "Silakan balas pesan ini dengan kata apa saja untuk menerimanya.",
        number="",
    ),
    "petugas": Text(
        "Berkas %(number)s memerlukan perhatian Anda sebagai petugas. "
        "Silakan balas pesan ini dengan kata apa saja untuk membukanya.",
        number="",
    ),
}
#: a prompt's reason → its text, where the prompt names a number; the general one is for all others
OF_REASON: Mapping[str, str] = {
    "result": "permohonan",
    "rate": "permohonan",
    "expired": "permohonan",
    "revision_requested": "perbaikan",
    "silent": "perbaikan",
    "letter": "surat",
    "resubmitted": "petugas",
    "taken_over": "petugas",
    "deadline": "petugas",
    "overdue": "petugas",
    "expire": "petugas",
    "awaiting_issue": "petugas",
    "sent_back": "petugas",
    "draft_letter": "petugas",
    "complaint": "petugas",
}
_SETTING = re.compile(r"([a-z0-9_]{1,40}):([a-z]{2}(?:,[a-z]{2})*)")


@dataclass(frozen=True, slots=True)
class TemplateSubmission:
    """One text as it is entered in the WhatsApp Manager, category UTILITY."""

    name: str
    language: str
    body: str  #: with {{1}}
    example: str  #: of {{1}}; empty when there is none


@dataclass(frozen=True, slots=True)
class Approved:
    """The first word of the names, and the languages that the platform approved; the first one is for all others."""

    prefix: str
    languages: tuple[str, ...]

    @classmethod
    def of_setting(cls, words: str) -> Approved:
        """ "pst:id,en". Raises `ValueError` with a line for the operator."""
        found = _SETTING.fullmatch(words)
        languages = tuple(found[2].split(",")) if found else ()
        if found is None or not set(languages) <= set(SUPPORTED):
            raise ValueError(f"write it as pst:{','.join(SUPPORTED)}: the first word of the names and their languages")
        return cls(found[1], languages)

    def template_for(self, prompt: Prompt, locale: str) -> Payload:
        """What may be sent instead of this prompt now."""
        key, number = OF_REASON.get(prompt.reason, _GENERAL), _number(prompt.text)
        if not number:
            key = _GENERAL
        language = locale if locale in self.languages else self.languages[0]
        return template(self._name(key), language, [number] if TEXTS[key].args else [])

    def submissions(self) -> Iterator[TemplateSubmission]:
        for key, text in TEXTS.items():
            for language in self.languages:
                body = translated(text, language) % {"number": "{{1}}"}
                yield TemplateSubmission(self._name(key), language, body, EXAMPLE if text.args else "")

    def _name(self, key: str) -> str:
        return f"{self.prefix}_{key}"


def _number(text: Text) -> str:
    """Of the application or complaint that a sentence is about: its argument of that name."""
    match text.args.get("number"):
        case str(number):
            return number
    inner = (arg for arg in text.args.values() if isinstance(arg, Text))
    return next((number for arg in inner if (number := _number(arg))), "")
