"""What the audit lines of an application say, in sentences: who did what, and what it was before."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import cast

from domain.form.definition import Form
from domain.frozen import frozen
from domain.letter_check import VERDICTS
from domain.permissions import Act
from domain.text import Json, Text, cut, lines, verbatim

MAX_LENGTH = 240  #: characters of a remark or a reason


@frozen
class HistoryEvent:
    """One audit line, and the names that its ids stand for."""

    who: Text
    by_system: bool  #: it follows from a rule, without a person
    before: Mapping[str, Json]
    after: Mapping[str, Json]
    form: Form
    names: Mapping[int, str]
    files: Mapping[int, str]
    letters: Mapping[int, str]

    def code(self) -> str:
        """The code of the question, as on paper: "3.2"."""
        question = self.form.questions.get(str(self.after.get("question")))
        return question.code if question else str(self.after.get("question"))

    def codes(self) -> str:
        asked = [self.form.questions.get(str(id)) for id in cast("list[Json]", self.after.get("questions") or [])]
        return ", ".join(question.code for question in asked if question)

    def block(self) -> str:
        return next((s.code for s in self.form.sections if s.id == self.after.get("section")), "")

    def name(self, values: Mapping[str, Json], key: str) -> str:
        """The name of the person whose id is under this key."""
        id = values.get(key)
        return self.names.get(id, "") if isinstance(id, int) else ""

    def words(self, key: str) -> str:
        return cut(str(self.after.get(key) or ""), MAX_LENGTH)


def _list(words: Json) -> str:
    """ "1. …. 2. …." """
    items = words if isinstance(words, list) else []
    return cut(" ".join(f"{n}. {item}" for n, item in enumerate(items, 1)), MAX_LENGTH)


def _released(event: HistoryEvent) -> Text:
    if event.by_system:
        return Text("Permohonan kembali ke daftar semua petugas karena petugasnya sudah tidak bertugas.")
    return Text("%(who)s melepaskan permohonan ini.", who=event.who)


def _handed_over(event: HistoryEvent) -> Text:
    before = event.name(event.before, "officer_id")
    if not before:
        return Text("%(who)s mengambil alih permohonan ini.", who=event.who)
    return Text("%(who)s mengambil alih permohonan ini dari %(before)s.", who=event.who, before=before)


def _remarked(event: HistoryEvent) -> Text:
    return Text(
        "%(who)s menulis catatan pada butir %(code)s: “%(text)s”",
        who=event.who,
        code=event.code(),
        text=event.words("text"),
    )


def _about_inquiry(event: HistoryEvent, said: Text) -> Text:
    """A question to the applicant may be about one answer, or about the whole application."""
    return lines(said, Text("Butir %(code)s", code=event.code()) if event.after.get("question") else None)


def _answered_inquiry(event: HistoryEvent) -> Text:
    said = Text("%(who)s menjawab pertanyaan petugas: “%(text)s”", who=event.who, text=event.words("text"))
    if event.after.get("by_officer"):
        said = Text("%(who)s mencatat jawaban pemohon: “%(text)s”", who=event.who, text=event.words("text"))
    return _about_inquiry(event, said)


def _weighed_remark(event: HistoryEvent) -> Text:
    if event.words("severity") == "fatal":
        return Text("%(who)s menyatakan catatan pada butir %(code)s fatal.", who=event.who, code=event.code())
    return Text("%(who)s menyatakan catatan pada butir %(code)s dapat diperbaiki.", who=event.who, code=event.code())


def _closed_remark(event: HistoryEvent) -> Text:
    closed = Text("%(who)s menutup catatan pada butir %(code)s.", who=event.who, code=event.code())
    reply = event.words("reply")
    return lines(closed, Text("Jawaban pemohon: “%(reply)s”", reply=reply) if reply else None)


def _asked_for_revision(event: HistoryEvent) -> Text:
    if not event.codes():
        return Text("%(who)s meminta perbaikan kepada pemohon.", who=event.who)
    return Text("%(who)s meminta perbaikan kepada pemohon, butir %(codes)s.", who=event.who, codes=event.codes())


def _resubmitted(event: HistoryEvent) -> Text:
    was, now = event.before.get("title"), event.after.get("title")
    sent = Text("%(who)s mengirim perbaikan, putaran %(round)s.", who=event.who, round=event.words("round"))
    if not isinstance(was, str) or not isinstance(now, str):
        return sent
    return lines(
        sent, Text("Judul: “%(before)s” → “%(after)s”", before=cut(was, MAX_LENGTH), after=cut(now, MAX_LENGTH))
    )


def _verdict(values: Mapping[str, Json]) -> Text | None:
    return VERDICTS.get(str(values.get("verdict")))


def _decided(event: HistoryEvent) -> Text:
    verdict = _verdict(event.after) or Text("Layak")
    return lines(Text("%(who)s memutuskan: %(verdict)s.", who=event.who, verdict=verdict), *_contents(event.after))


def _contents(values: Mapping[str, Json]) -> tuple[Text | None, ...]:
    """What the letter says, as far as the line knows it."""
    grounds, advice = _list(values.get("grounds")), _list(_advice(values))
    return (
        Text("Alasan: %(grounds)s", grounds=grounds) if grounds else None,
        Text("Perlu diperhatikan: %(advice)s", advice=advice) if advice else None,
        *_addressed(values),
    )


def _addressed(values: Mapping[str, Json]) -> tuple[Text | None, ...]:
    """To whom the letter goes, where the line is about that."""
    recipient, copies = str(values.get("recipient") or ""), _list(values.get("copies"))
    return (
        Text("Penerima: %(recipient)s", recipient=recipient) if recipient else None,
        Text("Tembusan: %(copies)s", copies=copies) if copies else None,
        *_signed(values),
    )


def _signed(values: Mapping[str, Json]) -> tuple[Text | None, ...]:
    """Who signs the letter, and where, where the line is about that."""
    signer, place = values.get("signer"), str(values.get("place") or "")
    named = ""
    if isinstance(signer, dict):
        named = ", ".join(str(signer[part]) for part in ("name", "title", "nip") if signer.get(part))
    return (
        Text("Penanda tangan: %(signer)s", signer=named) if named else None,
        Text("Tempat surat: %(place)s", place=place) if place else None,
    )


def _advice(values: Mapping[str, Json]) -> Json:
    return values.get("advice", values.get("heed"))  # the name of the column in older lines


def _edited(event: HistoryEvent) -> Text:
    was = event.before
    return lines(
        Text("%(who)s mengubah isi surat.", who=event.who),
        *(Text("Sebelumnya: %(words)s", words=_list(old)) for old in (was.get("grounds"), _advice(was)) if old),
        *_contents(event.after),
    )


def _amended(event: HistoryEvent) -> Text:
    return lines(
        Text("%(who)s memperbaiki surat %(number)s.", who=event.who, number=event.words("letter_number")),
        *_contents(event.after),
    )


def _completed(event: HistoryEvent) -> Text:
    return lines(Text("%(who)s melengkapi surat sebelum terbit.", who=event.who), *_addressed(event.after))


def _reopened(event: HistoryEvent) -> Text:
    reopened = Text("%(who)s membuka lagi pemeriksaan.", who=event.who)
    verdict = _verdict(event.before)
    return lines(reopened, Text("Putusan sebelumnya: %(verdict)s", verdict=verdict) if verdict else None)


def _sent_back(event: HistoryEvent) -> Text:
    return Text(
        "%(who)s mengembalikan surat kepada petugas: “%(note)s”", who=event.who, note=event.words("director_note")
    )


def _issued(event: HistoryEvent) -> Text:
    number, identity = event.words("letter_number"), event.words("identity")
    if event.after.get("uploaded"):
        issued = Text("%(who)s mencatat surat yang terbit dengan nomor %(number)s.", who=event.who, number=number)
    else:
        issued = Text("%(who)s menerbitkan surat dengan nomor %(number)s.", who=event.who, number=number)
    return lines(issued, Text("Identitas rekomendasi: %(identity)s", identity=identity) if identity else None)


def _closed(event: HistoryEvent) -> Text:
    if event.by_system:
        return Text("Permohonan selesai tanpa penilaian.")
    return Text("Permohonan selesai setelah dinilai.")


def _rated(event: HistoryEvent) -> Text:
    if "commented" in event.after:
        return Text("%(who)s menulis komentar.", who=event.who)
    if "comment" in event.after:
        return Text("%(who)s menulis komentar: “%(words)s”", who=event.who, words=event.words("comment"))
    stars, before = event.words("stars"), event.before.get("stars")
    if before is not None:
        return Text(
            "%(who)s mengubah penilaian dari %(before)s menjadi %(stars)s bintang.",
            who=event.who,
            before=str(before),
            stars=stars,
        )
    return Text("%(who)s memberi %(stars)s dari 5 bintang.", who=event.who, stars=stars)


def _read(event: HistoryEvent) -> Text:
    if event.codes():
        return Text("%(who)s membaca isian %(codes)s.", who=event.who, codes=event.codes())
    return Text("%(who)s membaca blok %(block)s.", who=event.who, block=event.block())


def _opened_file(event: HistoryEvent) -> Text:
    name = event.files.get(cast("int", event.after.get("file")), "")
    return Text("%(who)s membuka berkas %(name)s.", who=event.who, name=name)


def _opened_letter(event: HistoryEvent) -> Text:
    number = event.letters.get(cast("int", event.after.get("letter")), "")
    if not number:
        return Text("%(who)s membuka konsep surat.", who=event.who)
    return Text("%(who)s membuka surat %(number)s.", who=event.who, number=number)


def _refused(event: HistoryEvent) -> Text:
    return Text("%(who)s mencoba %(act)s, tetapi tidak berwenang.", who=event.who, act=_attempt(event))


def _attempt(event: HistoryEvent) -> Text:
    """How the act that the line names is called."""
    return ATTEMPTS.get(cast("Act", event.after.get("act"))) or verbatim(str(event.after.get("act")))


def sentence(act: str, event: HistoryEvent) -> Text:
    """An act without a sentence is shown by its name."""
    made = SENTENCES.get(act)
    return made(event) if made is not None else Text("%(who)s: %(act)s", who=event.who, act=act)


#: act → how a refused attempt is called
ATTEMPTS: Mapping[Act, Text] = {
    "read": Text("membaca permohonan ini"),
    "read_identity": Text("membaca kartu identitas pemohon"),
    "claim": Text("mengambil permohonan ini"),
    "release": Text("melepaskan permohonan ini"),
    "hand_over": Text("mengambil alih permohonan ini"),
    "remark": Text("mengurus catatan"),
    "inquire": Text("bertanya kepada pemohon"),
    "note": Text("menulis catatan internal"),
    "request_revision": Text("meminta perbaikan"),
    "take_back": Text("menarik permintaan perbaikan"),
    "decide": Text("memutuskan hasil pemeriksaan"),
    "edit_letter": Text("mengubah isi surat"),
    "send_to_director": Text("mengirim surat kepada direktur"),
    "reopen": Text("membuka lagi pemeriksaan"),
    "send_back": Text("mengembalikan surat"),
    "issue": Text("menerbitkan surat"),
    "issue_by_upload": Text("mencatat surat terbit"),
    "amend_letter": Text("memperbaiki surat"),
    "replace_letter": Text("mengganti surat"),
    "revoke_letter": Text("mencabut surat"),
    "expire": Text("menyatakan permohonan kedaluwarsa"),
    "resubmit": Text("mengirim perbaikan"),
    "withdraw": Text("menarik permohonan"),
    "allow_copy": Text("mengizinkan jawabannya disalin"),
    "export_case": Text("mengekspor isian untuk Romantik"),
}

#: act → its sentence
SENTENCES: Mapping[str, Callable[[HistoryEvent], Text]] = {
    "submit": lambda event: Text("%(who)s mengirim permohonan.", who=event.who),
    "claim": lambda event: Text("%(who)s mengambil permohonan ini.", who=event.who),
    "release": _released,
    "hand_over": _handed_over,
    "remark": _remarked,
    "ask_again": lambda event: Text(
        "%(who)s menambah catatan pada butir %(code)s: “%(text)s”",
        who=event.who,
        code=event.code(),
        text=event.words("text"),
    ),
    "propose": lambda event: Text("%(who)s mengusulkan isian butir %(code)s.", who=event.who, code=event.code()),
    "close_remark": _closed_remark,
    "weigh_remark": _weighed_remark,
    "inquire": lambda event: _about_inquiry(
        event,
        Text("%(who)s bertanya kepada pemohon: “%(text)s”", who=event.who, text=event.words("text")),
    ),
    "answer_inquiry": _answered_inquiry,
    "withdraw_inquiry": lambda event: _about_inquiry(
        event, Text("%(who)s menarik pertanyaan kepada pemohon.", who=event.who)
    ),
    "clear_section": lambda event: Text("%(who)s menyatakan blok %(block)s jelas.", who=event.who, block=event.block()),
    "take_back": lambda event: Text("%(who)s menarik kembali permintaan perbaikan.", who=event.who),
    "note": lambda event: Text("%(who)s menulis catatan internal: “%(text)s”", who=event.who, text=event.words("text")),
    "request_revision": _asked_for_revision,
    "resubmit": _resubmitted,
    "decide": _decided,
    "export_case": lambda event: Text("%(who)s mengekspor isian untuk Romantik.", who=event.who),
    "record_romantik": lambda event: Text(
        "%(who)s mencatat nomor di Romantik: %(number)s.", who=event.who, number=event.words("number")
    ),
    "move_promise": lambda event: Text(
        "Janji hasil berubah dari %(before)s menjadi %(after)s karena kalender hari kerja berubah.",
        before=date.fromisoformat(str(event.before["due_on"])),
        after=date.fromisoformat(event.words("due_on")),
    ),
    "edit_letter": _edited,
    "send_to_director": lambda event: Text("%(who)s mengirim surat kepada direktur.", who=event.who),
    "reopen": _reopened,
    "send_back": _sent_back,
    "issue": _issued,
    "complete_letter": _completed,
    "amend_letter": _amended,
    "replace_letter": lambda event: Text(
        "%(who)s mengganti surat %(old)s dengan surat %(new)s: “%(reason)s”",
        who=event.who,
        old=str(event.before.get("letter_number", "")),
        new=event.words("letter_number"),
        reason=event.words("reason"),
    ),
    "revoke_letter": lambda event: Text(
        "%(who)s mencabut surat %(number)s: “%(reason)s”",
        who=event.who,
        number=event.words("letter_number"),
        reason=event.words("reason"),
    ),
    "close": _closed,
    "rate": _rated,
    "withdraw": lambda event: Text("%(who)s menarik permohonan.", who=event.who),
    "expire": lambda event: Text("%(who)s menyatakan permohonan kedaluwarsa.", who=event.who),
    "read": _read,
    "talk": lambda event: Text("%(who)s berbicara dengan pemohon di percakapan.", who=event.who),
    "hand_over_talk": lambda event: Text("%(who)s menyerahkan percakapan dengan pemohon kepada rekan.", who=event.who),
    "end_talk": lambda event: Text("Percakapan dengan pemohon berakhir."),
    "read_talk": lambda event: Text("%(who)s membaca percakapan dengan pemohon.", who=event.who),
    "read_applicant": lambda event: Text("%(who)s membaca data pemohon.", who=event.who),
    "read_identity": lambda event: Text("%(who)s membaca kartu identitas pemohon.", who=event.who),
    "read_file": _opened_file,
    "read_letter": _opened_letter,
    "read_history": lambda event: Text("%(who)s membuka riwayat ini.", who=event.who),
    "copy": lambda event: Text("Salinan permohonan dikirim ke %(email)s.", email=event.words("to")),
    "ask_copy": lambda event: Text("%(who)s meminta izin menyalin jawaban permohonan ini.", who=event.who),
    "allow_copy": lambda event: Text("%(who)s mengizinkan jawabannya disalin.", who=event.who),
    "refuse_copy": lambda event: Text("%(who)s tidak mengizinkan jawabannya disalin.", who=event.who),
    "copied": lambda event: Text("%(who)s menyalin jawaban permohonan ini.", who=event.who),
    "hold": lambda event: Text("%(who)s hendak %(act)s.", who=event.who, act=_attempt(event)),
    "undo": lambda event: Text("%(who)s batal %(act)s.", who=event.who, act=_attempt(event)),
    "drop_held": lambda event: Text("Tidak jadi %(act)s, karena tidak dapat dilakukan lagi.", act=_attempt(event)),
    "refused": _refused,
}
