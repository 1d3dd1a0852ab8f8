"""An application that an officer claimed and left alone goes back to all officers."""

from __future__ import annotations

from datetime import datetime

from bot.service import audit, buttons, notices, officers, transitions
from bot.service.context import Context
from domain.text import Text
from storage import audit as audit_rows
from storage.tables import Application

#: working days without an act of the officer who holds it
IDLE_DAYS = 2
#: acts of others after which the officer has something to do
_BEGINS = ("claim", "hand_over", "resubmit")


def release_if_idle(ctx: Context, application: Application) -> bool:
    """Releases an application under review whose officer did nothing for `IDLE_DAYS` whole working days. The officer
    and the colleagues are told.
    """
    holder_id = application.officer_id
    last = _last_activity(ctx, application)
    if holder_id is None or last is None or not transitions.is_possible(application, "release"):
        return False
    day = last.astimezone(ctx.office.zone).date()
    if ctx.office.calendar.working_days_between(day, ctx.today) <= IDLE_DAYS:
        return False
    transitions.move(ctx, application, "release", by_system=True, also={"idle_since": day.isoformat()}, officer_id=None)
    text = Text(
        "Permohonan %(number)s kembali ke daftar semua petugas, karena %(days)s hari kerja tidak ada kegiatan dari "
        "%(name)s. Siapa pun boleh mengambilnya.",
        number=application.number,
        days=IDLE_DAYS,
        name=officers.name_of(ctx, holder_id),
    )
    notices.tell_staff(ctx, ("officer", "head"), text, "idle", buttons.open_case(application), about=application)
    return True


def _last_activity(ctx: Context, application: Application) -> datetime | None:
    chain = audit.chain_of(application)
    return audit_rows.newest_time(ctx.session, chain, f"person/{application.officer_id}", _BEGINS)
