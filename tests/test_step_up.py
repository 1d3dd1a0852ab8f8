"""Acts that ask for a code of the authenticator, and conversations that lock. The act goes on after the right code."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

import locales
from bot.channel import StoredMessage
from bot.service import authenticators, cases, officers
from bot.service.access import ActionRefused
from bot.service.context import Context
from bot.service.letters import issue_by_upload
from bot.service.step_up import StepUpRequired
from domain.office.profile import Office
from domain.permissions import STEP_UP
from domain.text import Json
from storage import applications
from storage import authenticators as rows
from storage.tables import Application, AuditLine, Authenticator
from tests.authenticator_app import AuthenticatorApp, set_up
from tests.casework import DIRECTOR, HEAD, OFFICER, audit_faults, awaiting_issue, do, join, on, status
from tests.guarded_acts import ACTS, begin_invitation, begin_issue, begin_printing, begin_revocation, person_id
from tests.talk import Talk, World

ASKED, WRONG = "tulis kode 6 angka dari aplikasi autentikator", "Kode itu tidak cocok."
DONE = "✓ Kode benar."


@pytest.fixture
def world(world: World) -> World:
    join(world, "admin", "admin")
    return world


def test_every_such_act_waits_for_a_code_and_goes_on_after_it(world: World) -> None:
    talks = {who: Talk(world, who) for who in (DIRECTOR, HEAD, "admin")}
    apps = {who: set_up(talk) for who, talk in talks.items()}
    for name, (who, begin, act, done) in ACTS.items():
        talk, before = talks[who], lines_of(world, act)
        begin(talk)
        assert ASKED in talk.last and done not in talk.last, (name, talk.last)
        assert lines_of(world, act) == before, name
        talk.say(apps[who].wrong_code())
        assert WRONG in talk.last and lines_of(world, act) == before, name
        world.restart()
        said = words(talk.say(apps[who].code()))
        assert DONE in said and done in said, (name, said)
        assert not act or lines_of(world, act) == before + 1, name
        world.now += timedelta(minutes=11)


def test_every_act_of_the_table_is_tried() -> None:
    by_chat = {act if act in STEP_UP else "manage_staff" for act in ACTS}
    assert by_chat | {"issue_by_upload", "set_up_authenticator"} == STEP_UP


def test_the_service_asks_for_a_code_before_an_upload_and_before_a_photo_of_the_card(world: World) -> None:
    set_up(Talk(world, OFFICER))
    application_id = awaiting_issue(world)
    with pytest.raises(StepUpRequired):
        do(world, OFFICER, on(application_id, lambda ctx, case: issue_by_upload(ctx, case, 1, "B-1", "V-1", 1)))
    uploads = {"identitas_pemohon": 7, "formulir_lain": 8}

    def keep(ctx: Context, case: Application) -> None:
        frozen = applications.submission(ctx.session, case.id, case.round)
        assert frozen is not None
        added: dict[str, Json] = {question: [{"id": id, "kind": "jpg"}] for question, id in uploads.items()}
        frozen.answers = {**frozen.answers, **added}

    do(world, OFFICER, on(application_id, keep))
    with pytest.raises(StepUpRequired):
        do(world, OFFICER, on(application_id, lambda ctx, case: cases.open_file(ctx, case, "7")))
    with pytest.raises(ActionRefused, match="sudah dihapus"):  # without a code; there is no such file in this test
        do(world, OFFICER, on(application_id, lambda ctx, case: cases.open_file(ctx, case, "8")))


def words(news: list[StoredMessage]) -> str:
    return "\n".join(locales.say(message.prompt.text, "id") for message in news)


def lines_of(world: World, act: str) -> int:
    query = select(func.count()).select_from(AuditLine).where(AuditLine.act == act)
    return world.process.units.write_now(lambda session: session.scalar(query) or 0)


def test_a_code_is_good_for_ten_minutes_in_the_chat_where_it_was_given_and_once(world: World) -> None:
    talk, other = Talk(world, "admin"), Talk(world, "admin di ponsel lain")
    app = set_up(talk)
    second_chat(world, "admin", other)
    begin_invitation(talk)
    code = app.code()
    talk.say(code)
    assert "/gabung " in talk.last
    begin_invitation(other)
    assert ASKED in other.last, "another chat of the same person"
    other.say(code)
    assert "Kode itu sudah dipakai." in other.last
    begin_invitation(talk)
    assert "/gabung " in talk.last, "the first code still holds"
    world.now += timedelta(minutes=10)
    begin_invitation(talk)
    assert ASKED in talk.last


@pytest.mark.postgres
def test_of_two_chats_that_use_a_code_at_once_on_postgresql_one_gets_in(tmp_path: Path, postgres_database: str) -> None:
    world = World(tmp_path / "data", database_url=postgres_database)
    join(world, "admin", "admin")
    app = set_up(Talk(world, "admin"))
    second_chat(world, "admin", Talk(world, "lain"))
    code = app.code()

    def use(who: str) -> str:
        return do(world, who, lambda ctx: authenticators.check_code(ctx, code))

    with ThreadPoolExecutor(2) as threads:
        assert sorted(threads.map(use, ("admin", "lain"))) == ["right", "used"]
    world.stop()


def second_chat(world: World, who: str, other: Talk) -> None:
    """`other` belongs to the same member of the staff."""
    owner_id = person_id(world, who)

    def move(ctx: Context) -> None:
        ctx.address.person_id, ctx.address.staff_since = owner_id, ctx.now

    do(world, other.address, move)


def test_five_wrong_codes_pause_for_a_quarter_of_an_hour_and_are_told_to_the_admin(world: World) -> None:
    talk, admin = Talk(world, DIRECTOR), Talk(world, "admin")
    app = set_up(talk)
    application_id = begin_issue(talk)
    for _ in range(4):
        talk.say(app.wrong_code())
        assert WRONG in talk.last
    talk.say(app.wrong_code())
    assert "coba lagi 15 menit kemudian" in talk.last
    talk.say(app.code())
    assert "coba lagi 15 menit kemudian" in talk.last, "also a right one"
    asyncio.run(admin.news())
    assert "Lima kode autentikator yang salah ditulis atas nama Direktur." in admin.last
    world.now += timedelta(minutes=15)
    talk.say(app.code())
    assert DONE in talk.last and status(world, application_id) == "issued"


def test_a_role_that_ends_in_the_middle_takes_the_act_along(world: World) -> None:
    talk = Talk(world, DIRECTOR)
    app = set_up(talk)
    application_id = begin_issue(talk)
    do(world, DIRECTOR, lambda ctx: officers.revoke(ctx.session, ctx.app.keys, ctx.person_id, ctx.now))
    talk.say(app.code())
    assert "Kode autentikator hanya untuk petugas." in talk.last and status(world, application_id) == "awaiting_issue"
    talk.press(f"verdict:issue:{application_id}")
    assert "tidak berwenang" in talk.last
    join(world, DIRECTOR, "officer")
    talk.press("step_up:leave")
    talk.say(app.code())
    assert status(world, application_id) == "awaiting_issue"
    assert count(world, Authenticator) == 0, "it ended with the role"


def test_what_is_left_is_not_done_and_another_button_leaves_it_too(world: World) -> None:
    talk = Talk(world, DIRECTOR)
    app = set_up(talk)
    application_id = begin_issue(talk)
    talk.tap("Tidak jadi")
    assert "Itu tidak jadi dilakukan." in talk.last and "Tidak jadi" not in talk.labels()
    talk.say(app.code())
    assert status(world, application_id) == "awaiting_issue"
    world.now += timedelta(minutes=11)
    begin_revocation(talk)
    talk.say("Apa maksudnya?")
    assert "Kode terdiri atas 6 angka, misalnya 123456." in talk.last and ASKED in talk.last
    talk.tap("Ya, cabut surat")
    assert ASKED in talk.last, "what was typed is not lost"
    talk.say(app.code())
    assert "Surat dicabut." in talk.last


def test_where_the_profile_requires_it_who_has_none_sets_it_up_first(world: World) -> None:
    world.process.app.office = requiring(world)
    talk = Talk(world, DIRECTOR)
    application_id = begin_issue(talk)
    assert "Pasang dahulu aplikasinya." in talk.last and status(world, application_id) == "awaiting_issue"
    app = AuthenticatorApp(world)
    talk.say("123456")
    assert "Buka dahulu halaman" in talk.last
    app.scan(talk)
    talk.say(app.wrong_code())
    assert WRONG in talk.last
    talk.say(app.code())
    assert "✓ Autentikator terpasang." in talk.last and "Surat terbit." in talk.last


def requiring(world: World) -> Office:
    office = world.process.app.office
    return office.model_copy(update={"staff": office.staff.model_copy(update={"step_up": "required"})})


def test_a_conversation_locks_after_eight_hours_and_its_message_is_answered_after_the_code(world: World) -> None:
    talk, application_id = Talk(world, HEAD), awaiting_issue(world)
    talk.say("/berkas")
    world.now += timedelta(hours=30)
    talk.say("/berkas")
    assert "Berkas permohonan" in talk.last, "who has no authenticator is not locked out"
    app = set_up(talk)
    talk.say("/berkas")
    world.now += timedelta(hours=8)
    for say, what in ((talk.press, f"case:show:{application_id}"), (talk.say, "/menu"), (talk.say, "REK")):
        say(what)
        assert "Percakapan ini terkunci, karena 8 jam tidak dipakai." in talk.last and len(talk.labels()) == 0
    world.restart()
    talk.press(f"case:show:{application_id}")
    talk.say(app.wrong_code())
    assert WRONG in talk.last and "REK-2026-0001" not in talk.last
    talk.say(app.code())
    assert "✓ Percakapan ini terbuka lagi." in talk.last and "REK-2026-0001" in talk.last
    talk.say("/berkas")
    assert "Berkas permohonan" in talk.last


def test_an_edited_or_deleted_message_does_not_open_an_idle_conversation(world: World) -> None:
    talk, application_id = Talk(world, OFFICER), awaiting_issue(world)
    app = set_up(talk)
    talk.do("command", text="/berkas", sequence=10)
    talk.press(f"case:show:{application_id}")
    world.now += timedelta(hours=8)
    assert talk.do("edit", text="/berkas", sequence=10) == [], "a reaction or a link preview changes nothing"
    for kind in ("edit", "revoke"):
        talk.do(kind, text="/laporan", sequence=10)
        assert "Percakapan ini terkunci" in talk.last and "REK-2026-0001" not in talk.last, kind
    talk.say(app.code())
    assert "✓ Percakapan ini terbuka lagi." in talk.last and "REK-2026-0001" in talk.last


def test_an_act_that_waited_over_night_is_locked_too(world: World) -> None:
    talk = Talk(world, DIRECTOR)
    app = set_up(talk)
    application_id = begin_issue(talk)
    world.now += timedelta(hours=9)
    talk.tap("Tidak jadi")
    talk.say(app.wrong_code())
    talk.say("/menu")
    assert "Percakapan ini terkunci" in talk.last and status(world, application_id) == "awaiting_issue"
    talk.say(app.code())
    assert "Anda masuk sebagai direktur" in talk.last


def test_an_admin_removes_the_authenticator_of_a_colleague_and_a_locked_chat_needs_an_invitation(world: World) -> None:
    talk, admin = Talk(world, DIRECTOR), Talk(world, "admin")
    set_up(talk)
    admins_app = set_up(admin)
    director_id, admin_id = person_id(world, DIRECTOR), person_id(world, "admin")
    talk.press(f"staff:cleared:{director_id}")
    assert "tidak termasuk wewenang peran Anda" in talk.last
    world.now += timedelta(hours=9)
    talk.say("/menu")
    admin.say("/petugas")
    admin.say(admins_app.code())
    world.now += timedelta(minutes=11)
    admin.tap("Direktur")
    admin.tap("Hapus autentikatornya")
    admin.tap("Ya, hapus")
    assert ASKED in admin.last and with_authenticator(world) == {admin_id, director_id}
    admin.say(admins_app.code())
    assert "✓ Autentikator Direktur dihapus." in admin.last and with_authenticator(world) == {admin_id}
    talk.say("/menu")
    assert "Mintalah undangan baru kepada admin" in talk.last, "nothing else opens it"
    talk.say("/gabung ABCDEFGHJK")
    assert "Kode itu tidak cocok. Periksa hurufnya" in talk.last
    talk.say(f"/gabung {world.invite('director', 'Direktur')}")
    assert "✓ Percakapan ini terbuka lagi." in talk.last and "Anda masuk sebagai direktur" in talk.last
    set_up(talk)


def with_authenticator(world: World) -> frozenset[int]:
    return world.process.units.write_now(lambda session: rows.owners(session, range(100)))


def test_an_operator_removes_one_where_no_admin_can(world: World) -> None:
    set_up(Talk(world, "admin"))
    admin_id, process = person_id(world, "admin"), world.process

    def reset() -> bool:
        return process.units.write_now(
            lambda session: authenticators.reset_by_operator(session, process.app.keys, admin_id, world.now)
        )

    assert reset() and not reset()
    assert lines_of(world, "reset_authenticator") == 1 and audit_faults(world) == []


def test_a_link_is_used_once_within_a_quarter_of_an_hour_by_its_owner_and_nothing_is_stored_in_the_clear(
    world: World,
) -> None:
    talk, app = Talk(world, DIRECTOR), AuthenticatorApp(world)
    talk.say("/autentikator")
    world.now += timedelta(minutes=15)
    assert app.open_page(talk) is None, "too late"
    talk.say("/autentikator")
    key = app.open_page(talk)
    assert key is not None and app.open_page(talk) is None, "once"
    row = world.process.units.write_now(lambda session: session.scalars(select(Authenticator)).one())
    assert row.pending_secret is not None and key.secret.encode() not in row.pending_secret
    talk.tap("Minta tautan baru") if "Minta tautan baru" in talk.labels() else talk.say("/autentikator")
    do(world, DIRECTOR, lambda ctx: officers.revoke(ctx.session, ctx.app.keys, ctx.person_id, ctx.now))
    assert app.open_page(talk) is None, "of somebody without a role"
    talk.say("/autentikator")
    assert "hanya untuk petugas" in talk.last and key.secret not in repr(key)


def test_who_has_one_gives_a_code_before_another_one_is_set_up(world: World) -> None:
    talk = Talk(world, DIRECTOR)
    old = set_up(talk)
    talk.say("/autentikator")
    assert ASKED in talk.last and talk.told[-1].prompt.link is None
    talk.say(old.code())
    new = AuthenticatorApp(world)
    new.scan(talk)
    talk.say(old.code())
    assert WRONG in talk.last
    talk.say(new.code())
    assert "✓ Autentikator terpasang." in talk.last
    world.now += timedelta(minutes=11)
    begin_printing(talk)
    talk.say(old.code())
    assert WRONG in talk.last
    assert "Dokumennya sedang dibuat" in words(talk.say(new.code()))


def count(world: World, table: type) -> int:
    return world.process.units.write_now(lambda s: s.scalar(select(func.count()).select_from(table)) or 0)
