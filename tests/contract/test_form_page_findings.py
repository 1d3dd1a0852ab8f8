"""What the examiner will probably ask can be left on the form's page as in the chat."""

from __future__ import annotations

import re

from tests.formpage_site import Site, Visitor, inputs

ASKS, LEFT = "Petugas pemeriksa mungkin akan menanyakan ini:", "Ini sudah Anda biarkan:"
RULE = "R-ID-04A"


def marks(page: str) -> dict[str, str]:
    """Rule → the mark that its button sends."""
    return dict(re.findall(r'name="rule" value="([^"]*)"><input type="hidden" name="mark" value="([^"]*)">', page))


async def test_a_finding_is_left_on_the_page_and_the_chat_knows_it(site: Site) -> None:
    await site.begin("judul_kegiatan")
    await site.visitor.fill(
        f"{site.home}/blok_0", judul_kegiatan="Survei Kepuasan Pasien Kabupaten Jeneponto Tahun 2026"
    )
    _, page = await site.visitor.get(site.home)
    shown = page.partition(ASKS)[2]
    assert "memuat tahun 2026" in shown and LEFT not in page and "Biarkan: " in shown
    answer = await site.visitor.post(f"{site.home}/findings", {"rule": RULE, "mark": marks(page)[RULE]})
    assert (answer.status, answer.headers["Location"]) == (303, site.home)
    _, after = await site.visitor.get(site.home)
    assert "memuat tahun 2026" in after.partition(LEFT)[2] and RULE not in marks(after)
    await site.say("daftar isian")
    await site.say("Periksa dan kirim")
    assert "memuat tahun 2026" in (await site.last()).partition(LEFT)[2]
    await site.visitor.fill(
        f"{site.home}/blok_0", judul_kegiatan="Survei Kepuasan Pasien Kabupaten Jeneponto Tahun 2027"
    )
    await site.visitor.post(f"{site.home}/findings", {"rule": RULE, "mark": marks(page)[RULE]})
    _, changed = await site.visitor.get(site.home)
    assert RULE in marks(changed), "the answer has changed since the button was shown"


async def test_what_concerns_one_answer_is_told_right_beside_it_until_it_is_left(site: Site) -> None:
    await site.begin("judul_kegiatan")
    home, title = f"{site.home}/blok_0", "Survei Kepuasan Pasien Kabupaten Jeneponto"
    _, page = await site.visitor.get(home)
    assert ASKS not in page and 'class="remark told"></p>' in page
    seen = inputs(page)["seen.judul_kegiatan"]
    for words, expected in ((f"{title} Tahun 2026", ASKS), (title, ""), (f"{title} Tahun 2026", ASKS)):
        given = {"q.judul_kegiatan": words, "seen.judul_kegiatan": seen}
        told = await (await site.visitor.post(f"{home}/answer", given)).json()
        assert (told["state"], told["asked"].partition(":")[0]) == ("saved", expected.rstrip(":"))
        assert ("memuat tahun 2026" in told["asked"]) == bool(expected)
        seen = told["seen"]
    _, page = await site.visitor.get(home)
    assert page.count(ASKS) == 1 and "memuat tahun 2026" in page.partition('id="e-judul_kegiatan"')[2][:400]
    _, overview = await site.visitor.get(site.home)
    await site.visitor.post(f"{site.home}/findings", {"rule": RULE, "mark": marks(overview)[RULE]})
    assert ASKS not in (await site.visitor.get(home))[1]


async def test_nobody_else_leaves_a_finding_and_odd_words_leave_nothing(site: Site) -> None:
    await site.begin("judul_kegiatan")
    await site.visitor.fill(
        f"{site.home}/blok_0", judul_kegiatan="Survei Kepuasan Pasien Kabupaten Jeneponto Tahun 2026"
    )
    _, page = await site.visitor.get(site.home)
    right = {"rule": RULE, "mark": marks(page)[RULE]}
    stranger = Visitor(site.client, site.url, "b" * 43)
    assert (await stranger.post(f"{site.home}/findings", right)).status == 404
    assert (await site.visitor.post(f"{site.home}/findings", right, Origin="https://jahat.example")).status == 403
    for odd in ({}, {"rule": RULE}, {"rule": "R-XX", "mark": right["mark"]}, {"rule": "R-I-01", "mark": ""}):
        assert (await site.visitor.post(f"{site.home}/findings", odd)).status == 303
    assert site.draft().left_findings == {}
