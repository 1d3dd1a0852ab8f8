"""The web chat's page in a real browser: on a phone, by keyboard, and for a screen reader."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Literal

import pytest
from PIL import Image
from playwright.async_api import Browser, Page, expect

from bot.channel import StoredFile
from bot.chat import Attachment, Choice, Link, Prompt
from domain.text import Text, paragraphs, verbatim
from tests.browser.webchat_service import MEGABYTE, Service, Watched, device, file, say
from tests.made_files import voice_note

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]  # one browser for all tests

#: All visible texts whose contrast with their background is below 4.5:1.
CONTRAST = """() => {
  const rgba = (text) => { const [r, g, b, a = 1] = text.match(/[\\d.]+/g).map(Number); return [r, g, b, a]; };
  const over = (top, under) => [0, 1, 2].map((i) => top[i] * top[3] + under[i] * (1 - top[3])).concat(1);
  const light = (c) => [0.2126, 0.7152, 0.0722].reduce((sum, weight, i) => {
    const v = c[i] / 255; return sum + weight * (v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4); }, 0);
  const behind = (element) => element
    ? over(rgba(getComputedStyle(element).backgroundColor), behind(element.parentElement)) : [255, 255, 255, 1];
  const says = (element) => [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
  return [...document.querySelectorAll('body *')].filter((element) => says(element) && element.checkVisibility()
    && element.offsetWidth > 1 && !element.closest('noscript')).flatMap((element) => {
      const ground = behind(element), ink = over(rgba(getComputedStyle(element).color), ground);
      const [dark, bright] = [light(ground), light(ink)].sort((a, b) => a - b);
      const ratio = (bright + 0.05) / (dark + 0.05);
      return ratio < 4.5 ? [`${element.textContent}: ${ratio.toFixed(2)}`] : [];
    });
}"""
#: All controls that are less than 44 px high or wide.
SMALL = """() => [...document.querySelectorAll('button, a.file, a.open, textarea')]
  .filter((element) => element.checkVisibility()).flatMap((element) => {
    const { width, height } = element.getBoundingClientRect();
    return Math.min(width, height) < 44 ? [`${element.textContent || element.id}: ${width} x ${height}`] : []; })"""
TOO_WIDE = (
    "() => document.documentElement.scrollWidth > innerWidth || document.querySelector('main').scrollWidth > innerWidth"
)
#: Whether more than the conversation scrolls, so that the header could disappear.
SLIDES = "() => (({ scrollHeight, clientHeight }) => scrollHeight > clientHeight)(document.querySelector('.chat'))"


async def press(page: Page, name: str) -> None:
    """Presses a button after another one: the page takes two presses within 0.25 s for a double click."""
    await page.wait_for_timeout(260)
    await page.get_by_role("button", name=name).click()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("kind", ["phone", "desktop"])
async def test_a_person_gets_through_on_every_screen(
    chromium: Browser,
    service: Service,
    tmp_path: Path,
    kind: Literal["phone", "desktop"],
    scheme: Literal["light", "dark"],
) -> None:
    async with device(chromium, kind, scheme) as context:
        watched = Watched(await context.new_page())
        page = await watched.start(service.url)

        async def look(name: str) -> None:
            await page.wait_for_timeout(300)  # until animations have ended
            await page.screenshot(path=tmp_path / f"{name}.png")
            assert not await page.evaluate(TOO_WIDE), f"{name} scrolls sideways"
            assert not await page.evaluate(SLIDES), f"{name} scrolls around its conversation"
            assert await page.evaluate(CONTRAST) == []
            assert await page.evaluate(SMALL) == []

        await expect(page.get_by_role("heading", name="BPS Kabupaten Jeneponto")).to_be_visible()
        await expect(page.get_by_text("Layanan ini gratis")).to_be_visible()
        await look("welcome")
        await page.get_by_role("button", name="Mulai").click()
        await expect(page.get_by_text("Apa yang ingin Anda lakukan?")).to_be_visible()
        await look("menu")
        await press(page, "Ajukan rekomendasi")
        await press(page, "Ya")
        await expect(page.get_by_role("button", name="Pilih berkas")).to_be_visible()
        await look("file")
        await page.set_input_files("#files", [file("Surat pengantar.pdf"), file("Foto kegiatan.jpg")])
        await expect(page.get_by_text("Dicatat: berkas")).to_be_visible()
        await page.set_input_files("#files", [file("Terlalu besar.pdf", 2 * MEGABYTE)])
        await expect(page.get_by_text("lebih besar dari 1 MB")).to_be_visible()
        await look("files")
        assert [upload.name for upload in service.backend.uploads[service.backend.received[-1].id]] == [
            "Surat pengantar.pdf",
            "Foto kegiatan.jpg",
        ]
        await page.get_by_label("Ketik pesan").fill("panjang " * 600)
        await expect(page.get_by_text("Pesan paling panjang 4.096 huruf")).to_be_visible()
        await expect(page.get_by_role("button", name="Kirim", exact=True)).to_be_disabled()
        await look("too long")
        assert watched.complaints == []


async def test_the_whole_conversation_works_by_keyboard_alone(watched: Watched, service: Service) -> None:
    page = await watched.start(service.url)
    focused = page.locator(":focus")
    await expect(focused).to_have_id("words")
    await page.keyboard.press("Shift+Tab")
    await page.keyboard.press("Shift+Tab")
    await expect(focused).to_have_text("Mulai")
    await page.keyboard.press("Enter")
    await expect(focused).to_have_text("Ajukan rekomendasi kegiatan statistik")
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("ArrowUp")
    await page.keyboard.press("Enter")
    await expect(focused).to_have_text("Ya")
    await page.keyboard.press("ArrowRight")
    await page.keyboard.press("Space")
    await expect(focused).to_have_text("Kembali")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Tab")
    await page.keyboard.type("Baris satu")
    await page.keyboard.press("Shift+Enter")
    await page.keyboard.type("baris dua")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("Dicatat: Baris satu")).to_be_visible()
    await expect(focused).to_have_id("words")
    assert service.texts() == ["/start", "m:apply", "n", "Baris satu\nbaris dua"]


async def test_the_skip_link_leads_past_everything_to_the_composer(watched: Watched, service: Service) -> None:
    page = await watched.start(service.url)
    skip = page.get_by_role("link", name="Langsung ke kotak pesan")
    await expect(skip).not_to_be_in_viewport()
    await skip.focus()
    await expect(skip).to_be_in_viewport()
    await page.keyboard.press("Enter")
    await expect(page.locator(":focus")).to_have_id("words")


async def test_the_conversation_is_a_polite_log_in_the_readers_language(watched: Watched, service: Service) -> None:
    page = await watched.start(service.url)
    await page.get_by_role("button", name="Mulai").click()
    await expect(page.get_by_role("log", name="Percakapan")).to_contain_text("Layanan: Selamat datang.")
    await expect(page.get_by_role("log")).to_have_attribute("aria-live", "polite")
    await expect(page.locator("html")).to_have_attribute("lang", "id")
    await expect(page.get_by_role("group", name="Pilihan jawaban").get_by_role("button")).to_have_count(4)


async def test_buttons_go_when_the_next_question_comes_and_stay_when_a_notice_comes(
    watched: Watched, service: Service
) -> None:
    page = await watched.start(service.url)
    await page.get_by_role("button", name="Mulai").click()
    await press(page, "Ajukan rekomendasi")
    await expect(page.get_by_role("button", name="Ya")).to_be_visible()
    await expect(page.get_by_role("button", name="Ajukan rekomendasi")).to_have_count(0)
    await expect(page.locator(".message.in", has_text="Ajukan rekomendasi kegiatan statistik")).to_be_visible()
    service.backend.tell(service.address, Prompt(verbatim("Surat Anda terbit."), reason="letter_ready"))
    await expect(page.get_by_text("Surat Anda terbit.")).to_be_visible()
    await expect(page.get_by_role("button", name="Ya")).to_be_visible()
    choices = (Choice("c:more", verbatim("Tanya lagi")), Choice("c:enough", verbatim("Sudah cukup")))
    for text, shown in (
        ("Jawaban 1", choices),
        ("Jawaban 2", choices),
        ("Nomor B-001", (Choice("q", verbatim("Lihat")),)),
    ):
        service.backend.tell(service.address, Prompt(verbatim(text), shown, reason="news"))
    await expect(page.get_by_role("button", name="Lihat")).to_be_visible()
    await expect(page.get_by_role("button", name="Sudah cukup")).to_have_count(1)
    await expect(page.get_by_role("button", name="Ya", exact=True)).to_be_visible()  # the question is still open
    await press(page, "Sudah cukup")
    await expect(page.get_by_role("button", name="Lihat")).to_have_count(0)
    await expect(page.get_by_role("button", name="Ya", exact=True)).to_have_count(0)


async def test_words_are_never_markup(watched: Watched, service: Service) -> None:
    page = await watched.start(service.url)
    attack = "<img src=x onerror=alert(1)><script>alert(2)</script>"
    await say(page, attack)
    await expect(page.get_by_text(f"Dicatat: {attack}")).to_be_visible()
    assert await page.locator("#log img, #log script").count() == 0
    assert watched.complaints == []


async def test_addresses_and_telephone_numbers_can_be_pressed_and_other_numbers_cannot(
    watched: Watched, service: Service
) -> None:
    page = await watched.start(service.url)
    await say(page, "Halo")
    await expect(page.get_by_text("Dicatat: Halo")).to_be_visible()
    words = (
        "Buka https://jenepontokab.bps.go.id/a?b=1. Tulis ke bps7304@bps.go.id, WhatsApp +62 821-8737-6133 atau "
        "083299397188. javascript:alert(1) NIP 198001012005011001 tanggal 08-02-2026 08.00, nomor B-90/7301/KS/2026."
    )
    service.backend.tell(service.address, Prompt(verbatim(words)))
    await expect(page.get_by_text("NIP 198001012005011001")).to_be_visible()
    links = await page.locator(".out a").evaluate_all("all => all.map((a) => [a.getAttribute('href'), a.rel])")
    assert links == [
        ["https://jenepontokab.bps.go.id/a?b=1", "noopener noreferrer"],
        ["mailto:bps7304@bps.go.id", ""],
        ["tel:+6282187376133", ""],
        ["tel:083299397188", ""],
    ]


async def test_a_number_of_the_queue_or_of_a_case_stays_on_one_line(watched: Watched, service: Service) -> None:
    page = await watched.start(service.url)
    await page.set_viewport_size({"width": 320, "height": 640})
    await say(page, "Halo")
    await expect(page.get_by_text("Dicatat: Halo")).to_be_visible()
    words = "\n".join(f"{'i' * count} A-001. Surat B-120/7304/KS atau REK-2026-0001." for count in range(30, 60))
    service.backend.tell(service.address, Prompt(verbatim(words)))
    await expect(page.get_by_text("REK-2026-0001").first).to_be_visible()
    codes = page.locator(".out .code")
    kept = ["A-001", "B-120", "REK-2026-0001"]
    assert await codes.evaluate_all("all => all.map((one) => one.textContent)") == kept * 30
    await say(page, f"{'i' * 34} KON-2026-0001 https://example.org")
    own = page.locator(".in .code")
    await expect(own).to_have_text("KON-2026-0001")
    for shown in (codes, own):
        assert set(await shown.evaluate_all("all => all.map((one) => one.getClientRects().length)")) == {1}
    assert await page.locator(".in a").count() == 0


async def test_examples_in_a_hint_lead_nowhere(watched: Watched, service: Service) -> None:
    page = await watched.start(service.url)
    await say(page, "Halo")
    await expect(page.get_by_text("Dicatat: Halo")).to_be_visible()
    hint = Text("Contoh: siti@jeneponto.go.id atau 081234567890.").shown_as("hint")
    service.backend.tell(service.address, Prompt(paragraphs(verbatim("Tulis ke bps7304@bps.go.id."), hint)))
    await expect(page.get_by_text("Contoh: siti@")).to_be_visible()
    assert await page.locator(".out a").evaluate_all("all => all.map((a) => a.textContent)") == ["bps7304@bps.go.id"]


async def test_a_file_that_nothing_asked_for_cannot_be_sent_again(watched: Watched, service: Service) -> None:
    page = await watched.start(service.url)
    await page.get_by_role("button", name="Mulai").click()
    await expect(page.get_by_role("button", name="Ajukan rekomendasi")).to_be_visible()
    service.backend.asks_for_file = False
    await page.set_input_files("#files", [file("foto.pdf", 10)])
    await expect(page.get_by_text("Berkas tidak diperlukan di sini")).to_be_visible()
    await expect(page.get_by_role("button", name="Hapus")).to_be_visible()
    await expect(page.get_by_role("button", name="Kirim lagi")).to_have_count(0)


async def test_a_page_is_opened_by_its_button_and_nothing_else_is(watched: Watched, service: Service) -> None:
    page = await watched.start(service.url)
    await say(page, "Halo")
    await expect(page.get_by_text("Dicatat: Halo")).to_be_visible()
    for where in ("https://maps.example.org/?q=a&b=%22", "javascript:alert(1)"):
        service.backend.tell(service.address, Prompt(verbatim(where[:5]), link=Link(verbatim("Buka peta"), where)))
    await expect(page.get_by_text("javas")).to_be_visible()
    found = page.get_by_role("link", name="Buka peta")
    assert await found.evaluate_all("all => all.map((a) => [a.href, a.target, a.rel])") == [
        ["https://maps.example.org/?q=a&b=%22", "_blank", "noopener noreferrer"]
    ]
    assert await page.evaluate(CONTRAST) == [] and await page.evaluate(SMALL) == []


async def test_a_letter_is_downloaded_a_chart_shown_and_a_recording_read(watched: Watched, service: Service) -> None:
    page = await watched.start(service.url)
    await page.get_by_role("button", name="Mulai").click()
    await press(page, "Ambil surat")
    service.backend.files[service.address, 17] = StoredFile("Surat.pdf", "pdf", b"%PDF-1.7")
    async with page.expect_download() as download:
        await page.get_by_role("link", name="Surat.pdf").click()
    letter = await download.value
    assert letter.suggested_filename == "Surat.pdf"
    assert (await letter.path()).read_bytes() == b"%PDF-1.7"
    chart = Image.new("RGB", (720, 900), "white")
    chart.save(drawn := BytesIO(), "PNG")
    service.backend.files[service.address, 18] = StoredFile("laporan.png", "png", drawn.getvalue())
    shown = Prompt(verbatim("Grafik: 3 masuk."), attachment=Attachment(18, "laporan.png", is_picture=True))
    service.backend.tell(service.address, shown)
    picture = page.get_by_role("img", name="Grafik: 3 masuk.")
    await expect(picture).to_be_in_viewport()
    await expect(picture).to_have_js_property("naturalWidth", 720)
    service.backend.files[service.address, 19] = StoredFile("suara.ogg", "ogg", voice_note(3))
    service.backend.tell(service.address, Prompt(verbatim("Suara."), attachment=Attachment(19, "suara.ogg")))
    recording = page.get_by_label("suara.ogg")
    await expect(recording).to_have_js_property("preload", "none")
    await recording.evaluate("player => { player.preload = 'metadata'; }")
    await page.wait_for_function("() => document.querySelector('audio').readyState > 0")


async def test_two_tabs_show_the_same_conversation(watched: Watched, service: Service) -> None:
    first = await watched.start(service.url)
    await say(first, "Halo")
    second = await first.context.new_page()
    await second.goto(service.url)
    await expect(second.get_by_text("Dicatat: Halo")).to_be_visible()
    await say(second, "dari tab kedua")
    await expect(first.get_by_text("Dicatat: dari tab kedua")).to_be_visible()
    await expect(first.locator(".message")).to_have_count(4)


async def test_a_question_with_many_buttons_is_shown_from_its_first_line(chromium: Browser, service: Service) -> None:
    async with device(chromium, "phone") as context:
        page = await Watched(await context.new_page()).start(service.url)
        await page.get_by_role("button", name="Mulai").click()
        await press(page, "Pilih sektor")
        await expect(page.get_by_text("Apa sektor kegiatan Anda?")).to_be_in_viewport()
        await page.wait_for_timeout(800)
        await expect(page.get_by_text("Apa sektor kegiatan Anda?")).to_be_in_viewport()
        await expect(page.get_by_role("button", name="Sektor yang ke-22")).not_to_be_in_viewport()


async def test_who_reads_further_up_is_told_of_a_new_message_and_not_moved(watched: Watched, service: Service) -> None:
    page = await watched.start(service.url)
    for number in range(12):
        await say(page, f"pesan {number}")
    await expect(page.get_by_text("Dicatat: pesan 11", exact=True)).to_be_in_viewport()
    await page.wait_for_timeout(800)
    await page.locator("main").evaluate("main => main.scrollTo({top: 0, behavior: 'instant'})")
    await page.wait_for_timeout(50)
    service.backend.tell(service.address, Prompt(verbatim("Kabar baru"), reason="letter_ready"))
    pill = page.get_by_role("button", name="Pesan baru")
    await expect(pill).to_be_visible()
    assert await page.locator("main").evaluate("main => main.scrollTop") == 0
    await pill.click()
    await expect(page.get_by_text("Kabar baru")).to_be_in_viewport()
    await expect(pill).to_be_hidden()


async def test_the_switch_in_the_header_changes_the_language_of_the_page(watched: Watched, service: Service) -> None:
    page = await watched.start(service.url)
    await say(page, "Halo")
    await expect(page.get_by_text("Dicatat: Halo")).to_be_visible()
    service.backend.locales[service.address] = "en"
    await page.get_by_role("button", name="English").click()
    await expect(page.locator("html")).to_have_attribute("lang", "en")
    assert service.texts() == ["Halo", "/bahasa"]


async def test_the_link_of_a_mail_speaks_in_the_conversation_of_this_browser(
    watched: Watched, service: Service
) -> None:
    page = await watched.start(service.url)
    await say(page, "Halo")
    await expect(page.get_by_text("Dicatat: Halo")).to_be_visible()
    await page.goto("about:blank")
    await page.goto(f"{service.url}kode/{'A' * 32}")
    assert service.texts() == ["Halo"]
    await page.get_by_role("button", name="Lanjutkan").click()
    await expect(page.get_by_text("Dicatat: /kode")).to_be_visible()
    assert service.texts() == ["Halo", f"/kode {'A' * 32}"]
    assert not watched.complaints


async def test_ticks_change_in_place_also_after_a_reload(watched: Watched, service: Service) -> None:
    page = await watched.start(service.url)
    await page.get_by_role("button", name="Mulai").click()
    await say(page, "satuan")
    question = page.locator("#log .message.out", has_text="Satuan apa?").filter(visible=True)
    for is_ticked in (False, True, False):
        await expect(page.get_by_role("button", name="Individu", exact=True, pressed=is_ticked)).to_be_visible()
        await press(page, "Individu")
    for _ in range(2):
        await expect(page.get_by_role("button", name="Individu", exact=True, pressed=True)).to_be_visible()
        await expect(question).to_have_count(1)
        await expect(page.locator("#log .message.in").filter(visible=True)).to_have_count(2)
        await page.reload()
    assert service.texts()[-3:] == ["t:on", "t:off", "t:on"] and watched.complaints == []
