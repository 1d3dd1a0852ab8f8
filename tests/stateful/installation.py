"""An installation for the machines: a copy of a prepared database, so that every example starts at once."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.service import cases, drafts, officers, remarks, revisions
from bot.service import people as service
from bot.service.applications import FORM
from bot.service.context import AppContext, Context, context_at
from bot.service.people import ProvenMailbox
from domain.form.definition import Form, next_question, route
from domain.text import Json
from storage import drafts as stored
from storage import migrate, people
from storage.secrets import Keys
from storage.tables import Application
from storage.unit import Units
from tests.stateful import typed_text

Result = TypeVar("Result")

START = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)  # a Monday, 09.00 in Makassar
KEYS = Keys(b"a master secret that only tests use")
APP = AppContext.load(None, KEYS)
OFFICE = APP.office
Who = tuple[str, str]  #: channel, address
#: one person on two devices, somebody else, and the examiner
PHONE: Who = ("console", "phone")
LAPTOP: Who = ("webchat", "laptop")
STRANGER: Who = ("console", "stranger")
OFFICER: Who = ("console", "officer")
#: what the examiner asks about most
FLAGGED = (
    "jadwal",
    "variabel",
    "metode_pengumpulan",
    "cara_pengumpulan_data",
    "surat_permohonan",
    "latar_belakang",
) * 4
#: stands in the stranger's draft and in no message to anybody else
SECRET = "Survei Rahasia Orang Lain 9931"


def request_form() -> Form:
    return APP.form(FORM, 1)


@dataclass
class Installation:
    """A data folder and a process on it. `deploy` stops the process and starts one with another form."""

    folder: Path
    forms: list[Form] = field(default_factory=lambda: [request_form()])
    now = START

    def __post_init__(self) -> None:
        self.start()

    def start(self) -> None:
        self.units = open_units(self.folder)
        self.app = replace(APP, forms={**APP.forms, **{(form.id, form.version): form for form in self.forms}})

    def stop(self) -> None:
        self.units.dispose()

    def deploy(self, form: Form | None = None) -> None:
        self.stop()
        self.forms += [form] if form else []
        self.start()

    @property
    def form(self) -> Form:
        return self.forms[-1]

    def write(self, work: Callable[[Session], Result]) -> Result:
        """One transaction, a little later than the one before."""
        self.now += timedelta(seconds=5)
        return self.units.write_now(work)


def open_units(folder: Path) -> Units:
    units = Units(f"sqlite:///{folder / 'pst.db'}")
    connection = units.engine.raw_connection()
    connection.cursor().execute("PRAGMA synchronous=OFF")  # nobody cuts the power of a test
    connection.close()
    return units


def prepare(folder: Path) -> Path:
    """A folder with a database in which the person and the stranger are registered; both have a draft."""
    folder.mkdir()
    units = open_units(folder)
    migrate.upgrade(units.engine)
    units.dispose()
    installation = Installation(folder)
    installation.write(lambda session: _register(session, installation))
    installation.stop()
    return folder


def copied(prepared: Path, folder: Path) -> Installation:
    shutil.copytree(prepared, folder)
    return Installation(folder)


def fill(session: Session, installation: Installation, until: str, n: int) -> None:
    """Good answers to the questions before `until`, as if they had been typed; "": to all."""
    ctx = context_of(session, installation, PHONE)
    draft = drafts.list_unfinished(ctx, FORM)[0]
    values = dict(draft.answers)
    while (
        question := next_question(route(installation.form, values, OFFICE.switches), values)
    ) and question.id != until:
        if question.kind == "file":
            file = drafts.add_file(ctx, "surat.pdf", "pdf", 2048, "0" * 64, "person/1")
            values[question.id] = [{"id": file.id, "name": file.name, "size": file.size, "kind": file.kind}]
        else:
            values[question.id] = typed_text.value(question, n % 3, ctx.reading)
    stored.change(session, draft, ctx.now, answers=values, changed=dict.fromkeys(values, draft.revision + 1))


def context_of(session: Session, installation: Installation, who: Who) -> Context:
    address = people.get_or_create_address(session, *who, "id", installation.now)
    return context_at(session, installation.app, installation.now, address)


def ask_for_revision(session: Session, installation: Installation, n: int) -> None:
    """The examiner remarks on some answers of an application that waits for it."""
    ctx = context_of(session, installation, OFFICER)
    waiting = session.scalars(select(Application).where(Application.status.in_(("submitted", "under_review")))).first()
    if waiting is None:
        return
    if waiting.status == "submitted":
        cases.claim(ctx, waiting)
    form = installation.app.form(FORM, waiting.version)
    sent = [name for name in (*FLAGGED, *cases.answers(ctx, waiting).answers) if name in form.questions]
    for more in range(1 + n % 3):
        name = sent[(n + more * 7) % len(sent)]
        if name not in cases.answers(ctx, waiting).answers:
            continue
        remarks.add(ctx, waiting, form.questions[name], f"Mohon diperbaiki: {name}.")
    revisions.request_revision(ctx, waiting)


def _registered(name: str) -> dict[str, Json]:
    return {
        "nama": name,
        "instansi": "Dinas Kesehatan Kabupaten Jeneponto",
        "jabatan": "Kepala Bidang",
        "telepon_seluler": "+6281234567890",
        "email": f"{name.partition(' ')[0].casefold()}@example.go.id",
        "identitas_jenis": "ktp",
        "identitas_akhir": "0012",
    }


#: what the registration knows of the person with the phone
OWN_DATA = _registered("Budi Santoso")


def _register(session: Session, installation: Installation) -> None:
    """The stranger has a draft with a secret, the person an empty one on two devices."""
    for who, name in ((PHONE, "Budi Santoso"), (STRANGER, "Siti Orang Lain"), (OFFICER, "Rahmat Pemeriksa")):
        ctx = context_of(session, installation, who)
        service.give_consent(ctx)
        answers = _registered(name)
        service.register(ctx, answers, ProvenMailbox(str(answers["email"])))
        if who != OFFICER:
            _begin(ctx)
    officer = context_of(session, installation, OFFICER)
    officers.join(officer, officers.invite(session, KEYS, "officer", "Rahmat", installation.now))
    stranger = context_of(session, installation, STRANGER)
    question = installation.form.questions["judul_kegiatan"]
    drafts.record(stranger, drafts.list_unfinished(stranger, FORM)[0], question, SECRET)
    phone = context_of(session, installation, PHONE).actor
    service.merge_into_owner(context_of(session, installation, LAPTOP), ProvenMailbox(phone.email))


def _begin(ctx: Context) -> None:
    known: dict[str, Json] = {"jenis_statistik": "sektoral", "wilayah_pengajuan": "kabupaten"}
    drafts.create(ctx, FORM, known | {"instansi_penyelenggara": ctx.actor.institution})
