"""Fills the form on its pages as a person does who makes no mistake: a section a page, with the files."""

from __future__ import annotations

from bot.channel import Upload
from bot.pages import PageReader
from bot.pipeline.form_pages import FormPageService
from bot.runtime.page_links import form_page_links
from domain.form import answers
from domain.form.fields import fields_of
from domain.form.page import FormPageView, PostedAnswer, QuestionView
from tests.casework import FORM
from tests.form_files import WHOLE
from tests.samples import sample
from tests.talk import Talk, World, once
from tests.unit.answer_samples import READING

FILES = {"surat_permohonan": "surat.pdf", "instrumen": "kuesioner.docx"}
ADDRESS = "https://pst.example.go.id"


def with_pages(world: World) -> World:
    """The world of an office with a public address: a reader whom the page does not know asks for a link."""
    settings = world.process.settings.model_copy(update={"public_url": ADDRESS})
    world.process.app.form_pages = form_page_links(settings)
    return world


async def fill_by_link(talk: Talk) -> None:
    """Opens the newest link that the chat showed, and finishes every section."""
    process = talk.world.process
    pages = FormPageService(process.units, process.app, process.media, process.notify, talk.world.clock)
    link = talk.told[-1].prompt.link
    assert link is not None, talk.last
    used = await pages.use_link(link.url.rpartition("/")[2])
    assert used is not None
    reader = PageReader("webchat", page_cookie=used.page_cookie)
    for section in process.app.form(FORM).sections:  # answers of one section decide whether the next ones apply
        await _fill_section(talk.world, pages, reader, used.row_id, section.id)


async def _fill_section(world: World, pages: FormPageService, reader: PageReader, draft_id: int, section: str) -> None:
    shown = await pages.show(reader, draft_id, section)
    if shown is None:
        return
    for view in shown.questions:
        if answers.is_upload(view.question) and view.question.id in FILES:
            name = FILES[view.question.id]
            upload = Upload(name, await world.process.inbound.spool(once(sample(name))))
            await pages.add_file(reader, draft_id, section, view.question.id, upload)
    posted = {view.question.id: PostedAnswer(_fields(view), view.seen) for view in shown.questions}
    saved = await pages.save_section(reader, draft_id, section, posted, saved_before=False)
    assert saved is not None
    assert _wrong(saved) == []


def _fields(view: QuestionView) -> dict[str, str]:
    return fields_of(view.question, WHOLE.get(view.question.id), READING)


def _wrong(page: FormPageView) -> list[str]:
    return [f"{view.question.code}: {view.outcome.state}" for view in page.questions if view.outcome.state == "wrong"]
