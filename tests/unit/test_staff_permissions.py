"""Who may do what, as people meet it: revoked officers, letters of officers who have left, admins."""

from __future__ import annotations

from pathlib import Path

from bot.service import (
    cases,
    officers,
)
from storage.tables import Remark
from tests.casework import (
    HEAD,
    OFFICER,
    REACH,
    do,
    is_forbidden,
    on,
    staffed,
    submitted,
)
from tests.talk import Talk, World

TITLE = "Survei Kepuasan Pasien"


def test_a_revoked_officers_open_screen_and_words_do_nothing(tmp_path: Path) -> None:
    world = staffed(World(tmp_path / "data"))
    application_id = REACH["under_review"](world)
    talk = Talk(world, OFFICER)
    talk.press(f"remark:ask:{application_id}:3.2")
    assert "Tulis catatan Anda" in talk.last
    do(world, OFFICER, lambda ctx: officers.revoke(ctx.session, ctx.app.keys, ctx.actor.id, ctx.now))
    for words in ("Tujuan belum jelas.", "bantuan", "berkas", f"/periksa REK-2026-{application_id:04d}", "penilaian"):
        talk.say(words)
        assert TITLE not in talk.last and "Maaf, ada gangguan" not in talk.last, words
    remarks = world.process.units.write_now(lambda session: session.query(Remark).count())
    assert remarks == 1
    do(world, HEAD, on(application_id, cases.take_over))
    world.stop()


def test_a_drafted_letter_goes_on_when_its_officer_has_left(tmp_path: Path) -> None:
    world = staffed(World(tmp_path / "data"))
    application_id = REACH["letter_drafted"](world)
    do(world, OFFICER, lambda ctx: officers.revoke(ctx.session, ctx.app.keys, ctx.actor.id, ctx.now))
    talk = Talk(world, HEAD)
    talk.press(f"case:show:{application_id}")
    talk.tap("Ambil alih")
    talk.tap("Kirim ke direktur")
    talk.tap("Ya, kirim ke direktur")
    assert "Menunggu terbit" in talk.last
    world.stop()


def test_an_admin_sees_no_applications(tmp_path: Path) -> None:
    world = World(tmp_path / "data")
    submitted(world)
    talk = Talk(world, "admin")
    talk.say(f"/gabung {world.invite('admin', 'Admin')}")
    assert "masuk sebagai admin" in talk.last
    for words in ("/berkas", "/periksa REK-2026-0001", "/penilaian"):
        talk.say(words)
        assert is_forbidden(talk), words
    world.stop()
