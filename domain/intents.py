"""Finds what a message means: cosine similarity of tf-idf weights over character n-grams and skeletons of words.

N-grams of three and four characters tolerate typing errors and Indonesian prefixes and suffixes ("ngajuin",
"mengajukan") without a dictionary. A skeleton is a word without its vowels, as people shorten words ("brp").
What no candidate has gets the highest weight, so words about other things lower the score.
"""

from __future__ import annotations

import math
import re
from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import accumulate, repeat

from domain.asides import without_politeness
from domain.frozen import frozen
from domain.vocabulary import VOCABULARY

_SIZES = (3, 4)
_MOST = 300  #: characters of a message that are compared; a question is short and stands at the beginning
_LIKE_ONE_PHRASE = 0.6  #: weight of the most similar phrase; the rest is that of all phrases together
# Found by trying, with the phrases of officials, students, English speakers and chat bots in tests/phrases.
_CONFIDENT = 0.28  #: score from which one candidate is taken
_POLITE = 0.2  #: the same for a courtesy
_CLEAR = 0.85  #: highest share of the best score that the second may have then
#: words behind a greeting from which they can be a wish: "selamat pagi, kami mau survei"
_LEAST_BEHIND = 4
_GUESSED = 0.1  #: score from which candidates are offered
_MOST_GUESSES = 2
_TELLING = 1.0  #: inverse document frequency below which a feature counts nothing: more than a third of all have it
_COMPARABLE = 0.6  #: share of the best score from which a candidate is offered beside a taken one
_WORD = re.compile(r"[^\W_]+(?:\.\d+)*")
_VOWELS = str.maketrans("", "", "aeiou")
#: what stands behind a word in Indonesian and in Makassarese: "prosesnya", "suratku", "jadimi", "kantorta"
_CLITIC = re.compile(r"(?<=\w{4})(?:nya|mi|ji|pi|ki|ka|kah|ta|ku|mu|ko)$")
_DOUBLED = re.compile(r"(.)\1+")

#: Words without a subject. A message that has only these means none of the candidates.
_WITHOUT_SUBJECT = {
    word
    for words in (
        "ya iya tidak bukan belum sudah lagi ini itu di ke saya kami kita anda kamu",
        "apa siapa kapan berapa bagaimana gimana kenapa mengapa mana dimana kemana",
        "yes no not can do is it this that i we you what who when how where",
    )
    for word in words.split()
}
#: Words of address and politeness, and small words: they count half.
_LIGHT = {
    word
    for words in (
        "pak bu bapak ibu kak kakak mas mbak bang min admin tabe ya yah dong sih deh lah kok toh kah nya",
        "di ke yang ini itu saya kami mohon maaf tolong please the a to do we i our my is it of",
    )
    for word in words.split()
}


@frozen
class Candidate:
    id: str
    phrases: tuple[str, ...]  #: ways to say it, in any language
    is_courtesy: bool = False  #: a wrong reply to it costs nothing; it is never asked about


@frozen
class Meaning:
    """`best`: the id of the candidate that the message means, "" where none stands out. `others`, best first: the ids
    that are offered, beside it or in its place.
    """

    best: str = ""
    others: tuple[str, ...] = ()


@frozen
class _Postings:
    """The texts that have a feature, and its weight in each; those of one feature lie together. As lists of pairs they
    would take ten times the memory.
    """

    numbers: Mapping[str, int]  #: feature → its number
    starts: array[int]  #: number → where its texts begin; they end where those of the next number begin
    texts: array[int]
    weights: array[float]

    @staticmethod
    def of(texts: Iterable[Mapping[str, float]], numbers: Mapping[str, int]) -> _Postings:
        features, owners, found = array("L"), array("L"), array("d")
        for at, weights in enumerate(texts):
            features.extend(numbers[feature] for feature in weights)
            owners.extend(repeat(at, len(weights)))
            found.extend(weights.values())
        order = sorted(range(len(features)), key=features.__getitem__)
        counts = Counter(features)
        starts = array("L", accumulate((counts[number] for number in range(len(numbers))), initial=0))
        return _Postings(
            numbers, starts, array("L", (owners[at] for at in order)), array("d", (found[at] for at in order))
        )

    def similarities(self, weights: Mapping[str, float]) -> dict[int, float]:
        """Text → its similarity to the text with these weights."""
        found: defaultdict[int, float] = defaultdict(float)
        for feature, weight in weights.items():
            if (number := self.numbers.get(feature)) is not None:
                places = slice(self.starts[number], self.starts[number + 1])
                for at, other in zip(self.texts[places], self.weights[places], strict=True):
                    found[at] += weight * other
        return found


@frozen
class _Index:
    idf: Mapping[str, float]  #: inverse document frequency of each feature
    unknown_idf: float  #: of a feature that no candidate has
    candidates: _Postings  #: a text is all phrases of one candidate
    phrases: _Postings  #: a text is one phrase
    owners: tuple[int, ...]  #: phrase → candidate
    whole: Mapping[str, str]  #: a phrase that only one candidate has → its id


def understand(words: str, candidates: tuple[Candidate, ...]) -> Meaning:
    """The candidate that the words mean; below the threshold, the two that they mean most probably."""
    if (same := _index(candidates).whole.get(_plain(words))) is not None:
        return Meaning(same)
    found = match(words, candidates)
    courtesies = {candidate.id for candidate in candidates if candidate.is_courtesy}
    if found and found[0][0] in courtesies and found[0][1] >= _POLITE:
        said = without_politeness(words)
        behind = match(said, candidates) if len(said.split()) >= _LEAST_BEHIND else []
        if not behind or behind[0][0] in courtesies:
            return Meaning(found[0][0])
        found = behind
    offered = [(id, score) for id, score in found if id not in courtesies]
    best = offered[0][1] if offered else 0
    if best >= _CONFIDENT and (len(offered) == 1 or offered[1][1] <= _CLEAR * best):
        return Meaning(offered[0][0], tuple(id for id, score in offered[1:] if score >= _COMPARABLE * best))
    return Meaning("", tuple(id for id, score in offered[:_MOST_GUESSES] if score >= _GUESSED))


def match(words: str, candidates: tuple[Candidate, ...]) -> list[tuple[str, float]]:
    """The candidates that share a feature with the words, best first, with scores from 0 to 1.

    A score is the weighted geometric mean of two similarities: to all phrases of a candidate together, which separates
    the candidates, and to its most similar phrase, so that one good keyword is enough.
    """
    if _WITHOUT_SUBJECT.issuperset(_WORD.findall(words.casefold())):
        return []
    index = _index(candidates)
    weights = _weights(_features(words[:_MOST]), index.idf, index.unknown_idf)
    best_phrase: dict[int, float] = {}
    for phrase, similarity in index.phrases.similarities(weights).items():
        owner = index.owners[phrase]
        best_phrase[owner] = max(best_phrase.get(owner, 0), similarity)
    similarities = index.candidates.similarities(weights)
    scores = [
        (candidates[at].id, similarities[at] ** (1 - _LIKE_ONE_PHRASE) * best_phrase[at] ** _LIKE_ONE_PHRASE)
        for at in similarities
    ]
    return sorted(scores, key=lambda found: -found[1])


@lru_cache(maxsize=4)
def _index(candidates: tuple[Candidate, ...]) -> _Index:
    """Built when the first message needs it: 0.1 s for 2,000 phrases."""
    phrases = [(at, phrase) for at, candidate in enumerate(candidates) for phrase in candidate.phrases]
    documents: Sequence[Counter[str]] = [Counter() for _ in candidates]
    for at, phrase in phrases:
        documents[at].update(_features(phrase))
    frequencies = Counter(feature for features in documents for feature in features)
    idf = {feature: math.log((len(documents) + 1) / (count + 0.5)) for feature, count in frequencies.items()}
    unknown_idf = math.log((len(documents) + 1) / 0.5)
    numbers = {feature: number for number, feature in enumerate(idf)}
    found = _Index(
        idf=idf,
        unknown_idf=unknown_idf,
        candidates=_Postings.of((_weights(features, idf, unknown_idf) for features in documents), numbers),
        phrases=_Postings.of((_weights(_features(phrase), idf, unknown_idf) for _, phrase in phrases), numbers),
        owners=tuple(at for at, _ in phrases),
        whole=_whole_phrases(candidates),
    )
    _features_of_word.cache_clear()
    return found


def _whole_phrases(candidates: tuple[Candidate, ...]) -> dict[str, str]:
    owners: defaultdict[str, set[str]] = defaultdict(set)
    for candidate in candidates:
        for phrase in candidate.phrases:
            owners[_plain(phrase)].add(candidate.id)
    return {phrase: ids.pop() for phrase, ids in owners.items() if len(ids) == 1}


def _weights(features: Counter[str], idf: Mapping[str, float], unknown_idf: float) -> dict[str, float]:
    """The tf-idf weights of one text, scaled to length one."""
    weights = {
        feature: math.sqrt(count) * rarity
        for feature, count in features.items()
        if (rarity := idf.get(feature, unknown_idf)) >= _TELLING
    }
    length = math.hypot(*weights.values()) or 1.0
    return {feature: weight / length for feature, weight in weights.items()}


def _features(words: str) -> Counter[str]:
    """The n-grams and skeletons of the words, counted in halves."""
    features: Counter[str] = Counter()
    for word in _spelled_out(words):
        count = 1 if word in _LIGHT else 2
        for feature in _features_of_word(word):
            features[feature] += count
    return features


@lru_cache(maxsize=4096)
def _features_of_word(word: str) -> tuple[str, ...]:
    """For the building of the index, in which most words stand often."""
    padded = f" {word} "
    skeleton = _DOUBLED.sub(r"\1", word.translate(_VOWELS))
    ngrams = (padded[at : at + size] for size in _SIZES for at in range(max(len(padded) - size + 1, 1)))
    return (*ngrams, *([f"~{skeleton}"] if len(skeleton) > 1 else ()))


def _plain(words: str) -> str:
    return " ".join(_spelled_out(words))


def _spelled_out(words: str) -> Iterator[str]:
    """The words without clitics, in one spelling."""
    spellings = VOCABULARY.spellings
    for said in _WORD.findall(words.casefold()):
        for word in spellings.get(said, said).split():
            stem = _CLITIC.sub("", word)
            yield from spellings.get(stem, stem).split()
