"""The commands about officers and the audit, as an operator runs them."""

from __future__ import annotations

import asyncio
from pathlib import Path

from sqlalchemy import update

from storage.tables import AuditLine, Setting
from tests.program import run
from tests.talk import Talk, World


def test_an_officer_is_invited_joins_is_listed_and_revoked(tmp_path: Path) -> None:
    world = World(tmp_path / "var")
    world.process.units.write_now(
        lambda session: session.add(Setting(name="way/somewhere", value="https://example.org/?start={word}_{code}"))
    )
    world.stop()
    invited = run(tmp_path, "officer", "invite", "--role", "head", "--name", "Siti Aminah")
    code = invited.stdout.strip()
    assert invited.returncode == 0 and len(code) == 10, invited.stderr
    assert "24 hours" in invited.stderr and f"/gabung {code}" in invited.stderr
    assert f"somewhere: https://example.org/?start=gabung_{code}" in invited.stderr
    assert run(tmp_path, "officer", "list").stdout == ""
    world.start()
    Talk(world, "siti").say(f"/gabung {code}")
    world.stop()
    listed = run(tmp_path, "officer", "list").stdout.rstrip("\n").split("\t")
    assert listed[1:3] == ["head", "Siti Aminah"]
    assert run(tmp_path, "officer", "revoke", listed[0]).returncode == 0
    assert run(tmp_path, "officer", "list").stdout == ""
    world.start()
    siti = Talk(world, "siti")
    asyncio.run(siti.news())
    world.stop()
    assert [message.prompt.commands for message in siti.told if message.prompt.commands] == ["applicant"]
    assert siti.last == "Akses Anda sebagai petugas sudah dicabut."
    again = run(tmp_path, "officer", "revoke", listed[0])
    assert (again.returncode, again.stderr.strip()) == (
        2,
        f"pst-bot: no officer has the number {listed[0]}; see pst-bot officer list",
    )


def test_a_role_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    answer = run(tmp_path, "officer", "invite", "--role", "king")
    assert answer.returncode == 2 and "'officer', 'head', 'director', 'admin'" in answer.stderr
    assert not (tmp_path / "var").exists()


def test_the_audit_verifies_until_somebody_touches_it(tmp_path: Path) -> None:
    world = World(tmp_path / "var")
    Talk(world, "siti").say(f"/gabung {world.invite('officer', 'Siti')}")
    world.stop()
    good = run(tmp_path, "audit", "verify")
    assert (good.returncode, good.stdout.splitlines(), good.stderr) == (
        0,
        ["there is no anchor yet; it is written while the service runs", "1 cases, 1 lines, 0 broken"],
        "",
    )
    world.start()
    world.process.units.write_now(lambda session: session.execute(update(AuditLine).values(actor="person/9")))
    world.stop()
    bad = run(tmp_path, "audit", "verify")
    assert (bad.returncode, bad.stdout.splitlines()[-1]) == (1, "1 cases, 1 lines, 1 broken")
    assert bad.stderr.strip().endswith(": line 1 does not fit")
