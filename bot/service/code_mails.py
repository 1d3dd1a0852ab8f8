"""Mails with codes that a mail server refuses: told at once where the code was asked for."""

from __future__ import annotations

from datetime import datetime

from bot.actions import code
from bot.actions.applicant import ChangeEmail, ResendCode
from bot.chat import Choice, Prompt
from bot.service import notices
from domain.text import Text
from storage import people
from storage.secrets import Keys
from storage.unit import Session

#: Names no address: whoever asked may not know all of it. The same for every mailbox, known or not.
_REFUSED = Text(
    "E-mail dari kami ditolak oleh penyedia e-mail alamat itu, jadi kodenya tidak akan sampai. Periksa lagi alamatnya."
)


def tell_refused(session: Session, keys: Keys, message_id: int, now: datetime) -> None:
    """`message_id`: the mail. Nothing happens when its code was used, or another one was asked for since."""
    asker = people.asker_of_mail(session, message_id)
    if asker is None:
        return
    choices = (
        Choice(code(ChangeEmail()), Text("Ganti alamat e-mail"), Text("Ganti alamat")),
        Choice(code(ResendCode()), Text("Kirim ulang kode"), Text("Kirim ulang")),
    )
    notice = Prompt(_REFUSED, choices, reason="code_refused")
    notices.queue_at(session, keys, asker, notice, now)
