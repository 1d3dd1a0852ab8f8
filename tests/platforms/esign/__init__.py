"""A strict server that answers as BSrE's Esign Client Service does. See README.md."""

from tests.platforms.esign.server import SUBSCRIBER, EsignServer, esign_server

__all__ = ["SUBSCRIBER", "EsignServer", "esign_server"]
