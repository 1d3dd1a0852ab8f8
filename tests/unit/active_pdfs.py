"""PDFs that act by themselves, each in another place, and PDFs that are written by hand."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable

from pikepdf import Array, Dictionary, Name, NameTree, Object, Pdf, Stream, String


def script() -> Dictionary:
    return Dictionary(S=Name.JavaScript, JS=String("app.alert(1)"))


def launch() -> Dictionary:
    return Dictionary(S=Name.Launch, F=String("cmd.exe"))


def script_on_open(document: Pdf) -> None:
    document.Root.OpenAction = script()


def launch_on_open(document: Pdf) -> None:
    document.Root.OpenAction = document.make_indirect(launch())


def in_name_tree(document: Pdf) -> None:
    tree = NameTree.new(document)
    for number in range(200):  # enough for a tree with branches
        tree[f"{number:03}"] = document.make_indirect(Dictionary(S=Name.GoTo, D=Array([])))
    tree["script"] = document.make_indirect(script())
    document.Root.Names = Dictionary(Renditions=tree.obj)


def in_annotation(document: Pdf) -> None:
    press = Dictionary(S=Name.GoTo, D=Array([]), Next=Array([Dictionary(S=Name.URI), document.make_indirect(launch())]))
    document.pages[0].Annots = Array([Dictionary(Type=Name.Annot, Subtype=Name.Link, A=press)])


def in_page_event(document: Pdf) -> None:
    document.pages[0].AA = document.make_indirect(Dictionary(O=document.make_indirect(script())))


def nested_deep(document: Pdf) -> None:
    node: Object = script()
    for level in range(80):
        node = Array([level, node]) if level % 2 else Dictionary(Inner=node)
    document.Root.PieceInfo = node


def in_field(document: Pdf) -> None:
    field = Dictionary(FT=Name.Tx, T=String("a"), AA=Dictionary(K=script()))
    document.Root.AcroForm = Dictionary(Fields=Array([document.make_indirect(field)]))


def in_outline(document: Pdf) -> None:
    item = document.make_indirect(Dictionary(Title=String("1"), A=launch()))
    document.Root.Outlines = document.make_indirect(Dictionary(First=item, Last=item))


def attached(document: Pdf) -> None:
    document.attachments["evil.exe"] = b"MZ"


def attached_without_type(document: Pdf) -> None:
    packed = document.make_stream(b"MZ")
    document.pages[0].Annots = Array([Dictionary(Subtype=Name.FileAttachment, FS=Dictionary(EF=Dictionary(F=packed)))])


def script_as_stream(document: Pdf) -> None:
    stream = document.make_stream(b"app.alert(1)")
    document.Root.OpenAction = Dictionary(S=document.make_indirect(Name.JavaScript), JS=stream)


def in_a_streams_dictionary(document: Pdf) -> None:
    document.pages[0].Contents = Stream(document, b"", Dictionary(Extra=script()))


def form_with_own_language(document: Pdf) -> None:
    document.Root.AcroForm = Dictionary(XFA=document.make_stream(b"<xdp/>"), Fields=Array([]))


def reachable_from_nowhere(document: Pdf) -> None:
    document.make_indirect(script())
    document.Root.Keep = document.make_indirect(Dictionary(Open=Dictionary(S=Name.Launch)))


PACKABLE = [
    script_on_open, launch_on_open, in_name_tree, in_annotation, in_page_event, nested_deep, in_field, in_outline,
    form_with_own_language, reachable_from_nowhere,
]  # fmt: skip
IN_STREAMS = [attached, attached_without_type, script_as_stream, in_a_streams_dictionary]


def packed_pdf(
    payload: bytes, *, squeeze: Callable[[bytes], bytes] = zlib.compress, filters: bytes = b"/FlateDecode"
) -> bytes:
    """A hand-written PDF whose object 6 is in an object stream."""
    out = bytearray(b"%PDF-1.5\n")
    rows: dict[int, tuple[int, int, int]] = {6: (2, 5, 0)}

    def add(number: int, body: bytes) -> None:
        rows[number] = (1, len(out), 0)
        out.extend(b"%d 0 obj\n%b\nendobj\n" % (number, body))

    body = squeeze(b"6 0 " + payload)
    add(1, b"<</Type/Catalog/Pages 2 0 R/Extra 6 0 R>>")
    add(2, b"<</Type/Pages/Kids[3 0 R]/Count 1>>")
    add(3, b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Resources<<>>/Contents 4 0 R>>")
    add(4, b"<</Length 2000>>stream\n%b\nendstream" % (b" " * 2_000))
    stream = b"<</Type/ObjStm/N 1/First 4/Filter%b/Length %d>>stream\n%b\nendstream" % (filters, len(body), body)
    add(5, stream)
    start = len(out)
    rows[7] = (1, start, 0)
    table = b"".join(struct.pack(">BIH", *rows[number]) for number in sorted(rows))
    head = b"<</Type/XRef/Size 8/Root 1 0 R/W[1 4 2]/Index[1 7]/Length %d>>" % len(table)
    add(7, head + b"stream\n" + table + b"\nendstream")
    return bytes(out) + b"startxref\n%d\n%%%%EOF\n" % start
