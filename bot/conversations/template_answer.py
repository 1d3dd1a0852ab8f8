"""What a person writes because a template asked for "kata apa saja": it brings the news, and answers nothing else."""

from __future__ import annotations

import re

from domain.asides import only_replies_to_template
from domain.text import Text

NOT_USED = Text("Pesan Anda membalas pemberitahuan kami, jadi belum kami pakai. Bila perlu, silakan kirim sekali lagi.")
#: a message of at most so many words is one that the template asked for, whatever the words are
_MOST_WORDS = 3
_WORD = re.compile(r"\w+")


def is_courtesy(text: str) -> bool:
    """Whether the message is there only because the template asked for one."""
    return not text.startswith("/") and only_replies_to_template(text)


def is_word(text: str) -> bool:
    return len(_WORD.findall(text)) <= _MOST_WORDS
