"""Starts the system's Chromium for tests in a browser; Playwright's own download is never used."""

from __future__ import annotations

import shutil
from collections.abc import Coroutine
from typing import TYPE_CHECKING, Any, overload

if TYPE_CHECKING:
    from playwright import async_api, sync_api

#: milliseconds in which the service answers a person; generous, for a busy machine
ANSWER_WITHIN = 20_000
ARGUMENTS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",  # nothing leaves this host
)


def find() -> str | None:
    """The program's path; None where it is not installed."""
    return shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@overload
def launch(playwright: sync_api.Playwright) -> sync_api.Browser: ...
@overload
def launch(playwright: async_api.Playwright) -> Coroutine[Any, Any, async_api.Browser]: ...
def launch(
    playwright: sync_api.Playwright | async_api.Playwright,
) -> sync_api.Browser | Coroutine[Any, Any, async_api.Browser]:
    """A running browser; with Playwright's async interface: `browser = await launch(playwright)`."""
    program = find()
    assert program, "Chromium not found: mark the test with @pytest.mark.browser"
    return playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
