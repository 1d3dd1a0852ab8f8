"""The demo over real connections: which roles a browser can play, and that nothing of it exists without the demo."""

from __future__ import annotations

from collections.abc import AsyncIterator
from hashlib import sha256

import pytest
from aiohttp import ClientSession, CookieJar, WSServerHandshakeError

from bot.handlers.webchat.demo import DEMO_ROLES
from domain.permissions import Role
from tests.contract.webchat_harness import ONE, TWO, Browser, WebChatHarness

PUBLIC = "https://chat.example.go.id"
APPLICANT, OFFICER, DIRECTOR = (role.path for role in DEMO_ROLES)
PATHS = ("/demo", *(role.path for role in DEMO_ROLES))
Joined = list[tuple[str, str, Role, str]]


@pytest.fixture
def joined() -> Joined:
    return []


@pytest.fixture
async def demo(joined: Joined) -> AsyncIterator[WebChatHarness]:
    async def join(channel: str, address: str, role: Role, locale: str) -> None:
        joined.append((channel, address, role, locale))

    harness = WebChatHarness(PUBLIC, join)
    async with harness.server:
        yield harness


@pytest.fixture
async def here(demo: WebChatHarness) -> AsyncIterator[Browser]:
    async with demo.browser() as browser:
        yield browser


# Its pages, and who may frame them


async def test_only_the_pages_of_the_roles_may_be_framed_and_only_by_this_site(here: Browser) -> None:
    policies = {path: (await here.client.get(path)).headers["Content-Security-Policy"] for path in ("/", *PATHS)}
    ancestors = {path: policy.split("frame-ancestors ")[1].split(";")[0] for path, policy in policies.items()}
    assert ancestors == {"/": "'none'", "/demo": "'none'", APPLICANT: "'self'", OFFICER: "'self'", DIRECTOR: "'self'"}
    assert [path for path, policy in policies.items() if "frame-src 'self'" in policy] == ["/demo"]
    assert all("default-src 'none'" in policy and "unsafe" not in policy for policy in policies.values())


async def test_the_ordinary_page_leads_to_the_demo_and_the_demo_to_its_three_roles(here: Browser) -> None:
    indonesian = {"Accept-Language": "id"}
    page = await (await here.client.get("/", headers=indonesian)).text()
    assert '<a href="/demo">Pemohon · Petugas · Direktur</a>' in page
    switch = await (await here.client.get("/demo", headers=indonesian)).text()
    frames = [part.split('"')[0] for part in switch.split('<iframe src="')[1:]]
    assert frames == [APPLICANT, OFFICER, DIRECTOR]
    for ending, content_type in (("css", "text/css"), ("js", "text/javascript")):
        path = next(part for part in switch.split('"') if part.endswith(f".{ending}"))
        assert (await here.client.get(path)).content_type == content_type


async def test_without_the_demo_there_is_no_markup_and_no_route(
    harness: WebChatHarness, browser: Browser, here: Browser
) -> None:
    assert "demo" not in await (await browser.client.get("/")).text()
    switch = await (await here.client.get("/demo")).text()
    for path in (*PATHS, *(part for part in switch.split('"') if part.startswith("/static/demo"))):
        assert (await browser.client.get(path)).status == 404, path
    for role in DEMO_ROLES:
        headers = {"X-Client": ONE, "X-File-Index": "0"}
        for part in ("session", "upload"):
            assert (await browser.post(f"{role.path}{part}", b"x", **headers)).status == 404
        assert (await browser.client.get(f"{role.path}file/17")).status == 404
        with pytest.raises(WSServerHandshakeError, match="404"):
            await browser.open(path=role.path)
    assert not harness.backend.spooled


# One browser with three roles


async def test_the_office_is_joined_with_the_first_visit_and_by_nobody_else(here: Browser, joined: Joined) -> None:
    await here.client.get(OFFICER)
    await here.post("/session")
    await here.post(f"{APPLICANT}session")
    assert not joined, "an applicant joins nothing, and neither does who only looks at a page"
    await here.post(f"{OFFICER}session", **{"Accept-Language": "en"})
    await here.post(f"{DIRECTOR}session", **{"Accept-Language": "id"})
    addresses = {channel: address for channel, address, *_ in joined}
    assert [(role, locale) for _, _, role, locale in joined] == [("officer", "en"), ("director", "id")]
    assert set(addresses) == {"webchat"} and len({address for _, address, *_ in joined}) == 2


async def test_three_conversations_of_one_browser_stay_apart(here: Browser, joined: Joined) -> None:
    pages = [await here.visit(role.path) for role in DEMO_ROLES]
    cookies = {cookie.key: cookie for cookie in here.client.cookie_jar}
    assert {(name, cookie["path"], cookie["samesite"]) for name, cookie in cookies.items()} == {
        ("pst", "/", "Strict"),
        ("pst-petugas", OFFICER, "Strict"),
        ("pst-direktur", DIRECTOR, "Strict"),
    }
    assert all(cookie["httponly"] for cookie in cookies.values())
    for page, client in zip(pages, (ONE, TWO, ONE.replace("1", "3")), strict=True):
        await page.say(type="text", client=client, text=client)
        said = await page.next("message")
        assert said["client"] == client
    assert [incoming.address for incoming in here.backend.received] == [
        here.address,
        *(address for _, address, *_ in joined),
    ]


async def test_the_applicant_has_the_ordinary_conversation(here: Browser) -> None:
    page = await here.visit()
    role = await here.open(path=APPLICANT)
    await page.say(type="text", client=ONE, text="Halo")
    assert (await role.next("message"))["text"] == "Halo"


async def test_a_file_belongs_to_one_role(here: Browser) -> None:
    for path in (OFFICER, DIRECTOR):
        await here.post(f"{path}session")
    headers = {"X-Client": ONE, "X-File-Index": "0", "X-File-Name": "a.pdf"}
    assert (await here.post(f"{OFFICER}upload", b"x", **headers)).status == 200
    page = await here.open(path=DIRECTOR)
    await page.say(type="files", client=ONE, count=1)
    assert "Silakan kirim lagi" in (await page.next("failed"))["text"]


# Which requests are refused


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Host": "chat.example.go.id", "Origin": PUBLIC}, 421),
        ({"Host": "evil.example"}, 421),
        ({"X-Forwarded-For": "192.0.2.7"}, 403),
        ({"Forwarded": "for=192.0.2.7"}, 403),
        ({"Via": "1.1 proxy"}, 403),
    ],
)
async def test_nobody_sits_down_from_another_computer(
    here: Browser, joined: Joined, headers: dict[str, str], status: int
) -> None:
    for path in PATHS:
        assert (await here.client.get(path, headers=headers)).status == status, path
    for role in DEMO_ROLES:
        assert (await here.client.post(f"{role.path}session", headers={"Origin": here.origin} | headers)).status == (
            status
        )
    assert not joined


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1:1"])
async def test_another_sites_page_makes_no_officer_of_this_browser(here: Browser, joined: Joined, origin: str) -> None:
    assert (await here.client.post(f"{OFFICER}session", headers={"Origin": origin})).status == 403
    await here.post(f"{OFFICER}session")
    with pytest.raises(WSServerHandshakeError, match="403"):
        await here.client.ws_connect(f"{OFFICER}ws", headers={"Origin": origin})
    assert len(joined) == 1


async def test_an_officers_cookie_is_a_strangers_everywhere_else(
    harness: WebChatHarness, here: Browser, joined: Joined
) -> None:
    """Also without the demo, on the same database."""
    await here.post(f"{OFFICER}session")
    token = next(cookie.value for cookie in here.client.cookie_jar if cookie.key == "pst-petugas")
    ((_, officer, _, _),) = joined
    for origin, backend in (
        (here.origin, here.backend),
        (str(harness.server.make_url("")).rstrip("/"), harness.backend),
    ):
        cookies = {"pst": token, "pst-petugas": token}
        async with ClientSession(origin, cookies=cookies, cookie_jar=CookieJar(unsafe=True)) as client:
            page = await Browser(client, origin, backend).open()
            await page.say(type="text", client=ONE, text="berkas")
            await page.next("accepted")
        assert backend.received[-1].address == sha256(token.encode()).hexdigest() != officer
