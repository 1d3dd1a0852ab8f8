"""The catalogue at the desk: anybody may search it; a command fills it."""

from __future__ import annotations

import io
from dataclasses import dataclass
from functools import partial
from importlib import resources
from importlib.resources.abc import Traversable
from itertools import islice
from pathlib import Path

from bot.service.context import Context
from domain.catalogue import BadLine, CatalogueSearch, CatalogueUnreadable, Entry, EntryRow, parse
from storage import catalogue
from storage.catalogue import BATCH, CataloguePage, ImportCounts
from storage.unit import Units

#: Part of public registers, for looking around.
SAMPLE = resources.files("domain") / "data" / "catalogue_sample.csv"


@dataclass(frozen=True, slots=True)
class Report:
    """What an import did, and the lines it could not use."""

    counts: ImportCounts
    bad_lines: tuple[BadLine, ...]


def search(ctx: Context, search: CatalogueSearch, page: int) -> CataloguePage:
    return catalogue.search(ctx.session, search, page)


def entry(ctx: Context, entry_id: int) -> EntryRow | None:
    return catalogue.get(ctx.session, entry_id)


def is_empty(ctx: Context) -> bool:
    return catalogue.is_empty(ctx.session)


def import_file(units: Units, file: Path | Traversable) -> Report:
    """Brings the catalogue up to date with a CSV file; doing it again changes nothing.

    A transaction for every batch: a running service is never kept waiting, and an import that was cut off is simply
    done again. Raises `CatalogueUnreadable` with one line when the file as a whole cannot be used.
    """
    try:
        return _import(units, _text(file))
    except CatalogueUnreadable as error:
        raise CatalogueUnreadable(f"{file}: {error}") from None


def _import(units: Units, text: str) -> Report:
    counts = ImportCounts()
    bad_lines: list[BadLine] = []
    lines = parse(io.StringIO(text, newline=""))
    while some := list(islice(lines, BATCH)):
        batch = [line for line in some if isinstance(line, Entry)]
        bad_lines += [line for line in some if isinstance(line, BadLine)]
        counts += units.write_now(partial(catalogue.load, batch=batch))
    units.write_now(catalogue.analyze)
    return Report(counts, tuple(bad_lines))


def _text(file: Path | Traversable) -> str:
    try:
        return file.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise CatalogueUnreadable(f"cannot be read ({error.strerror}); check path and rights") from None
    except UnicodeDecodeError:
        raise CatalogueUnreadable('is not UTF-8 text; save it as "CSV UTF-8"') from None
