"""An empty database beside files of people is a mistake: the service does not begin anew."""

from __future__ import annotations

from pathlib import Path

from tests.program import run
from tests.talk import Talk, World


def test_an_empty_database_beside_files_of_people_is_refused_in_one_line(tmp_path: Path) -> None:
    world = World(tmp_path / "var")
    Talk(world).say("halo")
    world.process.store.put(b"a letter", "person/1")
    world.stop()
    assert run(tmp_path, "migrate").returncode == 0
    for file in (tmp_path / "var").glob("pst.db*"):
        file.unlink()
    refused = run(tmp_path, "migrate")
    assert refused.returncode == 2 and refused.stderr.count("\n") == 1, refused.stderr
    assert "The database is empty" in refused.stderr and "put the database back" in refused.stderr
