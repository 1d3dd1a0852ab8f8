"""SIGTERM while pages are open: they get their closing handshake, and the process does not wait for them."""

from __future__ import annotations

import os
import signal
import socket
import time
from base64 import b64encode
from pathlib import Path

from bot.runtime.process import SHUTDOWN_TIMEOUT
from tests.service import Service

CLOSE = 0x88  #: first byte of the last frame of a close
GOING_AWAY = (1001).to_bytes(2)


def open_page(service: Service) -> socket.socket:
    """A WebSocket as a browser opens it: the browser leaves it to the server to close the connection."""
    page = socket.create_connection(("127.0.0.1", service.port), timeout=10)
    request = (
        f"GET /ws?after=0 HTTP/1.1\r\nHost: 127.0.0.1:{service.port}\r\nOrigin: {service.url.rstrip('/')}\r\n"
        f"Cookie: pst={'A' * 43}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
        f"Sec-WebSocket-Key: {b64encode(os.urandom(16)).decode()}\r\n\r\n"
    )
    page.sendall(request.encode())
    received = b""
    while b"synced" not in received:
        received += page.recv(65536)
    return page


def close_as_asked(page: socket.socket) -> bytes:
    """Answers the server's close and waits for the end of the connection. Returns the code of the close."""
    frame = page.recv(65536)
    assert frame[0] == CLOSE, frame
    body = frame[2 : 2 + frame[1]]
    page.sendall(bytes([CLOSE, 0x80 | len(body)]) + bytes(4) + body)
    assert page.recv(1) == b""
    page.close()
    return body[:2]


def test_open_pages_do_not_delay_the_end(tmp_path: Path) -> None:
    service = Service(tmp_path)
    service.start()
    try:
        pages = [open_page(service) for _ in range(2)]
        begun = time.monotonic()
        assert service.process is not None
        service.process.send_signal(signal.SIGTERM)
        assert [close_as_asked(page) for page in pages] == [GOING_AWAY, GOING_AWAY]
        service.wait_until_dead()
        assert time.monotonic() - begun < SHUTDOWN_TIMEOUT, "aiohttp ignores handshakes once its clean-up has begun"
    finally:
        service.kill()
