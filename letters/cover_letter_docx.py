"""The same cover letter as a Word file, for agencies that put it on their own letterhead or change its words."""

from __future__ import annotations

from datetime import datetime, time
from io import BytesIO

from docx import Document
from docx.document import Document as WordDocument
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.text.paragraph import Paragraph

from letters.cover_letter import CLOSING, COPIES, DETAIL_SIZE, ENCLOSED, NAME_SIZE, OPENING, SUBJECT, CoverLetter
from letters.pdf import DOTS, long_date

_FONT, _SIZE = "Times New Roman", 12.0
_MARGIN = 25.0  #: millimetres at the left and at the right
_TOP = 18.0  #: also at the bottom
_WIDTH = 160.0
_NUMBER_LABELS, _ACTIVITY_LABELS = 28.0, 54.0
_INDENT = 85.0  #: of the block with the signature
_LINES_TO_SIGN = 3
#: the schema wants the border of a paragraph before these
_AFTER_BORDER = ("w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc", "w:rPr")


def render(facts: CoverLetter) -> bytes:
    """A Word file of one A4 page, unless the texts are very long."""
    document = _blank(facts)
    _letterhead(document, facts)
    _line(document, f"{facts.place or DOTS[:20]}, {long_date(facts.day)}", align=WD_ALIGN_PARAGRAPH.RIGHT)
    _table(document, facts.numbers, _NUMBER_LABELS)
    _line(document, "")
    _line(document, f"Yth. {facts.addressee or DOTS}")
    _line(document, facts.addressee_address)
    for words in ("", "Dengan hormat,", OPENING.format(office=facts.office or DOTS)):
        _line(document, words, align=WD_ALIGN_PARAGRAPH.JUSTIFY, after=6)
    _table(document, facts.activity, _ACTIVITY_LABELS)
    for words in ("", ENCLOSED, CLOSING):
        _line(document, words, align=WD_ALIGN_PARAGRAPH.JUSTIFY, after=6)
    _signature(document, facts)
    for number, words in enumerate(facts.copies_to, start=1):
        _line(document, "" if number > 1 else COPIES, after=0)
        _line(document, f"{number}. {words}")
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def _blank(facts: CoverLetter) -> WordDocument:
    document = Document()
    page = document.sections[0]
    page.page_width, page.page_height = Mm(210), Mm(297)
    page.left_margin = page.right_margin = Mm(_MARGIN)
    page.top_margin = page.bottom_margin = Mm(_TOP)
    document.styles["Normal"].font.name = _FONT
    document.styles["Normal"].font.size = Pt(_SIZE)
    properties = document.core_properties
    properties.title, properties.author, properties.comments = SUBJECT, _xml_text(facts.institution), ""
    properties.language = "id-ID"
    properties.created = properties.modified = datetime.combine(facts.day, time())
    return document


def _letterhead(document: WordDocument, facts: CoverLetter) -> None:
    """A line to replace with the agency's own letterhead, or to delete, where the paper has it already."""
    names, details = facts.head
    if not names:
        _line(document, "(kop surat instansi)", align=WD_ALIGN_PARAGRAPH.CENTER, after=18)
        return
    lines = [_line(document, words, align=WD_ALIGN_PARAGRAPH.CENTER, bold=True, size=NAME_SIZE) for words in names]
    lines += [_line(document, words, align=WD_ALIGN_PARAGRAPH.CENTER, size=DETAIL_SIZE) for words in details]
    _rule_below(lines[-1])


def _rule_below(line: Paragraph) -> None:
    border = OxmlElement("w:pBdr")
    bottom = OxmlElement("w:bottom")
    for name, value in (("val", "single"), ("sz", "18"), ("space", "4"), ("color", "auto")):
        bottom.set(qn(f"w:{name}"), value)
    border.append(bottom)
    line._p.get_or_add_pPr().insert_element_before(border, *_AFTER_BORDER)
    line.paragraph_format.space_after = Pt(18)


def _signature(document: WordDocument, facts: CoverLetter) -> None:
    lines = [f"{facts.position or DOTS},", *[""] * _LINES_TO_SIGN, facts.signer or DOTS, f"NIP {facts.nip or DOTS}"]
    for number, words in enumerate(lines, start=1):
        line = _line(document, words, bold=words == facts.signer)
        line.paragraph_format.left_indent = Mm(_INDENT)
        line.paragraph_format.keep_with_next = number < len(lines)


def _line(
    document: WordDocument,
    words: str,
    *,
    align: WD_ALIGN_PARAGRAPH = WD_ALIGN_PARAGRAPH.LEFT,
    bold: bool = False,
    after: float = 0,
    size: float = _SIZE,
) -> Paragraph:
    line = document.add_paragraph()
    run = line.add_run(_xml_text(words))
    run.bold, run.font.size = bold, Pt(size)
    line.alignment = align
    line.paragraph_format.space_after = Pt(after)
    return line


def _table(document: WordDocument, rows: tuple[tuple[str, str], ...], labels: float) -> None:
    table = document.add_table(rows=0, cols=2)
    table.autofit = False
    widths = Mm(labels), Mm(_WIDTH - labels)
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width
    for label, value in rows:
        cells = table.add_row().cells
        for cell, words, width in zip(cells, (label, f": {value or DOTS}"), widths, strict=True):
            cell.width = width
            cell.text = _xml_text(words)
            cell.paragraphs[0].paragraph_format.space_after = Pt(0)


def _xml_text(words: str) -> str:
    """Without the characters that an XML document cannot hold."""
    return "".join(letter for letter in words if letter in "\t\n" or (letter >= " " and not _is_no_text(letter)))


def _is_no_text(letter: str) -> bool:
    return "\ud800" <= letter <= "\udfff" or letter in "\ufffe\uffff"
