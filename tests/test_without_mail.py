"""A service that sends no mails does not let anybody wait for a code that never comes."""

from __future__ import annotations

from pathlib import Path

from tests.talk import Talk, World


def test_who_registers_where_no_mails_are_sent_is_told_where_to_go_instead(tmp_path: Path) -> None:
    world = World(tmp_path, settings={"smtp_url": ""})
    talk = Talk(world, "budi")
    talk.say("halo")
    talk.tap("Akun dan pindah perangkat")
    talk.tap("Daftar sekarang")
    assert "kantor belum dapat mengirim e-mail" in talk.last, "before any data are asked"
    talk.tap("Saya sudah pernah mendaftar")
    assert "kantor belum dapat mengirim e-mail" in talk.last
    talk.say("budi@example.go.id")
    assert "kantor belum dapat mengirim e-mail" in talk.last and "sudah mengirim" not in talk.last
    assert talk.labels() == ["Datang ke kantor", "Menu"], "no code can be asked for again"
    talk.tap("Datang ke kantor")
    assert "Meja layanan buka" in talk.last
    world.stop()
