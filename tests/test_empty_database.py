"""An empty database beside traces of an earlier one is a mistake: the service does not begin anew."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.program import run
from tests.talk import Talk, World


@pytest.mark.parametrize("trace", ["files of people", "the anchor of an audit"])
def test_an_empty_database_beside_traces_of_another_is_refused_in_one_line(tmp_path: Path, trace: str) -> None:
    world = World(tmp_path / "var")
    Talk(world).say("halo")
    if trace == "files of people":
        world.process.store.put(b"a letter", "person/1")
    world.stop()
    if trace == "the anchor of an audit":
        assert run(tmp_path, "audit", "anchor").stdout == "1 lines are anchored\n"
    assert run(tmp_path, "migrate").returncode == 0
    for file in (tmp_path / "var").glob("pst.db*"):
        file.unlink()
    refused = run(tmp_path, "migrate")
    assert refused.returncode == 2 and refused.stderr.count("\n") == 1, refused.stderr
    assert "The database is empty" in refused.stderr and "put the database back" in refused.stderr
