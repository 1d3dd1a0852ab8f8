"""Records of `domain.frozen` do what frozen dataclasses do."""

from __future__ import annotations

import copy
import pickle
from dataclasses import asdict, field, fields, replace

from domain.frozen import frozen


@frozen
class Place:
    row: int
    column: int = 0
    secret: str = field(default="", repr=False)
    hint: str = field(default="", compare=False)


@frozen
class Marked(Place):
    mark: str = ""


@frozen
class Nothing:
    pass


@frozen
class One:
    names: tuple[str, ...]


@frozen
class OfOwnHash:
    name: str

    def __eq__(self, other: object) -> bool:
        return isinstance(other, OfOwnHash) and self.name.casefold() == other.name.casefold()

    def __hash__(self) -> int:
        return hash(self.name.casefold())


def test_records_are_equal_and_have_the_same_hash_when_all_that_is_compared_is() -> None:
    others: tuple[object, ...] = (Marked(1), (1, 0, ""), Nothing())
    assert Place(1, 2) == Place(1, 2, hint="x") != Place(1, 3)
    assert hash(Place(1, 2)) == hash(Place(1, 2, hint="x"))
    assert Place(1) not in others
    assert len({Nothing(), Nothing()}) == 1
    assert len({One(("a",)), One(("a",)), One(("b",))}) == 2
    assert OfOwnHash("A") == OfOwnHash("a") and len({OfOwnHash("A"), OfOwnHash("a")}) == 1


def test_a_record_is_shown_without_what_is_secret() -> None:
    assert repr(Place(1, secret="s")) == "Place(row=1, column=0, hint='')"
    assert repr(Nothing()) == "Nothing()"


def test_records_are_replaced_copied_pickled_and_matched_as_dataclasses_are() -> None:
    marked = Marked(1, 2, mark="x")
    assert replace(marked, row=3) == Marked(3, 2, mark="x")
    assert copy.copy(marked) == copy.deepcopy(marked) == pickle.loads(pickle.dumps(marked)) == marked
    assert asdict(One(("a",))) == {"names": ("a",)} and [part.name for part in fields(Nothing)] == []
    match marked:
        case Marked(row, column, mark=mark):
            assert (row, column, mark) == (1, 2, "x")
        case _:
            raise AssertionError(marked)
    assert not hasattr(marked, "__dict__")
