"""Fields in Word files, and links in Excel files, that talk to other programs or fetch something from elsewhere."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from storage.inspection.markup import as_utf8, read_elements
from storage.inspection.result import FileRefused
from storage.inspection.shares import LOCAL_TARGET, SHARE

#: the elements that hold instructions of fields, and the link of a workbook that uses DDE; a part without one of these
#: names has no field, because XML writes names of elements as they are
NAMES = re.compile(rb"instrText|fldSimple|ddeLink")
#: bytes of a part with fields, which is read element by element; a book has less
MAX_PART = 32 * 1024 * 1024
DDE = re.compile(r"\bDDE(?:AUTO)?\b", re.IGNORECASE)
#: fields that fetch their content
FETCHING = {"INCLUDEPICTURE", "INCLUDETEXT", "INCLUDE", "IMPORT", "LINK", "RD", "DATABASE"}
#: fields that open a place when they are clicked
OPENING = {"HYPERLINK"}
#: programs for references keep any text in such a field, and no program runs it
INERT = {"ADDIN"}
ARGUMENT = re.compile(r'"([^"]*)"|(\S+)')
ADDRESS = re.compile(r"[a-z][a-z0-9+.-]+:", re.IGNORECASE)


@dataclass(slots=True)
class _Instructions:
    """The instructions of the fields of one part. Word may split one instruction into several runs."""

    written: list[str] = field(default_factory=list)
    is_instruction: bool = False

    def see_element(self, name: str, fields: Mapping[str, str]) -> None:
        self.is_instruction = name == "instrText"
        if name == "ddeLink":
            raise FileRefused("dde")
        if name in {"fldChar", "fldSimple"}:
            self.written.append("\n")
        if name == "fldSimple":
            self.written += [code for key, code in fields.items() if key.rpartition(":")[2] == "instr"]

    def see_text(self, text: str) -> None:
        if self.is_instruction:
            self.written.append(text)


def check_fields(content: bytes) -> None:
    """Raises `FileRefused`, and `expat.ExpatError` for a part that is no XML."""
    xml = as_utf8(content)
    if not NAMES.search(xml):
        return
    if len(xml) > MAX_PART:
        raise FileRefused("bomb")
    instructions = _Instructions()
    read_elements(content, instructions.see_element, instructions.see_text)
    for line in "".join(instructions.written).splitlines():
        _check_instruction([quoted or plain for quoted, plain in ARGUMENT.findall(line)], line)


def _check_instruction(words: list[str], line: str) -> None:
    command = words[0].upper() if words else ""
    if command in INERT:
        return
    if DDE.search(line):
        raise FileRefused("dde")
    if command in FETCHING | OPENING and any(_is_elsewhere(word, command) for word in words[1:]):
        raise FileRefused("outside")


def _is_elsewhere(word: str, command: str) -> bool:
    if LOCAL_TARGET.match(word):
        return False
    return SHARE.match(word) is not None or (command in FETCHING and ADDRESS.match(word) is not None)
