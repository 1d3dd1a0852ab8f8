"""The copy of one's own data: complete, for its person alone, and gone after three days."""

from __future__ import annotations

import asyncio
import io
import json
import zipfile
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from bot.service import cases, consultations, live_chats, officers, ratings, surveys
from letters import own_data_archive
from storage import jobs
from storage.tables import File
from tests import complaints
from tests.casework import APPLICANT, OFFICER, do, half_filled, issued, on, submitted
from tests.guest_rows import NAME, sign
from tests.queue_rows import take
from tests.talk import Talk, World


def archives(world: World) -> list[zipfile.ZipFile]:
    """Those that were made, from the file store."""
    query = select(File).where(File.kind == "zip").order_by(File.id)
    files = world.process.units.write_now(lambda session: list(session.scalars(query)))
    return [zipfile.ZipFile(io.BytesIO(world.process.store.read(file.object, file.owner))) for file in files]


def exported(world: World) -> tuple[dict[str, Any], list[str]]:
    [archive] = archives(world)
    return json.loads(archive.read("data.json")), archive.namelist()


def test_the_copy_has_everything_and_comes_in_the_chat(world: World) -> None:
    application_id = issued(world)
    asyncio.run(world.work())
    assert do(world, APPLICANT, lambda ctx: ratings.rate(ctx, application_id, 4))
    do(world, APPLICANT, lambda ctx: surveys.record(ctx, "letter", application_id, "U8", 2))
    do(world, APPLICANT, sign)
    half_filled(world)
    talk = Talk(world, APPLICANT)
    talk.say("kata yang pernah dikatakan")
    do(world, APPLICANT, lambda ctx: live_chats.begin(ctx, "Bolehkah saya bertanya?", ()).id)
    do(world, APPLICANT, lambda ctx: consultations.ask(ctx, "Berapa sampel?").consultation.id)
    assert complaints.answer(world, complaints.file(world, APPLICANT), is_final=False)
    take(world, APPLICANT)
    talk.say("data saya")
    assert "Percakapan dengan petugas: 1" in talk.last and "Konsultasi: 1" in talk.last
    talk.tap("Minta salinan data")
    assert talk.told[-1].prompt.attachment is not None and "3 hari" in talk.last
    document, names = exported(world)
    assert document["data_diri"]["e_mail"] == "pemohon@example.go.id"
    assert document["permohonan"][0]["status"] == "Selesai"
    assert document["permohonan"][0]["penilaian"]["bintang"] == 4
    assert document["permohonan"][0]["survei_kepuasan"][0]["jawaban"] == "Ada tetapi tidak berfungsi"
    assert document["buku_tamu"][0]["jawaban"]["nama"] == NAME
    [begun] = document["isian_belum_dikirim"]
    assert begun["formulir"] == "Formulir Permintaan Rekomendasi Kegiatan Statistik"
    assert "kata yang pernah dikatakan" in [line["isi"] for line in document["percakapan"]]
    assert document["percakapan_dengan_petugas"][0][0]["isi"] == "Bolehkah saya bertanya?"
    assert document["nomor_antrean"][0]["nomor"] == "A-001"
    assert document["pengaduan"][0]["jawaban"][0]["jenis"] == "Jawaban sementara"
    assert document["konsultasi"][0]["isi"][0]["isi"] == "Berapa sampel?"
    assert any(name.endswith(".pdf") for name in names), "the letter"


def test_the_conversation_stands_there_as_it_was_read(world: World) -> None:
    submitted(world)
    talk = Talk(world, APPLICANT)
    for words in ("status", "bahasa"):
        talk.say(words)
    talk.tap("English")
    talk.say("my data")
    talk.tap("Ask for a copy of the data")
    document, _ = exported(world)
    said = [line["isi"] for line in document["percakapan"] if line["dari"] == "layanan"]
    assert any("paling lambat 21 April 2026" in words for words in said), said
    assert any(
        "No officer has opened your personal details yet." in words for words in said
    ) and "2026-04" not in "".join(said)
    answers = {one["butir"]: one["jawaban"] for one in document["permohonan"][0]["pengiriman"][0]["jawaban"]}
    assert answers["3.3"].startswith("Perencanaan kegiatan: 1 Juni 2026 – 31 Agustus 2026")
    assert document["permohonan"][0]["dikirim"].endswith("+08:00"), "the office's zone"


def test_staff_get_no_documents_and_no_chat_about_other_people_also_after_their_role(world: World) -> None:
    application_id = issued(world)
    asyncio.run(world.work())
    do(world, OFFICER, on(application_id, cases.open_letter))
    talk = Talk(world, OFFICER)
    talk.press(f"case:show:{application_id}")
    assert "REK-2026-0001" in talk.last
    talk.say("/data")
    talk.tap("Minta salinan data")
    document, names = exported(world)
    assert names == ["data.json"] and "REK-2026-0001" not in json.dumps(document)
    do(world, OFFICER, lambda ctx: officers.revoke(ctx.session, ctx.app.keys, ctx.person_id, ctx.now))
    talk.say("/data")
    talk.tap("Minta salinan data")
    last = archives(world)[-1]
    assert last.namelist() == ["data.json"] and b"REK-2026-0001" not in last.read("data.json")


def test_what_was_hidden_by_signing_out_is_not_in_it(world: World) -> None:
    talk = Talk(world, APPLICANT)
    do(world, APPLICANT, lambda ctx: None)
    talk.say("rahasia dari akun sebelumnya")
    talk.say("keluar akun")
    talk.tap("Ya, keluar")
    talk.say("/data")
    talk.tap("Minta salinan data")
    document, _ = exported(world)
    assert "rahasia" not in json.dumps(document) and document["data_diri"]["nama"] == ""


def test_a_chat_that_was_signed_out_meanwhile_gets_no_copy(world: World) -> None:
    do(world, APPLICANT, lambda ctx: None)
    talk = Talk(world, APPLICANT)
    talk.say("keluar akun")
    leave = talk.button("Ya, keluar").value
    talk.say("/data")
    order = talk.button("Minta salinan data").value

    async def both() -> None:
        """The worker comes only after both."""
        await world.process.inbound.receive(talk.incoming_tap(order))
        await world.process.inbound.receive(talk.incoming_tap(leave))
        await world.work()

    asyncio.run(both())
    assert archives(world) == []


def test_the_copy_is_deleted_after_three_days(world: World) -> None:
    talk = Talk(world, APPLICANT)
    talk.say("/data")
    talk.tap("Minta salinan data")
    assert len(archives(world)) == 1
    world.now += timedelta(days=3, hours=1)
    world.process.units.write_now(lambda s: jobs.add(s, "forget", "forget", world.now, {}))
    asyncio.run(world.work())
    assert archives(world) == []


def test_large_data_come_in_several_archives_and_nothing_is_left_out() -> None:
    size = own_data_archive.LIMIT // 2
    files = [(f"berkas/{number}.pdf", size) for number in range(5)]
    made = list(own_data_archive.render({"a": 1}, files, lambda at: bytes([at]) * 10))
    names = [zipfile.ZipFile(io.BytesIO(part)).namelist() for part in made]
    assert len(made) == 3
    assert [name for part in names for name in part] == ["data.json", *(name for name, _ in files)]
