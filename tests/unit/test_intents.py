"""Words that people type mean the right frequent question, or none."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import intents
from domain.intents import Candidate
from domain.office import guide
from domain.office.profile import Office
from tests.unit.intent_phrases import ENGLISH, INDONESIAN, UNRELATED

GUIDE = guide.load(Office.load().words)
CANDIDATES = GUIDE.candidates

#: keywords of several questions: the best one is answered, the others are offered
SHARED = {"kompilasi", "compilation", "indikator", "kuesioner", "konsultasi"}


def meaning(words: str) -> str:
    """The question that is answered or the wish that is carried out; empty when none is."""
    return intents.understand(words, CANDIDATES).best


def leads_to(words: str, expected: str) -> bool:
    """Whether the words are understood so, or it is among the two that are offered. A wish to apply is told how too."""
    found = intents.understand(words, CANDIDATES)
    right = {expected, *(["ajukan"] if expected == "cara_mengajukan" else [])}
    return found.best in right if found.best or not expected else not right.isdisjoint(found.others)


def confusion(lines: str) -> list[str]:
    """The lines that are understood wrongly, each with the three best questions."""
    wrong = []
    for line in lines.strip().splitlines():
        words, _, expected = line.partition(" | ")
        if not leads_to(words, expected):
            guesses = [f"{id} {score:.2f}" for id, score in intents.match(words, CANDIDATES)[:3]]
            wrong.append(f"{words!r}: {expected or 'nothing'} expected, found {', '.join(guesses) or 'nothing'}")
    return wrong


@pytest.mark.parametrize(("lines", "least"), [(INDONESIAN, 30), (ENGLISH, 15)], ids=["indonesian", "english"])
def test_a_question_in_everyday_words_is_understood(lines: str, least: int) -> None:
    assert len(lines.strip().splitlines()) >= least
    wrong = confusion(lines)
    assert not wrong, "\n".join(wrong)


def test_every_answer_is_asked_for_in_the_table() -> None:
    asked = {line.rpartition(" | ")[2] for lines in (INDONESIAN, ENGLISH) for line in lines.strip().splitlines()}
    later = {"salah_isi", "kode_tidak_masuk", "banyak_pertanyaan", "romantik"}  # in tests/phrases
    assert asked == {*GUIDE.faqs, "status", "pengaduan", "cari_kegiatan", "konsultasi"} - later


def test_words_about_other_things_mean_no_question() -> None:
    courtesies = {"", *(candidate.id for candidate in CANDIDATES if candidate.is_courtesy)}
    lines = UNRELATED.strip().splitlines()
    wrong = [(words, found) for words in lines if (found := meaning(words)) not in courtesies]
    assert len(lines) >= 70 and len(wrong) <= 0.05 * len(lines), wrong


def test_every_example_typed_alone_finds_its_meaning() -> None:
    wrong = []
    for candidate in CANDIDATES:
        for phrase in candidate.phrases:
            found = intents.understand(phrase, CANDIDATES)
            if candidate.id not in (found.best, *found.others):
                wrong.append(f"{phrase!r}: {candidate.id} expected, found {found}")
    assert len(wrong) <= 0.01 * sum(len(candidate.phrases) for candidate in CANDIDATES), "\n".join(wrong)


def test_case_punctuation_and_white_space_change_nothing() -> None:
    plain = intents.match("berapa lama prosesnya", CANDIDATES)
    assert intents.match("  BERAPA lama,\n prosesnya?!", CANDIDATES) == plain


def test_a_word_alone_that_only_asks_or_answers_means_no_question() -> None:
    assert [word for word in ("tidak", "ya", "berapa?", "apa itu", "how") if meaning(word)] == []


def test_what_comes_late_in_a_long_message_changes_nothing() -> None:
    long = "berapa lama prosesnya? Kami sedang menyusun laporan. ".ljust(300, "-")
    late = intents.match(long + "Siapa yang tanda tangan, dan berapa biayanya?", CANDIDATES)
    assert late == intents.match(long, CANDIDATES)
    assert meaning(long) == "lama_proses"


def test_scores_fall_from_best_to_last_and_stay_between_0_and_1() -> None:
    scores = [score for _, score in intents.match("berapa biaya surat rekomendasi", CANDIDATES)]
    assert scores == sorted(scores, reverse=True)
    assert all(0 < score <= 1 for score in scores)


def test_a_phrase_of_one_candidate_only_is_matched_fully() -> None:
    others = (Candidate(word, (word,)) for word in ("biaya", "alamat", "syarat"))
    alone = (Candidate("a", ("buka jam berapa",)), Candidate("b", ("siapa tanda tangan",)), *others)
    (best, score), *_ = intents.match("buka jam berapa", alone)
    assert best == "a"
    assert score == pytest.approx(1)


@given(st.text(max_size=400))
def test_any_text_at_all_can_be_asked(words: str) -> None:
    assert all(0 < score <= 1.000001 for _, score in intents.match(words, CANDIDATES))


def test_a_message_is_understood_within_a_millisecond() -> None:
    questions = [line.partition(" | ")[0] for line in INDONESIAN.strip().splitlines()]
    rounds = []
    for _ in range(5):
        begun = time.process_time()
        for words in questions:
            intents.understand(words, CANDIDATES)
        rounds.append((time.process_time() - begun) / len(questions))
    assert min(rounds) < 0.001
