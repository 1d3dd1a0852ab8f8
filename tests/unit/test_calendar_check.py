"""`pst-bot calendar`: what it shows, and what it calls wrong."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.cli import main
from domain.office.calendar_check import faults, missing_years
from domain.office.profile import Office
from tests.office_profiles import profile

THIS_YEAR = datetime.now(UTC).year
FIXED = ("01-01", "05-01", "06-01", "08-17", "12-25")


def decreed(year: int, days: tuple[str, ...] = FIXED, leave: str = "") -> str:
    rows = ", ".join(f'{{ date = {year}-{day}, name = "Libur {day}" }}' for day in days)
    joint_leave = f'joint_leave = [{{ date = {year}-{leave}, name = "Cuti bersama" }}]\n' if leave else ""
    return f"[holidays.{year}]\nholidays = [{rows}]\n{joint_leave}\n"


def run(office: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["calendar", *arguments], env={"PST_OFFICE": str(office)})


def test_a_right_calendar_is_shown_with_the_days_of_the_office_and_ends_well(tmp_path: Path) -> None:
    years = decreed(THIS_YEAR) + decreed(THIS_YEAR + 1)
    own = next(day for day in (3, 4, 5) if date(THIS_YEAR, 3, day).weekday() < 5)
    day_off = f'[[days_off]]\ndate = {THIS_YEAR}-03-0{own}\nname = "Hari jadi"\n'
    shown = run(profile(tmp_path, ("[holidays]\n", f"{years}{day_off}")))
    assert shown.exit_code == 0, shown.output
    assert f"{THIS_YEAR} (decreed): " in shown.output and f"{THIS_YEAR + 1} (decreed): " in shown.output
    assert f"{THIS_YEAR}-03-0{own}  Hari jadi (this office alone)" in shown.output


def test_one_year_can_be_asked_for_and_an_odd_one_is_refused(tmp_path: Path) -> None:
    office = profile(tmp_path)
    assert run(office, "2026").stdout.splitlines()[:2] == [
        "2026 (decreed): 240 working days",
        "  Thu 2026-01-01  Tahun Baru 2026 Masehi",
    ]
    assert "2031 (estimated): " in run(office, "2031").stdout
    for odd in ("1999", "999999"):
        refused = run(office, odd)
        assert (refused.exit_code, refused.stderr) == (2, f"pst-bot: {odd}: write a year from 2025 to 2040\n")


@pytest.mark.parametrize(
    ("written", "fault"),
    [
        (decreed(2027, FIXED[1:]), "2027-01-01 (Tahun Baru) is missing among the holidays of 2027"),
        (decreed(2027, (*FIXED, "08-17")), "2027-08-17 is written twice in 2027"),
        (decreed(2027, leave="05-02"), "2027-05-02 (Cuti bersama) is joint leave on a weekend"),
        (
            '[holidays]\n[[days_off]]\ndate = 2026-08-17\nname = "HUT RI"\n',
            "2026-08-17 (HUT RI) in [[days_off]] is no working day anyway",
        ),
    ],
)
def test_each_fault_is_one_line_and_the_exit_code_is_1(tmp_path: Path, written: str, fault: str) -> None:
    shown = run(profile(tmp_path, ("[holidays]\n", written)))
    assert shown.exit_code == 1
    assert f"wrong: {fault}" in shown.stderr.splitlines()


def test_the_following_year_is_missing_from_october_on() -> None:
    office = Office.load()
    assert missing_years(office, date(2026, 9, 30)) == []
    assert missing_years(office, date(2026, 10, 1)) == [2027]
    assert missing_years(office, date(2027, 1, 4)) == [2027]
    assert faults(office, date(2026, 9, 30)) == []
