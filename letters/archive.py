"""The metadata that make a PDF one that archives accept (ISO 19005-3, PDF/A-3b). fpdf2's own carry the present moment,
so that the same facts would not give the same bytes.
"""

from __future__ import annotations

from datetime import datetime
from xml.sax.saxutils import escape

_PACKET = """<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/"
 xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/">
<pdfaid:part>3</pdfaid:part><pdfaid:conformance>B</pdfaid:conformance>
<xmp:CreateDate>%(created)s</xmp:CreateDate><xmp:ModifyDate>%(created)s</xmp:ModifyDate>
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">%(title)s</rdf:li></rdf:Alt></dc:title>
<dc:creator><rdf:Seq><rdf:li>%(author)s</rdf:li></rdf:Seq></dc:creator>
<dc:language><rdf:Bag><rdf:li>id-ID</rdf:li></rdf:Bag></dc:language>
</rdf:Description></rdf:RDF></x:xmpmeta>"""


def archive_metadata(title: str, author: str, created: datetime) -> str:
    """`title` and `author` on one line each. What XML cannot say is left out of them."""
    words = {"title": _readable(title), "author": _readable(author), "created": created.isoformat(timespec="seconds")}
    return _PACKET % words


def _readable(text: str) -> str:
    return escape("".join(sign for sign in text if sign.isprintable() and ord(sign) not in (0xFFFE, 0xFFFF)))
