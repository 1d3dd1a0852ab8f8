"""The files of an object store in a backup, and back."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from bot.errors import OperatorError
from storage import file_place
from storage.unit import Units

if TYPE_CHECKING:
    from storage.s3_objects import S3Objects

#: objects that are fetched at the same time; they are in memory meanwhile
AT_ONCE = 8


def fetched(store: S3Objects) -> Iterator[tuple[str, bytes]]:
    """All objects, some at a time. Raises `StoreAway`."""

    def fetch(name: str) -> bytes | None:
        with suppress(FileNotFoundError):  # deleted meanwhile
            return store.get(name)
        return None

    names = store.names()
    with ThreadPoolExecutor(AT_ONCE) as threads:
        while page := list(islice(names, AT_ONCE)):
            found = zip(page, threads.map(fetch, page), strict=True)
            yield from ((name, content) for name, content in found if content is not None)


def move_files(folder: Path, store: S3Objects) -> None:
    """Into an empty place, or one where the same restore was stopped. Raises `OperatorError` and `StoreAway`."""
    files = {path.name: path for path in folder.glob("[0-9a-f][0-9a-f]/*")}
    if store.mark() or not files.keys() >= set(store.names()):
        raise OperatorError(f"{store.place} is not empty; choose an empty place with PST_FILES_URL")
    for name, path in files.items():
        store.put(name, path.read_bytes())
        path.unlink()


def take_place(database: str, store: S3Objects | None) -> None:
    """Database and files were put back together. `store`: `None` where the files lie in the data folder."""
    units = Units(database)
    try:
        file_place.take_anew(units, store)
    finally:
        units.dispose()
