"""The files that wait for their message, in a database that ends with the application."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from tempfile import TemporaryDirectory

from aiohttp import web

from bot.pipeline.waiting_files import WaitingFileService
from storage.secrets import Keys
from storage.tables import Base, WaitingFile
from storage.unit import Units


def kept_files(app: web.Application, clock: Callable[[], datetime]) -> WaitingFileService:
    folder = TemporaryDirectory(prefix="pst-kept-files-")
    units = Units(f"sqlite+aiosqlite:///{folder.name}/pst.db")
    Base.metadata.create_all(units.engine, [Base.metadata.tables[WaitingFile.__tablename__]])

    async def close(_: web.Application) -> None:
        await units.close()
        folder.cleanup()

    app.on_cleanup.append(close)
    return WaitingFileService(units, Keys(bytes(32)), clock)
