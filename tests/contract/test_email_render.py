"""The mail itself, as a mail program reads it."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from email.headerregistry import Address

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from bot.channel import Outgoing
from bot.chat import Attachment, Choice, Link, Prompt
from bot.handlers.email import render
from domain.text import Text, verbatim
from tests.contract.mails import AT, OFFICE, PDF, code_mail, mail_of, part

unhurried = settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
#: Characters that could end a header or a tag.
_NASTY = "ab 0é漢🎉\u202e\u200f\u2028 \t\r\n\x0b\x00\x85\ud800<>&\"';:,@=?_%\\/()"
anything = st.text(st.sampled_from(_NASTY) | st.characters())


def test_a_mail_says_who_sends_what_when_and_that_no_human_did() -> None:
    mail = mail_of(Prompt(verbatim("Permohonan diterima."), subject=verbatim("Tanda terima")))
    assert mail["Subject"] == "Tanda terima"
    assert mail["From"] == "Layanan <layanan@bps.example.org>"
    assert mail["To"] == "ani@dinas.example.org"
    assert mail["Date"] == "Mon, 02 Mar 2026 09:30:00 +0800"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert OFFICE in part(mail, "plain")
    assert OFFICE in part(mail, "html")


def test_a_link_stands_below_the_text_with_what_it_opens() -> None:
    mail = mail_of(
        Prompt(Text("Kantor kami pindah."), link=Link(Text("Buka peta"), "https://peta.example.org/?q=a&b=c"))
    )
    assert "Kantor kami pindah.\n\nBuka peta: https://peta.example.org/?q=a&b=c\n" in part(mail, "plain")
    assert 'href="https://peta.example.org/?q=a&amp;b=c"' in part(mail, "html")


def test_the_message_id_comes_from_the_outbox_row_and_tells_a_restarted_database_apart() -> None:
    sender = Address("", "layanan", "bps.example.org")
    first = Outgoing(17, "a@b.example.org", "id", code_mail(), AT)
    assert render.message_id(first, sender) == "<outbox-17.1772415000@bps.example.org>"
    assert render.message_id(first, sender) == render.message_id(Outgoing(17, "c@d", "en", code_mail(), AT), sender)
    later = Outgoing(17, "a@b.example.org", "id", code_mail(), AT + dt.timedelta(days=1))
    assert render.message_id(later, sender) != render.message_id(first, sender)


def test_without_a_subject_the_first_line_stands_in_shortened() -> None:
    assert mail_of(code_mail())["Subject"] == "Kode Anda: 04821300"
    long = mail_of(Prompt(verbatim("panjang " * 40)))["Subject"]
    assert len(long) <= render.MAX_SUBJECT and long.endswith("…")


def test_a_subject_has_no_control_characters() -> None:
    subject = verbatim("\n Satu\x00\tdua\u202e \ud800tiga\n")
    assert mail_of(Prompt(verbatim("Teks."), subject=subject))["Subject"] == "Satu dua tiga"


def test_buttons_are_left_out_of_a_mail() -> None:
    plain = mail_of(Prompt(verbatim("Teks."), choices=(Choice("m:menu", verbatim("Ke menu")),)))
    assert "Ke menu" not in plain.as_string()


def test_a_code_stands_out_and_links_can_be_tapped_but_other_numbers_stay_plain() -> None:
    text = "Kode Anda: 04821300.\nNomor REK-123456, telepon 083299397188, Rp1.234.567.890.\nLihat https://a.example/x?y=1&z=2."
    page = part(mail_of(Prompt(verbatim(text))), "html")
    assert re.findall(r'<strong class="code">(.*?)</strong>', page) == ["04821300"]
    assert '<a href="https://a.example/x?y=1&amp;z=2" rel="noreferrer">' in page


def test_a_mail_loads_nothing_from_elsewhere() -> None:
    page = part(mail_of(Prompt(verbatim('<img src="https://a.example/p.png">'))), "html")
    assert not re.search(r"<(img|link|script|iframe|object)\b|url\(|@import", page)
    assert "&lt;img src=&quot;" in page


def test_a_file_arrives_whole_under_the_name_that_the_conversation_gave_it() -> None:
    name = "Surat Rekomendasi – “Survei Kepuasan Masyarakat” Kabupaten Jeneponto Tahun 2026, versi akhir.pdf"
    mail = mail_of(Prompt(verbatim("Terlampir."), attachment=Attachment(5, name)), PDF)
    (file,) = mail.iter_attachments()
    assert (file.get_filename(), file.get_content_type(), file.get_content()) == (name, "application/pdf", PDF.content)
    assert "filename*0*=utf-8''" in mail.as_string() or "filename*=utf-8''" in mail.as_string()


@example(text="\ud800\x00", subject="a\r\nBcc: x@y.z\n\n\u202e\ud800", name="a\r\nb\ud800.pdf")
@given(text=anything, subject=anything, name=anything)
@unhurried
def test_no_text_adds_a_header_or_a_tag(text: str, subject: str, name: str) -> None:
    prompt = Prompt(verbatim(text), subject=verbatim(subject), attachment=Attachment(5, name))
    mail = mail_of(prompt, PDF)
    usual = mail_of(Prompt(verbatim("a"), subject=verbatim("b"), attachment=Attachment(5, "c")), PDF)
    assert sorted(mail.keys()) == sorted(usual.keys())
    assert not mail.defects
    (file,) = mail.iter_attachments()
    assert file.get_content() == PDF.content and file.get_filename()
    tags = set(re.findall(r"<\s*/?\s*(\w+)", part(mail, "html").partition("<body")[2]))
    assert tags <= {"p", "br", "strong", "a", "div", "body", "html"}


#: Characters that are seen: without controls, separators, and letters without a shape.
visible = st.characters(
    codec="utf-8",
    exclude_categories=["Cc", "Cs", "Cf", "Zl", "Zp", "Zs", "Cn"],
    exclude_characters="\u115f\u1160\u3164\uffa0\ufffd",
)


@example("豈")  # written in two ways, of which one is kept
@unhurried
@given(st.text(visible, max_size=70))
def test_a_subject_is_read_as_it_was_written(words: str) -> None:
    subject = f"x {words}".strip()
    read = mail_of(Prompt(verbatim("Teks."), subject=verbatim(subject)))["Subject"]
    assert read == unicodedata.normalize("NFC", subject)


@unhurried
@given(anything.filter(lambda text: text.strip() != ""))
def test_only_a_plain_address_gets_a_mail(text: str) -> None:
    for address in (text, f"{text}@example.org", f"ani@{text}", f"ani@example.org{text}"):
        try:
            found = render.mail_address(address).addr_spec
        except render.BadMailAddress:
            continue
        assert re.fullmatch(r"[!-~]+@[a-zA-Z0-9.-]+", found), found


def test_a_domain_with_other_letters_travels_in_its_ascii_form() -> None:
    assert render.mail_address("ani@müller.example").addr_spec == "ani@xn--mller-kva.example"
