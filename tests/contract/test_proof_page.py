"""The page behind the link of a mail, whose button says the code in the chat of the same browser."""

from __future__ import annotations

from tests.contract.webchat_harness import Browser, WebChatHarness


async def test_the_link_of_a_mail_is_used_up_by_the_button_in_the_browser_that_asked(
    harness: WebChatHarness, browser: Browser
) -> None:
    path = f"/kode/{'A' * 32}"
    await browser.visit()
    page = await browser.client.get(path)
    assert page.status == 200 and '<form method="post">' in await page.text()
    assert "form-action 'self'" in page.headers["Content-Security-Policy"] and browser.backend.received == []
    used = await browser.client.post(path, headers={"Origin": browser.origin}, allow_redirects=False)
    assert (used.status, used.headers["Location"]) == (303, "/")
    (said,) = browser.backend.received
    assert (said.address, said.text) == (browser.address, f"/kode {'A' * 32}")
    async with harness.browser() as other:
        assert (await other.post(path)).status == 401
        assert (await other.client.post(path, headers={"Origin": "https://evil.example"})).status == 403
    assert len(browser.backend.received) == 1


async def test_the_page_of_a_link_runs_no_script_and_follows_the_language_of_its_address(browser: Browser) -> None:
    path = f"/kode/{'A' * 32}"
    for address, locale, other in (
        (path, "id", "English"),
        (f"{path}?lang=en", "en", "Bahasa Indonesia"),
        (f"{path}?lang=xx", "id", "English"),
    ):
        page = await browser.client.get(address)
        text = await page.text()
        assert f'<html lang="{locale}">' in text and f">{other}</a>" in text and "<script" not in text
        assert "script-src 'none'" in page.headers["Content-Security-Policy"] and "Set-Cookie" not in page.headers
    refused = await browser.client.post(path, headers={"Origin": browser.origin})
    assert (refused.status, refused.headers["Referrer-Policy"]) == (401, "no-referrer")
