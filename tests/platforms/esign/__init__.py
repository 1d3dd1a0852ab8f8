"""A strict server that answers as BSrE's Esign Client Service does. See README.md."""

from tests.platforms.esign.server import EsignServer, esign_server

__all__ = ["EsignServer", "esign_server"]
