"""The seal of a letter: the format that `docs/letter-format.md` promises, and what a file shows by itself."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from io import BytesIO
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import pikepdf
import pytest
from click.testing import CliRunner
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, pkcs12
from hypothesis import given
from hypothesis import strategies as st

from domain.letter_check import Judgement, OfficeKey, judge, judge_text, office_keys, read_code
from domain.letter_seal import MAX_TEXT, SealedFacts, SealInvalid, open_seal, public_text, seal, seal_file
from domain.text import one_line
from letters.recommendation import DrawnLetter, draw
from letters.signing import CertificateUnusable, OfficeCertificate, check, make_demo, sign
from storage.inspection.inspect import inspect_letter
from tests.letter_files import of_pages, one_byte_changed, saved_again
from tests.sample_letters import CHECKED_AT, ISSUED

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
OTHER_KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33)))
OFFICE = office_keys([KEY.public_key()])
CODE = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
FACTS = SealedFacts(
    CODE,
    "B-90/7304/KS.200/2026",
    "V-26.7304.001",
    date(2026, 11, 30),
    "layak",
    "none",
    "Survei Kepuasan Pelayanan",
    "Dinas Kesehatan",
)
NOW = datetime(2026, 11, 30, 2, 0, tzinfo=UTC)
FORMAT = (Path(__file__).parents[2] / "docs" / "letter-format.md").read_text(encoding="utf-8")


def test_the_document_describes_what_is_made() -> None:
    text = seal(FACTS, KEY, CHECKED_AT)
    line = seal_file(b"%PDF-1.4\n", text, KEY).decode().splitlines()[1]
    for promised in (text, line, public_text(KEY.public_key())):
        assert f"    {promised}\n" in FORMAT


@given(st.text(max_size=300), st.text(max_size=300), st.sampled_from(("", "V-26.7304.001")))
def test_a_seal_fits_the_code_and_says_what_was_sealed(title: str, organiser: str, identity: str) -> None:
    facts = replace(FACTS, title=title, organiser=organiser, identity=identity)
    text = seal(facts, KEY, "https://rekomendasi.jenepontokab.bps.go.id/verify/")
    assert len(text.encode()) <= MAX_TEXT
    opened = open_seal(text, KEY.public_key())
    assert (opened.number, opened.identity, opened.day, opened.code) == (FACTS.number, identity, FACTS.day, CODE)
    shown = one_line(title)
    assert opened.title.removesuffix("…") in shown


def test_every_changed_letter_of_a_seal_breaks_it() -> None:
    text = seal(FACTS, KEY, CHECKED_AT)
    for at in range(text.index(CODE), len(text)):
        changed = text[:at] + ("B" if text[at] != "B" else "C") + text[at + 1 :]
        with pytest.raises(SealInvalid):
            open_seal(changed, KEY.public_key())
    with pytest.raises(SealInvalid):
        open_seal(text, OTHER_KEY.public_key())


def test_the_text_of_another_office_is_not_ours() -> None:
    assert judge_text(seal(FACTS, KEY, CHECKED_AT), OFFICE).outcome == "genuine"
    assert judge_text(seal(FACTS, OTHER_KEY, CHECKED_AT), OFFICE).outcome == "foreign"
    assert judge_text("https://example.org/", OFFICE).outcome == "foreign"


@pytest.mark.parametrize(
    ("until", "outcome"), [(None, "genuine"), (FACTS.day, "genuine"), (FACTS.day - timedelta(days=1), "foreign")]
)
def test_a_former_key_seals_letters_up_to_its_last_day(until: date | None, outcome: str) -> None:
    office = (OfficeKey(OTHER_KEY.public_key()), OfficeKey(KEY.public_key(), until))
    text = seal(FACTS, KEY, CHECKED_AT)
    by_text = judge_text(text, office)
    by_file = judge(inspect_letter(seal_file(drawn().content, text, KEY)), office)
    assert by_text.outcome == by_file.outcome == outcome
    assert outcome == "genuine" or by_text.reason == by_file.reason != judge_text(CHECKED_AT, office).reason
    assert judge_text(seal(FACTS, OTHER_KEY, CHECKED_AT), office).outcome == "genuine"


@pytest.mark.parametrize(
    "words",
    [
        CODE,
        "abcd efgh ijkl mnop qrst uvwx yz",
        "ABCD-EFGH-1JKL-MN0P-QRST-UVWX-YZ",
        f"{CHECKED_AT}{CODE}",
        f" {CHECKED_AT}{CODE}/ ",
        seal(FACTS, KEY, CHECKED_AT),
    ],
)
def test_a_code_is_read_however_it_is_typed(words: str) -> None:
    assert read_code(words) == CODE


@pytest.mark.parametrize("words", ["", "#", "ABC", "REK-2026-0001", CODE + "A", "é" * 26, "https://example.org/"])
def test_what_is_no_code_is_none(words: str) -> None:
    assert read_code(words) == ""


# files


@cache
def certificate() -> OfficeCertificate:
    path = Path(mkdtemp()) / "demo.p12"
    make_demo(path, "rahasia", "BPS Kabupaten Jeneponto", NOW)
    return OfficeCertificate(path, "rahasia")


@cache
def drawn() -> DrawnLetter:
    return draw(ISSUED, qr=seal(FACTS, KEY, CHECKED_AT))


@cache
def sealed() -> bytes:
    return seal_file(drawn().content, seal(FACTS, KEY, CHECKED_AT), KEY)


@cache
def to_be_signed() -> bytes:
    return seal_file(drawn().content, seal(replace(FACTS, way="certificate"), KEY, CHECKED_AT), KEY)


@cache
def signed() -> bytes:
    return sign(to_be_signed(), certificate(), drawn().stamp, "Jeneponto", NOW)


def judged(content: bytes) -> Judgement:
    return judge(inspect_letter(content), OFFICE)


def signature_at(content: bytes) -> int:
    """Of the last hexadecimal digit that is a zero behind the signature."""
    return content.rindex(b"0>")


def pages_after_signing() -> bytes:
    """A page was added to the signed letter by a change that keeps what was signed."""
    from pyhanko.pdf_utils import generic
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.pdf_utils.writer import PageObject

    writer: Any = IncrementalPdfFileWriter(BytesIO(signed()))
    stream = writer.add_object(generic.StreamObject(stream_data=b"0 0 100 100 re f"))
    page: Any = PageObject
    writer.insert_page(page(contents=stream, media_box=(0, 0, 595, 842)))
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def painted_and_signed_anew() -> bytes:
    """Somebody painted over the drawing and signed the result with a certificate of their own."""
    from pyhanko.pdf_utils import generic
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

    writer: Any = IncrementalPdfFileWriter(BytesIO(to_be_signed()))
    stream = writer.add_object(generic.StreamObject(stream_data=b"0 0 400 400 re f"))
    page = writer.root["/Pages"]["/Kids"][0].get_object()
    page["/Contents"] = generic.ArrayObject([page.raw_get("/Contents"), stream])
    writer.update_container(page)
    out = BytesIO()
    writer.write(out)
    return sign(out.getvalue(), certificate(), drawn().stamp, "Jeneponto", NOW)


def by_another_office() -> bytes:
    text = seal(FACTS, OTHER_KEY, CHECKED_AT)
    return seal_file(draw(ISSUED, qr=text).content, text, OTHER_KEY)


def seal_of_ours_on_another_file() -> bytes:
    line = sealed()[sealed().rindex(b"%PST-SEAL") :]
    return of_pages(1) + b"\n" + line


GENUINE, CHANGED, FOREIGN = "genuine", "changed", "foreign"
FILES: dict[str, tuple[Callable[[], bytes], str, str]] = {
    "sealed": (sealed, GENUINE, "sama persis"),
    "signed": (signed, GENUINE, "atas nama"),
    "signature taken off": (to_be_signed, CHANGED, "tidak ada"),
    "first byte of a page": (lambda: one_byte_changed(sealed(), 2000), CHANGED, "diubah"),
    "byte below a signature": (lambda: one_byte_changed(signed(), 2000), CHANGED, "diubah"),
    "byte of the seal's line": (lambda: one_byte_changed(sealed(), len(sealed()) - 500), CHANGED, ""),
    "byte of the signature": (lambda: one_byte_changed(signed(), len(to_be_signed()) + 2500), CHANGED, ""),
    "byte behind the signature": (lambda: one_byte_changed(signed(), signature_at(signed())), CHANGED, "tidak cocok"),
    "added to": (lambda: sealed() + b"%", CHANGED, "ditambahi"),
    "added to after signing": (lambda: signed() + b"\n%", CHANGED, "ditambahi"),
    "a page added after signing": (pages_after_signing, CHANGED, "halaman"),
    "painted and signed anew": (painted_and_signed_anew, CHANGED, "halaman"),
    "saved again": (lambda: saved_again(signed()), CHANGED, "disimpan ulang"),
    "of another office": (by_another_office, FOREIGN, "bukan segel kantor kami"),
    "our seal on another file": (seal_of_ours_on_another_file, CHANGED, "diubah"),
    "500 pages": (lambda: of_pages(500), FOREIGN, "tidak memuat segel"),
}


@pytest.mark.parametrize("name", FILES)
def test_a_file_shows_whether_it_is_the_letter(name: str) -> None:
    made, outcome, reason = FILES[name]
    judgement = judged(made())
    assert (judgement.outcome, reason in judgement.reason.msgid) == (outcome, True), judgement


@pytest.mark.parametrize("made", [sealed, signed])
def test_any_changed_byte_is_told(made: Callable[[], bytes]) -> None:
    """One in about six hundred bytes; of those that the signed file has in common with the sealed one, a few more."""
    content, common = made(), len(to_be_signed()) if made is signed else 0
    for at in (*range(3, common, 5_987), *range(common + 3, len(content), 599)):
        changed = one_byte_changed(content, at)
        try:
            outcome: str = judged(changed).outcome
        except Exception as refused:
            outcome = type(refused).__name__
        assert outcome in {CHANGED, FOREIGN, "FileRefused"}, (at, changed[at - 20 : at + 20])


@pytest.mark.poppler
def test_independent_readers_find_the_signature_whole(tmp_path: Path) -> None:
    path = tmp_path / "letter.pdf"
    path.write_bytes(signed())
    said = subprocess.run(("pdfsig", "-nocert", str(path)), capture_output=True, text=True, check=False).stdout
    assert "Signature is Valid" in said and "Total document signed" in said and "ETSI.CAdES.detached" in said
    assert re.search("Common Name: CONTOH BPS Kabupaten Jeneponto", said), said
    with pikepdf.open(path) as pdf:
        assert pdf.Root.Perms.DocMDP.Reference[0].TransformParams.P == 1  # certified, no changes allowed


def test_pyhankos_own_command_finds_the_signature_valid_and_that_of_a_changed_file_not(tmp_path: Path) -> None:
    from pyhanko.cli import cli_root

    _, own, _ = pkcs12.load_key_and_certificates(certificate().path.read_bytes(), b"rahasia")
    assert own is not None
    trusted, letter = tmp_path / "office.pem", tmp_path / "letter.pdf"
    trusted.write_bytes(own.public_bytes(Encoding.PEM))
    trust = ["--trust", str(trusted), "--trust-replace", "--no-revocation-check", "--validation-time", NOW.isoformat()]
    for content, verdict in ((signed(), "VALID"), (one_byte_changed(signed(), 2000), "INVALID")):
        letter.write_bytes(content)
        answer = CliRunner().invoke(cli_root, ["sign", "validate", "--pretty-print", *trust, str(letter)])
        assert answer.exit_code == (verdict != "VALID"), answer.output
        assert f"The signature is judged {verdict}." in answer.output
        assert "CONTOH BPS Kabupaten Jeneponto" in answer.output and "covers the entire file" in answer.output


_READ_BY_A_FRESH_PROCESS = """
import sys
from pathlib import Path
from storage.inspection.inspect import inspect_letter
from storage.inspection.letters import load_signature_libraries

load_signature_libraries()
before = set(sys.modules)
assert inspect_letter(Path(sys.argv[1]).read_bytes()).signatures
print(*sorted(set(sys.modules) - before))
"""


def test_a_process_that_reads_letters_loads_its_libraries_before_the_limits_of_a_file_hold(tmp_path: Path) -> None:
    """Compiling pyHanko for the first time takes more processor time than a letter may use on a slow machine."""
    letter = tmp_path / "letter.pdf"
    letter.write_bytes(signed())
    command = (sys.executable, "-c", _READ_BY_A_FRESH_PROCESS, str(letter))
    loaded = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    assert [
        name for name in loaded if name.partition(".")[0] in {"pyhanko", "pyhanko_certvalidator", "asn1crypto"}
    ] == []


def test_a_certificate_that_cannot_sign_is_named(tmp_path: Path) -> None:
    good = certificate()
    cases = (
        (OfficeCertificate(good.path, "salah"), NOW, "password is wrong"),
        (OfficeCertificate(tmp_path / "none.p12", ""), NOW, "No such file"),
        (good, NOW.replace(year=2031), "valid from"),
    )
    for used, moment, why in cases:
        with pytest.raises(CertificateUnusable, match=why):
            check(used, moment)
    assert "rahasia" not in repr(good)
