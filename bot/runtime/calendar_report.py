"""`pst-bot calendar`: the days off of a year as the service counts them, and what is wrong with the calendar."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from bot.errors import OperatorError
from bot.runtime.process import now
from bot.settings import read
from domain.definitions import DefinitionInvalid
from domain.office.calendar_check import faults
from domain.office.profile import Office
from domain.office.working_days import ESTIMATED
from locales import say


def calendar_report(year: int | None) -> tuple[list[str], list[str]]:
    """The lines of a year, by default of this one and the following one; and one line for each fault. Raises
    `OperatorError`.
    """
    try:
        office = Office.load(read().office)
        today = now().astimezone(office.zone).date()
        years = [year] if year is not None else [today.year, today.year + 1]
        if not set(years) <= set(ESTIMATED):
            raise OperatorError(f"{years[0]}: write a year from {ESTIMATED[0]} to {ESTIMATED[-1]}")
        return [line for each in years for line in _year(office, each)], faults(office, today)
    except DefinitionInvalid as error:
        raise OperatorError(str(error)) from None


def _year(office: Office, year: int) -> Iterator[str]:
    calendar = office.calendar
    known = calendar.year(year)
    count = calendar.working_days_between(date(year, 1, 1) - timedelta(days=1), date(year, 12, 31))
    yield f"{year} ({'decreed' if known.certain else 'estimated'}): {count} working days"
    local = {day.date for day in office.days_off}
    for day in sorted(known.off):
        yield f"  {day:%a %Y-%m-%d}  {say(known.names[day], 'id')}{' (this office alone)' if day in local else ''}"
