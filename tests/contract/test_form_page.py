"""The form's pages without script: HTTP in, the database, the page and the chat out."""

from __future__ import annotations

import re
from io import BytesIO

from aiohttp import FormData

from bot.actions import code
from bot.actions.applicant import AnswerWho, ResumeDraft
from bot.limits import Sender
from bot.service import applications, devices, drafts
from bot.service.context import Context
from locales import say
from storage import drafts as rows
from storage import people
from storage.tables import Draft
from tests.casework import do
from tests.formpage_site import TOKEN, WHO, Site, Visitor, inputs, opened
from tests.page_cookies import address_of
from tests.samples import sample

LONG = "Pemerintah Kabupaten Jeneponto memerlukan data pelayanan kesehatan setiap tahun. " * 3


def errors(page: str) -> dict[str, str]:
    """Question → what the page says is wrong with it."""
    return dict(re.findall(r'<p class="error" id="e-(\w+)">([^<]+)</p>', page))


async def test_a_section_is_stored_and_the_chat_says_so_and_goes_on_where_the_answers_end(site: Site) -> None:
    await site.begin("eselon2", "pj_teknis_telepon", "latar_belakang")
    answer = await site.visitor.fill(f"{site.home}/blok_ii", eselon2="Kepala Dinas", pj_teknis_telepon="0419 21000")
    assert (answer.status, answer.headers["Location"]) == (303, f"{site.home}/blok_iii")
    stored = site.draft().answers
    assert (stored["eselon2"], stored["pj_teknis_telepon"]) == ("Kepala Dinas", "0419 21000")
    assert (await site.last()).startswith("Blok II tersimpan: 8 jawaban.\n\n20 dari 63")
    await site.say(LONG)
    assert "✓ 3.1 tersimpan" in await site.last(), "the chat takes the answer to the question that it asked"


async def test_what_does_not_read_is_said_beside_its_field_and_kept_as_it_was_typed(site: Site) -> None:
    await site.begin("eselon2", "pj_teknis_email")
    answer = await site.visitor.fill(
        f"{site.home}/blok_ii", eselon2="Kepala <Dinas>", pj_teknis_email="dinas @ jeneponto", pj_teknis_telepon="12"
    )
    page = await answer.text()
    assert answer.status == 422
    assert errors(page).keys() == {"pj_teknis_email", "pj_teknis_telepon"}
    assert inputs(page)["q.pj_teknis_email"] == "dinas @ jeneponto"
    assert inputs(page)["q.eselon2"] == site.draft().answers["eselon2"] == "Kepala <Dinas>"
    assert "pj_teknis_email" not in site.draft().answers
    assert site.draft().answers["pj_teknis_telepon"] == "0419-21000", "the stored answer stays until another one reads"
    assert (await site.last()).startswith("Blok II tersimpan: 7 jawaban, 2 perlu diperbaiki.")


async def test_an_answer_that_was_changed_in_the_chat_meanwhile_is_never_overwritten_unasked(site: Site) -> None:
    await site.begin("eselon2", "pj_teknis_telepon")
    _, page = await site.visitor.get(f"{site.home}/blok_ii")
    await site.say("Kepala Badan")
    typed = inputs(page) | {"q.eselon2": "Kepala Dinas", "q.pj_teknis_nama": "Rahma"}
    asked = await (await site.visitor.post(f"{site.home}/blok_ii", typed)).text()
    assert "Yang tersimpan: Kepala Badan" in asked and inputs(asked)["q.eselon2"] == "Kepala Dinas"
    assert site.draft().answers["eselon2"] == "Kepala Badan" and site.draft().answers["pj_teknis_nama"] == "Rahma"
    unsaid = await (await site.visitor.post(f"{site.home}/blok_ii", inputs(asked))).text()
    assert "Yang tersimpan: Kepala Badan" in unsaid, "it asks again until the person has said which value stays"
    await site.visitor.post(f"{site.home}/blok_ii", inputs(asked) | {"keep.eselon2": "stored"})
    assert site.draft().answers["eselon2"] == "Kepala Badan"
    await site.visitor.post(f"{site.home}/blok_ii", inputs(asked) | {"keep.eselon2": "mine"})
    assert site.draft().answers["eselon2"] == "Kepala Dinas"
    again = await (await site.visitor.post(f"{site.home}/blok_ii", inputs(page) | {"q.eselon2": "Sekretaris"})).text()
    assert "Yang tersimpan: Kepala Dinas" in again


async def test_an_old_page_changes_nothing_that_nobody_touched_on_it(site: Site) -> None:
    await site.begin("eselon2", "pj_teknis_telepon")
    _, page = await site.visitor.get(f"{site.home}/blok_ii")
    await site.say("Kepala Badan")
    revision = site.draft().revision
    answer = await site.visitor.post(f"{site.home}/blok_ii", inputs(page))
    assert answer.status == 303 and site.draft().revision == revision
    assert site.draft().answers["eselon2"] == "Kepala Badan"


async def test_what_was_begun_in_the_chat_stands_on_the_page_and_is_stored_with_it(site: Site) -> None:
    await site.begin("variabel", "metode_pengumpulan")
    await site.say("Kunjungan | | Banyaknya kunjungan pasien. | Tahun 2026")
    await site.say("Rujukan")  # the first cell of a row
    _, page = await site.visitor.get(f"{site.home}/blok_iii")
    shown = inputs(page)
    assert (shown["q.variabel.1.nama"], shown["q.variabel.2.nama"]) == ("Kunjungan", "Rujukan")
    unfinished = await site.visitor.post(f"{site.home}/blok_iii", shown)
    assert "Baris 2: Kolom “Definisi”" in errors(await unfinished.text())["variabel"]
    await site.visitor.fill(
        f"{site.home}/blok_iii",
        variabel__2__definisi="Banyaknya rujukan.",
        variabel__2__referensi_waktu="Tahun 2026",
    )
    rows = site.draft().answers["variabel"]
    assert isinstance(rows, list) and [row["nama"] for row in rows] == ["Kunjungan", "Rujukan"]  # type: ignore[index,call-overload]
    assert not site.draft().partial


async def test_every_kind_of_input_is_stored_and_what_comes_to_apply_is_asked(site: Site) -> None:
    await site.begin(
        "kegiatan_dilakukan", "wilayah_kegiatan", "sarana_pengumpulan_data", "jadwal", "faksimile_instansi"
    )
    path = f"{site.home}/blok_iv"
    more = await site.visitor.post(path, {"more": "wilayah_kegiatan"} | inputs((await site.visitor.get(path))[1]))
    assert "q.wilayah_kegiatan.8" in inputs(await more.text())
    await site.visitor.fill(
        path,
        kegiatan_dilakukan="berulang",
        wilayah_kegiatan__1="gowa",
        wilayah_kegiatan__3="7306 | x",
        sarana_pengumpulan_data__pick__lainnya="1",
        sarana_pengumpulan_data__other="surat",
    )
    stored = site.draft().answers
    assert stored["kegiatan_dilakukan"] == "berulang" and "wilayah_kegiatan" not in stored
    assert stored["sarana_pengumpulan_data"] == {"values": ["lainnya"], "other": "surat"}
    stage = {"first": "1/6/2026", "last": "30 Juni 2026"}
    days = {
        f"jadwal__{name}__{day}": words
        for name in ("perencanaan", "pengumpulan", "pengolahan", "analisis", "diseminasi")
        for day, words in stage.items()
    }
    await site.visitor.fill(f"{site.home}/blok_iii", **days)
    assert site.draft().answers["jadwal"]["analisis"] == ["2026-06-01", "2026-06-30"]  # type: ignore[index,call-overload]
    once = await site.visitor.fill(path, kegiatan_dilakukan="hanya_sekali", wilayah_kegiatan__1="gowa")
    assert once.status == 303
    await site.visitor.fill(f"{site.home}/blok_i")
    assert site.draft().answers["faksimile_instansi"] is None, "an optional answer is left out with its section"


async def test_a_question_that_an_answer_brings_up_is_shown_before_the_next_section(site: Site) -> None:
    await site.begin("kegiatan_dilakukan", "frekuensi")
    answer = await site.visitor.fill(f"{site.home}/blok_iv", kegiatan_dilakukan="berulang")
    page = await answer.text()
    assert answer.status == 200 and "Ada pertanyaan lanjutan" in page
    assert '<fieldset class="question" id="q-frekuensi" data-id="frekuensi">' in page


async def test_the_overview_names_what_is_missing_and_the_chat_offers_to_send(site: Site) -> None:
    await site.begin("eselon2", "frekuensi")
    _, page = await site.visitor.get(site.home)
    assert f'href="{site.home}/blok_ii#q-eselon2"' in page and f'href="{site.home}/blok_iv#q-frekuensi"' in page
    await site.visitor.fill(f"{site.home}/blok_ii", eselon2="Kepala Dinas")
    await site.visitor.fill(f"{site.home}/blok_iv", frekuensi="tahunan")
    _, page = await site.visitor.get(site.home)
    assert "perbaiki ini dahulu" in page or "Silakan kirim dari percakapan" in page
    assert (await site.last()).startswith("Blok IV tersimpan: ") and "belum terkirim" in await site.last()


async def test_each_answer_is_stored_as_it_is_left(site: Site) -> None:
    await site.begin("eselon2", "kegiatan_dilakukan", "frekuensi")
    seen = inputs((await site.visitor.get(f"{site.home}/blok_ii"))[1])["seen.eselon2"]
    told = len(await site.chat())
    path = f"{site.home}/blok_ii/answer"
    saved = await (await site.visitor.post(path, {"q.eselon2": "Kepala Dinas", "seen.eselon2": seen})).json()
    assert saved["state"] == "saved" and saved["progress"] == "Terisi 61 dari 62 butir"
    wrong = await (await site.visitor.post(path, {"q.eselon2": "!", "seen.eselon2": saved["seen"]})).json()
    assert wrong["state"] == "wrong" and wrong["text"]
    late = await (await site.visitor.post(path, {"q.eselon2": "Sekretaris", "seen.eselon2": seen})).json()
    assert late["state"] == "conflict" and site.draft().answers["eselon2"] == "Kepala Dinas"
    path = f"{site.home}/blok_iv/answer"
    repeated = await (await site.visitor.post(path, {"q.kegiatan_dilakukan": "berulang"})).json()
    assert repeated["state"] == "conflict", "a page that does not say what it showed overwrites nothing"
    seen = inputs((await site.visitor.get(f"{site.home}/blok_iv"))[1])["seen.kegiatan_dilakukan"]
    given = {"q.kegiatan_dilakukan": "berulang", "seen.kegiatan_dilakukan": seen}
    assert "frekuensi" in (await (await site.visitor.post(path, given)).json())["applies"]
    assert len(await site.chat()) == told, "the chat is told of the section only"


async def test_strangers_and_closed_drafts_get_one_sentence_and_change_nothing(site: Site) -> None:
    await site.begin("eselon2")
    path = f"{site.home}/blok_ii"
    fields = inputs((await site.visitor.get(path))[1]) | {"q.eselon2": "Orang lain"}
    stranger, nobody = (Visitor(site.client, site.url, token) for token in ("b" * 43, ""))
    for visitor in (stranger, nobody):
        for status, page in (await visitor.get(path), await visitor.get(site.home)):
            assert status == 404 and "tidak terbuka di peramban ini" in page and "Dinas Kesehatan" not in page
        assert (await visitor.post(path, fields)).status == 404
        assert (await visitor.post(f"{path}/answer", fields)).status == 404
    for path_of_nothing in ("/form/999999/blok_ii", f"{site.home}/blok_zz"):
        assert (await stranger.get(path_of_nothing))[0] == 404
    assert (await site.visitor.get(f"{site.home}/blok_zz"))[0] == 303
    for origin in ("https://jahat.example", "null"):
        assert (await site.visitor.post(path, fields, Origin=origin)).status == 403
    assert "eselon2" not in site.draft().answers

    await site.visitor.post(path, inputs((await site.visitor.get(path))[1]) | {"q.eselon2": "Kepala Dinas"})
    do(site.world, WHO, lambda ctx: applications.submit(ctx, ctx.session.get_one(Draft, site.draft_id)))
    assert site.draft().state == "submitted"
    assert (await site.visitor.get(path))[0] == (await site.visitor.post(path, fields)).status == 404
    assert site.draft().answers["eselon2"] == "Kepala Dinas"


async def test_who_signed_out_in_this_browser_reads_nothing_any_more(site: Site) -> None:
    await site.begin("eselon2")
    assert do(site.world, WHO, lambda ctx: devices.sign_out(ctx, ctx.person_id))
    assert (await site.visitor.get(f"{site.home}/blok_ii"))[0] == 404


async def test_a_page_is_kept_nowhere_and_names_nobody_elsewhere(site: Site) -> None:
    await site.begin("eselon2")
    async with site.client.get(f"{site.home}/blok_ii", cookies={"pst": TOKEN}) as answer:
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["Referrer-Policy"] == "same-origin"
        policy = answer.headers["Content-Security-Policy"]
    for rule in ("default-src 'none'", "script-src 'self'", "form-action 'self'", "frame-ancestors 'none'"):
        assert rule in policy


async def test_bodies_that_no_page_sends_are_refused_with_a_sentence(site: Site) -> None:
    await site.begin("eselon2", "surat_permohonan")
    url, file = f"{site.home}/blok_ii", f"{site.home}/blok_ix/file/surat_permohonan"
    form, multipart = "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"
    odd = [
        (url, form, b"q.eselon2=%ff%fe&q.=&.=&q=&=" + b"&q.eselon2.x=1" * 5000),
        (url, f"{form}; charset=foo", b"q.eselon2=a"),
        (url, "application/json", b"{}"),
        (url, form, BytesIO(b"x" * 2_000_000)),
        (file, "multipart/form-data", b""),
        (file, multipart, b"--x\r\n\r\n"),
        (file, multipart, b"--y\r\n"),
        (file, multipart, b'--x\r\nContent-Disposition: form-data; name="remove"\r\n\r\nabc\r\n--x--'),
        (file, multipart, b"--x\r\nContent-Type: multipart/mixed; boundary=z\r\n\r\n--z--\r\n--x--"),
    ]
    for path, kind, body in odd:
        cookies, headers = {"pst": TOKEN}, {"Origin": site.url, "Content-Type": kind}
        async with site.client.post(path, data=body, headers=headers, cookies=cookies) as answer:
            assert answer.status in {400, 408, 413, 422}, (kind, body, answer.status)
    assert "eselon2" not in site.draft().answers and "surat_permohonan" not in site.draft().answers


async def test_pages_are_limited_as_the_chat_is(site: Site) -> None:
    await site.begin("eselon2")
    limiter, sender = site.world.process.limiter, Sender(f"webchat/{address_of(TOKEN)}")
    while limiter.take("requests", sender):
        pass
    assert (await site.visitor.get(f"{site.home}/blok_ii"))[0] == 429


async def test_the_chat_links_to_the_page_where_its_reader_is_known_and_nowhere_else(site: Site) -> None:
    await site.begin("eselon2")
    link = (await site.chat())[-1].prompt.link
    assert link is not None and (say(link.label, "id"), link.url) == ("Isi di halaman", site.home)
    site.world.process.app.form_pages = {}
    await site.say("/daftar")
    assert (await site.chat())[-1].prompt.link is None


async def test_a_file_is_inspected_as_in_the_chat_added_and_removed(site: Site) -> None:
    await site.begin("surat_permohonan", "kak")
    page_path, path = f"{site.home}/blok_ix", f"{site.home}/blok_ix/file/surat_permohonan"
    for name, words in (("exe.pdf", "berisi program"), ("surat.txt", "jenis berkas ini tidak diterima")):
        answer = await site.visitor.upload(path, name, sample("exe.pdf") if name == "exe.pdf" else b"halo")
        assert answer.status == 422 and words in errors(await answer.text())["surat_permohonan"]
    assert "surat_permohonan" not in site.draft().answers
    for name in ("../surat satu.pdf", "surat dua.pdf"):
        answer = await site.visitor.upload(path, name, sample("surat.pdf"))
        assert (answer.status, answer.headers["Location"]) == (303, f"{page_path}#q-surat_permohonan")
    _, page = await site.visitor.get(page_path)
    assert re.findall(r"<li>([^<]*) <button", page)[:2] == ["surat satu.pdf", "surat dua.pdf"]
    first_id = re.findall(r'name="remove" value="(\d+)"', page)[0]
    assert (await site.visitor.post(path, {"remove": first_id})).status == 400, "no form with files"
    form = FormData({"remove": first_id}, default_to_multipart=True)
    assert (await site.visitor.post(path, form)).status == 303  # type: ignore[arg-type]
    stored = site.draft().answers["surat_permohonan"]
    assert [file["name"] for file in stored] == ["surat dua.pdf"]  # type: ignore[union-attr,index,call-overload]
    await site.visitor.post(page_path, inputs((await site.visitor.get(page_path))[1]))
    assert site.draft().answers["kak"] is None and (await site.last()).startswith("Blok IX tersimpan")


async def test_a_file_that_nothing_asks_for_is_refused_before_its_bytes(site: Site) -> None:
    await site.begin("surat_permohonan")
    stranger = Visitor(site.client, site.url, "b" * 43)
    for visitor, question in ((stranger, "surat_permohonan"), (site.visitor, "judul_kegiatan")):
        answer = await visitor.upload(f"{site.home}/blok_ix/file/{question}", "surat.pdf", sample("surat.pdf"))
        assert answer.status in {303, 404}
    files = site.world.folder / "files"
    assert not [path for path in files.rglob("*") if path.is_file()] and "surat_permohonan" not in site.draft().answers


async def test_a_revision_shows_the_answers_with_remarks_and_what_they_bring_up(site: Site) -> None:
    await site.begin_revision("judul_kegiatan", "kegiatan_dilakukan")
    _, overview = await site.visitor.get(site.home)
    assert "blok_0" in overview and "blok_ii" not in overview
    _, page = await site.visitor.get(f"{site.home}/blok_0")
    assert "Catatan pemeriksa: Mohon dijelaskan." in page and "Isian sekarang: Survei Kepuasan" in page
    assert "q.tahun_kegiatan" not in page
    assert (await site.visitor.post(f"{site.home}/blok_0", inputs(page))).status == 303
    assert "judul_kegiatan" in site.draft().refill, "an answer stays only with a reply to its remark"
    await site.visitor.post(f"{site.home}/blok_0", inputs(page) | {"reply.judul_kegiatan": "Sesuai SK Bupati."})
    assert site.draft().replies["judul_kegiatan"] == "Sesuai SK Bupati."
    await site.visitor.fill(f"{site.home}/blok_iv", kegiatan_dilakukan="hanya_sekali")
    await site.visitor.fill(f"{site.home}/blok_0", judul_kegiatan="Survei Kepuasan Pasien Rumah Sakit")
    _, page = await site.visitor.get(f"{site.home}/blok_0")
    assert inputs(page)["q.judul_kegiatan"] == "Survei Kepuasan Pasien Rumah Sakit" and "Isian sekarang" not in page
    assert "Yang Anda kirim sebelumnya: Survei Kepuasan Pasien Puskesmas" in page
    assert not site.draft().refill and "q.tipe_pengumpulan" not in (await site.visitor.get(f"{site.home}/blok_iv"))[1]
    assert "belum terkirim" in await site.last()


async def test_the_page_is_named_as_one_of_three_ways_when_the_form_begins(site: Site) -> None:
    await site.begin("eselon2")
    do(site.world, WHO, lambda ctx: drafts.discard(ctx, own(ctx, site), own(ctx, site).revision))
    await site.say("/ajukan")
    who = site.world.process.app.eligibility.who
    await site.press(code(AnswerWho(next(choice.id for choice in who.choices if choice.level))))
    assert "tekan “Isi di halaman” untuk mengisinya per blok" in await site.last()
    assert (await site.chat())[-1].prompt.link is not None


async def test_copied_answers_are_marked_and_confirmed_with_their_section(site: Site) -> None:
    await site.begin("latar_belakang")
    copied = ["eselon2", "pj_teknis_nama", "judul_kegiatan"]
    do(site.world, WHO, lambda ctx: rows.change(ctx.session, own(ctx, site), ctx.now, unconfirmed=copied))
    _, page = await site.visitor.get(f"{site.home}/blok_ii")
    assert page.count("Disalin dari permohonan lama") == 2
    assert f"{site.home}/blok_ii#q-eselon2" in (await site.visitor.get(site.home))[1]
    await site.visitor.post(f"{site.home}/blok_ii", inputs(page))
    assert site.draft().unconfirmed == ["judul_kegiatan"]
    assert (await site.last()).startswith("Blok II tersimpan: 8 jawaban.")


async def test_half_a_section_in_the_chat_and_half_on_a_page_survive_a_restart_on_another_device(site: Site) -> None:
    """Nothing is lost, and nothing is stored twice."""
    await site.begin("eselon2", "pj_teknis_telepon", "pj_teknis_email", "variabel")
    _, page = await site.visitor.get(f"{site.home}/blok_ii")
    await site.say("Kepala Badan")
    phone = other_device(site)
    await site.world.close()
    site.world.start()
    async with opened(site.world) as restarted:
        restarted.draft_id = site.draft_id
        typed = inputs(page) | {"q.pj_teknis_email": "dinas@jenepontokab.go.id"}
        answer = await restarted.visitor.post(f"{restarted.home}/blok_ii", typed)
        repeated = await restarted.visitor.post(f"{restarted.home}/blok_ii", typed)
        assert (answer.status, repeated.status) == (303, 303)
        restarted.channel, restarted.address = phone
        await restarted.press(code(ResumeDraft()))
        await restarted.say("0419-21000")
        await restarted.say("Kunjungan | | Banyaknya kunjungan pasien. | Tahun 2026")
        rows_page = await restarted.visitor.fill(
            f"{restarted.home}/blok_iii",
            variabel__2__nama="Rujukan",
            variabel__2__definisi="Banyaknya rujukan.",
            variabel__2__referensi_waktu="Tahun 2026",
        )
        assert rows_page.status == 303
        stored = restarted.draft().answers
    assert [stored[name] for name in ("eselon2", "pj_teknis_telepon", "pj_teknis_email")] == [
        "Kepala Badan",
        "0419-21000",
        "dinas@jenepontokab.go.id",
    ]
    assert [row["nama"] for row in stored["variabel"]] == ["Kunjungan", "Rujukan"]  # type: ignore[union-attr,index,call-overload]


def own(ctx: Context, site: Site) -> Draft:
    return ctx.session.get_one(Draft, site.draft_id)


def other_device(site: Site) -> tuple[str, str]:
    """Another address of the same person."""

    def add(ctx: Context) -> tuple[str, str]:
        address = people.get_or_create_address(ctx.session, "console", "telepon", "id", ctx.now)
        address.person_id = ctx.person_id
        return address.channel, address.external_id

    return do(site.world, WHO, add)
