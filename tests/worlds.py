"""Fixtures: a service of its own for a test, over a new database."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.talk import World

#: the worlds that have been started and not stopped
RUNNING: set[World] = set()


@pytest.fixture(autouse=True)
def stopped_worlds() -> Iterator[None]:
    """A test that fails halfway stops no world of its own; their open files would be a failure of a later test."""
    of_others = set(RUNNING)  # of fixtures of a whole module
    yield
    for world in set(RUNNING) - of_others:
        world.stop()


@pytest.fixture
def new_world(tmp_path: Path) -> Iterator[World]:
    """Nobody has joined the office."""
    from tests.talk import World

    world = World(tmp_path / "data")
    yield world
    world.stop()


@pytest.fixture
def world(new_world: World) -> World:
    """The office has its staff."""
    from tests.casework import staffed

    return staffed(new_world)
