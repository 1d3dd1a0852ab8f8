"""The copy for the addressee of the cover letter: mailed on submission if the office's profile says so."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.chat import Prompt, prompt_from_json
from bot.service import drafts
from bot.service.context import Context
from domain.form.definition import Value
from domain.text import Json
from locales import say
from storage import messages, people
from storage.tables import Application, File, Message, OutboxRow, Submission
from tests.casework import APPLICANT, audited, do, submitted
from tests.office_profiles import profile
from tests.talk import World

ADDRESSEE = "kasedls@bps.go.id"


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path / "data", office=profile(tmp_path, ("copy_by_mail = false", "copy_by_mail = true")))
    yield world
    world.stop()


def uploaded(world: World, *names: str) -> dict[str, Value]:
    """Cover letters as an answer to their question."""

    def upload(ctx: Context) -> list[Json]:
        rows = [drafts.add_file(ctx, name, "pdf", 9, str(n) * 64, "person/1") for n, name in enumerate(names)]
        return [{"id": row.id, "name": row.name, "size": row.size, "kind": row.kind} for row in rows]

    return {"surat_permohonan": do(world, APPLICANT, upload)}


def mails(world: World) -> list[tuple[str, Prompt]]:
    """(locale, prompt) of the mails queued for the addressee, in the order of sending."""

    def read(session: Session) -> list[tuple[str, Prompt]]:
        address = people.find(session, "email", ADDRESSEE)
        if address is None:
            return []
        query = select(Message).join(OutboxRow).where(OutboxRow.address_id == address.id).order_by(OutboxRow.id)
        keys = world.process.app.keys
        return [
            (row.locale, prompt_from_json(messages.unseal_body(keys, row.body, row.address_id)))
            for row in session.scalars(query)
        ]

    return world.process.units.write_now(read)


def test_the_addressee_gets_the_form_in_words_and_each_file_of_the_letter(world: World) -> None:
    def in_english(ctx: Context) -> None:
        ctx.address.locale = "en"

    do(world, APPLICANT, in_english)
    number = submitted(world, changes=uploaded(world, "surat-1.pdf", "surat-2.pdf"))
    (locale, form), (_, second) = mails(world)
    words = say(form.text, locale)
    assert locale == "id", "offices write to each other in Indonesian, whatever the applicant reads"
    assert form.subject is not None and say(form.subject, "id") == "Salinan permohonan REK-2026-0001"
    assert words.startswith("Yth. Kepala BPS Provinsi Sulawesi Selatan\n\n")
    frozen = world.process.units.write_now(lambda session: asked(session, world, number))
    assert [label for label in frozen if label not in words] == []
    assert "Survei Kepuasan Pasien Puskesmas" in words
    assert say(second.text, "id") == "Surat pengantar permohonan REK-2026-0001, berkas 2 dari 2."

    def name_of(prompt: Prompt) -> str:
        file = prompt.attachment.file_id if prompt.attachment else 0
        return world.process.units.write_now(lambda session: session.get_one(File, file).name)

    assert (name_of(form), name_of(second)) == ("surat-1.pdf", "surat-2.pdf")
    assert audited(world, number) == ["submit", "copy"]


def asked(session: Session, world: World, number: int) -> list[str]:
    """Code and label of every question that was answered."""
    application = session.get_one(Application, number)
    questions = world.process.app.form(application.form).questions
    frozen = session.get_one(Submission, (number, 1)).answers
    return [f"{questions[id].code} {say(questions[id].label, 'id')}" for id in frozen]


def test_the_mailbox_of_the_addressee_belongs_to_no_applicant(world: World) -> None:
    submitted(world, changes=uploaded(world, "surat.pdf"))

    def owners(session: Session) -> list[str]:
        applicant = people.find(session, "console", APPLICANT)
        assert applicant is not None
        return [address.external_id for address in people.addresses(session, applicant.person_id)]

    assert mails(world)
    assert ADDRESSEE not in world.process.units.write_now(owners)


def test_nothing_is_mailed_if_the_profile_does_not_want_it(tmp_path: Path) -> None:
    world = World(tmp_path / "data")
    number = submitted(world, changes=uploaded(world, "surat.pdf"))
    assert mails(world) == []
    assert audited(world, number) == ["submit"]
    world.stop()
