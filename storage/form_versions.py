"""Which versions of the forms are in use."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping

from sqlalchemy import func, select, tuple_
from sqlalchemy.orm import Session

from storage.tables import Application, Draft


def count_other_versions(session: Session, known: Collection[tuple[str, int]]) -> Mapping[tuple[str, int], int]:
    """(form, version) → how many drafts and applications use it, for each version that is not in `known`."""
    counts: Counter[tuple[str, int]] = Counter()
    for table in (Draft, Application):
        query = (
            select(table.form, table.version, func.count())
            .where(tuple_(table.form, table.version).not_in(known))
            .group_by(table.form, table.version)
        )
        for form, version, rows in session.execute(query):
            counts[form, version] += rows
    return counts
