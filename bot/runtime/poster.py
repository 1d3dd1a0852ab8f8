"""`pst-bot poster`: draws the poster for the door."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from bot.errors import OperatorError
from bot.handlers.board import PATH
from bot.runtime.process import now, opened
from letters.poster import Poster, render
from storage import continuations

#: the command that the codes give to the conversation
WORD = "kunjungan"


def write_poster(file: Path) -> int:
    """Writes the PDF, and returns how many codes it shows. Raises `OperatorError`."""
    with opened() as process:
        office, public_url = process.app.office, process.settings.public_url.rstrip("/")
        links = process.units.write_now(partial(continuations.links, word=WORD, code=""))
        addresses = (*links.values(), *((f"{public_url}/#{WORD}",) if public_url else ()))
    if not addresses:
        raise OperatorError("No chat can be opened from outside yet: set PST_PUBLIC_URL, or start a platform once.")
    poster = Poster(
        office.office.name,
        office.desk_hours.text.msgid,
        addresses,
        f"{public_url}{PATH}" if public_url else "",
        now().astimezone(office.zone).date(),
    )
    try:
        file.write_bytes(render(poster))
    except OSError as error:
        raise OperatorError(f"{file}: {error.strerror or error}; choose another file.") from None
    return len(addresses)
