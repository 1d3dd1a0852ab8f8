"""The structure of a PDF, by which screen readers and other programs read it: what is a heading, a list, a table.

fpdf2 can tag pictures only, in a flat list. This takes the place of its builder: elements stand inside each other, and
one whose content is broken by the end of a page goes on on the next one. Source: ISO 32000-1, 14.7 and 14.8.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from fpdf.structure_tree import StructElem, StructTreeRoot

from domain.frozen import frozen

if TYPE_CHECKING:
    from fpdf import FPDF
    from fpdf.output import PDFPage
    from fpdf.syntax import PDFObject


@frozen
class _MarkedContent:
    page: PDFPage
    number: int  #: on its page

    def serialize(self, **_: object) -> str:
        return f"<</Type /MCR /Pg {self.page.ref} /MCID {self.number}>>"


class StructureTree:
    """The elements of one document. Its attributes are those that fpdf2 reads when it writes the file."""

    def __init__(self, pdf: FPDF) -> None:
        self._pdf = pdf
        self.struct_tree_root = StructTreeRoot()
        self.doc_struct_elem = StructElem("/Document", self.struct_tree_root, [])
        self.struct_tree_root.k.append(self.doc_struct_elem)
        self.spid_per_page_number: dict[int, int] = {}
        self._elements = [self.doc_struct_elem]
        self._open = [self.doc_struct_elem]
        self._drawn: StructElem | None = None  #: the element that is being drawn

    def empty(self) -> bool:
        return not self.doc_struct_elem.k

    def __iter__(self) -> Iterator[PDFObject]:
        yield self.struct_tree_root
        yield self.struct_tree_root.parent_tree
        yield from self._elements

    @contextmanager
    def element(self, kind: str, *, alt: str | None = None, attributes: str = "") -> Iterator[None]:
        """What is tagged inside stands inside this element. `kind`: a standard type, such as "Table"."""
        element = StructElem(f"/{kind}", self._open[-1], [], self._pdf.page, alt=alt)
        if attributes:
            setattr(element, "a", attributes)  # noqa: B010  the class does not declare it, but writes it
        self._open[-1].k.append(element)
        self._elements.append(element)
        self._open.append(element)
        yield
        self._open.pop()

    @contextmanager
    def drawing(self, kind: str = "", *, alt: str | None = None, attributes: str = "") -> Iterator[None]:
        """What is drawn inside is the content of a new element, or of the innermost one that is open."""
        if kind:
            with self.element(kind, alt=alt, attributes=attributes), self.drawing():
                yield
            return
        self._drawn = self._open[-1]
        self._begin(self._drawn)
        yield
        self._pdf._out("EMC")
        self._drawn = None

    @contextmanager
    def artifact(self) -> Iterator[None]:
        """What is drawn inside belongs to the page, not to the text: rules, watermarks, page numbers."""
        self._pdf._out("/Artifact BMC")
        yield
        self._pdf._out("EMC")

    @contextmanager
    def said_as(self, text: str) -> Iterator[None]:
        """What is drawn inside is read as this text: glyphs may stand in another order (ISO 32000-1, 14.9.4)."""
        self._pdf._out(f"/Span <</ActualText <feff{text.encode('utf-16-be').hex()}>>> BDC")
        yield
        self._pdf._out("EMC")

    @contextmanager
    def page_break(self) -> Iterator[None]:
        """Around the beginning of a page: the element that is being drawn goes on there."""
        broken, self._drawn = self._drawn, None
        if broken is not None:
            self._pdf._out("EMC")
        yield
        if broken is not None:
            self._begin(broken)
            self._drawn = broken

    def _begin(self, element: StructElem) -> None:
        page = self._pdf.page
        tree = self.struct_tree_root.parent_tree.nums
        series = self.spid_per_page_number.setdefault(page, len(self.spid_per_page_number))
        number = len(tree[series])
        tree[series].append(element)
        self._pdf.pages[page].struct_parents = series
        setattr(self._pdf.pages[page], "tabs", "/S")  # noqa: B010  the tabulator follows the elements
        element.k.append(_MarkedContent(self._pdf.pages[page], number))
        self._pdf._out(f"{element.s} <</MCID {number}>> BDC")
