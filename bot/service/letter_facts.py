"""The frozen facts of a letter: everything that its drawing needs, in words, so that it looks nothing up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import cast

from bot.actions.officer import LetterPart
from bot.service import officers
from bot.service.context import Context
from domain.form.answers import show
from domain.form.definition import Form
from domain.form.reading import source_words
from domain.frozen import frozen
from domain.office.obligations import OBLIGATIONS
from domain.signer import RankAndNip, Signer
from domain.text import Json
from storage import applications
from storage.tables import Application


@frozen
class Registered:
    """What the register gives a letter that is issued."""

    number: str
    identity: str  #: empty when the verdict is ditolak
    code: str  #: with which anybody can check the letter
    day: date


@frozen
class LetterChanges:
    """What a letter is to say instead. `None`: it stays as it is."""

    grounds: Sequence[str] | None = None
    advice: Sequence[str] | None = None
    recipient: str | None = None  #: empty: the head of the organiser
    recipient_place: str | None = None  #: empty: the office's district
    copies: Sequence[str] | None = None
    signer: Mapping[str, Json] | None = None  #: see `signer_facts`
    place: str | None = None  #: empty: as the office's profile says

    def columns(self) -> dict[str, Json]:
        """The columns of an application that change."""
        named: dict[str, Json | Sequence[str] | Mapping[str, Json]] = {
            "grounds": self.grounds,
            "advice": self.advice,
            "recipient": self.recipient,
            "recipient_place": self.recipient_place,
            "copies": self.copies,
            "signer": self.signer,
            "place": self.place,
        }
        return {name: _stored(value) for name, value in named.items() if value is not None}


def _stored(value: Json | Sequence[str] | Mapping[str, Json]) -> Json:
    if isinstance(value, Mapping):
        return dict(value)
    return value if isinstance(value, str) else list(cast("Sequence[str]", value))


def facts_of(ctx: Context, application: Application, registered: Registered | None = None) -> dict[str, Json]:
    """In Indonesian, as every official letter. The keys are the fields of `Recommendation` in
    `letters.recommendation_facts`.

    Without `registered` they are the facts of a draft.
    """
    stage = "issued" if registered else "draft"
    office = ctx.office
    form = ctx.app.form(application.form, application.version)
    frozen = applications.submission(ctx.session, application.id, application.round)
    answers = frozen.answers if frozen else {}
    return {
        "stage": stage,
        "demo": ctx.app.demo,
        "letterhead": _letterhead(ctx),
        "number": registered.number if registered else "",
        "code": registered.code if registered else "",
        "place": place_of(ctx, application),
        "nature": office.letters.nature,
        "day": registered.day.isoformat() if registered else None,
        "attachments": "-",
        "recipient": application.recipient or default_recipient(application),
        "recipient_place": application.recipient_place or office.office.district_name,
        "legal_basis": [[basis.cite, source_words(basis.what)] for basis in office.legal_basis if basis.in_letter],
        "application": application.number,
        "application_day": application.submitted_at.astimezone(office.zone).date().isoformat(),
        "activity": _activity(application, form, answers),
        "verdict": application.verdict,
        "grounds": list(application.grounds),
        "remarks": list(application.advice),
        "identity": registered.identity if registered else "",
        "signer": signer_of(ctx, application) if registered else _signer_of_draft(ctx, application),
        "way": ctx.app.signing_way if registered else "none",
        "obligations": list(OBLIGATIONS),
        "copies": copies_of(ctx, application),
    }


def default_recipient(application: Application) -> str:
    return f"Kepala {application.organiser}"


def copies_of(ctx: Context, application: Application) -> list[Json]:
    """Those that the officer named, otherwise those of the office's profile."""
    return list(ctx.office.letters.copies) if application.copies is None else list(application.copies)


def _letterhead(ctx: Context) -> Json:
    office = ctx.office.office
    return {
        "lines": list(ctx.office.letters.letterhead),
        "office": office.name,
        "address": f"{office.address} {office.postcode}",
        "phone": office.phone,
        "website": office.website,
        "email": office.email,
    }


def missing_parts(ctx: Context, application: Application) -> tuple[LetterPart, ...]:
    """What the drawing needs and does not find, in the order in which it is asked for."""
    signer = signer_of(ctx, application)
    found: Mapping[LetterPart, bool] = {
        "signer": all(str(signer[name]).strip() for name in ("name", "title")),
        "place": bool(place_of(ctx, application).strip()),
        "to": bool((application.recipient or application.organiser).strip()),
    }
    return tuple(part for part, is_there in found.items() if not is_there)


def place_of(ctx: Context, application: Application) -> str:
    """Where the letter is signed: where the signer's office is, which may not be where the letterhead's is."""
    return application.place or ctx.office.signer.place or ctx.office.letters.place


def signer_of(ctx: Context, application: Application) -> dict[str, Json]:
    """Who signs: named for this letter, else by the office's profile, which may leave it to who issues the letter."""
    if application.signer is not None:
        return application.signer
    profile, named = ctx.office.signer, officers.letter_signer(ctx)
    if named is not None and profile.name in {"", named["name"]}:
        return named
    signer = Signer(profile.name or officers.name_of(ctx, ctx.actor.id), source_words(profile.title), profile.nip)
    return signer_facts(signer, profile.rank)


def signer_facts(signer: Signer, rank: str = "") -> dict[str, Json]:
    """The fields of `LetterSigner` in `letters.recommendation_facts`."""
    return {"title": signer.position, "name": signer.name, "rank": rank, "nip": signer.nip}


def sign_in_own_name(ctx: Context, known: RankAndNip) -> None:
    """The letters that the actor issues name the actor, with this rank and NIP."""
    own = Signer(officers.name_of(ctx, ctx.actor.id), source_words(ctx.office.signer.title), known.nip)
    officers.remember_letter_signer(ctx, signer_facts(own, known.rank))


def _signer_of_draft(ctx: Context, application: Application) -> dict[str, Json]:
    """Who issues the letter is not known yet."""
    profile = ctx.office.signer
    known = signer_facts(Signer(profile.name, source_words(profile.title), profile.nip), profile.rank)
    return application.signer or known


def _activity(application: Application, form: Form, answers: dict[str, Json]) -> Json:
    units = (("unit_sampel", "Unit sampel"), ("unit_observasi", "Unit observasi"), ("unit_analisis", "Unit analisis"))
    return {
        "title": application.title,
        "organiser": application.organiser,
        "year": str(answers.get("tahun_kegiatan", "")),
        "approach": _words(form, answers, "cara_pengumpulan_data"),
        "methods": _words(form, answers, "metode_pengumpulan"),
        "tools": _words(form, answers, "sarana_pengumpulan_data"),
        "area": _area(answers),
        "schedule": _schedule(form, answers),
        "units": [[name, words] for id, name in units if (words := _words(form, answers, id))],
        "sample": _sample(form, answers),
    }


def _words(form: Form, answers: dict[str, Json], id: str) -> str:
    value = answers.get(id)
    return source_words(show(form.questions[id], value)) if value is not None else ""


def _area(answers: dict[str, Json]) -> str:
    rows = cast("list[dict[str, Json]]", answers.get("wilayah_kegiatan") or [])
    names = [str(row.get("nama_kabupaten_kota") or row.get("nama_provinsi", "")) for row in rows]
    return ", ".join(names) or "Seluruh wilayah Indonesia"


def _schedule(form: Form, answers: dict[str, Json]) -> Json:
    periods = cast("dict[str, list[str]]", answers.get("jadwal") or {})
    return [
        [source_words(stage.label), " – ".join(_day(day) for day in periods[stage.id])]
        for stage in form.questions["jadwal"].stages
        if periods.get(stage.id)
    ]


def _day(day: str) -> str:
    return f"{date.fromisoformat(day):%d/%m/%Y}"


def _sample(form: Form, answers: dict[str, Json]) -> Json:
    """None when the activity is not a sample survey."""
    if answers.get("rancangan_sampel") is None:
        return None
    designs = ("rancangan_sampel", "pemilihan_sampel", "metode_probabilitas", "metode_nonprobabilitas")
    return {
        "design": ", ".join(filter(None, (_words(form, answers, id) for id in designs))),
        "frame": _words(form, answers, "kerangka_sampel"),
        "size": _words(form, answers, "fraksi_sampel"),
        "error": _words(form, answers, "sampling_error"),
    }
