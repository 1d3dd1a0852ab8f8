"""What a person writes because a template asked for "kata apa saja": it brings the news, and answers nothing else."""

from __future__ import annotations

import re

from domain.text import Text

NOT_USED = Text("Pesan Anda membalas pemberitahuan kami, jadi belum kami pakai. Bila perlu, silakan kirim sekali lagi.")
#: a message of at most so many words is one that the template asked for, whatever the words are
_MOST_WORDS = 3
#: words that say nothing but that the person is there
_COURTESY = {
    word
    for line in (
        "a ada aja apa assalamualaikum assalamu alaikum baca baik bapak bales balas boleh bu buka coba good",
        "hai halo hallo hello hi hy iya ibu kabar kabarnya kak kata kasih kirim lihat mana malam makasih mas",
        "mbak min mohon morning oh ok oke okay okey p pagi pak ping please ready saja sama saya selamat siang",
        "siap sip sore sure tampilkan terima test tes thanks thank y ya yaa yes you",
    )
    for word in line.split()
}
_WORD = re.compile(r"\w+")


def is_courtesy(text: str) -> bool:
    """Whether the words only greet, agree or thank; also a message without any word."""
    return not text.startswith("/") and _COURTESY.issuperset(_WORD.findall(text.casefold()))


def is_word(text: str) -> bool:
    return len(_WORD.findall(text)) <= _MOST_WORDS
