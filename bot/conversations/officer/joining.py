"""What somebody who joins the staff tells of themselves: the name, and a director also what letters say beside it."""

from __future__ import annotations

from bot.actions import code
from bot.actions.officer import LeaveRankOut
from bot.chat import Choice, Prompt
from bot.conversations.buttons import MENU
from bot.service import letter_facts, officers
from bot.service.context import Context
from domain.signer import RankAndNip, read_rank
from domain.text import Text, one_line

MAX_NAME, MIN_LETTERS = 80, 2  #: characters of a name, and letters among them


def question(ctx: Context) -> Prompt | None:
    """Asks for the next fact that is missing; `None` where nothing is."""
    if officers.needs_name(ctx):
        return Prompt(_NAME, (MENU,))
    if officers.needs_rank(ctx):
        return Prompt(_RANK, (Choice(code(LeaveRankOut()), Text("Tidak dicantumkan")), MENU))
    return None


def take(ctx: Context, words: str) -> Text | None:
    """Keeps the answer to that question; a `Text` says why it is none."""
    if officers.needs_name(ctx):
        return _take_name(ctx, words)
    known = read_rank(words)
    if isinstance(known, Text):
        return known
    letter_facts.sign_in_own_name(ctx, known)
    return None


def leave_rank_out(ctx: Context) -> None:
    if officers.needs_rank(ctx):
        letter_facts.sign_in_own_name(ctx, RankAndNip())


def _take_name(ctx: Context, words: str) -> Text | None:
    name = one_line(words).strip()
    if len(name) > MAX_NAME or sum(letter.isalpha() for letter in name) < MIN_LETTERS:
        return Text("Nama terdiri atas huruf, misalnya Siti Aminah, S.ST.")
    officers.set_name(ctx, name)
    return None


_NAME = Text(
    "Siapa nama lengkap Anda? Nama ini tampil pada surat dan riwayat permohonan. Tulis dengan gelarnya, misalnya "
    "Siti Aminah, S.ST."
)
_RANK = Text(
    "Apa pangkat dan NIP Anda? Keduanya dicetak di bawah nama Anda pada surat. Tulis masing-masing satu baris, "
    "misalnya:\nPembina Tk. I (IV/b)\n197001011995012001"
)
