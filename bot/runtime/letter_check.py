"""`pst-bot verify`: checks a letter without network and without database, with the office's public key alone."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from bot.errors import OperatorError
from bot.runtime.office_profile import load_office
from bot.settings import read
from domain.letter_check import LetterReading, OfficeKey, PdfSignature, judge, judge_text, office_keys
from domain.letter_seal import SealedFacts, SealInvalid, public_key
from locales import say
from storage.inspection.process import FileInspector, InspectionLimits
from storage.inspection.result import FileRefused
from storage.secrets import KeyMissing, Keys, KeyWeak

LOCALE = "en"
_WORDS = {"genuine": "GENUINE", "changed": "CHANGED", "foreign": "NOT FROM THIS OFFICE"}


def check(what: str, key: str) -> tuple[bool, list[str]]:
    """Whether the letter is genuine, and what to print. `what`: a file, or the text of a QR code. `key`: the office's
    public key; empty for those that the profile names, else those of this installation. Raises `OperatorError`.
    """
    office = (_given_key(key),) if key else _office_keys()
    signatures: tuple[PdfSignature, ...] = ()
    if "#" in what:
        judgement = judge_text(what, office)
    else:
        reading = _read_file(Path(what))
        judgement, signatures = judge(reading, office), reading.signatures
    lines = [f"{_WORDS[judgement.outcome]}: {say(judgement.reason, LOCALE)}"]
    lines += _shown(judgement.facts) if judgement.facts else []
    lines += [f"signature\t{each.signer}, certificate SHA-256 {each.fingerprint}" for each in signatures]
    return judgement.outcome == "genuine", lines


def _office_keys() -> Sequence[OfficeKey]:
    named = load_office(read()).signing
    if not named.public_key:
        return office_keys(installed_keys())
    former = (OfficeKey(public_key(key.public_key), key.until) for key in named.former_keys)
    return (OfficeKey(public_key(named.public_key)), *former)


def installed_keys() -> Sequence[Ed25519PublicKey]:
    """The present one, then the former ones. Raises `OperatorError` where there is no key yet."""
    settings = read()
    try:
        keys = Keys.load(settings.data_dir, settings.secret_key or None, database_has_rows=True)
    except (KeyMissing, KeyWeak):
        raise OperatorError(
            "there is no key in PST_DATA_DIR and none in PST_SECRET_KEY; give the office's public key with --key, or "
            "write it in the profile, [signing] public_key."
        ) from None
    return keys.letter_keys()


def _given_key(text: str) -> OfficeKey:
    try:
        return OfficeKey(public_key(text))
    except SealInvalid:
        raise OperatorError("--key: write the 43 letters of the office's public key.") from None


def _read_file(path: Path) -> LetterReading:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise OperatorError(f"{path}: {error.strerror}.") from None
    inspector = FileInspector(InspectionLimits(cpu_seconds=5, seconds=60.0), only_letters=True)
    try:
        return inspector.read_letter(content)
    except FileRefused as refusal:
        raise OperatorError(f"{path}: this file cannot be checked ({refusal.reason}).") from None
    finally:
        inspector.close()


def _shown(facts: SealedFacts) -> list[str]:
    rows = (
        ("number", facts.number),
        ("identity", facts.identity or "-"),
        ("date", facts.day.isoformat()),
        ("verdict", facts.verdict),
        ("title", facts.title),
        ("organiser", facts.organiser),
        ("signed", facts.way),
        ("code", facts.code),
    )
    return [f"{name}\t{value}" for name, value in rows]
