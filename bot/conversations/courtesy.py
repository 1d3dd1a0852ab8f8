"""Replies to greetings, thanks, farewells, insults and words such as "oke" where no conversation waits for them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TypeGuard

from domain.asides import COURTESIES, Aside, Courtesy, judge
from domain.text import Text

#: kind → pairs of a pattern and the reply to a message that holds it; the first one counts, and the last fits any
_REPLIES: Mapping[Courtesy, tuple[tuple[str, Text], ...]] = {
    "greeting": (
        ("assala|asala|aslm|asslm|assl|wr wb", Text("Waalaikumsalam.")),
        ("pagi|morning", Text("Selamat pagi.")),
        ("siang|noon", Text("Selamat siang.")),
        ("sore|evening", Text("Selamat sore.")),
        ("malam", Text("Selamat malam.")),
        ("", Text("Halo.")),
    ),
    "thanks": (("", Text("Sama-sama.")),),
    "farewell": (("", Text("Sampai jumpa. Silakan kembali kapan saja.")),),
    "small_talk": (
        ("kabar|kareba|how are|up", Text("Kabar baik, terima kasih.")),
        ("makan|lagi apa|ngapain|sedang apa", Text("Kami siap membantu Anda.")),
        ("", Text("Kami layanan otomatis BPS, bukan orang. Permohonan Anda tetap diperiksa oleh petugas.")),
    ),
    "insult": (("", Text("Maaf bila layanan ini belum membantu. Untuk menyampaikan keluhan, tulis: pengaduan.")),),
    "courtesy": (("", Text("Baik.")),),
}


def is_courtesy(aside: Aside | None) -> TypeGuard[Courtesy]:
    return aside in COURTESIES


def reply(courtesy: Courtesy, words: str) -> Text:
    """What is said to a message of this kind."""
    said = words.casefold()
    return next(text for pattern, text in _REPLIES[courtesy] if re.search(pattern, said))


def reply_to(words: str) -> Text | None:
    """What is said to a message that asks for nothing; `None` for any other message."""
    said = judge(words)
    return reply(said, words) if is_courtesy(said) else None
