"""The approved templates: all that may be sent to a person who has not written for a day. A template asks the person to
write something; after that the message itself may be sent.

The operator submits the texts once, see `pst-bot whatsapp templates`. The platform then knows them by name and
language. A changed text needs a new name, so all names begin with a word that the operator chooses.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from bot.chat import Prompt
from bot.handlers.whatsapp.render import Payload, template
from domain.frozen import frozen
from domain.text import Text
from locales import SUPPORTED, translated

#: An example for the placeholder in the texts, which the platform asks for.
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
#: The reason of a prompt → its text. All other prompts, and prompts without a number, use the general text.
TEXT_OF_REASON: Mapping[str, str] = {
    "result": "permohonan",
    "rate": "permohonan",
    "expired": "permohonan",
    "promise": "permohonan",
    "results": "permohonan",
    "copy_request": "permohonan",
    "copy_answer": "permohonan",
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
    "complaint_due": "petugas",
    "complaint_overdue": "petugas",
    "complaint_reopened": "petugas",
}
_SETTING = re.compile(r"([a-z0-9_]{1,40}):([a-z]{2}(?:,[a-z]{2})*)")


@frozen
class TemplateSubmission:
    """One template as the operator enters it in the WhatsApp Manager, category UTILITY."""

    name: str
    language: str
    body: str  #: has the placeholder {{1}} or none
    example: str  #: for {{1}}; empty without a placeholder


@frozen
class ApprovedTemplates:
    prefix: str  #: first word of the templates' names
    languages: tuple[str, ...]  #: that the platform approved; the first one also serves all other languages

    @classmethod
    def from_setting(cls, setting: str) -> ApprovedTemplates:
        """Reads a setting such as "pst:id,en". Raises `ValueError` with a line for the operator."""
        found = _SETTING.fullmatch(setting)
        languages = tuple(found[2].split(",")) if found else ()
        if found is None or not set(languages) <= set(SUPPORTED):
            raise ValueError(f"write it as pst:{','.join(SUPPORTED)}: the first word of the names and their languages")
        return cls(found[1], languages)

    def template_for(self, prompt: Prompt, locale: str) -> Payload:
        """The message that may be sent instead of this prompt."""
        key, number = TEXT_OF_REASON.get(prompt.reason, _GENERAL), _number(prompt.text)
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
    """The number of the application or complaint in a sentence: its argument of that name; empty when it has none."""
    match text.args.get("number"):
        case str(number):
            return number
    inner = (arg for arg in text.args.values() if isinstance(arg, Text))
    return next((number for arg in inner if (number := _number(arg))), "")
