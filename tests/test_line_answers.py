"""Neighbouring short questions are answered in one message, a line each, and also one by one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pytest
from sqlalchemy import select

from storage.tables import Person
from tests.filling import at
from tests.talk import Talk, World, draft_answers

PERSON = (
    *("Budi Santoso", "Dinas Kesehatan Jeneponto", "Kepala Bidang"),
    *("0812 3456 7890", "budi@example.go.id", "KTP", "0012"),
)
#: the open question → the questions without an answer
LEFT = {
    "judul_kegiatan": ("judul_kegiatan", "tahun_kegiatan", "cara_pengumpulan_data"),
    "alamat_instansi": ("alamat_instansi", "telepon_instansi", "email_instansi", "faksimile_instansi"),
    "jumlah_supervisor": ("jumlah_supervisor", "jumlah_enumerator"),
}
TITLE = "Survei Kepuasan Pasien Puskesmas Jeneponto"
ADDRESS = "Jl. Pelita No. 10, Bontosunggu"


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    world = World(tmp_path_factory.mktemp("lines") / "data")
    yield world
    world.stop()


OFFICE: Mapping[str, object] = {
    "telepon_instansi": "(021) 5551234",
    "email_instansi": "dinkes@example.go.id",
    "faksimile_instansi": None,
}

#: the open question and what is written → what is stored of the form's answers, and words of the reply
WRITTEN: Mapping[str, tuple[str, str, Mapping[str, object], str]] = {
    "in order": (
        "judul_kegiatan",
        f"{TITLE}\n2027\nsurvei",
        {"judul_kegiatan": TITLE, "tahun_kegiatan": 2027, "cara_pengumpulan_data": "survei"},
        "✓ 0.4: Survei",
    ),
    "numbered": ("judul_kegiatan", f"1. {TITLE}\n2. 2027", {"judul_kegiatan": TITLE, "tahun_kegiatan": 2027}, "0.4 "),
    "named, in another order": (
        "judul_kegiatan",
        f"Tahun: 2027\nJudul kegiatan: {TITLE}",
        {"judul_kegiatan": TITLE, "tahun_kegiatan": 2027},
        "0.4 ",
    ),
    "a title on two lines": (
        "judul_kegiatan",
        "Survei Kepuasan Pasien\nPuskesmas Jeneponto",
        {"judul_kegiatan": "Survei Kepuasan Pasien Puskesmas Jeneponto"},
        "0.2 ",
    ),
    "one line that does not read": (
        "judul_kegiatan",
        f"{TITLE}\ntahun depan sekali\nsurvei",
        {"judul_kegiatan": TITLE, "cara_pengumpulan_data": "survei"},
        "✗ Baris 2 untuk 0.2, “tahun depan sekali”",
    ),
    "too many lines": ("judul_kegiatan", f"{TITLE}\n2027\nsurvei\nlagi", {}, "✗ Baris 4, “lagi”"),
    "an address on several lines": (
        "alamat_instansi",
        "Jl. Pelita No. 10\nBontosunggu\nBinamu\nJeneponto 92311",
        {"alamat_instansi": "Jl. Pelita No. 10\nBontosunggu\nBinamu\nJeneponto 92311"},
        "1.2a ",
    ),
    "a line that is left out": (
        "alamat_instansi",
        f"{ADDRESS}\n(021) 5551234\ndinkes@example.go.id\n-",
        {"alamat_instansi": ADDRESS, **OFFICE},
        "1.2c dilewati.",
    ),
    "one by one": ("jumlah_supervisor", "4", {"jumlah_supervisor": 4}, "6.6b "),
}


@pytest.mark.parametrize("name", WRITTEN)
def test_lines_answer_the_questions_that_they_are_for(world: World, name: str) -> None:
    question, words, stored, said = WRITTEN[name]
    talk = at(world, *LEFT[question], who=name)
    assert "satu baris satu jawaban" in talk.last
    talk.say(words)
    after = draft_answers(world)
    assert {id: after[id] for id in LEFT[question] if id in after} == stored
    assert said in talk.last, talk.last


def test_the_hint_is_given_once_a_section(world: World) -> None:
    hint = "satu baris satu jawaban"
    talk = at(world, *LEFT["judul_kegiatan"], *LEFT["alamat_instansi"], "uji_coba", who="hint")
    assert hint in talk.last and "Contoh:" not in talk.last.partition(hint)[2]
    for words in ("bantuan", "x", TITLE, "kembali", "Tetap seperti ini"):
        talk.say(words)
        assert hint not in talk.last, words
    talk.say("2027\nsurvei")
    assert hint in talk.last and "1.2 " in talk.last, "another section"


def test_an_answer_that_is_required_is_not_left_out_with_a_dash(world: World) -> None:
    talk = at(world, *LEFT["alamat_instansi"], who="dash")
    assert "E-mail · Faksimile (boleh -)" in talk.last
    talk.say(f"{ADDRESS}\n(021) 5551234\n-\n-")
    assert "✗ Baris 3 untuk 1.2b, “-”: Butir 1.2b wajib diisi" in talk.last
    for words in ("-", "tidak ada"):
        talk.say(words)
        assert "Butir 1.2b wajib diisi, jadi tidak dapat dilewati." in talk.last, words


def _at_consent(world: World, who: str) -> Talk:
    talk = Talk(world, who)
    talk.say("halo")
    talk.tap("Ajukan permohonan")
    talk.tap("Instansi pemerintah lainnya (APBN/APBD)")
    talk.say("1")
    assert "dengan mengirimnya, Anda menyetujui" in talk.last
    return talk


def _consents(world: World) -> list[object]:
    return world.process.units.write_now(lambda session: list(session.scalars(select(Person.consent_at))))


def test_data_sent_on_the_consent_screen_are_the_consent(world: World) -> None:
    talk = _at_consent(world, "consents")
    given = sum(moment is not None for moment in _consents(world))
    for words in ("Untuk apa data ini?\nSiapa yang melihat?\nSampai kapan?", "Budi Santoso", "\n".join(PERSON[:4])):
        talk.say(words)
        assert "Apakah Anda setuju?" in talk.last
        assert sum(moment is not None for moment in _consents(world)) == given, "nothing else is a consent"
    talk.say("\n".join(PERSON), unseen=True)
    assert "Apakah Anda setuju?" in talk.last, "nobody agrees to what they have not seen"
    talk.say("\n".join(PERSON))
    assert "Kirim" in talk.labels() and "R.7 Empat karakter" in talk.last
    assert sum(moment is not None for moment in _consents(world)) == given + 1


def test_a_mistake_in_the_address_does_not_lose_the_other_data(world: World) -> None:
    talk = _at_consent(world, "misspells")
    given = sum(moment is not None for moment in _consents(world))
    talk.say("\n".join("budi@example" if "@" in line else line for line in PERSON))
    assert "✗ Baris 5 untuk R.5, “budi@example”" in talk.last and "✓ R.7: 0012" in talk.last
    assert "Apakah Anda setuju?" not in talk.last and "Apa alamat e-mail Anda?" in talk.last
    assert sum(moment is not None for moment in _consents(world)) == given + 1


@pytest.mark.parametrize(
    ("question", "words", "sentence"),
    [
        ("tahun_kegiatan", "dua ribuan", "Tulis tahun dengan empat angka"),
        ("judul_kegiatan", "Survei", "Contoh: Kompilasi Data"),
    ],
)
def test_what_a_refusal_says_is_not_said_again_by_the_question(
    world: World, question: str, words: str, sentence: str
) -> None:
    talk = at(world, question, who=f"wrong {question}")
    assert talk.last.count(sentence) == 1
    talk.say(words)
    assert talk.last.count(sentence) == 1


def test_a_card_that_expires_needs_its_date_as_well(world: World) -> None:
    talk = _at_consent(world, "sim")
    talk.say("\n".join((*PERSON[:5], "SIM", "0012")))
    assert "R.8 Kartu berlaku sampai" in talk.last
    talk = _at_consent(world, "sim with its date")
    talk.say("\n".join((*PERSON[:5], "SIM", "0012", "31/12/2028")))
    assert "Kirim" in talk.labels() and draft_answers(world, "registration")["identitas_berlaku"] == "2028-12-31"
