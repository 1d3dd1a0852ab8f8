"""The staff read the register in chat; the operator writes it as an Excel file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest

from bot.service import corrections
from bot.service import register as register_of
from tests.casework import APPLICANT, DIRECTOR, HEAD, OFFICER, do, issued, on, staffed
from tests.program import run
from tests.talk import Talk, World


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = staffed(World(tmp_path / "var"))
    yield world
    world.stop()


def test_the_staff_page_through_the_register_and_nobody_else_does(world: World) -> None:
    first, *_ = [issued(world) for _ in range(register_of.PAGE + 2)]
    do(world, DIRECTOR, on(first, lambda ctx, case: corrections.revoke_letter(ctx, case, 2, "Keliru.")))
    for who in (OFFICER, HEAD, DIRECTOR):
        talk = Talk(world, who)
        talk.say("halo")
        talk.say("/register")
        assert "Register surat" in talk.last and talk.last.count("Berlaku") == register_of.PAGE
        assert "B-8/7304/KS.200/2026, 2 Maret 2026" in talk.last and "B-2/7304" not in talk.last
        talk.tap("Sebelumnya")
        assert "B-2/7304" in talk.last and "Dicabut: Keliru." in talk.last and "Sebelumnya" not in talk.labels()
    applicant = Talk(world, APPLICANT)
    for words in ("/register", ""):
        if words:
            applicant.say(words)
        else:
            applicant.press("register:page:3")
        assert "hanya untuk petugas" in applicant.last and "B-1/" not in applicant.last


def test_the_operator_writes_the_register_as_a_file(world: World, tmp_path: Path) -> None:
    first, second = issued(world), issued(world)
    do(world, DIRECTOR, on(first, lambda ctx, case: corrections.replace_letter(ctx, case, 2, "=1+1")))
    assert second
    file = tmp_path / "register.xlsx"
    assert run(tmp_path, "register", "export", str(file)).stdout.strip() == "3 letters"
    rows = list(openpyxl.load_workbook(file).active.iter_rows(values_only=True))
    assert [row[0] for row in rows] == ["Nomor surat", *(f"B-{n}/7304/KS.200/2026" for n in (1, 2, 3))]
    assert [row[6] for row in rows[1:]] == ["diganti", "berlaku", "berlaku"]
    assert rows[1][7:] == ("=1+1", "B-3/7304/KS.200/2026", "kode QR bersegel")
    assert run(tmp_path, "register", "export", str(file), "--year", "2025").stdout.strip() == "0 letters"
