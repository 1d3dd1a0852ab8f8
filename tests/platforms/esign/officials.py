"""Officials with certificates of an authority of this server's own."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from io import BytesIO

from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, pkcs12
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import fields, signers
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

_DAY = dt.timedelta(days=1)


@dataclass
class Official:
    nik: str
    passphrase: str
    signer: signers.SimpleSigner
    status: str = "ISSUE"

    def sign(self, pdf: bytes, place: str, reason: str, field: str = "Signature1") -> bytes:
        metadata = signers.PdfSignatureMetadata(
            field_name=field,
            location=place,
            reason=reason,
            subfilter=fields.SigSeedSubFilter.PADES,
            md_algorithm="sha256",
        )
        signed = signers.PdfSigner(metadata, signer=self.signer).sign_pdf(IncrementalPdfFileWriter(BytesIO(pdf)))
        return bytes(signed.getbuffer())


class Authority:
    """Certifies officials, and tells whether a document is signed by some of them."""

    def __init__(self) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = _name("CONTOH Penyelenggara Sertifikasi")
        key_usage = x509.KeyUsage(False, False, False, False, False, True, True, False, False)
        self.certificate = (
            _builder(self._name, self._name, self._key.public_key(), 10)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(key_usage, critical=True)
            .sign(self._key, SHA256())
        )

    @property
    def pem(self) -> bytes:
        return self.certificate.public_bytes(Encoding.PEM)

    def certify(self, nik: str, passphrase: str, name: str, *, ended: bool = False) -> Official:
        key = ec.generate_private_key(ec.SECP256R1())
        usage = x509.KeyUsage(True, True, False, False, False, False, False, False, False)
        certificate = (
            _builder(_name(name), self._name, key.public_key(), -1 if ended else 2)
            .add_extension(usage, critical=True)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .sign(self._key, SHA256())
        )
        packed = pkcs12.serialize_key_and_certificates(None, key, certificate, [self.certificate], NoEncryption())
        return Official(nik, passphrase, signers.SimpleSigner.load_pkcs12_data(packed, [], None))

    def conclusion(self, pdf: bytes) -> str:
        """Of the call that verifies."""
        root = asn1.Certificate.load(self.certificate.public_bytes(Encoding.DER))
        context = ValidationContext(trust_roots=[root], allow_fetching=False)
        found = PdfFileReader(BytesIO(pdf)).embedded_regular_signatures
        if not found:
            return "NO_SIGNATURE"
        good = all(validate_pdf_signature(each, signer_validation_context=context).bottom_line for each in found)
        return "VALID" if good else "INVALID"


def _name(words: str) -> x509.Name:
    parts = [x509.NameAttribute(x509.NameOID.COMMON_NAME, words), x509.NameAttribute(x509.NameOID.COUNTRY_NAME, "ID")]
    return x509.Name(parts)


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, years: int
) -> x509.CertificateBuilder:
    """`years`: how long it holds from now; negative: it has ended."""
    now = dt.datetime.now(dt.UTC)
    begin = now - _DAY if years > 0 else now - 900 * _DAY
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(begin)
        .not_valid_after(now + years * 365 * _DAY)
    )
