"""`/ambil CODE`: a visitor takes over, in a chat of their own, what officers recorded for them at the counter."""

from __future__ import annotations

from bot.chat import DialogueState, Turn
from bot.conversations import mailbox_proof, menu, status
from bot.service import counter_takeover
from bot.service.context import Context
from domain.text import Text

_REFUSED = {
    "wrong": Text("Kode itu tidak berlaku. Periksa lagi kode pada tanda terima, atau minta kode baru kepada petugas."),
    "too_many": Text("Terlalu banyak kode yang salah. Silakan coba lagi satu jam kemudian."),
    "staff": Text("Kode itu untuk pengunjung. Pengunjung menulisnya di percakapannya sendiri."),
}


def take_over(state: DialogueState, ctx: Context, words: str) -> Turn:
    if not words:
        return menu.show(state, ctx, Text("Tulis kodenya setelah perintah, misalnya /ambil ABCD234567."))
    found = counter_takeover.redeem(ctx, words)
    if isinstance(found, str):
        return menu.show(state, ctx, _REFUSED[found])
    if found.email_proven_at is not None and found.id != ctx.actor.id:
        return mailbox_proof.prove_owner(found, state, ctx)
    done = Text("Isian dari loket sekarang ada di sini. Petugas tidak dapat mengubahnya lagi.")
    return status.start(state, ctx, done)
