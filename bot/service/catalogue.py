"""The catalogue of recommended activities: anybody may search it; `pst-bot catalogue import` fills it."""

from __future__ import annotations

import io
from functools import partial
from importlib import resources
from importlib.resources.abc import Traversable
from itertools import islice
from pathlib import Path

from bot.service.context import Context
from domain.catalogue import BadLine, CatalogueSearch, CatalogueUnreadable, Entry, EntryRow, parse
from domain.frozen import frozen
from domain.pages import Place
from storage import catalogue
from storage.catalogue import BATCH, CataloguePage, ImportCounts
from storage.unit import Units

#: an excerpt of public registers, for the demo
SAMPLE = resources.files("domain") / "data" / "catalogue_sample.csv"


@frozen
class ImportReport:
    """What an import changed, and the lines that it could not use."""

    counts: ImportCounts
    bad_lines: tuple[BadLine, ...]


def search(ctx: Context, search: CatalogueSearch, page: int, place: Place | None = None) -> CataloguePage:
    return catalogue.search(ctx.session, search, page, place)


def suggest(ctx: Context, search: CatalogueSearch) -> CatalogueSearch | None:
    """The search that was probably meant by one that finds nothing; `None` when no spelling finds more."""
    meant = catalogue.correct(ctx.session, search) if search.words else None
    return meant if meant is not None and catalogue.search(ctx.session, meant, 1).entries else None


def entry(ctx: Context, entry_id: int) -> EntryRow | None:
    return catalogue.get(ctx.session, entry_id)


def is_empty(ctx: Context) -> bool:
    return catalogue.is_empty(ctx.session)


def import_file(units: Units, file: Path | Traversable) -> ImportReport:
    """Adds and changes entries from a CSV file. A second import of the same file changes nothing.

    Each batch has its own transaction, so a running service does not wait long. An import that was interrupted is
    repeated. Raises `CatalogueUnreadable`, with one line, when the whole file cannot be used.
    """
    try:
        return _import(units, _text(file))
    except CatalogueUnreadable as error:
        raise CatalogueUnreadable(f"{file}: {error}") from None


def _import(units: Units, text: str) -> ImportReport:
    counts = ImportCounts()
    bad_lines: list[BadLine] = []
    lines = parse(io.StringIO(text, newline=""))
    while batch := list(islice(lines, BATCH)):
        entries = [line for line in batch if isinstance(line, Entry)]
        bad_lines += [line for line in batch if isinstance(line, BadLine)]
        counts += units.write_now(partial(catalogue.load, batch=entries))
    units.write_now(catalogue.analyze)
    return ImportReport(counts, tuple(bad_lines))


def _text(file: Path | Traversable) -> str:
    try:
        return file.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise CatalogueUnreadable(f"cannot be read ({error.strerror}); check path and rights") from None
    except UnicodeDecodeError:
        raise CatalogueUnreadable('is not UTF-8 text; save it as "CSV UTF-8"') from None
