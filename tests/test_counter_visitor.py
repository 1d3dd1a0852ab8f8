"""The data of a visitor before a form is begun for them: who goes on with them, and the code that is out."""

from __future__ import annotations

from bot.actions import code
from bot.actions.counter import ChangeVisitor, ResendVisitorCode, VisitorAgrees
from bot.service import counter, drafts, officers
from tests.casework import OFFICER, OTHER_OFFICER, do
from tests.talk import Talk, World

VISITOR = ("Budi Contoh", "Dinas Sosial Kabupaten Jeneponto", "Staf", "0813-3456-7890", "KTP", "9876")


def begun(world: World, who: str, *said: str) -> Talk:
    """An officer's chat in which the data of a visitor were written, and then these words."""
    talk = Talk(world, who)
    talk.press(code(VisitorAgrees()))
    for words in ("\n".join(VISITOR), *said):
        talk.say(words)
    return talk


def test_who_is_no_officer_any_more_opens_no_data_of_a_visitor(world: World) -> None:
    filling, waiting = begun(world, OFFICER), begun(world, OTHER_OFFICER, "1", "budi@example.go.id")
    waiting.tap("Kirim")
    draft_id = do(world, OTHER_OFFICER, lambda ctx: drafts.list_locked(ctx, counter.FORM)[0].id)
    for who in (OFFICER, OTHER_OFFICER):
        do(world, who, lambda ctx: officers.revoke(ctx.session, ctx.app.keys, ctx.actor.id, ctx.now))
    for label, words in (("Daftar isian", ""), ("", "1"), ("", "lanjut")):
        filling.tap(label) if label else filling.say(words)
        assert not any(value in filling.last for value in VISITOR[:3]) and "Data Pengunjung" not in filling.last
    for action in (ResendVisitorCode(draft_id), ChangeVisitor(draft_id)):
        waiting.press(code(action))
        assert waiting.last.startswith("Perintah ini hanya untuk petugas."), action
    sent_code = world.code()
    waiting.say(sent_code)
    assert "Maaf, kami belum memahami pesan itu." in waiting.last
    assert do(world, OTHER_OFFICER, lambda ctx: drafts.get_locked(ctx, draft_id)) is not None


def test_a_second_press_while_the_code_is_out_asks_for_the_visitors_code(world: World) -> None:
    talk = begun(world, OFFICER, "1", "budi@example.go.id")
    talk.tap("Kirim")
    talk.tap("Kirim")
    assert talk.labels() == ["Kirim ulang kode", "Ubah data", "Menu"]
    talk.say(world.code())
    assert "✓ Data pengunjung tercatat." in talk.last
