"""An accepted case is exported in Romantik's field names, and its number there is recorded."""

from __future__ import annotations

import asyncio
import json
from io import BytesIO

from openpyxl import load_workbook
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.service import corrections, register, romantik
from bot.service.context import Context
from storage.tables import Application, File
from tests import casework
from tests.casework import APPLICANT, DIRECTOR, HEAD, OFFICER, OTHER_OFFICER, do, issued, on
from tests.talk import Talk, World
from tests.unit.check_cases import SURVEY


def files(world: World) -> dict[str, bytes]:
    """Name → content of what was exported."""

    def read(session: Session) -> list[tuple[str, str, str]]:
        rows = session.scalars(select(File).where(File.name.like("romantik-%")).order_by(File.id))
        return [(file.name, file.object, file.owner) for file in rows]

    found = world.process.units.write_now(read)
    return {name: world.process.store.read(object_name, owner) for name, object_name, owner in found}


def number(world: World, application_id: int) -> str:
    return world.process.units.write_now(lambda session: session.get_one(Application, application_id).romantik_number)


def revoke(ctx: Context, application: Application) -> None:
    entry = register.newest(ctx, application)
    assert entry is not None
    corrections.revoke_letter(ctx, application, entry.letter_id, "Keliru.")


def test_an_accepted_case_is_exported_and_its_number_is_recorded_and_audited(world: World) -> None:
    application_id = issued(world)
    talk = Talk(world, OFFICER)
    talk.say("/periksa 1")
    talk.tap("Ekspor Romantik")
    assert "sedang disusun" in "\n".join(line for message in talk.told for line in talk.lines([message]))
    exported = files(world)
    assert sorted(exported) == ["romantik-REK-2026-0001.json", "romantik-REK-2026-0001.xlsx"]
    document = json.loads(exported["romantik-REK-2026-0001.json"])
    assert document["status_rekomendasi"] == "layak"
    assert document["nama_kegiatan"] == SURVEY["judul_kegiatan"]
    assert document["jenis/cara kegiatan"] == "Survei"
    assert document["blok_i"]["alamat_instansi_penyelenggara"]["telepon"]
    assert set(document["blok_iii"]["variabel_yang_dikumpulkan"][0]) == {"nama", "definisi", "referensi_waktu"}
    assert "penyajian" in document["blok_iii"]["rencana_jadwal_kegiatan"]
    assert {"0.5", "3.3", "3.4"} <= set(document["_layanan"]["butir_tanpa_nama_bidang"])
    sheets = load_workbook(BytesIO(exported["romantik-REK-2026-0001.xlsx"]))
    rows = {str(row[0]): row[2] for row in sheets["Isian"].iter_rows(values_only=True)}
    assert rows["nama_kegiatan"] == SURVEY["judul_kegiatan"]
    assert "blok_iii.variabel_yang_dikumpulkan[1].nama" in rows
    talk.say("/periksa 1")
    talk.tap("Sudah direkam")
    talk.say("belum tahu")
    assert "Itu belum berupa nomor." in talk.last
    talk.say("RMK-7304-26-001")
    assert "Nomor di Romantik: RMK-7304-26-001" in talk.last
    talk.tap("Sudah direkam")
    talk.say("RMK-7304-26-010")
    assert number(world, application_id) == "RMK-7304-26-010"
    talk.tap("Riwayat")
    assert "mencatat nomor di Romantik: RMK-7304-26-010." in talk.last
    acts = casework.audited(world, application_id)
    assert [act for act in acts if act in {"export_case", "record_romantik"}] == [
        "export_case",
        "record_romantik",
        "record_romantik",
    ]
    assert casework.audit_faults(world) == []


def test_only_the_desk_exports_and_only_what_was_accepted(world: World) -> None:
    accepted, waiting, rejected = issued(world), casework.submitted(world), casework.letter_drafted(world, "ditolak")
    codes = [f"romantik:{act}:{id}" for act in ("export", "number") for id in (accepted, waiting, rejected, 99)]
    for who in (APPLICANT, DIRECTOR, "orang lain"):
        talk = Talk(world, who)
        for code in codes:
            talk.press(code)
        talk.say("RMK-1")
    for who in (OTHER_OFFICER, HEAD):
        talk = Talk(world, who)
        for code in codes:
            if not code.endswith(f":{accepted}"):
                talk.press(code)
                assert "tidak dapat dilakukan" in talk.last or "tidak ada" in talk.last, code
        talk.say("RMK-1")
    assert files(world) == {}
    assert [number(world, id) for id in (accepted, waiting, rejected)] == ["", "", ""]


def test_a_revoked_letter_takes_the_export_away(world: World) -> None:
    application_id = issued(world)
    talk = Talk(world, HEAD)
    talk.say("/periksa 1")
    assert {"Ekspor Romantik", "Sudah direkam"} <= set(talk.labels())
    do(world, DIRECTOR, on(application_id, revoke))
    talk.say("/periksa 1")
    assert not {"Ekspor Romantik", "Sudah direkam"} & set(talk.labels())


def test_the_desk_lists_what_is_still_to_be_recorded_in_romantik(world: World) -> None:
    first, revoked_one, second = issued(world), issued(world), issued(world)
    do(world, DIRECTOR, on(revoked_one, revoke))
    talk = Talk(world, OFFICER)
    talk.press("inbox:list:ended:0")
    talk.tap("Belum di Romantik")
    assert talk.labels()[:-1] == [f"REK-2026-{id:04}" for id in (second, first)]
    do(world, OFFICER, on(first, lambda ctx, case: romantik.record_number(ctx, case, "RMK-1")))
    talk.tap("Belum di Romantik")
    assert talk.labels()[:-1] == [f"REK-2026-{second:04}"]
    director = Talk(world, DIRECTOR)
    director.press("inbox:list:ended:0")
    assert "Belum di Romantik" not in director.labels()
    director.press("inbox:list:romantik:0")
    assert "REK-2026" not in director.last


def test_nothing_is_written_for_a_letter_that_was_revoked_meanwhile(world: World) -> None:
    application_id = issued(world)
    asyncio.run(world.work())
    do(world, HEAD, on(application_id, romantik.order))
    do(world, DIRECTOR, on(application_id, revoke))
    folder = world.process.settings.data_dir / "files"
    stored = set(folder.rglob("*"))
    asyncio.run(world.work())
    assert set(folder.rglob("*")) == stored


def test_who_has_no_name_yet_gives_it_before_anything_stands_in_the_history(world: World) -> None:
    application_id = issued(world)
    nobody = Talk(world, "tanpa nama")
    nobody.say(f"/gabung {world.invite('officer', '')}")
    for act in ("export", "number"):
        nobody.press(f"romantik:{act}:{application_id}")
        assert "Siapa nama lengkap Anda?" in nobody.last, act
    assert files(world) == {}
