"""Ten applications through two rounds each, by two officers and a director on three channels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from sqlalchemy import select

from storage.tables import RegisterEntry
from tests.casework import audit_faults, audited, read_all, submitted
from tests.phones.walk import Somebody, Walk, on_three_channels

SITI, RAHMAT, HEAD, DIRECTOR, ADMIN = "siti", "rahmat", "kepala", "direktur", "admin"
STAFF = {
    SITI: ("officer", "telegram"),
    RAHMAT: ("officer", "whatsapp"),
    HEAD: ("head", "webchat"),
    DIRECTOR: ("director", "webchat"),
    ADMIN: ("admin", "webchat"),
}
CHANNELS = ("telegram", "whatsapp", *["webchat"] * 8)
ALL = range(1, 11)
OF_RAHMAT = range(8, 11)
PURPOSE = "Menghasilkan jumlah kunjungan dan cakupan pelayanan menurut kecamatan, dengan sepuluh indikator."
#: cases with which something more happens
UNDONE, TAKEN_BACK, HANDED_OVER, DROPPED = 2, 3, 5, 8
#: the process restarts while their verdict and their issue are held
RESTARTED = (1, 9)


def number(case: int) -> str:
    return f"REK-2026-{case:04}"


def holder(case: int) -> str:
    return RAHMAT if case in OF_RAHMAT else SITI


async def open_office(walk: Walk) -> None:
    for name, (role, channel) in STAFF.items():
        await walk.add(name, channel).say(f"/gabung {walk.world.invite(role, name.title())}")
    await walk.people[DIRECTOR].tap("Tidak dicantumkan")


async def apply(walk: Walk) -> None:
    for case, channel in zip(ALL, CHANNELS, strict=True):
        await walk.add(f"pemohon{case}", channel).say("halo")
        assert submitted(walk.world, f"pemohon{case}") == case
        await walk.wait()  # a platform takes one message a second for each chat


async def taps(somebody: Somebody, *labels: str) -> str:
    """The last answer."""
    said = ""
    for label in labels:
        said = await somebody.tap(label)
    return said


async def ask_for_revision(walk: Walk, case: int) -> None:
    """One remark; the request is held."""
    officer = walk.people[holder(case)]
    await officer.say(number(case))
    await officer.tap("Ambil permohonan")
    read_all(walk.world, holder(case), case)
    await officer.tap("Tulis catatan")
    await officer.say("3.2")
    await officer.say("Mohon sebutkan indikator yang dihasilkan.")
    said = await taps(officer, "Simpan", "Minta perbaikan", "Ya, minta perbaikan")
    assert "belum ada yang diberi tahu" in said
    if case == UNDONE:
        assert "Dibatalkan" in await officer.tap("Batalkan")
        await taps(officer, "Minta perbaikan", "Ya, minta perbaikan")


async def take_back(walk: Walk, case: int) -> None:
    """The request is taken back while it is unanswered, and sent once more."""
    officer = walk.people[holder(case)]
    await officer.say(number(case))
    await taps(officer, "Tarik permintaan", "Ya, tarik", "Minta perbaikan", "Ya, minta perbaikan")
    await walk.wait()


async def revise(walk: Walk, case: int) -> None:
    applicant = walk.people[f"pemohon{case}"]
    await applicant.tap("Perbaiki sekarang")
    await applicant.say(PURPOSE)
    assert f"{number(case)}" in await taps(applicant, "Ganti semua", "Kirim sekarang")


async def hand_over(walk: Walk, case: int) -> None:
    """Siti gives a case to Rahmat, with a message."""
    siti = walk.people[SITI]
    await siti.say(number(case))
    await taps(siti, "Serahkan ke rekan", "Rahmat")
    await siti.say("Mohon dilanjutkan, saya cuti.")
    await siti.tap("Kirim")
    assert "Mohon dilanjutkan, saya cuti." in await walk.people[RAHMAT].news()


async def accept(walk: Walk, name: str, case: int) -> None:
    """The second round: the answer is accepted."""
    await walk.people[name].say(number(case))
    await taps(walk.people[name], "Periksa perbaikan", "Terima jawaban 1 (3.2)")


async def decide(walk: Walk, name: str, case: int) -> None:
    """The verdict is held."""
    officer = walk.people[name]
    read_all(walk.world, name, case)
    await officer.say(number(case))
    await taps(officer, "Semua baik", "Ya, putuskan")


async def revoke_rahmat(walk: Walk) -> None:
    """While a verdict of his is held: it does not happen. The head gives his cases to Siti."""
    await accept(walk, RAHMAT, DROPPED)
    await decide(walk, RAHMAT, DROPPED)
    await walk.people[ADMIN].say("/petugas")
    assert "Akses Rahmat sudah dicabut." in await taps(walk.people[ADMIN], "Rahmat", "Ya, cabut")
    await walk.wait()
    assert "Akses Anda sebagai petugas sudah dicabut." in await walk.people[RAHMAT].news()
    await walk.people[HEAD].say("/petugas")
    said = await taps(walk.people[HEAD], "Rahmat", "Serahkan semuanya", "Siti")
    assert "4 permohonan diserahkan kepada Siti." in said


async def send(walk: Walk, case: int) -> None:
    siti = walk.people[SITI]
    await siti.say(number(case))
    await taps(siti, "Kirim ke direktur", "Ya, kirim ke direktur")


async def held(walk: Walk, case: int) -> None:
    """The time of what is held goes by, in some cases over a restart."""
    if case in RESTARTED:
        await walk.live.restart()
    await walk.wait()


async def issue(walk: Walk, case: int) -> None:
    director = walk.people[DIRECTOR]
    await director.say(number(case))
    await taps(director, "Terbitkan", "Ya, terbitkan")


_FIRST = ("submit", "claim", "remark", "hold", "request_revision")
_LAST = ("hold", "decide", "send_to_director", "hold", "issue")
_PLAIN = (*_FIRST, "resubmit", "close_remark", *_LAST)
#: what the audit says of every case, one after the other
STORIES: Mapping[int, Sequence[str]] = {
    **dict.fromkeys(ALL, _PLAIN),
    UNDONE: ("submit", "claim", "remark", "hold", "undo", "hold", "request_revision", *_PLAIN[5:]),
    TAKEN_BACK: (*_FIRST, "take_back", "hold", "request_revision", *_PLAIN[5:]),
    HANDED_OVER: (*_FIRST, "resubmit", "hand_over", "note", "hand_over", "close_remark", *_LAST),
    DROPPED: (*_FIRST, "resubmit", "close_remark", "hold", "drop_held", "hand_over", *_LAST),
    **dict.fromkeys(range(DROPPED + 1, 11), (*_FIRST, "resubmit", "hand_over", "close_remark", *_LAST)),
}
#: acts that change nothing
READINGS = {"read", "read_letter", "read_file", "letter_read", "read_applicant"}


def letters_of(walk: Walk) -> list[tuple[str, str]]:
    """(state, number) of every letter in the register."""
    rows = walk.world.process.units.write_now(lambda session: session.scalars(select(RegisterEntry)).all())
    return [(row.state, row.number) for row in rows]


async def test_ten_applications_end_with_ten_letters_and_the_audit_tells_the_whole_story(tmp_path: Path) -> None:
    async with on_three_channels(tmp_path) as walk:
        await open_office(walk)
        await apply(walk)
        for case in ALL:
            await ask_for_revision(walk, case)
        await walk.wait()
        await take_back(walk, TAKEN_BACK)
        for case in ALL:
            await revise(walk, case)
        await hand_over(walk, HANDED_OVER)
        await revoke_rahmat(walk)
        for case in ALL:
            if case != DROPPED:
                await accept(walk, SITI, case)
            await decide(walk, SITI, case)
            await held(walk, case)
            await send(walk, case)
            await issue(walk, case)
            await held(walk, case)
        assert letters_of(walk) == [("valid", f"B-{case}/7304/KS.200/2026") for case in ALL]
        for case in ALL:
            said = await walk.people[f"pemohon{case}"].news()
            assert f"(berkas: surat-B-{case}-7304-KS.200-2026.pdf)" in said
            assert [act for act in audited(walk.world, case) if act not in READINGS] == list(STORIES[case]), case
        for applicant in (walk.people["pemohon1"], walk.people["pemohon2"]):
            assert any(content.startswith(b"%PDF") for _, content in applicant.files())
        assert await walk.complaints() == [] and audit_faults(walk.world) == []
