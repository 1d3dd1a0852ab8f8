"""nginx and Caddy with the configurations of `deploy/` before the real program: pages, WebSockets and the board come
through, and a proxy that passes on another name is told what it must do.
"""

from __future__ import annotations

import re
import socket
import ssl
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from aiohttp import ClientSession, ClientTimeout, TCPConnector, WSMsgType
from aiohttp.abc import AbstractResolver, ResolveResult

from tests.program import ROOT
from tests.server_certificates import server_certificate
from tests.service import START_WITHIN, Service, free_port

HOST = "pst.example.go.id"
DEPLOY = ROOT / "deploy"


class Here(AbstractResolver):
    """Every name is this machine, so that the proxy sees the name that a visitor would open."""

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        found = ResolveResult(hostname=host, host="127.0.0.1", port=port, family=socket.AF_INET, proto=0, flags=0)
        return [found]

    async def close(self) -> None:
        pass


def nginx(folder: Path, front: int, plain: int, secure: int, *, passes_host: bool) -> list[str]:
    """The command that starts it on these ports of this machine."""
    server_certificate(folder / "certificate.pem")
    text = (DEPLOY / "nginx.conf").read_text(encoding="utf-8")
    text = re.sub(r"^ +listen \[::\].*\n", "", text, flags=re.MULTILINE)
    text = re.sub(r"/etc/letsencrypt/\S+\.pem", f"{folder}/certificate.pem", text)
    for old, new in (("listen 80;", plain), ("listen 443 ", secure), ("server 127.0.0.1:8080", front)):
        assert old in text
        text = text.replace(old, re.sub(r"(127\.0\.0\.1:)?\d+", f"127.0.0.1:{new}", old))
    if not passes_host:
        text = text.replace("proxy_set_header Host $host;", "")
    (folder / "pst.conf").write_text(text, encoding="utf-8")
    paths = "".join(
        f"{name}_temp_path {folder}/{name};" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (folder / "nginx.conf").write_text(
        f"daemon off; master_process off; pid {folder}/pid; error_log stderr;\n"
        f"events {{}}\nhttp {{ access_log off; {paths} include {folder}/pst.conf; }}\n",
        encoding="utf-8",
    )
    return ["nginx", "-p", str(folder), "-c", str(folder / "nginx.conf")]


def caddy(folder: Path, front: int, plain: int, secure: int, *, passes_host: bool) -> list[str]:
    """The same for Caddy, which makes a certificate of its own."""
    text = (DEPLOY / "Caddyfile").read_text(encoding="utf-8")
    ours = f"{{$PST_HOST:{HOST}}} {{"
    assert ours in text and "{$PST_UPSTREAM:127.0.0.1:8080}" in text
    text = text.replace(ours, f"{HOST} {{\n\ttls internal")
    text = text.replace("{$PST_UPSTREAM:127.0.0.1:8080}", f"127.0.0.1:{front}")
    if not passes_host:
        text = text.replace("header_up X-Real-IP", "header_up Host {upstream_hostport}\n\t\theader_up X-Real-IP")
    ports = f"http_port {plain}\n\thttps_port {secure}\n\tdefault_bind 127.0.0.1"
    options = f"admin off\n\tskip_install_trust\n\tstorage file_system {folder}\n\t{ports}"
    (folder / "Caddyfile").write_text(f"{{\n\t{options}\n}}\n{text}", encoding="utf-8")
    return ["caddy", "run", "--config", str(folder / "Caddyfile"), "--adapter", "caddyfile"]


@pytest.fixture(scope="module")
def front(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    service = Service(tmp_path_factory.mktemp("front"), "run")
    service.start(PST_PUBLIC_URL=f"https://{HOST}", PST_CLIENT_IP_HEADER="X-Real-IP")
    yield service
    service.stop()


def wait_until_open(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    """Until it has a certificate too: Caddy makes one after it has opened its port."""
    until, trusting = time.monotonic() + START_WITHIN, ssl.create_default_context()
    trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE
    while time.monotonic() < until:
        assert process.poll() is None, log.read_text(encoding="utf-8")
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1) as connection:
                trusting.wrap_socket(connection, server_hostname=HOST).close()
            return
        except OSError:
            time.sleep(0.02)
    raise AssertionError(log.read_text(encoding="utf-8"))


@pytest.mark.proxies
@pytest.mark.parametrize("proxy", [nginx, caddy], ids=["nginx", "Caddy"])
async def test_the_service_works_behind_the_proxies_of_deploy_and_tells_one_that_hides_the_host(
    proxy: Callable[..., list[str]], front: Service, tmp_path: Path
) -> None:
    with ExitStack() as stack:

        def started(name: str, *, passes_host: bool) -> tuple[int, int]:
            folder = tmp_path / name
            folder.mkdir()
            plain, secure = free_port(), free_port()
            command = proxy(folder, front.port, plain, secure, passes_host=passes_host)
            log = folder / "log"
            with log.open("wb") as said:
                process = subprocess.Popen(command, stdout=said, stderr=said, cwd=folder)
            stack.callback(process.wait, 30)
            stack.callback(process.kill)
            wait_until_open(process, secure, log)
            return plain, secure

        plain, secure = started("right", passes_host=True)
        session = ClientSession(
            headers={"Host": HOST, "Origin": f"https://{HOST}"},
            connector=TCPConnector(resolver=Here(), ssl=False),
            timeout=ClientTimeout(total=20),
        )
        async with session:
            here = f"https://{HOST}:{secure}"
            async with session.get(f"http://{HOST}:{plain}/antrean", allow_redirects=False) as answer:
                assert answer.status in {301, 308}
                assert re.fullmatch(rf"https://{HOST}(:{secure})?/antrean", answer.headers["Location"])
            async with session.post(f"{here}/session") as answer:
                assert answer.status in {200, 204}, await answer.text()
                cookie = answer.headers["Set-Cookie"].partition(";")[0]
            async with session.ws_connect(f"{here}/ws?after=0", headers={"Cookie": cookie}) as page:
                assert (await page.receive(timeout=10)).type is WSMsgType.TEXT
            async with session.get(f"{here}/board/events") as board:
                assert (await board.content.readline()).startswith(b"data: "), "sent on at once"

            _, secure = started("wrong", passes_host=False)
            async with session.post(f"https://{HOST}:{secure}/session") as answer:
                assert answer.status == 421 and "proksi harus meneruskan header Host" in await answer.text()
        assert "proxy_set_header Host $host" in front.log


def test_both_configurations_pass_on_what_the_settings_of_the_document_expect() -> None:
    document = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    header = re.findall(r"PST_CLIENT_IP_HEADER=(\S+)", document)[0]
    for name in ("nginx.conf", "Caddyfile"):
        assert f"PST_CLIENT_IP_HEADER={header}" in (DEPLOY / name).read_text(encoding="utf-8")
