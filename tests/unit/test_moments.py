"""How SQLite keeps times: as SQLAlchemy's own type would write them, which older rows and comparisons rely on."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy.dialects import sqlite
from sqlalchemy.types import DateTime, TypeEngine

from storage.tables import Moment

WITA = timezone(timedelta(hours=8))
MOMENTS = (
    datetime(2026, 3, 2, 3, tzinfo=UTC),
    datetime(2026, 3, 2, 0, 0, 0, 7, tzinfo=WITA),
    datetime(2027, 1, 1, 7, 59, 59, 999_999, tzinfo=WITA),
    datetime(1, 1, 2, tzinfo=UTC),
)
DIALECT = sqlite.dialect()


def _write(type_: TypeEngine[datetime], moment: datetime | None) -> object:
    convert = type_.dialect_impl(DIALECT).bind_processor(DIALECT)
    assert convert is not None
    return convert(moment)


def _read(stored: str | None) -> object:
    convert = Moment().dialect_impl(DIALECT).result_processor(DIALECT, None)
    assert convert is not None
    return convert(stored)


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_time_is_written_as_before_and_read_in_utc(moment: datetime) -> None:
    written = _write(Moment(), moment)
    assert isinstance(written, str) and written == _write(DateTime(timezone=True), moment.astimezone(UTC))
    read = _read(written)
    assert isinstance(read, datetime) and read == moment and read.tzinfo is UTC


def test_a_time_without_fractions_is_read() -> None:
    assert _read("2026-03-02 03:00:00") == datetime(2026, 3, 2, 3, tzinfo=UTC)


def test_nothing_stays_nothing_and_a_naive_time_is_refused() -> None:
    assert _write(Moment(), None) is None and _read(None) is None
    with pytest.raises(ValueError, match="without a zone"):
        _write(Moment(), datetime(2026, 3, 2))  # noqa: DTZ001
