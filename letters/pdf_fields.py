"""Adds fields that can be filled in to a PDF that was drawn before."""

from __future__ import annotations

from collections.abc import Iterable
from io import BytesIO
from typing import TYPE_CHECKING

from domain.frozen import frozen
from letters.pdf import FieldFrame

if TYPE_CHECKING:
    from pikepdf import Dictionary, Object, Pdf

#: flags of fields: several lines, a list with an arrow, a list in which anything may be typed
MULTILINE, COMBO, EDITABLE = 1 << 12, 1 << 17, 1 << 18
_PRINTED, _HIDDEN, _READ_ONLY = 4, 2, 1
#: font and size of what is typed
_LINE, _LINES = "/Helv 10 Tf 0 g", "/Helv 9 Tf 0 g"
#: a tick, as large as its box
_TICKED = "q BT /ZaDb {size:.1f} Tf 1 0 0 1 1.5 2 Tm (4) Tj ET Q"


@frozen
class PdfField:
    name: str  #: without a point, which would make a hierarchy of names
    place: FieldFrame
    tip: str  #: what screen readers say
    words: str = ""
    flags: int = 0
    options: tuple[str, ...] = ()  #: of a list
    is_tick: bool = False  #: a box to tick; ticked if it has words


def add_fields(content: bytes, fields: Iterable[PdfField], hidden: tuple[str, str]) -> bytes:
    """`hidden`: name and words of a field that nobody sees."""
    from pikepdf import Array, Dictionary, Name, Pdf

    with Pdf.open(BytesIO(content)) as pdf:
        made = []
        for field in fields:
            page = pdf.pages[field.place.page]
            widget = pdf.make_indirect(_tick(pdf, field) if field.is_tick else _words(field))
            widget.P = page.obj
            if Name.Annots not in page:
                page.Annots = Array()
            page.Annots.append(widget)
            made.append(widget)
        fonts = Dictionary(Helv=_font(pdf, "Helvetica", "WinAnsiEncoding"), ZaDb=_font(pdf, "ZapfDingbats"))
        pdf.Root.AcroForm = Dictionary(
            Fields=Array([*made, pdf.make_indirect(_hidden(*hidden))]),
            NeedAppearances=True,
            DR=Dictionary(Font=fonts),
            DA=_LINE,
        )
        out = BytesIO()
        pdf.save(out, deterministic_id=True)
        return out.getvalue()


def _widget(field: PdfField) -> Dictionary:
    from pikepdf import Array, Dictionary, Name

    place = field.place
    return Dictionary(
        Type=Name.Annot,
        Subtype=Name.Widget,
        Rect=Array([place.left, place.bottom, place.right, place.top]),
        T=field.name,
        TU=field.tip,
        F=_PRINTED,
        MK=Dictionary(),
    )


def _words(field: PdfField) -> Dictionary:
    from pikepdf import Array, Name

    widget = _widget(field)
    widget.FT = Name.Ch if field.options else Name.Tx
    widget.Ff = field.flags
    widget.DA = _LINES if field.flags & MULTILINE else _LINE
    widget.V = field.words
    if field.options:
        widget.Opt = Array([*dict.fromkeys([*field.options, field.words])])
    return widget


def _tick(pdf: Pdf, field: PdfField) -> Dictionary:
    from pikepdf import Dictionary, Name

    widget, place = _widget(field), field.place
    width, height = place.right - place.left, place.top - place.bottom
    look = {"Yes": _TICKED.format(size=height * 0.9), "Off": ""}
    states = {name: _appearance(pdf, content, width, height) for name, content in look.items()}
    widget.FT = Name.Btn
    widget.AP = Dictionary(N=Dictionary(Yes=states["Yes"], Off=states["Off"]))
    widget.V = widget.AS = Name.Yes if field.words else Name.Off
    return widget


def _appearance(pdf: Pdf, content: str, width: float, height: float) -> Object:
    from pikepdf import Array, Dictionary, Name, Stream

    fonts = Dictionary(Font=Dictionary(ZaDb=_font(pdf, "ZapfDingbats")))
    return Stream(
        pdf,
        content.encode(),
        Type=Name.XObject,
        Subtype=Name.Form,
        BBox=Array([0, 0, width, height]),
        Resources=fonts,
    )


def _hidden(name: str, words: str) -> Dictionary:
    from pikepdf import Array, Dictionary, Name

    return Dictionary(
        Type=Name.Annot,
        Subtype=Name.Widget,
        FT=Name.Tx,
        T=name,
        V=words,
        F=_HIDDEN,
        Ff=_READ_ONLY,
        Rect=Array([0, 0, 0, 0]),
        DA=_LINE,
    )


def _font(pdf: Pdf, name: str, encoding: str = "") -> Dictionary:
    """One of the typefaces that every program has."""
    from pikepdf import Dictionary, Name

    font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name(f"/{name}"))
    if encoding:
        font.Encoding = Name(f"/{encoding}")
    return pdf.make_indirect(font)
