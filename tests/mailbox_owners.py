"""Who proves a mailbox in the tests of codes and identity: owners, strangers, and what they typed."""

from __future__ import annotations

from sqlalchemy import select

from storage.tables import Person
from tests.talk import Talk, World

OWNER, STRANGER = "budi", "orang lain"
EMAIL = f"{OWNER}@example.go.id"
ATTACKER, VICTIM = "penyerang", "korban"
VICTIM_EMAIL = f"{VICTIM}@example.go.id"
NEW_EMAIL = "baru@example.go.id"
LOCKED = "Data pendaftaran tidak berubah, karena kodenya sudah dikirim."
DATA = {
    "nama": "Budi Santoso",
    "instansi": "Dinas Kesehatan",
    "jabatan": "Kepala Bidang",
    "telepon_seluler": "+6281234567890",
}


def asking(world: World, who: str) -> Talk:
    """Somebody who was asked for the code that went to the owner."""
    talk = Talk(world, who)
    talk.say("halo")
    talk.press("account:move")
    talk.say(EMAIL)
    return talk


def wrong(world: World) -> str:
    return "00000000" if world.code() != "00000000" else "11111111"


def emails(world: World) -> dict[str, int]:
    """Proven address → person id."""
    proven = select(Person).where(Person.email_proven_at.is_not(None), Person.merged_into_id.is_(None))
    return world.process.units.write_now(lambda session: {p.email: p.id for p in session.scalars(proven)})
