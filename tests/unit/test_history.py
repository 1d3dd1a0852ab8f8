"""The history of an application: in sentences, page by page, and only for those who may read the application."""

from __future__ import annotations

from functools import partial
from typing import get_args

from sqlalchemy import event
from sqlalchemy.orm import Session

import locales
from bot.service import cases, decisions, history, officers, ratings, remarks
from bot.service.history_sentences import ATTEMPTS, SENTENCES
from domain.lifecycle import Event
from domain.permissions import HOLDER_ONLY
from domain.text import Json
from storage import audit
from storage.tables import AuditLine, DailyCount
from tests import casework
from tests.casework import (
    APPLICANT,
    DIRECTOR,
    HEAD,
    OFFICER,
    OTHER_OFFICER,
    answer_again,
    audited,
    do,
    on,
    resubmit,
    revision_requested,
    send_back,
    submitted,
    under_review,
)
from tests.talk import Talk, World

NEW_TITLE = "Survei Kepuasan Pasien Rumah Sakit Jeneponto"


def told(world: World, application_id: int, who: str = OFFICER) -> list[str]:
    """Every line of the history, read page by page from the newest, in order."""
    found: list[str] = []
    last: int | None = None
    while last is None or last >= 1:
        page = do(world, who, on(application_id, partial(history.read_page, last=last)))
        found = [locales.say(entry, "id") for entry in page.entries] + found
        last = page.first - 1
    return found


def test_the_history_says_who_did_what_and_what_it_was_before(world: World) -> None:
    application_id = revision_requested(world)
    answer_again(world, application_id, judul_kegiatan=NEW_TITLE)
    resubmit(world, application_id)
    do(world, HEAD, on(application_id, cases.take_over))
    first = do(world, HEAD, on(application_id, lambda ctx, case: remarks.list_remarks(ctx, case)[0].id))
    do(world, HEAD, on(application_id, lambda ctx, case: remarks.close(ctx, case, first, case.round)))
    grounds = ["Rancangan memadai.", "Jadwal wajar."]
    do(
        world,
        HEAD,
        on(application_id, lambda ctx, case: decisions.decide(ctx, case, case.round, cases.FEASIBLE, grounds, [])),
    )
    do(world, HEAD, on(application_id, casework.send))
    do(world, DIRECTOR, on(application_id, send_back))
    do(world, HEAD, on(application_id, casework.send))
    do(world, DIRECTOR, on(application_id, casework.issue))
    assert do(
        world, APPLICANT, lambda ctx: ratings.rate(ctx, application_id, 4) and ratings.rate(ctx, application_id, 5)
    )
    at = "2 Maret 2026, 09.00 WITA\n"
    title = "Survei Kepuasan Pasien Puskesmas Kabupaten Jeneponto"
    assert told(world, application_id) == [
        f"{at}Pemohon (pemohon) mengirim permohonan.",
        f"{at}Siti mengambil permohonan ini.\nStatus: Baru masuk → Sedang diperiksa",
        f"{at}Siti menulis catatan pada butir 0.1: “Mohon dijelaskan.”",
        f"{at}Siti meminta perbaikan kepada pemohon, butir 0.1.\nStatus: Sedang diperiksa → Menunggu perbaikan",
        f"{at}Pemohon (pemohon) mengirim perbaikan, putaran 2.\nJudul: “{title}” → “{NEW_TITLE}”\n"
        "Status: Menunggu perbaikan → Sedang diperiksa",
        f"{at}Kepala mengambil alih permohonan ini dari Siti.",
        f"{at}Kepala menutup catatan pada butir 0.1.",
        f"{at}Kepala memutuskan: Layak.\nAlasan: 1. Rancangan memadai. 2. Jadwal wajar.\n"
        "Status: Sedang diperiksa → Surat disusun",
        f"{at}Kepala mengirim surat kepada direktur.\nStatus: Surat disusun → Menunggu terbit",
        f"{at}Direktur mengembalikan surat kepada petugas: “Perbaiki ejaan.”\nStatus: Menunggu terbit → Surat disusun",
        f"{at}Kepala mengirim surat kepada direktur.\nStatus: Surat disusun → Menunggu terbit",
        f"{at}Direktur menerbitkan surat dengan nomor B-1/7304/KS.200/2026.\n"
        "Identitas rekomendasi: V-26.7304.001\nStatus: Menunggu terbit → Surat terbit",
        f"{at}Pemohon (pemohon) memberi 4 dari 5 bintang.",
        f"{at}Permohonan selesai setelah dinilai.\nStatus: Surat terbit → Selesai",
        f"{at}Pemohon (pemohon) mengubah penilaian dari 4 menjadi 5 bintang.",
    ]


def test_reading_is_part_of_the_history_and_so_is_reading_the_history(world: World) -> None:
    application_id = submitted(world)
    talk = Talk(world, OTHER_OFFICER)
    talk.press(f"examine:block:{application_id}:blok_i")
    talk.press(f"history:page:{application_id}")
    assert "Rahmat membaca blok I." in talk.last and "membuka riwayat" not in talk.last
    talk.press(f"history:page:{application_id}")
    assert talk.last.endswith("Rahmat membuka riwayat ini.")


def test_a_refused_attempt_and_an_unknown_act_are_shown(world: World) -> None:
    application_id = submitted(world)
    Talk(world, DIRECTOR).press(f"case:claim:{application_id}")
    case = f"application/{application_id}"
    world.process.units.write_now(
        lambda session: audit.append(session, world.process.app.keys, case, "robot", "melompat", world.now)
    )
    assert [line.split("\n", 1)[1] for line in told(world, application_id)[-2:]] == [
        "Direktur mencoba mengambil permohonan ini, tetapi tidak berwenang.",
        "robot: melompat",
    ]


def test_a_line_of_an_older_version_has_the_same_sentence(world: World) -> None:
    number = submitted(world)
    before: dict[str, Json] = {"heed": ["Laporkan."]}
    after: dict[str, Json] = {"heed": ["Laporkan hasilnya."]}
    keys = world.process.app.keys
    world.process.units.write_now(
        lambda session: audit.append(
            session, keys, f"application/{number}", "robot", "edit_letter", world.now, before, after
        )
    )
    assert told(world, number)[-1].splitlines()[1:] == [
        "robot mengubah isi surat.",
        "Sebelumnya: 1. Laporkan.",
        "Perlu diperhatikan: 1. Laporkan hasilnya.",
    ]


def test_every_event_has_a_sentence_and_every_attempt_a_name() -> None:
    assert set(get_args(Event)) <= set(SENTENCES)
    assert set(ATTEMPTS) >= HOLDER_ONLY


def test_one_page_is_loaded_however_long_the_history_is(world: World) -> None:
    application_id = under_review(world)

    keys = world.process.app.keys

    def fill(session: Session) -> None:
        for n in range(300):
            audit.append(session, keys, f"application/{application_id}", "person/1", f"langkah {n}", world.now)

    world.process.units.write_now(fill)
    loaded: list[int] = []
    event.listen(AuditLine, "load", lambda line, _: loaded.append(line.number))
    talk = Talk(world, OFFICER)
    talk.press(f"history:page:{application_id}")
    assert "langkah 297–302 dari 302" in talk.last and "langkah 299" in talk.last
    for _ in range(2):
        talk.tap("Lebih lama")
    assert "langkah 285–290 dari 304" in talk.last
    talk.tap("Lebih baru")
    assert "langkah 291–296 dari 305" in talk.last
    assert len(loaded) <= 4 * (history.PAGE + 1)
    for odd in ("0", "99999", "9" * 17):
        talk.press(f"history:page:{application_id}:{odd}")
        assert "Riwayat REK-2026-0001" in talk.last, odd
    for odd in ("x", "-5", ""):
        talk.press(f"history:page:{application_id}:{odd}")
        assert "Tombol itu tidak kami kenali." in talk.last and "REK-2026-0001" in talk.last, odd


def test_a_history_is_for_those_who_may_read_the_application(world: World) -> None:
    application_id = submitted(world, OFFICER)  # an officer who applied
    do(world, "bekas", lambda ctx: None)
    do(world, HEAD, lambda ctx: officers.revoke(ctx.session, ctx.app.keys, ctx.actor.id, ctx.now))
    for who in (OFFICER, "bekas", HEAD):
        talk = Talk(world, who)
        talk.press(f"history:page:{application_id}")
        assert "mengirim permohonan" not in talk.last, who
    lines = audited(world, application_id)
    assert lines == ["submit", "refused"], "only the attempt of somebody on the staff stands in the history"
    name = f"refused/application/{application_id}"
    counted = world.process.units.write_now(lambda session: session.query(DailyCount).filter_by(name=name).one().count)
    assert counted == 2
