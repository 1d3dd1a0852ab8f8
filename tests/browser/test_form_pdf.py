"""The form as a PDF is filled in by hand in pdf.js, the viewer of Firefox, saved there, and read again."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from pikepdf import Pdf
from playwright.sync_api import Page, expect, sync_playwright

from domain.form.definition import Value
from domain.form.form_file import FormFile, read_answer, write_answers
from domain.form.loading import REQUEST_FORM, load_forms, newest
from domain.office.profile import Office
from letters import form_pdf
from storage.inspection.inspect import inspect
from tests import pdfjs
from tests.chromium import ANSWER_WITHIN, launch
from tests.unit.answer_samples import READING
from tests.unit.check_cases import SURVEY

pytestmark = [pytest.mark.browser, pytest.mark.pdfjs]

FORM = newest(load_forms(Office.load().words), REQUEST_FORM)
TITLE = "Survei Kepuasan Pasien – “Puskesmas” Bontosunggu"


class Viewer(SimpleHTTPRequestHandler):
    """Serves the files of pdf.js, and the form beside them."""

    def __init__(self, *args: Any, form: bytes, **options: Any) -> None:
        self._form = form
        super().__init__(*args, directory=str(pdfjs.FOLDER), **options)

    def do_GET(self) -> None:
        if self.path != "/formulir.pdf":
            return super().do_GET()
        self.send_response(200)
        self.send_header("Content-Length", str(len(self._form)))
        self.end_headers()
        self.wfile.write(self._form)
        return None

    def log_message(self, format: str, *args: object) -> None:
        pass


@contextmanager
def served(form: bytes) -> Iterator[str]:
    """The viewer on a free port of this host."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Viewer, form=form))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/web/viewer.html?file=/formulir.pdf"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def drawn() -> bytes:
    questions = tuple(FORM.questions.values())
    cells = write_answers(questions, SURVEY, READING)
    return form_pdf.render(FormFile(FORM, questions, SURVEY, cells, (), {}, "tanda", READING.today))


def fill(page: Page, page_of_methods: int) -> None:
    """Types, chooses and ticks as a person does."""
    page.locator("[name='isi/judul_kegiatan']").fill(TITLE)
    page.locator("select[name='isi/sektor_kegiatan']").select_option("Pendidikan dan Pelatihan")
    page.evaluate("number => { PDFViewerApplication.page = number; }", page_of_methods)
    for option in (3, 5):
        page.locator(f"[name='pilih/metode_pengumpulan/{option}']").check()
    page.locator("[name='lain/metode_pengumpulan']").fill("wawancara daring")


def page_of(content: bytes, name: str) -> int:
    """The number of the page with this field."""
    with Pdf.open(BytesIO(content)) as pdf:
        pages = enumerate(pdf.pages, start=1)
        return next(n for n, page in pages for field in page.get("/Annots", ()) if str(field.get("/T")) == name)


def saved(page: Page) -> bytes:
    """What the viewer's button for saving writes."""
    page.evaluate("document.activeElement.blur()")
    return bytes(page.evaluate("PDFViewerApplication.pdfDocument.saveDocument().then(bytes => [...bytes])"))


def test_a_form_that_was_filled_in_a_browser_reads_as_it_was_filled(tmp_path: Path) -> None:
    form = drawn()
    with served(form) as address, sync_playwright() as playwright:
        browser = launch(playwright)
        page = browser.new_page()
        page.goto(address)
        expect(page.locator("[name='isi/judul_kegiatan']")).to_be_visible(timeout=ANSWER_WITHIN)
        fill(page, page_of(form, "pilih/metode_pengumpulan/3"))
        page.screenshot(path=tmp_path / "formulir.png")
        content = saved(page)
        browser.close()
    found = inspect("formulir.pdf", content, ["pdf"]).returned_form
    assert found is not None and found.mark == "tanda"
    expected: dict[str, Value] = {
        **SURVEY,
        "judul_kegiatan": TITLE,
        "sektor_kegiatan": "pendidikan_dan_pelatihan",
        "metode_pengumpulan": {"values": ["wawancara", "pengamatan", "lainnya"], "other": "wawancara daring"},
    }
    for id, value in expected.items():
        assert read_answer(FORM.questions[id], found, READING) == value, id
