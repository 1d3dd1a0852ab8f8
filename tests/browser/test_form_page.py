"""The form's pages in Chromium, with script and without."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlencode

import pytest
import pytest_asyncio
from playwright.async_api import Browser, FilePayload, Page, expect

from tests.browser.webchat_service import Watched
from tests.formpage_site import BOT_TOKEN, TOKEN, Site, opened, signed
from tests.samples import sample
from tests.talk import World

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]


@pytest_asyncio.fixture(loop_scope="module")
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    world = World(tmp_path)
    async with opened(world) as site:
        yield site
    await world.close()


@asynccontextmanager
async def browsing(chromium: Browser, site: Site, path: str, *, script: bool = True) -> AsyncIterator[Page]:
    """A phone that has the cookie of the chat. Nothing on the page may break its policy or raise."""
    context = await chromium.new_context(
        viewport={"width": 360, "height": 740}, locale="id-ID", java_script_enabled=script, reduced_motion="reduce"
    )
    await context.add_cookies([{"name": "pst", "value": TOKEN, "url": site.url}])
    watched = Watched(await context.new_page())
    yield await watched.start(f"{site.url}{site.home}{path}")
    assert [said for said in watched.complaints if "422" not in said] == []
    await context.close()


async def test_answers_are_stored_as_they_are_left_and_what_comes_to_apply_appears(
    chromium: Browser, site: Site
) -> None:
    await site.begin("eselon2", "kegiatan_dilakukan", "frekuensi", "wilayah_kegiatan")
    async with browsing(chromium, site, "/blok_ii") as page:
        await page.get_by_label(re.compile("^2.1b")).fill("Kepala Dinas")
        await page.keyboard.press("Tab")
        await expect(page.get_by_role("status")).to_have_text("2.1b: Tersimpan")
        assert site.draft().answers["eselon2"] == "Kepala Dinas"
        await page.get_by_label(re.compile("^2.2e")).fill("dinas @")
        await page.keyboard.press("Tab")
        await expect(page.locator("#e-pj_teknis_email")).not_to_be_empty()
        await expect(page.get_by_label(re.compile("^2.2e"))).to_have_attribute("aria-invalid", "true")

        await page.goto(f"{site.url}{site.home}/blok_0")
        await page.get_by_label(re.compile("^0.1")).fill("Survei Kepuasan Pasien Kabupaten Jeneponto Tahun 2026")
        await page.keyboard.press("Tab")
        await expect(page.locator("#q-judul_kegiatan .told")).to_contain_text("memuat tahun 2026")
        await expect(page.get_by_role("status")).to_contain_text("0.1: Tersimpan. Petugas pemeriksa mungkin")

        await page.goto(f"{site.url}{site.home}/blok_iv")
        await expect(page.locator("#q-frekuensi")).to_be_hidden()
        await page.get_by_role("radio", name="Berulang", exact=True).check()
        await page.get_by_role("group", name=re.compile("^4.2")).get_by_label("Tahunan", exact=True).check()
        await page.get_by_role("button", name="Tambah baris").click()
        await page.get_by_label("Baris 3: Kabupaten/kota").fill("gowa")
        await page.get_by_role("button", name="Simpan dan lanjutkan").click()
        await page.wait_for_url(re.compile("blok_v$"))
    stored = site.draft().answers
    assert stored["frekuensi"] == "tahunan" and len(stored["wilayah_kegiatan"]) == 1  # type: ignore[arg-type]
    assert "Blok IV tersimpan: 8 jawaban." in await site.last()


@pytest.mark.parametrize("script", [True, False])
async def test_the_enter_key_saves_the_section_and_adds_no_row(chromium: Browser, site: Site, script: bool) -> None:
    await site.begin("wilayah_kegiatan")
    async with browsing(chromium, site, "/blok_iv", script=script) as page:
        await page.get_by_label("Baris 1: Kabupaten/kota").fill("gowa")
        await page.keyboard.press("Enter")
        await page.wait_for_url(re.compile("blok_v$"))
    assert len(site.draft().answers["wilayah_kegiatan"]) == 1  # type: ignore[arg-type]


async def test_a_press_on_an_option_counts_although_what_was_left_turns_out_wrong_meanwhile(
    chromium: Browser, site: Site
) -> None:
    """A sentence that appears between pressing and letting go must not move the option away."""
    await site.begin("jumlah_enumerator", "pelatihan")
    async with browsing(chromium, site, "/blok_vi") as page:
        await page.get_by_label(re.compile("^6.6b")).fill("banyak sekali orang yang bertugas")
        option = page.get_by_role("group", name=re.compile("^6.7")).get_by_label("Ya")
        await option.scroll_into_view_if_needed()
        box = await option.bounding_box()
        assert box is not None
        await page.mouse.move(box["x"] + 5, box["y"] + 5)
        async with page.expect_response(re.compile("answer$")):
            await page.mouse.down()
        await page.wait_for_timeout(200)
        await page.mouse.up()
        await expect(option).to_be_checked()
        await expect(page.locator("#e-jumlah_enumerator")).not_to_be_empty()


async def test_a_value_that_was_changed_elsewhere_is_asked_about(chromium: Browser, site: Site) -> None:
    await site.begin("eselon2")
    async with browsing(chromium, site, "/blok_ii") as page:
        await site.say("Kepala Badan")
        await page.get_by_label(re.compile("^2.1b")).fill("Kepala Dinas")
        await page.keyboard.press("Tab")
        await expect(page.locator("#e-eselon2")).to_contain_text("Yang tersimpan: Kepala Badan")
        await page.get_by_label("Pakai isian saya").check()
        await page.get_by_role("button", name="Simpan dan lanjutkan").click()
        await page.wait_for_url(re.compile("blok_iii$"))
    assert site.draft().answers["eselon2"] == "Kepala Dinas"


async def test_without_script_a_section_is_filled_and_corrected_by_keyboard(chromium: Browser, site: Site) -> None:
    await site.begin("eselon2", "pj_teknis_email")
    async with browsing(chromium, site, "/blok_ii", script=False) as page:
        await page.get_by_label(re.compile("^2.1b")).focus()
        await page.keyboard.type("Kepala Dinas")
        await page.get_by_label(re.compile("^2.2e")).focus()
        await page.keyboard.type("dinas @")
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("alert")).to_contain_text("2.2e")
        await page.get_by_label(re.compile("^2.2e")).fill("dinas@jenepontokab.go.id")
        await page.keyboard.press("Enter")
        await page.wait_for_url(re.compile("blok_iii$"))
    assert site.draft().answers["pj_teknis_email"] == "dinas@jenepontokab.go.id"


async def test_a_file_is_uploaded_and_removed_without_script(chromium: Browser, site: Site) -> None:
    await site.begin("surat_permohonan")
    async with browsing(chromium, site, "/blok_ix", script=False) as page:
        letter = page.get_by_role("group", name=re.compile("^9.1"))
        picked = FilePayload(name="Surat “A” – é.pdf", mimeType="application/pdf", buffer=sample("surat.pdf"))
        await letter.get_by_label("Pilih berkas").set_input_files(picked)
        await letter.get_by_role("button", name="Unggah").click()
        await page.wait_for_url(re.compile("#q-surat_permohonan$"))
        assert site.draft().answers["surat_permohonan"][0]["name"] == "Surat “A” – é.pdf"  # type: ignore[index,call-overload]
        await letter.get_by_role("button", name="Hapus Surat").click()
        await expect(letter).to_contain_text("Belum ada berkas.")
    assert "surat_permohonan" not in site.draft().answers


async def test_the_page_opens_inside_an_app_and_what_the_app_says_leaves_the_address(
    chromium: Browser, tmp_path: Path
) -> None:
    world = World(tmp_path, settings={"public_url": "https://pst.example.go.id", "telegram_token": BOT_TOKEN})
    async with opened(world) as site:
        site.channel, site.address = "telegram", "4711"
        await site.begin("eselon2")
        context = await chromium.new_context(locale="id-ID")
        watched = Watched(await context.new_page())
        path, said = f"/form/app/telegram/{site.draft_id}", signed({"id": 4711}, datetime.now(UTC))
        page = await watched.start(f"{site.url}{path}#{urlencode({'tgWebAppData': said, 'tgWebAppVersion': '9.1'})}")
        await page.wait_for_url(f"{site.url}{site.home}")
        await expect(page.get_by_role("link", name=re.compile("^2.1b"))).to_be_visible()
        assert watched.complaints == []
        await page.goto(f"{site.url}{path}#tgWebAppData=x")
        await expect(page.get_by_role("alert")).to_contain_text("tulis halaman")
        assert page.url == f"{site.url}{path}"
        await context.close()
    await world.close()


async def test_no_page_is_wider_than_a_phone_also_with_large_text_and_every_input_is_named(
    chromium: Browser, site: Site
) -> None:
    await site.begin("eselon2", "kegiatan_dilakukan")
    async with browsing(chromium, site, "") as page:
        for section in ("", "blok_0", "blok_iii", "blok_iv", "blok_ix"):
            await page.goto(f"{site.url}{site.home}/{section}".rstrip("/"))
            await page.evaluate("document.documentElement.style.fontSize = '200%'")
            assert await page.evaluate("document.documentElement.scrollWidth") <= 360, section
            unnamed = await page.locator("input:visible, textarea:visible, select:visible").evaluate_all(
                "all => all.filter(each => !each.labels?.length && !each.ariaLabel).map(each => each.name)"
            )
            assert unnamed == []
