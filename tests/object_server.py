"""Fixture: an object store for a test."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.platforms.s3 import S3Server


@pytest.fixture
def s3(monkeypatch: pytest.MonkeyPatch) -> Iterator[S3Server]:
    """Who uses it tries again once and at once."""
    from storage import s3_objects
    from tests.platforms.s3 import s3_server

    monkeypatch.setattr(s3_objects, "RETRIES", 1)
    monkeypatch.setattr(s3_objects, "FIRST_PAUSE", 0.0)
    with s3_server() as server:
        yield server
        assert server.flagged == []
