"""What an inspection finds: a file that may be stored, or the reason why it must not."""

from __future__ import annotations

from typing import Literal

from domain.files import SentKind
from domain.form.form_cells import ReturnedForm
from domain.frozen import frozen
from domain.letter_check import LetterReading

Reason = Literal[
    "empty",
    "kind",  # not one of the kinds that were asked for
    "web_page",  # HTML, whatever its name; offices export tables so and call them .xls
    "heic",  # a photo that the installed library cannot decode
    "program",  # an executable, a script, or a file that is also an archive
    "macro",
    "embedded",  # an office file with packed files, programs or ActiveX controls
    "outside",  # an office file that fetches parts from other computers
    "dde",  # an office file with fields that talk to other programs
    "script_pdf",  # JavaScript, launching, embedded files
    "outside_pdf",  # sends data away, or opens files at another place
    "encrypted",  # needs a password to be read
    "bomb",  # small to send, huge to open
    "busy",  # the machine is: no answer in time, and the file is not known to be bad
    "damaged",
    "too_large",
    "too_long",  # a recording
]

MAX_BYTES = 10 * 1024 * 1024


class FileRefused(Exception):
    """The file must not be stored, for this reason."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason: Reason = reason


@frozen
class Inspected:
    """A file that may be stored. Images are encoded again; other content stays as it was sent, with its signatures."""

    kind: SentKind
    name: str  #: for display and download, with the extension of the kind
    content: bytes
    pages: int | None = None  #: of a PDF
    returned_form: ReturnedForm | None = None  #: of a form of ours that was filled in elsewhere
    letter: LetterReading | None = None  #: of a PDF: seals and signatures, which may be forged
