"""Fixtures that several unit tests use."""

from tests.unit.catalogue_databases import either, postgres_units, sample, units

__all__ = ["either", "postgres_units", "sample", "units"]
