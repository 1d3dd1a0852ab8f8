"""A form is changed while people use it, as CONTRIBUTING.md and domain/data/README.md say."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.errors import OperatorError
from bot.service import cases, drafts, revisions
from domain.definitions import DATA, DefinitionInvalid
from domain.form.loading import load_forms, newest
from domain.office.profile import Office
from storage.tables import Application, Draft
from tests.casework import APPLICANT, FORM, OFFICER, do, half_filled, on, remark, status, submitted
from tests.filling import filling
from tests.talk import Talk, World
from tests.unit.check_cases import SURVEY

ROOT = Path(__file__).parent.parent
DOCUMENTS = ("CONTRIBUTING.md", "domain/data/README.md")
OTHER = "pemohon lain"
WORDS = Office.load().words
#: long enough for the first version of question 3.2 and too short for the second
GOAL = "Menyediakan jumlah kunjungan pasien dan cakupan imunisasi."


def told(document: str) -> tuple[str, str]:
    """The command that copies the form, and the paragraph behind it, each on one line."""
    text = (ROOT / document).read_text(encoding="utf-8")
    found = re.search(r"^    (cp domain/data/forms/.*)\n\n((?:.+\n)+)", text, re.MULTILINE)
    assert found, f"{document} no longer says how a form in use is changed"
    return found[1], " ".join(found[2].split())


def copied(folder: Path, command: str) -> Path:
    """Runs the command on a copy of the data files; gives the folder of the forms."""
    shutil.copytree(str(DATA), folder / "domain" / "data")
    subprocess.run(command.split(), cwd=folder, check=True)
    return folder / "domain" / "data" / "forms"


def deploy(world: World, forms: Path) -> None:
    """Starts the service anew with the forms of this folder."""
    world.restart()
    world.process.app.forms = load_forms(world.process.app.office.words, forms)


def versions(world: World) -> tuple[set[int], set[int]]:
    """Of the request form: what drafts use, what applications use."""

    def read(session: Session) -> tuple[set[int], set[int]]:
        drafts = select(Draft.version).where(Draft.form == FORM)
        return set(session.scalars(drafts)), set(session.scalars(select(Application.version)))

    return world.process.units.write_now(read)


def goals(world: World, version: int) -> list[object]:
    """What the drafts of this version answer to question 3.2, where they answer it."""
    query = select(Draft.answers).where(Draft.form == FORM, Draft.version == version)
    found = world.process.units.write_now(lambda session: session.scalars(query).all())
    return [answers["tujuan"] for answers in found if "tujuan" in answers]


def set_versions(session: Session, version: int) -> None:
    for table in (Draft, Application):
        session.execute(update(table).values(version=version))


def test_both_documents_say_the_same() -> None:
    assert len({told(document) for document in DOCUMENTS}) == 1


def test_a_form_in_use_is_changed_as_the_documents_say(world: World, tmp_path: Path) -> None:
    command, words = told(DOCUMENTS[0])
    number = submitted(world, changes={"tujuan": GOAL})
    talk = filling(world, "jadwal", answers={**SURVEY, "tujuan": GOAL}, who=OTHER)
    assert "3.3 Rencana Jadwal Kegiatan" in talk.last

    # "change a copy"
    forms = copied(tmp_path, command)
    copy = forms / "recommendation_request.v2.toml"
    before = copy.read_text(encoding="utf-8")
    after = before.replace('label = "Tujuan Kegiatan"', 'label = "Maksud Kegiatan"').replace(
        "limits = { min_length = 50, max_length = 4000 }", "limits = { min_length = 100, max_length = 4000 }"
    )
    assert after.count("Maksud Kegiatan") == 1 and after.count("min_length = 100") == 1
    copy.write_text(after, encoding="utf-8")
    deploy(world, forms)

    assert "New drafts begin on the new version." in words
    assert do(world, "orang baru", lambda ctx: drafts.create(ctx, FORM, {}).version) == 2

    assert 'an answer that does not fit any more is kept and marked "perlu diisi ulang"' in words
    talk.say("3.2")
    assert "3.2 Maksud Kegiatan" in talk.last and "Isian lama perlu diisi ulang" in talk.last
    talk.tap("Daftar isian")
    talk.tap("III · Perencanaan dan Persiapan")
    assert "(perlu diisi ulang)" in talk.last
    assert goals(world, version=2) == [GOAL]

    assert "A submitted application stays on its version, also while it is revised." in words
    do(world, OFFICER, on(number, cases.claim))
    remark(world, number, "tujuan")
    do(world, OFFICER, on(number, revisions.request_revision))
    applicant = Talk(world, APPLICANT)
    applicant.press(f"revise:start:{number}")
    assert "3.2 Tujuan Kegiatan" in applicant.last and f"Isian sekarang: {GOAL}" in applicant.last
    applicant.tap("Tetap seperti ini")
    applicant.say("Sudah sesuai dengan pedoman.")
    applicant.tap("Kirim sekarang")
    assert status(world, number) == "under_review"
    assert versions(world) == ({1, 2}, {1})


def test_without_a_version_that_is_in_use_the_service_does_not_start(world: World) -> None:
    assert "without it the service does not start and says how many do" in told(DOCUMENTS[0])[1]
    submitted(world)
    half_filled(world, "jadwal", who=OTHER)
    world.process.units.write_now(
        lambda session: [session.execute(update(t).values(version=7)) for t in (Draft, Application)]
    )
    with pytest.raises(OperatorError) as refusal:
        world.restart()
    assert str(refusal.value) == (
        "recommendation_request.v7.toml: is missing in domain/data/forms, but drafts and applications use it (3); "
        "put the file back"
    )


def test_the_highest_number_is_the_newest(tmp_path: Path) -> None:
    forms = copied(tmp_path, told(DOCUMENTS[0])[0])
    shutil.copy(forms / "recommendation_request.v2.toml", forms / "recommendation_request.v10.toml")
    assert newest(load_forms(WORDS, forms), FORM).version == 10


@pytest.mark.parametrize("name", ["registration.toml", "registration.v0.toml", "Registration.v1.toml", "a.v1.v2.toml"])
def test_a_file_whose_name_has_no_version_is_refused(tmp_path: Path, name: str) -> None:
    forms = copied(tmp_path, told(DOCUMENTS[0])[0])
    (forms / name).write_text("", encoding="utf-8")
    with pytest.raises(DefinitionInvalid, match=f"^{name}: name it after its form and version"):
        load_forms(WORDS, forms)
