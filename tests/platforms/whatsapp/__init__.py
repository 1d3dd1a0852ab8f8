"""A strict WhatsApp Cloud API server for tests, and the people who write to the business through it. See README.md.

async with graph_server() as server:
    server.webhook.url = "http://127.0.0.1:8080/whatsapp"
    sari = server.user(user_id="ID.123", wa_id="628120000001", name="Sari")
    await sari.says("halo")
    await sari.taps((await sari.waits_for("Selamat datang")).labels[0])
    assert server.flagged == []
"""

from tests.platforms.whatsapp.app import graph_server
from tests.platforms.whatsapp.person import User
from tests.platforms.whatsapp.remote import RemoteServer, RemoteUser, graph_process
from tests.platforms.whatsapp.screen import Button, Document, Link, Row, Shown
from tests.platforms.whatsapp.server import GraphServer
from tests.platforms.whatsapp.webhook import Delivery, NotDelivered

__all__ = [
    "Button",
    "Delivery",
    "Document",
    "GraphServer",
    "Link",
    "NotDelivered",
    "RemoteServer",
    "RemoteUser",
    "Row",
    "Shown",
    "User",
    "graph_process",
    "graph_server",
]
