"""Which versions of the forms are in use."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping

from sqlalchemy import func, select, tuple_
from sqlalchemy.orm import Session

from storage.tables import Application, Draft


def count_other_versions(session: Session, known: Collection[tuple[str, int]]) -> Mapping[tuple[str, int], int]:
    """(form, version) → how many drafts and applications use it, for each version that is not in `known`."""
    counts: Counter[tuple[str, int]] = Counter()
    for table in (Draft, Application):
        for form, version in _versions(session, table):
            if (form, version) not in known:
                rows = select(func.count()).where(table.form == form, table.version == version)
                counts[form, version] += session.scalars(rows).one()
    return counts


def _versions(session: Session, table: type[Draft] | type[Application]) -> Iterator[tuple[str, int]]:
    """Each once: the index is read from one version to the next, not from row to row."""
    first = select(table.form, table.version).order_by(table.form, table.version).limit(1)
    found = session.execute(first).first()
    while found is not None:
        form, version = found
        yield form, version
        after = tuple_(table.form, table.version) > tuple_(form, version)
        found = session.execute(first.where(after)).first()
