"""Reads the XML of office files, element by element."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import cast
from xml.parsers import expat

from storage.inspection.result import FileRefused


def read_elements(
    xml: bytes,
    visit: Callable[[str, Mapping[str, str]], None],
    visit_text: Callable[[str], None] = lambda text: None,
) -> None:
    """Calls `visit` with the local name and the attributes of every element, and `visit_text` with the text between.

    A document type is refused: office files have none, and without it no entity can expand. Raises
    `expat.ExpatError`.
    """

    def refuse(*_: object) -> None:
        raise FileRefused("damaged")

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = refuse
    parser.StartElementHandler = lambda name, fields: visit(name.rpartition(":")[2], cast("dict[str, str]", fields))
    parser.CharacterDataHandler = visit_text
    parser.Parse(xml, True)


def as_utf8(xml: bytes) -> bytes:
    """The same XML in an encoding in which names of elements can be searched for."""
    for encoding, beginnings in {
        "utf-16": (b"\xff\xfe", b"\xfe\xff"),
        "utf-16-le": (b"<\0",),
        "utf-16-be": (b"\0<",),
    }.items():
        if xml.startswith(beginnings):
            return xml.decode(encoding, "replace").encode()
    return xml
