"""Documents the desk makes ready. A use case only asks for them; the worker renders outside of any transaction."""

from __future__ import annotations

from bot.service.desk import Desk
from storage import jobs
from storage.tables import Draft


def ask_for(desk: Desk, template: str, draft: Draft) -> None:
    """Asks the worker for a document made from the draft as it is now; it is sent to this address when ready."""
    key = f"{template}/{draft.id}/{draft.revision}/{desk.address.id}"
    jobs.add(
        desk.session, "document", key, desk.now, {"template": template, "draft": draft.id, "address": desk.address.id}
    )
