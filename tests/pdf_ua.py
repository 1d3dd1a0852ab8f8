"""What ISO 14289-1 (PDF/UA-1) asks of a file, as far as a program can tell without a validator. The numbers are those
of its clauses.
"""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from itertools import pairwise

import pikepdf

#: operators that draw
_DRAWING = {"Tj", "TJ", "'", '"', "S", "s", "f", "F", "f*", "B", "B*", "b", "b*", "Do", "sh", "BI"}
_HIDDEN = 2  #: a flag of annotations


def faults(content: bytes, language: str = "id-ID", *, claims: bool = True) -> list[str]:
    """Empty: none was found. Else one line each. `claims`: the file must say that it follows the standard."""
    with pikepdf.open(BytesIO(content)) as pdf:
        tree = list(elements(pdf.Root.StructTreeRoot.K[0]))
        found = [*_document(pdf, language), *_content(pdf, tree), *_structure(tree), *_fonts(pdf), *_annotations(pdf)]
        return [*(_claim(pdf) if claims else ()), *found]


def elements(element: pikepdf.Object) -> Iterator[pikepdf.Object]:
    yield element
    for kid in element.get("/K", []):
        if isinstance(kid, pikepdf.Dictionary) and kid.get("/Type") == "/StructElem":
            yield from elements(kid)


def _claim(pdf: pikepdf.Pdf) -> Iterator[str]:
    told = pdf.open_metadata()
    if told.get("pdfuaid:part") != "1":
        yield "5: the metadata do not say PDF/UA-1"
    if not told.get("dc:title"):
        yield "7.1: the metadata have no title"


def _document(pdf: pikepdf.Pdf, language: str) -> Iterator[str]:
    root, nothing = pdf.Root, pikepdf.Dictionary()
    if not (pdf.docinfo.get("/Title") or pdf.open_metadata().get("dc:title")):
        yield "7.1: the title is missing"
    if not root.get("/ViewerPreferences", nothing).get("/DisplayDocTitle"):
        yield "7.1: windows do not show the title"
    if not root.get("/MarkInfo", nothing).get("/Marked") or root.MarkInfo.get("/Suspects"):
        yield "7.1: not marked as tagged"
    if root.get("/Lang") != language:
        yield f"7.2: the language is not {language}"
    for file in pdf.attachments.values():
        if not {"/F", "/UF"} <= set(file.obj.keys()):
            yield "7.11: a carried file has no name"
    if "/Encrypt" in pdf.trailer or "/OCProperties" in root:
        yield "7.10, 7.16: layers or encryption"


def _content(pdf: pikepdf.Pdf, tree: list[pikepdf.Object]) -> Iterator[str]:
    """7.1: everything that is drawn stands in one element, or is an artifact; in both there is nothing of the other."""
    tagged = {
        (element.Pg.objgen if kid.get("/Pg") is None else kid.Pg.objgen, int(kid.MCID))
        for element in tree
        for kid in element.get("/K", [])
        if kid.get("/Type") == "/MCR"
    }
    drawn = set()
    for page in pdf.pages:
        open_marks: list[str] = []
        for instruction in pikepdf.parse_content_stream(page):
            operator = str(instruction.operator)
            if operator in {"BDC", "BMC"}:
                kind = str(instruction.operands[0])
                if "/Artifact" in open_marks or (kind == "/Artifact" and open_marks):
                    yield f"7.1: {kind} in {open_marks}"
                if operator == "BDC" and "/MCID" in instruction.operands[1]:
                    drawn.add((page.obj.objgen, int(instruction.operands[1].MCID)))
                open_marks.append(kind)
            elif operator == "EMC":
                open_marks.pop()
            elif operator in _DRAWING and not open_marks:
                yield f"7.1: {operator} is neither tagged nor an artifact"
        if open_marks:
            yield "7.1: a mark does not end"
    if drawn != tagged:
        yield "7.1: something is drawn that no element has, or the other way round"


def _structure(tree: list[pikepdf.Object]) -> Iterator[str]:
    kinds = [str(element.S) for element in tree]
    levels = [int(kind[2:]) for kind in kinds if kind[:2] == "/H" and kind[2:].isdigit()]
    if levels[:1] not in ([], [1]) or any(later - earlier > 1 for earlier, later in pairwise(levels)):
        yield f"7.4.2: headings are out of order: {levels}"
    for element in tree:
        kids = [str(kid.S) for kid in element.get("/K", []) if kid.get("/Type") == "/StructElem"]
        if element.S == "/Figure" and not str(element.get("/Alt", "")):
            yield "7.3: a picture has no words"
        if element.S == "/TH" and _attribute(element, "/Table", "/Scope") not in {"/Row", "/Column"}:
            yield "7.5: a header of a table does not say for what"
        if element.S == "/TR" and not set(kids) <= {"/TH", "/TD"}:
            yield f"7.5: {kids} in a row of a table"
        if element.S == "/L" and set(kids) - {"/LI", "/Caption"}:
            yield f"7.6: {kids} in a list"
        if element.S == "/LI" and "/Lbl" in kids and not _attribute(element.P, "/List", "/ListNumbering"):
            yield "7.6: a list does not say how it is numbered"


def _attribute(element: pikepdf.Object, owner: str, name: str) -> str:
    found = element.get("/A", pikepdf.Dictionary())
    return str(found.get(name, "")) if found.get("/O") == owner else ""


def _fonts(pdf: pikepdf.Pdf) -> Iterator[str]:
    """7.21: every typeface is carried along, and says which letters its glyphs are."""
    for page in pdf.pages:
        for font in page.resources.get("/Font", pikepdf.Dictionary()).values():
            descriptor = font.DescendantFonts[0].FontDescriptor
            if not descriptor.FontFile2.read_bytes() or not font.ToUnicode.read_bytes():
                yield f"7.21: {font.BaseFont}"


def _annotations(pdf: pikepdf.Pdf) -> Iterator[str]:
    """7.18: each annotation that shows is tagged and has words; the keyboard goes through them in reading order."""
    parents = _number_tree(pdf.Root.StructTreeRoot.ParentTree)
    for page in pdf.pages:
        if page.obj.get("/Tabs") != "/S":
            yield "7.18.3: the tab order of a page is not its reading order"
        for annotation in page.obj.get("/Annots", []):
            if int(annotation.get("/F", 0)) & _HIDDEN or annotation.Rect[0] == annotation.Rect[2]:
                continue
            element = parents.get(int(annotation.get("/StructParent", -1)))
            if element is None or element.S != "/Form" or element.K[0].Obj.objgen != annotation.objgen:
                yield f"7.18.1: {annotation.Subtype} is not tagged"
            if not str(annotation.get("/TU", "")):
                yield f"7.18.1: {annotation.Subtype} has no words"


def _number_tree(node: pikepdf.Object) -> dict[int, pikepdf.Object]:
    flat = list(node.Nums)
    return {int(number): found for number, found in zip(flat[::2], flat[1::2], strict=True)}
