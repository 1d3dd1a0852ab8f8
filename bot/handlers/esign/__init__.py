"""BSrE's Esign Client Service, which signs documents with the certificates of officials."""

from bot.handlers.esign.client import EsignClient

__all__ = ["EsignClient"]
