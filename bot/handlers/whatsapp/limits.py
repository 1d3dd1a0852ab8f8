"""The limits of the Cloud API. Every label and every text of ours is checked against them."""

from __future__ import annotations

from datetime import timedelta

from bot.channel import Capabilities, RateLimit

# characters of one message
MAX_TEXT = 4096
MAX_BODY = 1024  #: of a text with buttons, a list or a link
MAX_CAPTION = 1024

MAX_BUTTONS = 3
MAX_ROWS = 10  #: of a list, in all its sections

# characters of labels
BUTTON_TITLE = 20
ROW_TITLE = 24
ROW_DESCRIPTION = 72
FILE_NAME = 240

#: Bytes of an image. Documents may have 100 MB, which is more than the service takes.
MAX_IMAGE = 5 * 1024 * 1024

#: How long after a person's message free text may be sent to them. One minute is kept for the way to the platform.
WINDOW = timedelta(hours=24) - timedelta(minutes=1)

CAPABILITIES = Capabilities(
    each=RateLimit(45, 6.0),
    total=RateLimit(20, 1 / 60),  # A burst of 20 and 60 a second are 80, the most that may be sent within one second.
    # The platform keeps files for 30 days. A message on its way must not lose its file.
    upload_life=timedelta(days=29),
)


def units(text: str) -> int:
    """The length in UTF-16 units, which is never less than what the platform counts."""
    return len(text.encode("utf-16-le")) // 2
