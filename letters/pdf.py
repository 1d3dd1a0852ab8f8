"""Draws A4 letters: paragraphs, rows and tables in one embedded typeface, and places to fill in by hand.

Lengths are in millimetres, font sizes in points.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, time
from io import BytesIO
from typing import TYPE_CHECKING, Literal

from babel.dates import format_date

from domain.frozen import frozen
from domain.text import one_line
from letters.archive import archive_metadata
from letters.qr import encode
from letters.scripts import drawable, is_in_another_script, is_only_reordered, needs_help, typesetting
from letters.typeface import FAMILY, add_typeface, count_lines

if TYPE_CHECKING:
    from fpdf import FPDF
    from fpdf.line_break import TextLine

    from letters.tags import StructureTree

Align = Literal["L", "C", "R", "J"]
Kind = Literal["P", "H1", "H2"]

SIZE = 11.5
LINE = 5.4
MARGIN = 25.0  #: at the left and at the right
TOP, BOTTOM = 18.0, 18.0
WIDTH = 210.0 - 2 * MARGIN
GREY = 110
#: Where something is filled in by hand.
DOTS = "." * 44

_PALE = 228  #: grey of the watermark; the text above it stays readable, also in a copy
_LONGEST_MARK = 235.0  #: length of the watermark along the diagonal of the page
_TALLEST_MARK = 210  #: largest font size of the watermark
_GUTTER = 2.0  #: between the label and the value of a row
_ROW_WHOLE = 8  #: lines; a longer row of a table may continue on the next page
_TEXT_WHOLE = 3  #: lines; a longer paragraph may continue on the next page
_INDENT = 7.5  #: of the numbered paragraphs


def long_date(day: date) -> str:
    """A day as official letters write it: 2 Maret 2026."""
    return format_date(day, "d MMMM y", locale="id")


@frozen
class FieldFrame:
    """A rectangle on a page, in points from the lower left corner, as PDF measures."""

    page: int  #: from 0
    left: float
    bottom: float
    right: float
    top: float


class PdfDocument:
    """A document that is drawn from top to bottom. What does not fit continues on a new page.

    Any text may come in: what no typeface has is left out or shown as a box, what is too long is wrapped.
    """

    def __init__(
        self, title: str, author: str, day: date, watermark: str = "", *, archive: bool = False, language: str = "id-ID"
    ) -> None:
        """`day` becomes the creation date of the file, so that the same facts give the same bytes. `archive`: as
        PDF/A-3b, which archives accept and which may carry other files.
        """
        self._pdf, self._tags = _new_pdf(watermark, archive)
        self._pdf.alias_nb_pages("")
        self._pdf.set_margins(MARGIN, TOP, MARGIN)
        self._pdf.c_margin = 0
        self._pdf.set_auto_page_break(True, BOTTOM)
        add_typeface(self._pdf)
        self._pdf.set_font(FAMILY, "", SIZE)
        self._known: Collection[int] = self._pdf.fonts[FAMILY].cmap.keys()  # type: ignore[union-attr]
        created = datetime.combine(day, time(), UTC)
        self._pdf.set_creation_date(created)
        self._pdf.set_title(one_line(title))
        self._pdf.set_author(one_line(author))
        self._pdf.set_lang(language)
        if archive:
            self._pdf.set_xmp_metadata(archive_metadata(one_line(title), one_line(author), created))
        self._pdf.add_page()

    def output(self) -> bytes:
        """Ends the document; nothing can be drawn afterwards."""
        return bytes(self._pdf.output())

    def attach(self, name: str, content: bytes, description: str, created: date) -> None:
        """Carries a JSON file that says the same as the pages do, for programs."""
        self._pdf.embed_file(
            bytes=content,
            basename=name,
            desc=description,
            modification_date=datetime.combine(created, time(), UTC),
            mime_type="application/json",
            associated_file_relationship="Data",
            compress=True,
        )

    @property
    def place(self) -> float:
        """The height on the page where the next thing is drawn, from the top."""
        return self._pdf.get_y()

    def gap(self, height: float) -> None:
        self._pdf.set_y(self._pdf.get_y() + height)

    def paragraph(
        self,
        text: str,
        *,
        bold: bool = False,
        grey: bool = False,
        size: float = SIZE,
        align: Align = "L",
        left: float = 0,
        width: float = WIDTH,
        kind: Kind = "P",
    ) -> None:
        """`left` is measured from the margin. Empty text becomes dots to write on. `kind`: as which it is tagged."""
        words = self.text_or_dots(text)
        self._pdf.set_font(FAMILY, "B" if bold else "", size)
        self._pdf.set_text_color(GREY if grey else 0)
        with self._no_single_line(self._height(words, width), _TEXT_WHOLE), self._tags.drawing(kind):
            self._cell(words, left, width, align)
        self._pdf.set_font(FAMILY, "", SIZE)
        self._pdf.set_text_color(0)

    def numbered(self, texts: Sequence[str]) -> None:
        """Paragraphs numbered 1., 2., …, with a hanging indent."""
        if not texts:
            return
        with self._tags.element("L", attributes="<</O /List /ListNumbering /Decimal>>"):
            for number, text in enumerate(texts, 1):
                words = self.text_or_dots(text)
                height = self._height(words, WIDTH - _INDENT)
                with self._no_single_line(height, _TEXT_WHOLE), self._tags.element("LI"):
                    with self._tags.drawing("Lbl"):
                        self._cell(f"{number}.", 0, _INDENT, "L", below=False)
                    with self._tags.drawing("LBody"):
                        self._cell(words, _INDENT, WIDTH - _INDENT, "J")
                if height > _TEXT_WHOLE * LINE and number < len(texts):
                    self.gap(LINE / 4)

    def section(self, heading: str, texts: Sequence[str], *, bold: bool = False) -> None:
        """A heading with what follows from it; nothing when nothing does."""
        if texts:
            self.gap(LINE / 2)
            self.keep_together(LINE + self._first_height(texts))
            self.paragraph(heading, bold=bold, kind="H2")
            self.texts(texts)

    def texts(self, texts: Sequence[str]) -> None:
        """Numbered, unless there is only one."""
        if len(texts) == 1:
            self.paragraph(texts[0], align="J")
        else:
            self.numbered(texts)

    def row(self, label: str, value: str, label_width: float, width: float = WIDTH, kind: Kind = "P") -> None:
        """`label : value`; the lines of the value stand under each other. `kind`: as which the value is tagged."""
        words = self.text_or_dots(value)
        self.keep_together(self._height(words, width - label_width - 3))
        with self._tags.drawing("P"):
            self._cell(label, 0, label_width, "L", below=False)
            self._cell(":", label_width, 3, "L", below=False)
        with self._tags.drawing(kind):
            self._cell(words, label_width + 3, width - label_width - 3, "L")

    def table(self, rows: Sequence[tuple[str, str | Sequence[str]]], label_width: float) -> None:
        """Labels at the left, values of one or several paragraphs at the right, a thin line under each row."""
        self.rule()
        with self._tags.element("Table"):
            for label, value in rows:
                lines = [value] if isinstance(value, str) else value
                self._table_row(label, "\n".join(map(self.text_or_dots, lines)), label_width)
                self.rule()

    def rule(self, thickness: float = 0.2, shade: int = 170) -> None:
        with self._tags.artifact(), self._pdf.local_context():
            self._pdf.set_draw_color(shade)
            self._pdf.set_line_width(thickness)
            self._pdf.line(MARGIN, self._pdf.get_y(), MARGIN + WIDTH, self._pdf.get_y())

    def number_pages(self, words_of_page: str = "Halaman {page} dari {last}") -> None:
        """Writes "Halaman 2 dari 3" at the foot of each page from the second on. Call it last."""
        last = self._pdf.page
        for page in range(2, last + 1):
            self._pdf.page = page
            self._pdf.current_font_is_set_on_page = False
            self._pdf.set_font(FAMILY, "", SIZE - 2)
            words = words_of_page.format(page=page, last=last)
            with self._tags.artifact():
                self._pdf.text(MARGIN + (WIDTH - self._pdf.get_string_width(words)) / 2, 297 - BOTTOM + 8, words)

    def draw_beside(self, left: Callable[[], None], right: Callable[[], None]) -> None:
        """Draws both from the same height, then continues below the longer one."""
        top = self._pdf.get_y()
        right()
        bottom = self._pdf.get_y()
        self._pdf.set_y(top)
        left()
        self._pdf.set_y(max(bottom, self._pdf.get_y()))

    def placeholder(self, text: str, height: float) -> None:
        """A dashed frame for what the sender's own stationery shows, such as a letterhead."""
        top = self._pdf.get_y()
        with self._tags.artifact(), self._pdf.local_context():
            self._pdf.set_draw_color(180)
            self._pdf.set_line_width(0.2)
            self._pdf.set_dash_pattern(dash=1.2, gap=1.2)
            self._pdf.rect(MARGIN, top, WIDTH, height)
        self._pdf.set_y(top + (height - LINE) / 2)
        self.paragraph(text, grey=True, align="C")
        self._pdf.set_y(top + height)

    def beside(self, draw: Callable[[], None]) -> None:
        """Draws; what is drawn next begins at the same height."""
        top = self._pdf.get_y()
        draw()
        self._pdf.set_y(top)

    def area(self, height: float, left: float = 0, width: float = WIDTH) -> FieldFrame:
        """A rectangle from the present height on, without drawing it."""
        k, paper, top = self._pdf.k, self._pdf.h, self._pdf.get_y()
        sides = (MARGIN + left, paper - top - height, MARGIN + left + width, paper - top)
        return FieldFrame(self._pdf.page - 1, *(side * k for side in sides))

    def frame(self, height: float, left: float = 0, width: float = WIDTH, *, below: bool = True) -> FieldFrame:
        """Draws a thin frame to fill in, and returns where it is. `below`: what is drawn next stands below it."""
        top = self._pdf.get_y()
        with self._tags.artifact(), self._pdf.local_context():
            self._pdf.set_draw_color(150)
            self._pdf.set_line_width(0.2)
            self._pdf.rect(MARGIN + left, top, width, height)
        place = self.area(height, left, width)
        if below:
            self._pdf.set_y(top + height)
        return place

    def logo(self, content: bytes, side: float, name: str) -> None:
        """A picture, PNG or SVG, that fits into a square at the left margin; what is drawn next stands beside it."""
        top = self._pdf.get_y()
        with self._tags.drawing("Figure", alt=name, attributes=self._box(top, side)):
            self._pdf.image(BytesIO(content), MARGIN, top, side, side, keep_aspect_ratio=True)
        self._pdf.set_y(top)

    def _box(self, top: float, side: float) -> str:
        """Where a picture at the left margin is, for programs that lay the text out anew."""
        k, bottom = self._pdf.k, self._pdf.h - top - side
        sides = (MARGIN, bottom, MARGIN + side, bottom + side)
        return f"<</O /Layout /BBox [{' '.join(f'{at * k:.2f}' for at in sides)}]>>"

    def qr_code(self, content: str, side: float, name: str) -> None:
        """At the left margin, from the present height; what is drawn next stands beside it."""
        code, left, top = encode(content), MARGIN, self._pdf.get_y()
        module = side / code.size
        figure = self._tags.drawing("Figure", alt=name, attributes=self._box(top, side))
        with figure, self._pdf.local_context():
            self._pdf.set_fill_color(0)
            for column, row, length in code.runs:
                self._pdf.rect(left + column * module, top + row * module, length * module, module, style="F")

    def keep_together(self, height: float) -> None:
        """Begins a new page when less than `height` is left on this page."""
        if self._pdf.will_page_break(height):
            self._pdf.add_page()

    def height(self, text: str, *, bold: bool = False, width: float = WIDTH) -> float:
        """The height of a paragraph, before it is drawn."""
        with self._pdf.local_context():
            self._pdf.set_font(FAMILY, "B" if bold else "", SIZE)
            return self._height(self.text_or_dots(text), width)

    def text_or_dots(self, text: str) -> str:
        """The text as it will be drawn; dots when nothing of it can be drawn."""
        return drawable(text, self._is_known) or DOTS

    def _is_known(self, code: int) -> bool:
        return code in self._known or is_in_another_script(code)

    def _height(self, words: str, width: float) -> float:
        font = self._pdf.current_font
        count = None
        if not needs_help(words):
            count = count_lines(font, words, width, self._pdf.font_size_pt, self._pdf.k)  # type: ignore[arg-type]
        if count is None:
            with typesetting(self._pdf, words):
                lines = self._pdf.multi_cell(width, self._line, words, dry_run=True, output="LINES")
            assert isinstance(lines, list)
            count = len(lines)
        return count * self._line

    @property
    def _line(self) -> float:
        """The height of a line in the present font size."""
        return LINE * self._pdf.font_size_pt / SIZE

    def _first_height(self, texts: Sequence[str]) -> float:
        """The height of the first numbered paragraph, or of its first two lines: so much must follow their heading."""
        height = self._height(self.text_or_dots(texts[0]), WIDTH - _INDENT)
        return height if height <= _TEXT_WHOLE * LINE else 2 * LINE

    def _cell(self, words: str, left: float, width: float, align: Align, *, below: bool = True) -> None:
        """`below`: what is drawn next stands below; otherwise beside it."""
        self._pdf.set_x(MARGIN + left)
        new_y = "NEXT" if below else "TOP"
        with typesetting(self._pdf, words):
            self._pdf.multi_cell(width, self._line, words, align=align, new_x="LMARGIN", new_y=new_y, padding=0)

    @contextmanager
    def _no_single_line(self, height: float, whole: int) -> Iterator[None]:
        """Around drawing text: no line of it stands alone on a page; up to `whole` lines stay together."""
        lines = round(height / self._line)
        room = int((self._pdf.page_break_trigger - self._pdf.get_y()) / self._line)
        if lines > room and (room < 2 or lines <= whole):
            self._pdf.add_page()
        elif lines == room + 1:
            self._pdf.set_auto_page_break(True, BOTTOM + self._line)
        yield
        self._pdf.set_auto_page_break(True, BOTTOM)

    def _table_row(self, label: str, words: str, label_width: float) -> None:
        """The label may have several lines too; it stays on the page where the row begins."""
        space = 1.2
        beside = self._height(label, label_width - _GUTTER)
        height = max(self._height(words, WIDTH - label_width), beside)
        self.keep_together(max(min(height, _ROW_WHOLE * LINE), beside) + 2 * space)
        self.gap(space)
        with self._no_single_line(height, _ROW_WHOLE), self._tags.element("TR"):
            page, top = self._pdf.page, self._pdf.get_y()
            with self._tags.drawing("TH", attributes="<</O /Table /Scope /Row>>"):
                self._cell(label, 0, label_width - _GUTTER, "L", below=False)
            with self._tags.drawing("TD"):
                self._cell(words, label_width, WIDTH - label_width, "L")
        if self._pdf.page == page:
            self._pdf.set_y(max(self._pdf.get_y(), top + beside))
        self.gap(space)


def _new_pdf(watermark: str, archive: bool) -> tuple[FPDF, StructureTree]:
    """An empty PDF. The watermark is drawn first on each page, so that everything else stands above it."""
    from fpdf import FPDF, ViewerPreferences

    from letters.tags import StructureTree

    class TaggedPdf(FPDF):
        def add_page(self, *arguments: object, **named: object) -> None:
            with tags.page_break():
                super().add_page(*arguments, **named)  # type: ignore[arg-type]

        def _render_styled_text_line(self, text_line: TextLine, h: float, *more: object, **named: object) -> bool:  # type: ignore[override]
            """Programs read a reordered line as it was written. What runs to the left they turn around themselves."""
            text = "".join(fragment.string for fragment in text_line.fragments) if self.text_shaping else ""
            if not is_only_reordered(text):
                return super()._render_styled_text_line(text_line, h, *more, **named)  # type: ignore[arg-type]
            begins_page = bool(self._perform_page_break_if_need_be(h))
            with tags.said_as(text):
                super()._render_styled_text_line(text_line, h, *more, **named)  # type: ignore[arg-type]
            return begins_page

        def header(self) -> None:
            if watermark:
                with tags.artifact():
                    _draw_watermark(self, watermark)

    pdf = TaggedPdf(format="A4", enforce_compliance="PDF/A-3B" if archive else None)
    tags = StructureTree(pdf)
    pdf.struct_builder = tags  # type: ignore[assignment]
    pdf.viewer_preferences = ViewerPreferences(display_doc_title=True)
    return pdf, tags


def _draw_watermark(pdf: FPDF, words: str) -> None:
    """In large grey letters from the lower left to the upper right corner."""
    middle, centre = pdf.w / 2, pdf.h / 2
    with pdf.local_context():
        pdf.set_font(FAMILY, "B", _TALLEST_MARK)
        pdf.set_font_size(min(_TALLEST_MARK, _TALLEST_MARK * _LONGEST_MARK / pdf.get_string_width(words)))
        pdf.set_text_color(_PALE)
        with pdf.rotation(math.degrees(math.atan2(pdf.h, pdf.w)), middle, centre):
            pdf.text(middle - pdf.get_string_width(words) / 2, centre + pdf.font_size / 3, words)
