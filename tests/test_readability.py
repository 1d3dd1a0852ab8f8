"""Sentences are short and in everyday words. Letters keep the words of official letters, and the form its labels."""

from __future__ import annotations

import re

import pytest

from tests.source_sentences import sentences

#: words of official Indonesian → the everyday one; "" where nothing is lost without it
OFFICIALESE = {
    "adapun": "",
    "agar supaya": "agar",
    "apabila": "bila",
    "bahwasanya": "bahwa",
    "berdasarkan hal tersebut": "karena itu",
    "bersama ini": "",
    "dalam hal": "bila",
    "dalam rangka": "untuk",
    "demikian disampaikan": "",
    "diharapkan untuk": "silakan",
    "dikarenakan": "karena",
    "dimaksud": "itu",
    "dimohon untuk": "silakan",
    "guna": "untuk",
    "melakukan pengisian": "mengisi",
    "merujuk pada": "menurut",
    "oleh karena": "karena",
    "sebagaimana": "seperti",
    "sehubungan dengan": "tentang",
    "selambat-lambatnya": "paling lambat",
    "selanjutnya disebut": "",
    "tersebut": "itu",
    "yang bersangkutan": "orang itu",
    "input tidak valid": "",
}
_FORMAL = re.compile(rf"\b(?:{'|'.join(map(re.escape, OFFICIALESE))})\b")
_WORD = re.compile(r"[^\W\d_][\w’'-]*")


def words_in(sentence: str) -> int:
    return len(_WORD.findall(sentence.replace("%(", " ").replace(")s", " ")))


def test_sentences_have_at_most_twenty_words_on_average_and_none_is_very_long() -> None:
    counts = [words_in(sentence) for sentence in sentences()]
    assert len(counts) > 1000 and sum(counts) / len(counts) <= 20
    long = [sentence for sentence, count in zip(sentences(), counts, strict=True) if count > 27]
    assert long == []


@pytest.mark.parametrize("word", OFFICIALESE)
def test_no_sentence_has_a_word_of_official_letters(word: str) -> None:
    assert [sentence for sentence in sentences() if word in _FORMAL.findall(sentence.casefold())] == []
