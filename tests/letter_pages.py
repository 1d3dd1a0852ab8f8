"""The text of a letter, page by page."""

from __future__ import annotations

from letters.pdf import BOTTOM
from tests import pdf_text
from tests.pdf_text import Run

POINTS = 72 / 25.4  #: in a millimetre


def pages(content: bytes) -> list[list[Run]]:
    """The text of each page, without the watermark and the page number."""
    body = [run for run in pdf_text.runs(content) if not run.slanted and run.baseline >= BOTTOM * POINTS]
    return [[run for run in body if run.page == page] for page in range(pdf_text.size(content)[0])]


def body(content: bytes) -> str:
    return " ".join(" ".join(run.text for page in pages(content) for run in page).split())


def page_of(content: bytes, beginning: str) -> int:
    return next(run.page for page in pages(content) for run in page if run.text.startswith(beginning))
