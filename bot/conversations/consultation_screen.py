"""What the screens of a consultation share, for whoever asks and for the staff."""

from __future__ import annotations

from bot.actions import code
from bot.actions.consultation import OpenSentFile
from bot.chat import Choice
from bot.service import consultations
from bot.service.context import Context
from domain.text import Text
from storage.tables import Consultation

STATES = {
    "open": Text("Menunggu jawaban"),
    "answered": Text("Sudah dijawab"),
    "closed": Text("Selesai"),
}


def file_choices(ctx: Context, consultation: Consultation) -> tuple[Choice, ...]:
    """Each opens a file that was sent in it."""
    return tuple(
        Choice(
            code(OpenSentFile(consultation.id, file.id)),
            Text("Buka %(name)s", name=file.name[:40]),
            Text("Buka berkas %(number)s", number=number),
        )
        for number, file in enumerate(consultations.files_in(ctx, consultation), start=1)
    )
