"""Conversations to die in: how they begin, what is done, and how everything stands where nothing died."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from sqlalchemy import select, update
from sqlalchemy.orm import Session

import locales
from bot.channel import StoredMessage
from storage.tables import Application, Hold, OutboxRow
from tests.casework import APPLICANT, DIRECTOR, OFFICER, awaiting_issue, half_filled, join, staffed, under_review
from tests.crash.phone import Network, Shown, files_in
from tests.crash.prepared_data import leave_nothing_to_do
from tests.crash.snapshot import snapshot
from tests.samples import sample
from tests.talk import Talk, World
from tests.unit.check_cases import SURVEY

#: who → the number of their phone
PEOPLE: Mapping[str, int] = {APPLICANT: 1, OFFICER: 2, DIRECTOR: 3}

#: the real process has no server of mails either, and says so
NO_MAIL: Mapping[str, str] = {"smtp_url": ""}

#: CRASH=all: every point at everything that is done, and every script on every network
ALL = os.environ.get("CRASH") == "all"

#: what is still open in the draft of who applies
LEFT = ("judul_kegiatan", "cara_pengumpulan_data", "surat_permohonan", "instrumen", "kak", "dummy_tabel", "catatan")

Snapshot = dict[str, list[object]]


@dataclass(frozen=True)
class Step:
    """What somebody does: words, [a button], (files). `deaths`: where the process dies of it, one after the other (with
    a dash: only in the long run); `meanwhile`: what is written while it lies dead for the first time;
    `answers_template`: a template has asked for these words, because the person had not written for a day.
    """

    who: str
    words: str
    deaths: str = ""
    meanwhile: str = ""
    answers_template: bool = False

    @property
    def dies_at(self) -> list[str]:
        """Points of `killed_process.py`, or silences of the platform; perhaps the n-th, perhaps to somebody else."""
        wanted = [death.strip() for death in self.deaths.split("·") if death]
        return [death.lstrip("- ") for death in wanted if ALL or not death.startswith("-")]


@dataclass(frozen=True)
class Script:
    begins: Callable[[World], object]
    steps: tuple[Step, ...]


@dataclass(frozen=True)
class Stage:
    """A script on a network, and how everything stands in the end where nothing dies."""

    script: Script
    case: str
    snapshot: Snapshot
    told: Mapping[str, list[Shown]]  #: who → what the service says to them, in order


def _applying(world: World) -> None:
    half_filled(world, *LEFT)


def _examined(world: World) -> None:
    join(world, OFFICER, "officer")
    join(world, DIRECTOR, "director")
    under_review(world)


def _awaiting_issue(world: World) -> None:
    staffed(world)
    awaiting_issue(world)
    while asyncio.run(world.worker.work_once()):
        pass


APPLYING = Script(
    _applying,
    (
        Step(APPLICANT, "halo", "received · handled · committed · -claimed · told · sent"),
        Step(APPLICANT, "[Lanjutkan permohonan]", "unconfirmed · -told"),
        Step(APPLICANT, str(SURVEY["judul_kegiatan"]), "-handled · confirming"),
        Step(APPLICANT, "[Survei]", "-received · -committed · claimed · -sent · settled"),
        Step(
            APPLICANT,
            "(foto.jpg)",
            "-received · kept · pending · fetching · -spooling 2 · -fetched · put · handled · -committed · told",
        ),
        Step(APPLICANT, "(kuesioner.docx, tabel.xlsx, pedoman.pdf)", "kept 2 · -kept 2 · -fetching · put · -claimed"),
        Step(APPLICANT, "lewati"),
        Step(APPLICANT, "lewati semua sisanya"),
        Step(APPLICANT, "[Kirim sekarang]", "-received · handled · unconfirmed · -claimed · told · sent · -settled"),
        Step(APPLICANT, "[Lihat status]"),
    ),
)

DECIDING = Script(
    _examined,
    (
        Step(APPLICANT, "halo"),
        Step(DIRECTOR, "halo"),
        Step(OFFICER, "/periksa {case}"),
        Step(OFFICER, "[Putuskan]"),
        Step(OFFICER, "[Layak]"),
        Step(OFFICER, "Rancangan lengkap dan jelas.", "-handled · -told"),
        Step(OFFICER, "[Lanjut]", "-committed"),
        Step(OFFICER, "[Tidak ada]"),
        Step(OFFICER, "[Ya, putuskan]", f"-handled · told@{APPLICANT} · -sent"),
        Step(OFFICER, "[Kirim ke direktur]"),
        Step(DIRECTOR, "/periksa {case}"),
        Step(DIRECTOR, "[Terbitkan]"),
        Step(DIRECTOR, "[Ya, terbitkan]", f"committed · put · -committed · told@{APPLICANT} · sent · -settled"),
        Step(APPLICANT, "status"),
    ),
)

HURRYING = Script(
    lambda world: half_filled(world, "surat_permohonan", "instrumen"),
    (
        Step(APPLICANT, "halo", "-received · unconfirmed · told"),
        Step(APPLICANT, "[Lanjutkan permohonan]", "handled · -committed · sent · -settled"),
        Step(APPLICANT, "(foto.jpg)", "pending · pending · pending", meanwhile="selesai"),
        Step(APPLICANT, "[Tambah berkas di 9.1]", "-claimed"),
    ),
)

#: the applicant has not written for a day; in the end they do, and get what waited and nothing else
SILENT = Script(
    _awaiting_issue,
    (
        Step(DIRECTOR, "/periksa {case}"),
        Step(DIRECTOR, "[Terbitkan]"),
        Step(DIRECTOR, "[Ya, terbitkan]", f"told@{APPLICANT}"),
        Step(APPLICANT, "halo", "-handled · committed · told · -sent", answers_template=True),
    ),
)


def stage(script: Script, network: Network, folder: Path) -> Stage:
    """Leaves a data folder `var` at the beginning of the script."""
    world = World(folder / "var", settings=NO_MAIL, now=datetime.now(UTC) - timedelta(hours=2))
    script.begins(world)
    case = world.process.units.write_now(lambda session: _close(session, world.now))
    world.stop()
    _move_in(folder / "var", network)
    known, told = _undisturbed(script, network, Path(shutil.copytree(folder / "var", folder / "after")), case)
    return Stage(script, case, known, told)


def _close(session: Session, now: datetime) -> str:
    """Gives the number of the application, if there is one."""
    leave_nothing_to_do(session, now)
    return session.scalar(select(Application.number)) or ""


def _move_in(folder: Path, network: Network) -> None:
    """Everybody has a phone on this network, and has never talked in any other way."""
    database = sqlite3.connect(folder / "pst.db")
    for who, number in PEOPLE.items():
        moved = (network.channel, network.phone(number).address, who)
        database.execute("UPDATE addresses SET channel = ?, external_id = ? WHERE external_id = ?", moved)
    database.execute("UPDATE outbox SET channel = ? WHERE channel = 'console'", (network.channel,))
    database.commit()
    database.close()


def _undisturbed(script: Script, network: Network, folder: Path, case: str) -> tuple[Snapshot, dict[str, list[Shown]]]:
    world = World(folder, settings=NO_MAIL, now=datetime.now(UTC))
    talks = {who: Talk(world, network.phone(number).address, network.channel) for who, number in PEOPLE.items()}
    try:
        for talk in talks.values():
            asyncio.run(talk.news())
            talk.told.clear()
        for step in script.steps:
            if step.answers_template:
                world.process.units.write_now(partial(_hold_for_template, channel=network.channel))
            _say(talks[step.who], step, network, case)
            if step.meanwhile:
                talks[step.who].say(step.meanwhile, unseen=True)
        for talk in talks.values():
            asyncio.run(talk.news())
        return snapshot(world), {who: [_shown(message) for message in talk.told] for who, talk in talks.items()}
    finally:
        world.stop()


def _hold_for_template(session: Session, channel: str) -> None:
    """What waits to be sent was announced by a template."""
    waiting = update(OutboxRow).where(OutboxRow.channel == channel, OutboxRow.sent_at.is_(None))
    session.execute(waiting.values(hold=Hold.HELD, template_sent_at=OutboxRow.not_before))


def _say(talk: Talk, step: Step, network: Network, case: str) -> None:
    files = [(name, sample(name)) for name in files_in(step.words)]
    if button := re.fullmatch(r"\[(.+)\]", step.words):
        talk.tap(button[1])
    elif files and network.albums:
        talk.send(*files)
    elif files:
        talk.send(files[0])
    else:
        talk.say(step.words.format(case=case))


def _shown(message: StoredMessage) -> Shown:
    file = message.prompt.attachment
    return Shown(locales.say(message.prompt.text, message.locale), file.name if file else "")
