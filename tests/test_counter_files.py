"""A form of the counter is filled by the page or by a file too, by its officer alone."""

from __future__ import annotations

import asyncio

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.pages import PageReader
from bot.pipeline.form_pages import FormPageService
from domain.form.fields import fingerprint
from domain.form.page import PostedAnswer
from storage.tables import CounterRecord, Draft
from tests.casework import APPLICANT, FORM, OFFICER
from tests.counter_records import recorded
from tests.form_files import NOT_WRITTEN, WHOLE, completed, ordered
from tests.talk import World


def visitors_draft(world: World) -> Draft:
    def read(session: Session) -> Draft:
        return session.get_one(Draft, session.scalars(select(CounterRecord.draft_id)).one())

    return world.process.units.write_now(read)


def test_the_form_of_a_visitor_is_filled_by_a_file(world: World) -> None:
    talk = recorded(world)
    talk.tap("Isi formulir")
    ordered(talk)
    talk.send(("formulir pengunjung.xlsx", completed(talk)))
    talk.tap("Ambil semua")
    stored = visitors_draft(world).answers
    known = {name: value for name, value in WHOLE.items() if name not in {*NOT_WRITTEN, "instansi_penyelenggara"}}
    assert {name: stored.get(name) for name in known} == known


def test_the_form_of_a_visitor_is_filled_by_the_page_by_an_officer_alone(world: World) -> None:
    recorded(world).tap("Isi formulir")
    process, draft = world.process, visitors_draft(world)
    pages = FormPageService(process.units, process.app, process.media, process.notify, world.clock)
    section = process.app.form(FORM).section_of["judul_kegiatan"].id
    title = "Survei Penerima Bantuan Sosial Kabupaten Jeneponto"
    posted = {"judul_kegiatan": PostedAnswer({"": title}, seen=fingerprint({}))}
    for who, stored in ((APPLICANT, None), (OFFICER, title)):
        asyncio.run(pages.save_answer(PageReader("console", who), draft.id, section, posted))
        assert visitors_draft(world).answers.get("judul_kegiatan") == stored, who
