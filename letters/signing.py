"""Signs letters with the office's own certificate (PKCS#12): PAdES B-B, certified, with a visible stamp.

pyHanko is imported when it is used: it takes half a second.
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Mapping
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from domain.frozen import frozen
from letters.pdf import FieldFrame

if TYPE_CHECKING:
    from pyhanko.pdf_utils.generic import DictionaryObject, PdfObject
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign.signers import SimpleSigner

FIELD = "TandaTangan"
_STAMP_WORDS = "Tanda tangan elektronik"
#: bytes that are kept free for a signature
_ROOM = 16_384
_DEMO_YEARS = 2


class CertificateUnusable(Exception):
    """A certificate that is missing, has another password, holds no key, or is not valid on this day."""


@frozen
class OfficeCertificate:
    """The file with the key, and what opens it. Its `repr` does not contain the password."""

    path: Path
    password: str

    def __repr__(self) -> str:
        return f"OfficeCertificate({self.path})"


@frozen
class CertificateFacts:
    name: str
    fingerprint: str  #: SHA-256, 64 hex digits
    not_before: dt.datetime
    not_after: dt.datetime


def certificate_facts(certificate: OfficeCertificate) -> CertificateFacts:
    """Raises `CertificateUnusable`."""
    own = _signer(certificate).signing_cert
    assert own is not None
    name = own.subject.native.get("common_name") or own.subject.human_friendly
    return CertificateFacts(str(name), own.sha256.hex(), own.not_valid_before, own.not_valid_after)


def check(certificate: OfficeCertificate, now: dt.datetime) -> None:
    """Raises `CertificateUnusable` when it cannot sign on this day."""
    facts = certificate_facts(certificate)
    if not facts.not_before <= now <= facts.not_after:
        days = f"{facts.not_before:%Y-%m-%d} to {facts.not_after:%Y-%m-%d}"
        raise CertificateUnusable(f"{certificate.path}: the certificate is valid from {days}")


def sign(content: bytes, certificate: OfficeCertificate, frame: FieldFrame, place: str, now: dt.datetime) -> bytes:
    """Appends a signature that allows no further changes. `frame`: where its stamp stands. `now`: in the office's zone,
    which the stamp names. Raises `CertificateUnusable`.
    """
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign import fields, signers
    from pyhanko.stamp import TextStampStyle

    check(certificate, now)
    box = (round(frame.left), round(frame.bottom), round(frame.right), round(frame.top))
    stamp = TextStampStyle(stamp_text="Ditandatangani secara elektronik oleh\n%(signer)s\n%(at)s")
    metadata = signers.PdfSignatureMetadata(
        field_name=FIELD,
        location=place,
        reason="Surat Rekomendasi Kegiatan Statistik",
        subfilter=fields.SigSeedSubFilter.PADES,
        certify=True,
        docmdp_permissions=fields.MDPPerm.NO_CHANGES,
        md_algorithm="sha256",
    )
    signer = signers.PdfSigner(metadata, signer=_signer(certificate), stamp_style=stamp)
    writer = IncrementalPdfFileWriter(BytesIO(content))
    fields.append_signature_field(writer, fields.SigFieldSpec(FIELD, on_page=frame.page, box=box))
    _tag_field(writer, frame.page)
    signed = signer.sign_pdf(
        writer, bytes_reserved=_ROOM, appearance_text_params={"at": f"{now:%d/%m/%Y pukul %H.%M %Z}"}
    )
    return bytes(signed.getbuffer())


def _tag_field(writer: IncrementalPdfFileWriter, page_number: int) -> None:
    """Screen readers find the stamp among the elements of the letter, after its text (ISO 14289-1, 7.18)."""
    from pyhanko.pdf_utils.generic import ArrayObject, NumberObject, pdf_name, pdf_string

    page = writer.find_page_for_modification(page_number)[0]  # type: ignore[no-untyped-call]
    widget = page.get_object()["/Annots"].raw_get(-1)
    tree = writer.root["/StructTreeRoot"]
    document, parents = tree["/K"].raw_get(0), tree["/ParentTree"]["/Nums"]
    key = NumberObject(len(parents) // 2)  # type: ignore[no-untyped-call]
    shown = {"/Type": pdf_name("/OBJR"), "/Obj": widget, "/Pg": page}
    element = {
        "/Type": pdf_name("/StructElem"),
        "/S": pdf_name("/Form"),
        "/P": document,
        "/Pg": page,
        "/Alt": pdf_string(_STAMP_WORDS),
        "/K": ArrayObject([_dictionary(shown)]),
    }
    reference = writer.add_object(_dictionary(element))
    document.get_object()["/K"].append(reference)
    parents.extend([key, reference])
    widget.get_object()[pdf_name("/StructParent")] = key
    widget.get_object()[pdf_name("/TU")] = pdf_string(_STAMP_WORDS)
    for changed in (document.get_object(), tree["/ParentTree"], widget.get_object()):
        writer.update_container(changed)


def _dictionary(entries: Mapping[str, PdfObject]) -> DictionaryObject:
    from pyhanko.pdf_utils.generic import DictionaryObject, pdf_name

    return DictionaryObject({pdf_name(name): value for name, value in entries.items()})  # type: ignore[no-untyped-call]


def make_demo(path: Path, password: str, name: str, now: dt.datetime) -> None:
    """Writes a certificate that nobody trusts, for trying out: its name begins with CONTOH. An existing file stays."""
    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12

    key = ec.generate_private_key(ec.SECP256R1())
    parts = [x509.NameAttribute(x509.NameOID.COMMON_NAME, f"CONTOH {name}"[:64])]
    subject = x509.Name([*parts, x509.NameAttribute(x509.NameOID.COUNTRY_NAME, "ID")])
    usage = x509.KeyUsage(True, True, False, False, False, False, False, False, False)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=365 * _DEMO_YEARS))
        .add_extension(usage, critical=True)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .sign(key, SHA256())
    )
    content = pkcs12.serialize_key_and_certificates(
        name.encode(), key, certificate, None, BestAvailableEncryption(password.encode())
    )
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        out.write(content)


@lru_cache(maxsize=2)
def _signer(certificate: OfficeCertificate) -> SimpleSigner:
    """Loaded once: opening the file takes longer than signing."""
    from pyhanko.sign.signers import SimpleSigner

    try:
        content = certificate.path.read_bytes()
        password = certificate.password.encode()
        signer: SimpleSigner = SimpleSigner.load_pkcs12_data(content, other_certs=[], passphrase=password)
        return signer
    except OSError as error:
        raise CertificateUnusable(f"{certificate.path}: {error.strerror}") from None
    except ValueError:
        why = "the password is wrong, or there is no key in the file"
        raise CertificateUnusable(f"{certificate.path}: {why}") from None
