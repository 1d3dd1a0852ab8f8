"""`pst-bot verify`: checks a letter without network and without database, with the office's public key alone."""

from __future__ import annotations

from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from bot.errors import OperatorError
from bot.settings import read
from domain.letter_check import Judgement, judge, judge_text
from domain.letter_seal import SealedFacts, SealInvalid, public_key
from locales import say
from storage.inspection.process import FileInspector, InspectionLimits
from storage.inspection.result import FileRefused
from storage.secrets import KeyMissing, Keys, KeyWeak

LOCALE = "en"
_WORDS = {"genuine": "GENUINE", "changed": "CHANGED", "foreign": "NOT FROM THIS OFFICE"}


def check(what: str, key: str) -> tuple[bool, list[str]]:
    """Whether the letter is genuine, and what to print. `what`: a file, or the text of a QR code. `key`: the office's
    public key; empty for the one of this installation. Raises `OperatorError`.
    """
    office_key = _given_key(key) if key else installed_key()
    path = Path(what)
    judgement = _judge_file(path, office_key) if "#" not in what else judge_text(what, office_key)
    lines = [f"{_WORDS[judgement.outcome]}: {say(judgement.reason, LOCALE)}"]
    return judgement.outcome == "genuine", lines + (_shown(judgement.facts) if judgement.facts else [])


def installed_key() -> Ed25519PublicKey:
    """Raises `OperatorError` where there is no key yet."""
    settings = read()
    try:
        keys = Keys.load(settings.data_dir, settings.secret_key or None, database_has_rows=True)
    except (KeyMissing, KeyWeak):
        raise OperatorError(
            "there is no key in PST_DATA_DIR and none in PST_SECRET_KEY; give the office's public key with --key."
        ) from None
    return keys.letter_key().public_key()


def _given_key(text: str) -> Ed25519PublicKey:
    try:
        return public_key(text)
    except SealInvalid:
        raise OperatorError("--key: write the 43 letters of the office's public key.") from None


def _judge_file(path: Path, key: Ed25519PublicKey) -> Judgement:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise OperatorError(f"{path}: {error.strerror}.") from None
    inspector = FileInspector(InspectionLimits(cpu_seconds=5, seconds=10.0))
    try:
        return judge(inspector.read_letter(content), key)
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
