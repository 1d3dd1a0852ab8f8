"""Tables that people paste from Excel, Word or a message: lines with tabs, semicolons or `|`, bullets and numbers."""

from __future__ import annotations

import re
from collections.abc import Sequence

from domain.form.definition import Question
from domain.form.reading import fold, source_words

#: what stands before a line of a list: a bullet, or a number with its sign
_BULLET = re.compile(r"^\s*(?:[-–—•●▪◦*·]|\(?\d{1,3}[.)])\s+")
#: what separates the cells of a line, the surest first
_SEPARATORS = ("\t", "|", ";")


def split_pasted(question: Question, words: str) -> tuple[str, ...]:
    """The rows of a pasted table, each with `|` between its cells, without bullets, numbers and the line of headings.
    Empty when the message is no such table: one line without tabs and with other than the right number of semicolons.
    """
    written = [line for line in words.replace("｜", "|").splitlines() if line.strip()]
    separator = next((sign for sign in _SEPARATORS if _separates(question, written, sign)), "")
    is_listed = _is_listed(written)
    if not separator and not (question.areas and len(written) > 1) and not is_listed:
        return ()
    rows = [_cells(question, line, separator) for line in written]
    return tuple(" | ".join(cells) for cells in rows if not _are_headings(question, cells))


def without_bullets(written: Sequence[str]) -> tuple[str, ...]:
    """The lines of a list without what stands before each; other lines as they are."""
    return tuple(_without_bullet(line) for line in written) if _is_listed(written) else tuple(written)


def _is_listed(written: Sequence[str]) -> bool:
    return len(written) > 1 and all(_BULLET.match(line) for line in written)


def _separates(question: Question, written: Sequence[str], sign: str) -> bool:
    """A semicolon may stand in a sentence, so it must make as many cells as there are columns."""
    counts = [_without_bullet(line).count(sign) for line in written]
    if sign == ";":
        return all(count == len(question.columns) - 1 for count in counts)
    return any(counts)


def _cells(question: Question, line: str, separator: str) -> list[str]:
    """A cell with a `|` of its own keeps its words."""
    if not separator:
        return [_without_bullet(line).strip()]
    cells = [cell.strip().strip('"').replace("|", "/") for cell in line.split(separator)]
    if separator == "|":
        cells = [cell.strip() for cell in line.strip().removeprefix("|").removesuffix("|").split("|")]
    if (len(cells) > len(question.columns) and fold(cells[0]).isdecimal()) or fold(cells[0]) in {"no", "nomor"}:
        cells = cells[1:]
    while len(cells) > len(question.columns) and not cells[-1]:
        cells = cells[:-1]
    return [_without_bullet(cells[0]).strip(), *cells[1:]]


def _without_bullet(line: str) -> str:
    return _BULLET.sub("", line)


def _are_headings(question: Question, cells: Sequence[str]) -> bool:
    """Whether each cell is the name of its column, or begins it."""
    labels = [fold(source_words(column.label)) for column in question.columns]
    named = [bool(cell) and label.startswith(fold(cell)) for cell, label in zip(cells, labels, strict=False)]
    return len(cells) > 1 and all(named)
