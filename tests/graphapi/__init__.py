"""A strict server of the WhatsApp Cloud API on loopback, with people who talk to the business through it.

async with graph_server() as server:
    server.webhook.url = "http://127.0.0.1:8080/whatsapp"
    sari = server.user(user_id="ID.123", wa_id="628120000001", name="Sari")
    await sari.says("halo")
    await sari.taps((await sari.waits_for("Selamat datang")).labels[0])
    assert server.flagged == []
"""

from tests.graphapi.app import graph_server
from tests.graphapi.person import User
from tests.graphapi.remote import RemoteServer, RemoteUser, graph_process
from tests.graphapi.screen import Button, Document, Link, Row, Shown
from tests.graphapi.server import GraphServer
from tests.graphapi.webhook import Delivery, NotDelivered

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
