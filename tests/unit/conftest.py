"""Fixtures that several unit tests use."""

from tests.unit.catalogue_databases import either, postgres_units, sample, units
from tests.unit.long_lists import filled, filled_postgres, filled_sqlite

__all__ = ["either", "filled", "filled_postgres", "filled_sqlite", "postgres_units", "sample", "units"]
