"""The strict Cloud API server keeps the platform's rules. Otherwise its acceptance would prove nothing."""

from __future__ import annotations

import asyncio
import hashlib
from typing import Any

import pytest

from tests.contract.graphapi_business import PDF, PNG, Business, Hook, Json, buttons, link, row, rows, section
from tests.platforms.whatsapp import GraphServer, User
from tests.platforms.whatsapp.errors import ERRORS
from tests.platforms.whatsapp.limits import DAY
from tests.platforms.whatsapp.media import MAX_BYTES

# What may be sent

ACCEPTED: dict[str, tuple[str, Json]] = {
    "4096 characters": ("text", {"body": "a" * 4096, "preview_url": False}),
    "three buttons of 20": ("interactive", buttons("a" * 20, "b" * 20, "c" * 20)),
    "a body of 1024": ("interactive", buttons("Ya", body={"text": "a" * 1024})),
    "header and footer of 60": (
        "interactive",
        buttons("Ya", header={"type": "text", "text": "a" * 60}, footer={"text": "b" * 60}),
    ),
    "ten rows": ("interactive", rows(section(0, 10))),
    "ten rows in two sections": ("interactive", rows(section(0, 5, title="a" * 24), section(5, 10, title="B"))),
    "a row at its limits": ("interactive", row(id="i" * 200, title="t" * 24, description="d" * 72)),
    "a link": ("interactive", link()),
}


@pytest.mark.parametrize("name", ACCEPTED)
async def test_what_is_within_the_limits_is_shown(
    name: str, business: Business, sari: User, graph: GraphServer
) -> None:
    kind, content = ACCEPTED[name]
    status, answer = await business.sends(kind, content, recipient_type="individual", biz_opaque_callback_data="7")
    assert status == 200, answer
    assert answer["contacts"] == [{"input": "ID.1", "user_id": "ID.1"}]
    assert [shown.id for shown in sari.screen] == [answer["messages"][0]["id"]]
    assert graph.flagged == []


REFUSED: dict[str, tuple[int, str, Any]] = {
    "no words": (100, "text", {"body": ""}),
    "only white space": (100, "text", {"body": " \n"}),
    "4097 characters": (100, "text", {"body": "a" * 4097}),
    "2049 characters of two units": (100, "text", {"body": "😀" * 2049}),
    "words that are a number": (100, "text", {"body": 7}),
    "an unknown key": (100, "text", {"body": "a", "parse_mode": "HTML"}),
    "preview_url as text": (100, "text", {"body": "a", "preview_url": "true"}),
    "text without a body": (131008, "text", {}),
    "text as a string": (100, "text", "halo"),
    "an unknown kind": (100, "poll", {}),
    "an unknown interactive": (100, "interactive", {"type": "carousel"}),
    "an interactive without a type": (131008, "interactive", {}),
    "four buttons": (131009, "interactive", buttons("a", "b", "c", "d")),
    "no button": (131009, "interactive", buttons()),
    "a title of 21": (131009, "interactive", buttons("a" * 21)),
    "an empty title": (131009, "interactive", buttons("")),
    "a title of two lines": (131009, "interactive", buttons("a\nb")),
    "two equal titles": (131009, "interactive", buttons("Ya", "Ya")),
    "an id of 257": (
        131009,
        "interactive",
        buttons("Ya", action={"buttons": [{"type": "reply", "reply": {"id": "i" * 257, "title": "a"}}]}),
    ),
    "two equal ids": (
        131009,
        "interactive",
        buttons(action={"buttons": [{"type": "reply", "reply": {"id": "i", "title": title}} for title in "ab"]}),
    ),
    "a button of another type": (100, "interactive", buttons(action={"buttons": [{"type": "url", "reply": {}}]})),
    "a body of 1025": (131009, "interactive", buttons("Ya", body={"text": "a" * 1025})),
    "an empty body": (131009, "interactive", buttons("Ya", body={"text": ""})),
    "a header of 61": (131009, "interactive", buttons("Ya", header={"type": "text", "text": "a" * 61})),
    "an empty header": (131009, "interactive", buttons("Ya", header={"type": "text", "text": ""})),
    "a footer of 61": (131009, "interactive", buttons("Ya", footer={"text": "a" * 61})),
    "eleven rows": (131009, "interactive", rows(section(0, 11))),
    "eleven rows in two sections": (131009, "interactive", rows(section(0, 6, title="A"), section(6, 11, title="B"))),
    "a section without a title beside another": (131009, "interactive", rows(section(0, 1, title="A"), section(1, 2))),
    "a section title of 25": (131009, "interactive", rows(section(0, 1, title="a" * 25))),
    "a section without rows": (131009, "interactive", rows(section(0, 0))),
    "a row title of 25": (131009, "interactive", row(title="a" * 25)),
    "a description of 73": (131009, "interactive", row(description="a" * 73)),
    "an empty description": (131009, "interactive", row(description="")),
    "a row id of 201": (131009, "interactive", row(id="i" * 201)),
    "a row without a title": (131008, "interactive", rows({"rows": [{"id": "r"}]})),
    "two equal rows": (131009, "interactive", rows(section(0, 1, title="A"), section(0, 1, title="B"))),
    "a list button of 21": (131009, "interactive", rows(action={"button": "a" * 21, "sections": [section(0, 1)]})),
    "a list with a picture": (
        100,
        "interactive",
        rows(section(0, 1), header={"type": "image", "image": {"id": "1"}}),
    ),
    "a link text of 21": (131009, "interactive", link(display_text="a" * 21)),
    "a link to nowhere": (131009, "interactive", link(url="peta")),
    "a document that is not there": (131009, "document", {"id": "1234567", "filename": "a.pdf"}),
    "a document by link": (100, "document", {"link": "https://example.go.id/a.pdf"}),
    "a caption of 1025": (131009, "image", {"id": "1234567", "caption": "a" * 1025}),
    "a template nobody approved": (132001, "template", {"name": "hello", "language": {"code": "id"}}),
}


@pytest.mark.parametrize("name", REFUSED)
async def test_what_breaks_a_rule_is_refused_and_remembered(
    name: str, business: Business, sari: User, graph: GraphServer
) -> None:
    code, kind, content = REFUSED[name]
    status, answer = await business.sends(kind, content)
    assert (status, answer["error"]["code"]) == (ERRORS[code][0], code), answer
    assert answer["error"]["type"] == "OAuthException" and answer["error"]["fbtrace_id"]
    assert len(graph.flagged) == 1 and graph.flagged[0].startswith(f"{code}: ")
    assert sari.screen == []


TO: dict[str, tuple[int, Json]] = {
    "nobody": (131008, {}),
    "a user id as number": (131009, {"to": "ID.1"}),
    "a number as user id": (131009, {"recipient": "628120000001"}),
    "a group": (100, {"recipient": "ID.1", "recipient_type": "group"}),
    "a number that is no text": (100, {"to": 628120000001}),
    "another product": (100, {"recipient": "ID.1", "messaging_product": "messenger"}),
    "an unknown message": (131009, {"recipient": "ID.1", "context": {"message_id": "wamid.AAAAAAAAAAAA"}}),
    "an unknown key": (100, {"recipient": "ID.1", "reply_markup": {}}),
}


@pytest.mark.parametrize("name", TO)
async def test_the_envelope_is_checked_too(name: str, business: Business, sari: User, graph: GraphServer) -> None:
    code, more = TO[name]
    message = {"messaging_product": "whatsapp", "type": "text", "text": {"body": "a"}}
    _, answer = await business.posts({**message, **more})
    assert answer["error"]["code"] == code and len(graph.flagged) == 1, answer
    assert "error_data" in answer["error"] or code == 100


async def test_bodies_that_are_no_json_object_are_refused(business: Business, sari: User, graph: GraphServer) -> None:
    bodies: list[object] = [[], "a", 7, None]
    for body in bodies:
        status, answer = await business.posts(body)
        assert (status, answer["error"]["code"]) == (400, 100)
    for content, kind in ((b"{", "application/json"), (b"{}", "text/plain")):
        async with business.session.post(
            f"{business.number}/messages", data=content, headers={"Content-Type": kind}
        ) as response:
            assert response.status == 400
    assert len(graph.flagged) == 6


async def test_both_names_reach_a_person_and_the_number_goes_first(
    business: Business, sari: User, graph: GraphServer
) -> None:
    graph.user(user_id="ID.2", wa_id="628120000002")
    for names in ({"to": "628120000001"}, {"to": "+628120000001"}, {"to": "628120000001", "recipient": "ID.2"}):
        _, answer = await business.sends(**names)
        assert answer["contacts"] == [{"input": names["to"], "wa_id": "628120000001"}]
    assert len(sari.screen) == 3 and graph.flagged == []


# Who may ask


async def test_nothing_is_answered_without_the_token(business: Business, sari: User, graph: GraphServer) -> None:
    medium = graph.media.receive(PDF, "application/pdf")
    url = graph.media.url(medium)
    for headers in ({"Authorization": "Bearer other"}, {"Authorization": graph.token}):
        status, answer = await business.posts({}, headers=headers)
        assert (status, answer["error"]["code"]) == (401, 190)
        async with business.session.get(url, headers=headers) as response:
            assert response.status == 401 and PDF not in await response.read()
    assert len(graph.flagged) == 4
    assert await business.downloads(url) == (200, PDF)


async def test_the_number_tells_about_itself(business: Business, graph: GraphServer) -> None:
    number = graph.account.phone_number_id
    status, answer = await business.gets(f"{number}?fields=verified_name,status")
    assert (status, answer) == (200, {"verified_name": "Layanan Rekomendasi", "status": "CONNECTED", "id": number})
    assert graph.flagged == []
    for path in (f"{number}?fields=name", "1", "12345678901234567", f"{number}/message_templates", ""):
        assert (await business.gets(path))[1]["error"]["code"] == 100
    assert len(graph.flagged) == 5


# Reading and typing


async def test_a_message_is_marked_as_read_and_typing_ends_with_the_answer(
    business: Business, sari: User, graph: GraphServer
) -> None:
    message = await sari.says("ada?")
    read: Json = {"messaging_product": "whatsapp", "status": "read", "message_id": message}
    assert await business.posts({**read, "typing_indicator": {"type": "text"}}) == (200, {"success": True})
    assert sari.read == [message] and sari.typing
    await business.sends(context={"message_id": message})
    assert not sari.typing and sari.screen[-1].context == message
    assert graph.flagged == []
    wrong = ({"status": "delivered"}, {"typing_indicator": {"type": "audio"}}, {"message_id": sari.screen[-1].id})
    for more in wrong:
        assert (await business.posts({**read, **more}))[0] == 400
    assert len(graph.flagged) == len(wrong)


# Media


async def test_an_upload_can_be_sent_for_thirty_days(business: Business, sari: User, graph: GraphServer) -> None:
    status, answer = await business.uploads()
    assert status == 200
    document = {"id": answer["id"], "filename": "Rekomendasi.pdf", "caption": "Surat Anda"}
    assert (await business.sends("document", document))[0] == 200
    shown = sari.screen[-1]
    assert shown.document and (shown.document.filename, shown.document.content) == ("Rekomendasi.pdf", PDF)
    assert (shown.text, shown.document.mime) == ("Surat Anda", "application/pdf")
    assert (
        await business.sends(
            "interactive", buttons("Ya", header={"type": "document", "document": {"id": answer["id"]}})
        )
    )[0] == 200
    assert graph.flagged == []
    assert (await business.sends("image", {"id": answer["id"]}))[1]["error"]["code"] == 131009
    graph.clock.advance(30 * DAY)
    await sari.says("lagi")
    assert (await business.sends("document", document))[1]["error"]["code"] == 131009
    assert len(graph.flagged) == 2


UPLOADS: dict[str, tuple[int, bytes, str, dict[str, str]]] = {
    "an archive": (100, b"PK", "application/zip", {}),
    "an empty file": (131053, b"", "application/pdf", {}),
    "a picture beyond 5 MB": (131053, PNG.ljust(MAX_BYTES["image"] + 1), "image/png", {}),
    "a PDF that is none": (131053, b"<html>", "application/pdf", {}),
    "a type that is not the file's": (100, PNG, "image/png", {"type": "image/jpeg"}),
    "another product": (100, PDF, "application/pdf", {"messaging_product": "x"}),
    "an unknown field": (100, PDF, "application/pdf", {"name": "x"}),
}


@pytest.mark.parametrize("name", UPLOADS)
async def test_what_may_not_be_uploaded_is_refused(name: str, business: Business, graph: GraphServer) -> None:
    code, content, mime, more = UPLOADS[name]
    status, answer = await business.uploads(content, mime, **more)
    assert (status, answer["error"]["code"]) == (400, code)
    assert len(graph.flagged) == 1


async def test_what_a_person_sends_is_there_for_seven_days_and_its_address_for_five_minutes(
    business: Business, hook: Hook, sari: User, graph: GraphServer
) -> None:
    await sari.sends_document("surat.pdf", PDF, caption="Ini suratnya")
    document = hook.messages[-1]["document"]
    assert (document["filename"], document["mime_type"], document["caption"]) == (
        "surat.pdf",
        "application/pdf",
        "Ini suratnya",
    )
    _, described = await business.gets(document["id"])
    assert described["sha256"] == hashlib.sha256(PDF).hexdigest() and described["file_size"] == len(PDF)
    assert await business.downloads(described["url"]) == (200, PDF)
    assert await business.downloads(document["url"]) == (200, PDF)
    graph.clock.advance(5 * 60)
    assert (await business.downloads(described["url"]))[0] == 404
    _, described = await business.gets(document["id"])
    assert (await business.downloads(described["url"]))[0] == 200
    graph.clock.advance(7 * DAY)
    status, answer = await business.gets(document["id"])
    assert (status, answer["error"]["code"], answer["error"]["error_subcode"]) == (400, 100, 33)
    assert graph.flagged == []


# When one may send


async def test_free_text_ends_a_day_after_the_last_message(
    business: Business, hook: Hook, sari: User, graph: GraphServer
) -> None:
    graph.approve("kabar", "id", "Kabar dari kami: {{1}}. Silakan balas.")
    graph.clock.advance(DAY - 5)
    assert (await business.sends())[0] == 200 and len(sari.screen) == 1
    graph.clock.advance(10)
    status, answer = await business.sends()
    await graph.webhook.settled()
    assert status == 200 and len(sari.screen) == 1, "accepted, but not shown"
    assert [(one["id"], one["errors"][0]["code"]) for one in hook.statuses] == [(answer["messages"][0]["id"], 131047)]
    body = {"type": "body", "parameters": [{"type": "text", "text": "surat terbit"}]}
    kabar = {"name": "kabar", "language": {"code": "id"}, "components": [body]}
    assert (await business.sends("template", kabar))[0] == 200
    assert sari.screen[-1].text == "Kabar dari kami: surat terbit. Silakan balas."
    graph.at_once = True
    status, answer = await business.sends()
    assert (status, answer["error"]["code"]) == (400, 131047)
    assert [line[:6] for line in graph.flagged] == ["131047", "131047"]
    await sari.says("saya kembali")
    assert (await business.sends())[0] == 200


async def test_a_burst_to_one_person_ends_and_comes_back_one_in_six_seconds(
    business: Business, sari: User, graph: GraphServer
) -> None:
    for _ in range(45):
        assert (await business.sends())[0] == 200
    for _ in range(2):
        assert (await business.sends())[1]["error"]["code"] == 131056
        graph.clock.advance(6.1)
        assert (await business.sends())[0] == 200
    budi = graph.user(wa_id="628120000009")
    await budi.says("halo")
    assert (await business.sends(to="628120000009"))[0] == 200, "another person has a budget of their own"
    assert len(graph.flagged) == 2


async def test_a_number_sends_eighty_in_a_second(business: Business, graph: GraphServer) -> None:
    graph.clock.stop()
    graph.statuses.order = ()
    users = [graph.user(user_id=f"ID.{number}") for number in range(81)]
    for user in users:
        user.event("text", {"body": "halo"})
    answers = await asyncio.gather(*(business.sends(recipient=user.user_id) for user in users))
    assert sorted(status for status, _ in answers) == [200] * 80 + [429]
    assert [line[:6] for line in graph.flagged] == ["130429"]


async def test_who_cannot_be_reached_fails_later(
    business: Business, hook: Hook, sari: User, graph: GraphServer
) -> None:
    sari.blocks()
    await business.sends()
    await business.sends(to="628990000000")
    await graph.webhook.settled()
    assert [(one["status"], one["recipient_id"], one["errors"][0]["code"]) for one in hook.statuses] == [
        ("failed", "628120000001", 131026),
        ("failed", "628990000000", 131026),
    ]
    sari.unblocks()
    await business.sends()
    assert len(sari.screen) == 1 and graph.flagged == []


# Templates


def values(*texts: str, kind: str = "body") -> Json:
    more = {"sub_type": "url", "index": "0"} if kind == "button" else {}
    return {"type": kind, **more, "parameters": [{"type": "text", "text": text} for text in texts]}


FILLED: dict[str, tuple[int, list[Json], str]] = {
    "as approved": (0, [values("A", "B"), values("s/1", kind="button")], "id"),
    "another language": (132001, [values("A", "B"), values("s/1", kind="button")], "en"),
    "a value too few": (132000, [values("A"), values("s/1", kind="button")], "id"),
    "a value too many": (132000, [values("A", "B", "C"), values("s/1", kind="button")], "id"),
    "no link": (132000, [values("A", "B")], "id"),
    "nothing": (132000, [], "id"),
    "an empty value": (132012, [values("A", ""), values("s/1", kind="button")], "id"),
    "a line break": (132012, [values("A", "B\nC"), values("s/1", kind="button")], "id"),
    "a tab": (132012, [values("A", "B\tC"), values("s/1", kind="button")], "id"),
    "four spaces": (132012, [values("A", "B    C"), values("s/1", kind="button")], "id"),
    "a text of 1025": (132005, [values("A", "b" * 1010), values("s/1", kind="button")], "id"),
    "an unknown component": (100, [{"type": "footer", "parameters": []}], "id"),
}


@pytest.mark.parametrize("name", FILLED)
async def test_a_template_is_filled_as_approved_or_refused(
    name: str, business: Business, sari: User, graph: GraphServer
) -> None:
    code, components, language = FILLED[name]
    graph.approve("surat", "id", "Halo {{1}}, nomor {{2}}.", "https://example.go.id/{{1}}")
    template = {"name": "surat", "language": {"code": language}, "components": components}
    _, answer = await business.sends("template", template)
    assert answer.get("error", {}).get("code", 0) == code, answer
    assert [line.partition(":")[0] for line in graph.flagged] == ([str(code)] if code else [])
    if not code:
        shown = sari.screen[-1]
        assert (shown.template, shown.text) == ("surat", "Halo A, nomor B.")
        assert shown.link and shown.link.url == "https://example.go.id/s/1"


@pytest.mark.parametrize("body", ["{{1}} halo", "Halo {{1}}", "Halo {{2}}.", "", "a" * 1025])
def test_a_template_that_would_not_be_approved_is_not(body: str) -> None:
    with pytest.raises(ValueError, match="surat"):
        GraphServer.approve(GraphServer.__new__(GraphServer), "surat", "id", body)
