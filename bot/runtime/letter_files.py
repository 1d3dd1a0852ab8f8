"""Makes the file of a letter: drawn, sealed, and signed with the office's certificate where the profile says so."""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from bot.errors import OperatorError
from bot.runtime.office_profile import load_office
from bot.runtime.process import Process
from bot.settings import Settings, read
from domain.letter_seal import SealedFacts, SigningWay, public_text, seal, seal_file
from domain.office.profile import Office
from domain.text import Json
from storage.secrets import Keys

if TYPE_CHECKING:
    from letters.recommendation_facts import Recommendation
    from letters.signing import OfficeCertificate

#: in the data folder of a demo
DEMO_FILE, DEMO_PASSWORD = "contoh.p12", "contoh"


def make_letter(process: Process, document: Mapping[str, Json], now: datetime) -> bytes:
    """`document`: the frozen facts. Raises `letters.signing.CertificateUnusable`. Slow: call it in a thread."""
    from letters.recommendation import draw
    from letters.recommendation_facts import Recommendation

    facts = Recommendation.of_json(document)
    if facts.stage == "draft" or not facts.code:
        return draw(facts, process.app.logo).content
    key = process.app.keys.letter_key()
    text = seal(_sealed(facts), key, process.app.verify_address)
    drawn = draw(facts, process.app.logo, text)
    content = seal_file(drawn.content, text, key)
    if facts.way != "certificate":
        return content
    from letters.signing import sign

    certificate = office_certificate(process.settings, demo=process.app.demo)
    return sign(content, certificate, drawn.stamp, facts.place, now.astimezone(process.app.office.zone))


def office_certificate(settings: Settings, *, demo: bool) -> OfficeCertificate:
    """Raises `OperatorError` where none is set."""
    from letters.signing import OfficeCertificate

    if settings.signing_p12 is not None:
        return OfficeCertificate(settings.signing_p12, settings.signing_password)
    if demo:
        return OfficeCertificate(settings.data_dir / DEMO_FILE, DEMO_PASSWORD)
    raise OperatorError('PST_SIGNING_P12: the profile says way = "certificate"; name the PKCS#12 file.')


def make_demo_certificate(path: Path, password: str, now: datetime) -> None:
    """A certificate marked CONTOH. Raises `OperatorError` for a wrong profile, and when the file cannot be written."""
    from letters.signing import make_demo

    try:
        make_demo(path, password, load_office(read()).office.name, now)
    except OSError as error:
        raise OperatorError(f"{path}: {error.strerror}.") from None


def check_signing(process: Process, now: datetime) -> None:
    """Before the service starts: a letter with a number must not wait for a setting. Raises `OperatorError`."""
    settings, demo, way = process.settings, process.app.demo, process.app.signing_way
    if demo and way == "certificate" and settings.signing_p12 is None:
        certificate = office_certificate(settings, demo=True)
        if not certificate.path.exists():
            make_demo_certificate(certificate.path, certificate.password, now)
    check_signing_settings(settings, way, now, demo=demo)
    if not demo:  # a demo has a key of its own
        check_public_key(process.app.office, process.app.keys)


def check_public_key(profile: Office, keys: Keys) -> None:
    """Whoever has the profile can check the letters that this installation seals. Raises `OperatorError`."""
    own, *former = map(public_text, keys.letter_keys())
    named = profile.signing.public_key
    if named not in {"", own}:
        raise OperatorError(
            f"[signing] public_key: letters would be sealed with another key, {own}; bring back the key that belongs "
            "to the profile (secret.key or PST_SECRET_KEY), or name this key there, and those before it as former_keys."
        )
    unnamed = [key for key in former if key not in {each.public_key for each in profile.signing.former_keys}]
    if named and unnamed:
        raise OperatorError(
            f"[signing] former_keys: {unnamed[0]} has sealed letters before; name it with the last day on "
            "which it did, so that whoever has the profile can check them."
        )


def check_signing_settings(settings: Settings, way: SigningWay, now: datetime, *, demo: bool = False) -> None:
    """Whether letters can be signed in this way. Raises `OperatorError`."""
    if way == "bsre":
        _check_bsre(settings)
    if way != "certificate":
        return
    from letters.signing import CertificateUnusable, check

    certificate = office_certificate(settings, demo=demo)
    try:
        check(certificate, now)
    except CertificateUnusable as error:
        raise OperatorError(f"PST_SIGNING_P12: {error}.") from None


def _check_bsre(settings: Settings) -> None:
    """The passphrase is typed on a page of ours, which must have a public address."""
    needed = ("bsre_url", "bsre_user", "bsre_password", "public_url")
    missing = [f"PST_{name.upper()}" for name in needed if not getattr(settings, name)]
    if missing:
        raise OperatorError(f'{missing[0]}: the profile says way = "bsre"; set {" and ".join(missing)}.')
    if settings.bsre_ca is not None:
        try:
            ssl.create_default_context(cafile=settings.bsre_ca)
        except OSError as error:
            raise OperatorError(f"PST_BSRE_CA: {settings.bsre_ca} is no PEM file with a certificate.") from error


def _sealed(facts: Recommendation) -> SealedFacts:
    assert facts.day is not None
    return SealedFacts(
        code=facts.code,
        number=facts.number,
        identity=facts.identity,
        day=facts.day,
        verdict=facts.verdict,
        way=facts.way,
        title=facts.activity.title,
        organiser=facts.activity.organiser,
    )
