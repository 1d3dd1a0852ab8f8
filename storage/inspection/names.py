"""Names of files that are safe to show and to save."""

from __future__ import annotations

import re

from domain.files import FILE_TYPES
from domain.text import one_line

MAX_NAME = 100  #: characters, the extension counted
#: extensions that are replaced; any other word after a dot stays part of the name
ENDINGS = re.compile(r"\.(pdf|jpe?g|jfif|png|webp|docx?|xlsx?|og[ga]|opus|m4a|mp[34])$", re.IGNORECASE)
RESERVED = re.compile(r'[<>:"|?*]')  #: characters that Windows refuses in a file name


def safe_name(name: str, kind: str) -> str:
    """A name that is safe to show and to save: one line, no path, no invisible or direction-changing characters.

    At most 100 characters, in NFC, with the extension of the kind; "berkas" when nothing is left of the name.
    """
    base = re.split(r"[/\\]", name)[-1]
    stem = RESERVED.sub("_", one_line(base))
    while ENDINGS.search(stem):
        stem = ENDINGS.sub("", stem).rstrip(" .")
    extension = FILE_TYPES[kind].extension
    return (stem[: MAX_NAME - len(extension)].strip(" .") or "berkas") + extension
