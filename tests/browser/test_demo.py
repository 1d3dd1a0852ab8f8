"""The demo in a real browser: one person plays applicant, officer and director."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from tests.browser.webchat_service import Watched, device
from tests.chromium import ANSWER_WITHIN
from tests.service import Service, from_nothing

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]


@pytest.fixture
def real(tmp_path: Path) -> Iterator[Service]:
    service = Service(tmp_path)
    service.launch = from_nothing("run", "--demo")
    service.start()
    yield service
    service.stop()


async def test_three_roles_side_by_side_and_behind_tabs_where_it_is_narrow(
    chromium: Browser, real: Service, tmp_path: Path
) -> None:
    async with device(chromium, "desktop") as context:
        watched = Watched(await context.new_page())
        page = await watched.start(real.url)
        await page.get_by_role("link", name="Pemohon · Petugas · Direktur").click()
        await page.set_viewport_size({"width": 1200, "height": 800})
        frames = {name: page.frame_locator(f"iframe[title={name}]") for name in ("Pemohon", "Petugas", "Direktur")}
        edges = []
        for name, frame in frames.items():
            await frame.get_by_label("Ketik pesan").fill("halo")
            await frame.get_by_label("Ketik pesan").press("Enter")
            first = "Ajukan permohonan" if name == "Pemohon" else "Layanan pemohon"
            await expect(frame.get_by_role("button", name=first)).to_be_visible(timeout=ANSWER_WITHIN)
            works = frame.get_by_role("button", name="Berkas permohonan")
            await expect(works).to_have_count(0 if name == "Pemohon" else 1)
            box = await page.get_by_title(name, exact=True).bounding_box()
            assert box is not None and box["width"] > 350 and box["y"] + box["height"] <= 800
            edges.append((box["x"], box["x"] + box["width"]))
        assert edges[0][1] < edges[1][0] < edges[1][1] < edges[2][0] < edges[2][1] <= 1200, "side by side"
        await page.screenshot(path=tmp_path / "wide.png")

        await page.set_viewport_size({"width": 360, "height": 740})
        await expect(page.get_by_title("Petugas", exact=True)).to_be_hidden()
        await frames["Pemohon"].get_by_label("Ketik pesan").fill("belum terkirim")
        await page.locator("label", has_text="Petugas").click()
        await expect(page.get_by_title("Pemohon", exact=True)).to_be_hidden()
        await expect(frames["Petugas"].get_by_label("Ketik pesan")).to_have_value("")
        await frames["Petugas"].get_by_role("button", name="Berkas permohonan").click()
        await expect(frames["Petugas"].locator(".message.out")).to_have_count(2, timeout=ANSWER_WITHIN)
        await page.screenshot(path=tmp_path / "narrow.png")
        await page.reload()
        await expect(frames["Pemohon"].get_by_label("Ketik pesan")).to_have_value("belum terkirim")
        await expect(frames["Petugas"].get_by_label("Ketik pesan")).to_have_value("")
        assert watched.complaints == []
