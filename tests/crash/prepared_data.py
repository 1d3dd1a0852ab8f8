"""Data folders at the beginning of what the tests do, and how each of them stands after it where nothing dies."""

from __future__ import annotations

import asyncio
import shutil
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from bot.channel import Channel
from bot.runtime.backup_objects import take_place
from bot.runtime.channels import every_channel
from bot.runtime.file_store import open_s3
from bot.service.catalogue import SAMPLE, import_file
from bot.settings import Settings
from storage import jobs
from storage.tables import InboxRow, OutboxRow
from tests.crash.snapshot import snapshot
from tests.page_cookies import address_of, token_of
from tests.platforms.s3.server import PREFIX, S3Server, StoredObject
from tests.script import FOLDER, this_year
from tests.service import Service
from tests.talk import Talk, World
from tests.transcript_player import Player

TRANSCRIPT = FOLDER / "two_rounds.chat"

#: who has a page open → their cookie
TOKENS = {name: token_of(name) for name in ("pemohon", "petugas", "direktur")}
ADDRESSES = {name: address_of(token) for name, token in TOKENS.items()}


@dataclass(frozen=True)
class Act:
    """From a line of the transcript on, these lines; the process dies of the first one."""

    begins: str
    lines: tuple[str, ...]
    who: str = "pemohon"
    nth: int = 1  #: which of the lines that read so
    first: tuple[str, ...] = ()  #: what is said before, while nothing happens

    @property
    def folder(self) -> str:
        return " ".join((self.begins, str(self.nth), *self.first)).replace("/", "")


TITLE = "Survei Kepuasan Pasien Puskesmas Kabupaten Jeneponto"
UPLOAD = "(surat.pdf)"
LETTER = ("[Buatkan surat pengantar]", "[Kertas kami sudah berkop]")
ACTS = {
    "hello": Act("halo", ("halo", "[Ajukan permohonan]")),
    "code": Act("[Kirim]", ("[Kirim]", "{code}")),
    "answer": Act(TITLE, (TITLE, "2027")),
    "upload": Act(UPLOAD, (UPLOAD, "(kuesioner.docx)")),
    "document": Act(UPLOAD, ("[Saya sendiri]", UPLOAD), first=LETTER),
    "traffic": Act(UPLOAD, (UPLOAD, "(kuesioner.docx)", "lewati", "lewati", "lewati")),
    "submit": Act("[Kirim sekarang]", ("[Kirim sekarang]", "[Kirim sekarang]")),
    "revise": Act("[Ya, minta perbaikan]", ("[Ya, minta perbaikan]", "[Ya, minta perbaikan]"), "petugas"),
    "resubmit": Act("[Kirim sekarang]", ("[Kirim sekarang]", "[Kirim sekarang]"), nth=2),
    "decide": Act("[Ya, putuskan]", ("[Ya, putuskan]", "[Kirim ke direktur]"), "petugas"),
    "issue": Act("[Ya, terbitkan]", ("[Ya, terbitkan]", "[Ya, terbitkan]"), "direktur"),
    "amend": Act(
        "[Ya, terbitkan]",
        ("[Ya, perbaiki]", "[Ya, perbaiki]"),
        "direktur",
        first=("[Ya, terbitkan]", "/periksa 1", "[Perbaiki surat]", "[Ubah tembusan]", "Bupati Jeneponto", "[Lanjut]"),
    ),
    "replace": Act(
        "[Ya, terbitkan]",
        ("[Ya, ganti surat]", "[Ya, ganti surat]"),
        "direktur",
        first=("[Ya, terbitkan]", "/periksa 1", "[Ganti surat]", "Nama penyelenggara keliru.", "[Lanjut]"),
    ),
    "record": Act(
        "[Ya, terbitkan]",
        ("[Ya, catat dan kirim]", "[Ya, catat dan kirim]"),
        "petugas",
        first=("/periksa 1", "[Catat surat terbit]", "B-90/7304/KS.200/2026", "V-26.7304.001", "(surat-ttd.pdf)"),
    ),
}

Snapshot = dict[str, list[object]]


@dataclass(frozen=True)
class Prepared:
    folder: Path
    after: dict[str, Snapshot]  #: act → where nothing died

    def service(self, act: str, folder: Path) -> Service:
        """Where the act begins; not started."""
        shutil.copytree(self.folder / ACTS[act].folder, folder / "var")
        return Service(folder)


def move_files(folder: Path, store: S3Server) -> None:
    """Into an object store, which from then on holds those of this data folder."""
    for file in (folder / "files").glob("[0-9a-f][0-9a-f]/*"):
        store.objects[f"{PREFIX}/{file.name}"] = StoredObject(file.read_bytes(), datetime.now(UTC))
        file.unlink()
    take_place(f"sqlite+aiosqlite:///{folder}/pst.db", open_s3(Settings.model_validate(store.settings)))


def prepare(folder: Path) -> Prepared:
    world = _world(folder / "from the beginning", hours_ago=2)
    import_file(world.process.units, SAMPLE)  # as --demo does
    player = _player(world)
    wanted = {(act.begins, act.nth): act for act in ACTS.values() if not act.first}
    said: Counter[str] = Counter()
    for line in map(this_year, TRANSCRIPT.read_text(encoding="utf-8").splitlines()):
        words = line.removeprefix("> ")
        said[words] += 1
        if act := wanted.pop((words, said[words]), None):
            _keep(world, folder / act.folder)
        if wanted and line.startswith((">", "=", "~")):
            player.play(line)
    world.stop()
    assert not wanted
    for act in ACTS.values():
        if act.first:
            _go_on_to(act, folder)
    return Prepared(folder, {name: _undisturbed(folder, name) for name in ACTS})


def _world(folder: Path, hours_ago: float = 0) -> World:
    """Its mails are laid into a folder, as those of the real process: officers are told what has become of them."""

    def channels(settings: Settings, *others: Any) -> Mapping[str, Channel]:
        return every_channel(settings.model_copy(update={"smtp_url": ""}), *others)

    return World(folder, channels=channels, now=datetime.now(UTC) - timedelta(hours=hours_ago))


def _player(world: World) -> Player:
    """Everybody talks through the web chat."""
    player = Player(world)
    player.talks = {name: Talk(world, address, "webchat") for name, address in ADDRESSES.items()}
    player.talk = player.talks["pemohon"]
    return player


def _keep(world: World, folder: Path) -> None:
    """A copy in which everything said so far was shown and sent, long enough ago for ids to be forgotten."""

    def close(session: Session) -> None:
        session.execute(delete(InboxRow).where(InboxRow.state == "done"))
        leave_nothing_to_do(session, world.now)

    world.process.units.write_now(close)
    world.stop()
    shutil.copytree(world.folder, folder)
    world.start()


def leave_nothing_to_do(session: Session, now: datetime) -> None:
    """Everything said so far was sent, and the hour at which a test runs brings nobody a reminder or the digest."""
    session.execute(update(OutboxRow).where(OutboxRow.sent_at.is_(None)).values(sent_at=now))
    jobs.add(session, "clock", "clock", now + timedelta(days=365), {})


def _go_on_to(act: Act, folder: Path) -> None:
    """From where another act begins."""
    begins = shutil.copytree(folder / replace(act, first=()).folder, folder / f"before {act.folder}")
    world = _world(Path(begins), hours_ago=1)
    _say(world, act.who, act.first)
    _keep(world, folder / act.folder)
    world.stop()


def _undisturbed(folder: Path, name: str) -> Snapshot:
    act = ACTS[name]
    world = _world(Path(shutil.copytree(folder / act.folder, folder / f"after {name}")))
    try:
        _say(world, act.who, act.lines)
        return snapshot(world)
    finally:
        world.stop()


def _say(world: World, who: str, lines: tuple[str, ...]) -> None:
    player = _player(world)
    player.talk = player.talks[who]
    asyncio.run(player.talk.news())
    for line in lines:
        player.play(f"> {line}")
