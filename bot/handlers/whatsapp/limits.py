"""The numbers of the Cloud API; every label and every text of ours is held against them."""

from __future__ import annotations

from datetime import timedelta

from bot.channel import Capabilities, RateLimit

#: of one message
MAX_TEXT = 4096
MAX_BODY = 1024  #: beside buttons, a list, a link
MAX_CAPTION = 1024
MAX_BUTTONS = 3
MAX_ROWS = 10  #: of a list, in all its sections
#: of a label
BUTTON_TITLE = 20
ROW_TITLE = 24
ROW_DESCRIPTION = 72
FILE_NAME = 240
#: bytes; documents may have 100 MB, more than anybody can hand in
MAX_IMAGE = 5 * 1024 * 1024

#: free text reaches a person so long after they wrote; a minute less, for the way there
WINDOW = timedelta(hours=24) - timedelta(minutes=1)

CAPABILITIES = Capabilities(
    max_buttons=MAX_BUTTONS,
    max_list=MAX_ROWS,
    max_text=MAX_TEXT,
    each=RateLimit(45, 6.0),
    total=RateLimit(20, 1 / 60),  # together 80, which is what may leave within any second
    upload_life=timedelta(days=29),  # it is 30: a message on its way must not lose its file
)


def units(text: str) -> int:
    """Characters as UTF-16 counts them: never fewer than the platform counts, whichever way that is."""
    return len(text.encode("utf-16-le")) // 2
