"""Records of visitors, made at the counter."""

from __future__ import annotations

from sqlalchemy import select

from bot.service import applications, counter, drafts
from bot.service.context import Context
from domain.form.definition import Value
from storage.tables import Application, CounterRecord, Draft
from tests.casework import FORM, OFFICER, do
from tests.form_files import WHOLE
from tests.talk import Talk, World

VISITOR = ("Budi Contoh", "Dinas Sosial Kabupaten Jeneponto", "Staf", "0813-3456-7890", "KTP", "9876")


def recorded(world: World, email: str = "", who: str = OFFICER) -> Talk:
    """An officer's chat that shows the record of a new visitor."""
    talk = Talk(world, who)
    talk.say("/loket")
    talk.tap("Catat pengunjung")
    talk.tap("Pengunjung setuju")
    talk.say("\n".join(VISITOR))
    for said in ("1", email) if email else ("2", "1"):
        talk.say(said)
    talk.tap("Kirim")
    if email:
        talk.say(world.code())
    return talk


def sent(world: World, who: str = OFFICER) -> int:
    """The newest record is filled in and sent. The application's id."""

    def send(ctx: Context) -> int:
        done = applications.submit(*_filled(ctx))
        assert isinstance(done, Application), done
        return done.id

    return do(world, who, send)


def filled(world: World, who: str = OFFICER) -> int:
    """The newest record is filled in, and not sent. The draft's id."""
    return do(world, who, lambda ctx: _filled(ctx)[1].id)


def _filled(ctx: Context) -> tuple[Context, Draft]:
    record = ctx.session.scalars(select(CounterRecord).order_by(CounterRecord.id.desc())).first()
    assert record is not None
    acting = counter.visitor_context(ctx, record)
    draft = ctx.session.get_one(Draft, record.draft_id)
    known: dict[str, Value] = {"telepon_instansi": "+6241921000", "email_instansi": "dinsos@example.go.id"}
    answers = {**WHOLE, **known, **draft.answers}
    path = drafts.whole_path(acting, ctx.app.form(FORM), draft)
    drafts.record_all(acting, draft, {**answers, **{q.id: None for q in path if q.id not in answers}})
    rest = drafts.whole_path(acting, ctx.app.form(FORM), draft)
    drafts.record_all(acting, draft, {q.id: None for q in rest if q.id not in draft.answers})
    return acting, draft
